"""What must never stand in a log line, by its form: secrets are blotted out, addresses shortened.

The secrets of the settings are known and are hidden wherever they stand, whole or in part; those
of people are not known to whoever writes a line, so they are recognised.
"""

import re
from collections.abc import Callable, Iterable
from urllib.parse import parse_qsl, urlsplit

BLOT = "[secret]"
_NAMES = (
    "access_token|refresh_token|bot_token|client_secret|code_verifier|verifier|password|secret|"
    "token|ticket|session|nonce|signature|proof_code|code|state|init_data|initData|authorization"
)
_CODE = "[A-HJ-KM-NP-Z2-9]"
_FORMS = (
    re.compile(r"\b\d{6,12}:[\w-]{20,}"),  # a Telegram token
    re.compile(r"\b[\w-]{20,}\.[\w-]{5,}\.[\w-]{20,}"),  # a Discord token, a JWT
    re.compile(r"(?<=/link/)[\w-]{20,}"),
    re.compile(r"(?<=/listen/)[\w-]{20,}"),
    re.compile(r"(?:0x)?[0-9a-fA-F]{128,}"),  # a signature, also of a contract
    re.compile(r"(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"),  # user:password in an address
    re.compile(r"\S*auth_date(?:=|%3D)\S*"),  # Telegram's init data
    re.compile(r"(?i)(?<=cookie: )[^\"'\n]+"),
    re.compile(r"(?<=__Host-)[\w-]+=[^;\s\"']+"),
    re.compile(r"(?<=Bearer )\S+"),
    re.compile(r"(?<=DETAIL:  ).+"),  # PostgreSQL repeats the row here
    re.compile(rf"\b(?=[A-Z-]*\d){_CODE}{{3}}-{_CODE}{{3,4}}\b"),  # a code for a chat
    # name=value, "name": "value"; a failure's own code such as E-SIG is no secret
    re.compile(
        rf"(?i)(?<![\w-])(?:{_NAMES})[\"']?\s*[=:]\s*[\"']?(?!E-|\[secret)[^\s\"'&,}}\])]+"
    ),
)
_ADDRESS = re.compile(r"0x(?:0{24})?([0-9a-fA-F]{40})(?![0-9a-fA-F])")
SHORTEST_PATH, SHORTEST_PART = 8, 16
"""Letters from which on a part of an endpoint's address may be a key."""


def hider(secrets: Iterable[str]) -> Callable[[str], str]:
    """What takes these secrets, and everything of their kinds, out of a text."""
    known = {piece for secret in secrets for piece in _pieces(secret)}
    ordered = sorted(known, key=len, reverse=True)

    def hide(text: str) -> str:
        for secret in ordered:
            text = text.replace(secret, BLOT)
        for form in _FORMS:
            text = form.sub(BLOT, text)
        return _ADDRESS.sub(_short, text)

    return hide


def _short(found: re.Match[str]) -> str:
    return f"0x{found[1][:4]}…{found[1][-4:]}"


def _pieces(secret: str) -> Iterable[str]:
    """The secret, and what a library may show of it: a password, the path of an endpoint."""
    if not secret:
        return
    yield secret
    if "://" not in secret:
        return
    address = urlsplit(secret)
    if address.password:
        yield address.password
    if address.scheme not in {"http", "https", "ws", "wss"}:
        return
    yield from (value for _, value in parse_qsl(address.query) if len(value) >= SHORTEST_PATH)
    if len(address.path) >= SHORTEST_PATH:
        yield address.path
    yield from (part for part in address.path.split("/") if len(part) >= SHORTEST_PART)

"""Telegram's word for who opened a Mini App, checked. Pure.

It says whose the data is, and not whose the browser is: the data stands in the page's address, so
whoever relays an address relays it too. It must never stand in for the code of a sign-in.

Source: Telegram, Mini Apps, "Validating data received via the Mini App" (HMAC by the bot's token)
and "Validating data for Third-Party Use" (Ed25519 by Telegram's own key).
"""

import base64
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from urllib.parse import parse_qsl

from Crypto.PublicKey import ECC
from Crypto.Signature import eddsa

from gating.errors import Refused
from gating.model import Account, Platform

MOST_AGE = timedelta(minutes=5)
_AHEAD = timedelta(minutes=1)
"""Clocks differ; more than this into the future is no clock's fault."""
_LONGEST = 4096
TELEGRAM_KEY = "e7bf03a2fa4602af4580703d88dda5bb59f32ed8b02a56c187fe7d34caed242d"
"""Telegram's own Ed25519 key, as hex (Validating data for Third-Party Use)."""


@dataclass(frozen=True)
class MiniApp:
    """The bot whose Mini App it must be. `token` never leaves this value."""

    token: str

    def __repr__(self) -> str:
        return "MiniApp(token=...)"


def account_of(init_data: str, app: MiniApp, now: datetime) -> Account:
    """The account in start data that Telegram signed for this bot within the last 5 minutes.

    Raises `Refused("E-INITDATA", part=...)`.
    """
    fields = fields_of(init_data)
    claimed = fields.pop("hash", "")
    # Only `hash` itself is left out: `signature` is among what is hashed.
    secret = hmac.digest(b"WebAppData", app.token.encode(), sha256)
    right = hmac.digest(secret, check_text(fields).encode(), sha256).hex()
    if not hmac.compare_digest(right.encode(), claimed.encode()):
        raise Refused("E-INITDATA", part="hash")
    return _recent(fields, now)


def account_signed(init_data: str, *, bot_id: int, key: str, now: datetime) -> Account:
    """The same, for who has no token of the bot: by Telegram's Ed25519 key, given as hex.

    Raises `Refused("E-INITDATA", part=...)`.
    """
    fields = fields_of(init_data)
    fields.pop("hash", None)
    signature = _signature(fields.pop("signature", ""))
    message = f"{bot_id}:WebAppData\n{check_text(fields)}".encode()
    try:
        eddsa.new(_public(key), "rfc8032").verify(message, signature)
    except ValueError as forged:
        raise Refused("E-INITDATA", part="signature") from forged
    return _recent(fields, now)


def _signature(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError as unreadable:
        raise Refused("E-INITDATA", part="signature") from unreadable


def _public(key: str) -> ECC.EccKey:
    return eddsa.import_public_key(bytes.fromhex(key))


def fields_of(init_data: str) -> dict[str, str]:
    """The fields of the query string; one that stands twice could be read in two ways."""
    if len(init_data) > _LONGEST:
        raise Refused("E-INITDATA", part="length")
    try:
        pairs = parse_qsl(init_data, keep_blank_values=True, strict_parsing=True, errors="strict")
    except ValueError as unreadable:
        raise Refused("E-INITDATA", part="form") from unreadable
    if len({name for name, _ in pairs}) != len(pairs):
        raise Refused("E-INITDATA", part="twice")
    return dict(pairs)


def check_text(fields: dict[str, str]) -> str:
    """What is signed: `name=value` by the order of names, a line each."""
    return "\n".join(f"{name}={fields[name]}" for name in sorted(fields))


def _recent(fields: dict[str, str], now: datetime) -> Account:
    stamp = fields.get("auth_date", "")
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= len("4102444800")):
        raise Refused("E-INITDATA", part="auth_date")
    age = now - datetime.fromtimestamp(int(stamp), UTC)
    if not -_AHEAD <= age <= MOST_AGE:
        raise Refused("E-INITDATA", part="age")
    return _account(fields.get("user", ""))


def _account(user: str) -> Account:
    try:
        number = json.loads(user)["id"]
    except (ValueError, KeyError, TypeError) as unreadable:
        raise Refused("E-INITDATA", part="user") from unreadable
    if type(number) is not int:
        raise Refused("E-INITDATA", part="user")
    return Account(Platform.TELEGRAM, str(number))

"""The parts of RFC 3986 and RFC 3339 that EIP-4361 is made of, each as a test of a whole text.

Every test walks its text a fixed number of times and never goes back (no regular expressions):
the time grows with the length alone, whatever a stranger sends. Only ASCII passes anywhere.
"""

from datetime import UTC, datetime, timedelta, timezone
from string import ascii_letters, digits, hexdigits

DIGIT = frozenset(digits)
HEX = frozenset(hexdigits)
"""RFC 5234's HEXDIG; texts in ABNF are of either case."""
ALPHANUMERIC = frozenset(ascii_letters + digits)
_UNRESERVED = ALPHANUMERIC | frozenset("-._~")
_SUB_DELIMS = frozenset("!$&'()*+,;=")
_SCHEME = ALPHANUMERIC | frozenset("+-.")
_REG_NAME = _UNRESERVED | _SUB_DELIMS
_USERINFO = _REG_NAME | {":"}
_PCHAR = _USERINFO | {"@"}
_PATH = _PCHAR | {"/"}
_QUERY = _PATH | {"?"}
PLAIN = _QUERY | frozenset("#[] ")
"""What a statement may hold: RFC 3986's `reserved` and `unreserved`, and the space."""
_IPV6_WORDS = 8
_OFFSET = 6  # of "+hh:mm"


def consists_of(text: str, allowed: frozenset[str]) -> bool:
    """True of the empty text as well."""
    return allowed.issuperset(text)


def is_scheme(text: str) -> bool:
    """RFC 3986, 3.1."""
    return text[:1].isalpha() and consists_of(text, _SCHEME)


def is_uri(text: str) -> bool:
    """RFC 3986, 3: with a scheme, and a path of any of its four kinds."""
    scheme, colon, rest = text.partition(":")
    rest, _, fragment = rest.partition("#")
    rest, _, query = rest.partition("?")
    return (
        bool(colon)
        and is_scheme(scheme)
        and _is_escaped(query, _QUERY)
        and _is_escaped(fragment, _QUERY)
        and _is_hierarchy(rest)
    )


def is_segment(text: str) -> bool:
    """Any number of RFC 3986's `pchar`, percent-encoded ones too."""
    return _is_escaped(text, _PCHAR)


def is_authority(text: str) -> bool:
    """RFC 3986, 3.2: `user@host:port`, of which every part may be empty."""
    user, at, place = text.rpartition("@")
    if at and not _is_escaped(user, _USERINFO):
        return False
    if place.startswith("["):
        literal, closed, after = place[1:].partition("]")
        return bool(closed) and _is_ip_literal(literal) and _is_port(after)
    name, colon, port = place.partition(":")
    return _is_escaped(name, _REG_NAME) and _is_port(colon + port)


def is_date_time(text: str) -> bool:
    """The form of RFC 3339, 5.6. Whether there is such a day and hour, `instant` knows."""
    day, time, offset = text[:10], text[10:19], text[19:]
    fraction, zone = _cut_fraction(offset)
    return (
        _has_form(day, "0000-00-00")
        and _has_form(time, "T00:00:00")
        and (fraction == "" or len(fraction) > 1)
        and (zone in {"Z", "z"} or _has_form(zone, "+00:00") or _has_form(zone, "-00:00"))
    )


def instant(text: str) -> datetime:
    """The moment that a text of the form `is_date_time` means; digits past microseconds are cut.

    `ValueError` where there is none, such as a thirteenth month. A leap second is none either:
    no clock that this is compared with ever shows one.
    """
    fraction, zone = _cut_fraction(text[19:])
    year, month, day = int(text[:4]), int(text[5:7]), int(text[8:10])
    hour, minute, second = int(text[11:13]), int(text[14:16]), int(text[17:19])
    part = int(fraction[1:7].ljust(6, "0")) if fraction else 0
    return datetime(year, month, day, hour, minute, second, part, tzinfo=_zone(zone))


def _zone(text: str) -> timezone:
    if len(text) != _OFFSET:
        return UTC
    hours, minutes = int(text[1:3]), int(text[4:6])
    if hours > 23 or minutes > 59:  # noqa: PLR2004  - RFC 3339, 5.7
        raise ValueError("no such offset")
    ahead = timedelta(hours=hours, minutes=minutes)
    return timezone(-ahead if text[0] == "-" else ahead)


def _cut_fraction(text: str) -> tuple[str, str]:
    """`.123` with its dot, and what follows it."""
    if not text.startswith("."):
        return "", text
    rest = text[1:].lstrip(digits)
    return text[: len(text) - len(rest)], rest


def _has_form(text: str, form: str) -> bool:
    """Digits where `form` has a 0, and else its very characters, letters in either case."""
    return len(text) == len(form) and all(
        got in DIGIT if wanted == "0" else got in {wanted, wanted.lower()}
        for got, wanted in zip(text, form, strict=True)
    )


def _is_escaped(text: str, allowed: frozenset[str]) -> bool:
    """Of `allowed` characters and `%` with two hex digits."""
    first, *escapes = text.split("%")
    return consists_of(first, allowed) and all(
        len(escape) > 1 and consists_of(escape[:2], HEX) and consists_of(escape[2:], allowed)
        for escape in escapes
    )


def _is_hierarchy(text: str) -> bool:
    """What stands between a URI's scheme and its query."""
    if not text.startswith("//"):
        return _is_escaped(text, _PATH)
    authority, slash, path = text[2:].partition("/")
    return is_authority(authority) and _is_escaped(slash + path, _PATH)


def _is_port(text: str) -> bool:
    """A colon and digits, of which there may be none; or nothing at all."""
    return text == "" or (text[0] == ":" and consists_of(text[1:], DIGIT))


def _is_ip_literal(text: str) -> bool:
    if text[:1] not in {"v", "V"}:
        return _is_ipv6(text)
    version, _, name = text[1:].partition(".")
    return all((version, name)) and consists_of(version, HEX) and consists_of(name, _USERINFO)


def _is_ipv6(text: str) -> bool:
    """RFC 3986's `IPv6address`: eight words, or fewer around one `::`."""
    left, gap, right = text.partition("::")
    if not gap:
        return _words(left, ends=True) == _IPV6_WORDS
    before, after = _words(left, ends=False), _words(right, ends=True)
    return before is not None and after is not None and before + after < _IPV6_WORDS


def _words(text: str, *, ends: bool) -> int | None:
    """How many 16-bit words these are, None if they are none.

    The last of them may be an IPv4 address, of two, where the whole address `ends` here.
    """
    words = text.split(":") if text else []
    more = 0
    if ends and words and _is_ipv4(words[-1]):
        words.pop()
        more = 2
    return len(words) + more if all(map(_is_word, words)) else None


def _is_word(text: str) -> bool:
    return 1 <= len(text) <= 4 and consists_of(text, HEX)  # noqa: PLR2004  - 1*4HEXDIG


def _is_ipv4(text: str) -> bool:
    octets = text.split(".")
    return len(octets) == 4 and all(map(_is_octet, octets))  # noqa: PLR2004  - four octets


def _is_octet(text: str) -> bool:
    """0 to 255 without leading zeros. The length is looked at before the number is."""
    short = 1 <= len(text) <= 3 and consists_of(text, DIGIT)  # noqa: PLR2004  - as 255 is
    return short and (text == "0" or text[0] != "0") and int(text) <= 255  # noqa: PLR2004

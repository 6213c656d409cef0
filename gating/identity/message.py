"""The EIP-4361 message, to the letter: read from a text, and written as one.

Every field keeps the very characters of its text, so that what was read is written back the same,
and two texts that differ differ in a field. Which addresses we take, and where we and `siwe` 4.4.0
part, is said in `docs/siwe.md`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from enum import StrEnum

from eth_hash.auto import keccak

from gating.errors import Refused
from gating.identity.grammar import (
    ALPHANUMERIC,
    DIGIT,
    HEX,
    PLAIN,
    consists_of,
    is_authority,
    is_date_time,
    is_scheme,
    is_segment,
    is_uri,
)

MOST_BYTES = 2048
"""Longer texts are refused before anything else is done with them; ours take under 800."""
_OPENING = " wants you to sign in with your Ethereum account:"
_SHORTEST_NONCE = 8


class Part(StrEnum):
    """A part of the message by its name in EIP-4361; `text` is the message as a whole."""

    TEXT = "text"
    SCHEME = "scheme"
    DOMAIN = "domain"
    ADDRESS = "address"
    STATEMENT = "statement"
    URI = "uri"
    VERSION = "version"
    CHAIN_ID = "chain-id"
    NONCE = "nonce"
    ISSUED_AT = "issued-at"
    EXPIRATION_TIME = "expiration-time"
    NOT_BEFORE = "not-before"
    REQUEST_ID = "request-id"
    RESOURCES = "resources"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInMessage:
    """The fields of a message as they stand in its text; None where the text leaves one out."""

    scheme: str | None
    domain: str
    address: str
    statement: str | None
    uri: str
    version: str
    chain_id: str
    nonce: str = field(repr=False)
    issued_at: str
    expiration_time: str | None
    not_before: str | None
    request_id: str | None
    resources: tuple[str, ...] | None


def parse(text: str) -> SignInMessage:
    """The message that this text is, by EIP-4361's grammar, with its address as EIP-55 writes it.

    Raises `Refused("E-SIWE", part=..., reason=...)`.
    """
    _must_be_short(text)
    lines = _Lines(text)
    scheme, domain = _origin(lines.next(Part.DOMAIN))
    address = lines.next(Part.ADDRESS)
    must_be(Part.ADDRESS, is_address(address), "is not an address in EIP-55 capitals")
    message = SignInMessage(
        scheme=scheme,
        domain=domain,
        address=address,
        statement=_statement(lines),
        uri=lines.field(Part.URI),
        version=lines.field(Part.VERSION),
        chain_id=lines.field(Part.CHAIN_ID),
        nonce=lines.field(Part.NONCE),
        issued_at=lines.field(Part.ISSUED_AT),
        expiration_time=lines.option(Part.EXPIRATION_TIME),
        not_before=lines.option(Part.NOT_BEFORE),
        request_id=lines.option(Part.REQUEST_ID),
        resources=_resources(lines),
    )
    lines.must_end()
    return message


def write(message: SignInMessage) -> str:
    """The text of this message.

    Raises `Refused("E-SIWE", ...)` where no text says just that: a field outside its grammar, or
    one that would be read as another.
    """
    _must_be_of_one_line(message)
    text = "\n".join(_written(message))
    for part in differing(parse(text), message):
        raise refused(part, "would be read as something else")
    return text


def _must_be_of_one_line(message: SignInMessage) -> None:
    for part, name in _FIELDS.items():
        value = getattr(message, name)
        must_be(part, "\n" not in "".join(value or ""), "holds the end of a line")


def differing(one: SignInMessage, other: SignInMessage) -> Iterator[Part]:
    """The parts in which two messages differ, in the order in which a reader meets them."""
    for part, name in _FIELDS.items():
        if getattr(one, name) != getattr(other, name):
            yield part


def must_be(part: Part, holds: bool, reason: str) -> None:
    """Raises `Refused("E-SIWE", part=..., reason=...)` unless it `holds`."""
    if not holds:
        raise refused(part, reason)


def refused(part: Part, reason: str) -> Refused:
    return Refused("E-SIWE", part=part.value, reason=reason)


def is_address(text: str) -> bool:
    """`0x` and 40 hex digits, capital or small exactly as EIP-55 says."""
    plain = text[2:].lower()
    if not (text.startswith("0x") and len(plain) == 40 and consists_of(plain, HEX)):  # noqa: PLR2004
        return False
    marks = zip(plain, keccak(plain.encode()).hex(), strict=False)
    return text[2:] == "".join(letter if mark < "8" else letter.upper() for letter, mark in marks)


def _must_be_short(text: str) -> None:
    # A character takes a byte at least: the first half spares encoding a text of any size.
    short = len(text) <= MOST_BYTES and len(text.encode("utf-8", "replace")) <= MOST_BYTES
    must_be(Part.TEXT, short, f"is longer than {MOST_BYTES} bytes")


def _origin(line: str) -> tuple[str | None, str]:
    origin = line.removesuffix(_OPENING)
    must_be(Part.DOMAIN, origin != line, "is not followed by EIP-4361's words")
    before, mark, after = origin.partition("://")
    scheme, domain = (before, after) if mark else (None, origin)
    must_be(Part.SCHEME, scheme is None or is_scheme(scheme), "is not a URI scheme")
    must_be(Part.DOMAIN, domain != "", "is missing")
    must_be(Part.DOMAIN, is_authority(domain), "is not an RFC 3986 authority")
    return scheme, domain


def _statement(lines: "_Lines") -> str | None:
    """Reads on to the line before the URI's."""
    lines.must_be_empty(Part.ADDRESS)
    statement = lines.next(Part.STATEMENT)
    if statement == "" and lines.ahead != "":
        return None
    must_be(Part.STATEMENT, consists_of(statement, PLAIN), "has a character it may not have")
    lines.must_be_empty(Part.STATEMENT)
    return statement


def _resources(lines: "_Lines") -> tuple[str, ...] | None:
    if lines.ahead != _LABELS[Part.RESOURCES]:
        return None
    lines.next(Part.RESOURCES)
    found = []
    while lines.ahead.startswith("- "):
        found.append(lines.next(Part.RESOURCES)[2:])
    must_be(Part.RESOURCES, all(map(is_uri, found)), "holds something else than URIs")
    return tuple(found)


class _Lines:
    """The lines of a text, taken one after another. No field may hold the end of a line."""

    def __init__(self, text: str) -> None:
        self._lines = text.split("\n")
        self._at = 0

    @property
    def ahead(self) -> str:
        """The line that comes next; empty after the last."""
        return self._lines[self._at] if self._at < len(self._lines) else ""

    def next(self, part: Part) -> str:
        must_be(part, self._at < len(self._lines), "is missing")
        self._at += 1
        return self._lines[self._at - 1]

    def field(self, part: Part) -> str:
        """The value on the next line, which must be that of `part`."""
        label = _LABELS[part]
        must_be(part, self.ahead.startswith(label), "is missing or out of its place")
        value = self.next(part)[len(label) :]
        fits, reason = _FORMS[part]
        must_be(part, fits(value), reason)
        return value

    def option(self, part: Part) -> str | None:
        return self.field(part) if self.ahead.startswith(_LABELS[part]) else None

    def must_be_empty(self, part: Part) -> None:
        must_be(part, self.next(part) == "", "is not followed by an empty line")

    def must_end(self) -> None:
        """What is left over belongs to the part whose label it carries."""
        if self._at < len(self._lines):
            known = (part for part, label in _LABELS.items() if self.ahead.startswith(label))
            last = Part.RESOURCES if self.ahead.startswith("- ") else Part.TEXT
            raise refused(next(known, last), "stands where nothing of the kind may stand")


def _written(message: SignInMessage) -> Iterator[str]:
    scheme = "" if message.scheme is None else f"{message.scheme}://"
    yield f"{scheme}{message.domain}{_OPENING}"
    yield message.address
    yield ""
    if message.statement is not None:
        yield message.statement
    yield ""
    for part in _FORMS:
        value = getattr(message, _FIELDS[part])
        if value is not None:
            yield f"{_LABELS[part]}{value}"
    if message.resources is not None:
        yield _LABELS[Part.RESOURCES]
        yield from (f"- {resource}" for resource in message.resources)


def _is_nonce(text: str) -> bool:
    return len(text) >= _SHORTEST_NONCE and consists_of(text, ALPHANUMERIC)


def _is_number(text: str) -> bool:
    return text != "" and consists_of(text, DIGIT)


_FIELDS = {Part(field.name.replace("_", "-")): field.name for field in fields(SignInMessage)}
_A_TIME = (is_date_time, "is not a time as RFC 3339 writes it")
_FORMS: dict[Part, tuple[Callable[[str], bool], str]] = {
    Part.URI: (is_uri, "is not an RFC 3986 URI"),
    Part.VERSION: ("1".__eq__, "is not 1"),
    Part.CHAIN_ID: (_is_number, "is not a number"),
    Part.NONCE: (_is_nonce, "is not at least 8 letters and digits"),
    Part.ISSUED_AT: _A_TIME,
    Part.EXPIRATION_TIME: _A_TIME,
    Part.NOT_BEFORE: _A_TIME,
    Part.REQUEST_ID: (is_segment, "has a character it may not have"),
}
"""The labelled fields in the order of the message: what fits each, and what is said if not."""
_LABELS = {
    Part.URI: "URI: ",
    Part.VERSION: "Version: ",
    Part.CHAIN_ID: "Chain ID: ",
    Part.NONCE: "Nonce: ",
    Part.ISSUED_AT: "Issued At: ",
    Part.EXPIRATION_TIME: "Expiration Time: ",
    Part.NOT_BEFORE: "Not Before: ",
    Part.REQUEST_ID: "Request ID: ",
    Part.RESOURCES: "Resources:",
}

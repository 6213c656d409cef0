"""What a message must say for us, field by field; none is left to a default.

The times are compared here too, so that they mean the same wherever a message comes from.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from gating.identity.grammar import instant
from gating.identity.message import Part, SignInMessage, must_be, refused

SKEW = timedelta(seconds=60)
"""How far ahead of our clock a message may have been issued."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a message must say, at the time `now`. Nothing here has a default."""

    scheme: str | None
    domain: str
    address: str
    statement: str | None
    uri: str
    chain_id: int
    nonce: str = field(repr=False)
    request_id: str | None
    resources: tuple[str, ...] | None
    now: datetime


def check(message: SignInMessage, expected: Expected) -> None:
    """The message says what is expected of it, now; an expiry is required.

    Raises `Refused("E-SIWE", part=..., reason=...)` for the first part that does not.
    """
    for part, said, wanted in _compared(message, expected):
        must_be(part, said == wanted, "is not what was asked for")
    _must_be_timely(message, expected.now)


def _compared(message: SignInMessage, wanted: Expected) -> Iterator[tuple[Part, object, object]]:
    yield Part.SCHEME, message.scheme, wanted.scheme
    yield Part.DOMAIN, message.domain, wanted.domain
    yield Part.ADDRESS, message.address.lower(), wanted.address.lower()
    yield Part.STATEMENT, message.statement, wanted.statement
    yield Part.URI, message.uri, wanted.uri
    yield Part.VERSION, message.version, "1"
    yield Part.CHAIN_ID, message.chain_id, str(wanted.chain_id)
    yield Part.NONCE, message.nonce, wanted.nonce
    yield Part.REQUEST_ID, message.request_id, wanted.request_id
    yield Part.RESOURCES, message.resources, wanted.resources


def _must_be_timely(message: SignInMessage, now: datetime) -> None:
    """Over at the very moment of its expiry, valid from the very moment of its not-before."""
    issued = _instant(Part.ISSUED_AT, message.issued_at)
    must_be(Part.ISSUED_AT, issued <= now + SKEW, "lies in the future")
    if message.expiration_time is None:
        raise refused(Part.EXPIRATION_TIME, "is missing")
    ends = _instant(Part.EXPIRATION_TIME, message.expiration_time)
    must_be(Part.EXPIRATION_TIME, now < ends, "has passed")
    if message.not_before is not None:
        begins = _instant(Part.NOT_BEFORE, message.not_before)
        must_be(Part.NOT_BEFORE, begins <= now, "has not come yet")


def _instant(part: Part, text: str) -> datetime:
    try:
        return instant(text)
    except ValueError as impossible:
        raise refused(part, "is no moment that there is") from impossible

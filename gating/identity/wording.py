"""Whether a sign-in text says what was meant: before it is handed out, and when it comes back."""

from collections.abc import Mapping
from datetime import datetime

from gating.errors import Fact, NeedsPerson, Refused
from gating.identity.expected import Expected, check
from gating.identity.grammar import instant
from gating.identity.message import Part, differing, must_be, parse, refused
from gating.model.link import SignInText


def must_say(text: bytes, words: SignInText) -> bytes:
    """`text`, if it says under EIP-4361's grammar just what `words` mean.

    A wallet checks our domain for the fan only in a message that it can read. Raises
    `NeedsPerson("E-SIWE", part=..., reason=...)`: only the club's own settings can be at fault.
    """
    try:
        message = parse(text.decode())
        check(message, _expected(words))
        _must_stand(Part.ISSUED_AT, message.issued_at, words.issued_at)
        _must_stand(Part.EXPIRATION_TIME, message.expiration_time, words.expires_at)
    except Refused as unclear:
        raise NeedsPerson(unclear.code, **unclear.facts) from unclear
    return text


def _must_stand(part: Part, said: str | None, meant: datetime) -> None:
    """To the second, which is as fine as our texts tell the time."""
    stands = said is not None and instant(said) == meant.replace(microsecond=0)
    must_be(part, stands, "is not the time that was meant")


def _expected(words: SignInText) -> Expected:
    return Expected(
        scheme=None,
        domain=words.domain,
        address=words.address,
        statement=words.statement,
        uri=words.uri,
        chain_id=words.chain_id,
        nonce=words.nonce,
        request_id=words.request_id,
        resources=words.resources,
        now=words.issued_at,
    )


def difference(asked: bytes, signed: bytes) -> Mapping[str, Fact]:
    """Which part of the text that came back is not as asked, and what is wrong with it.

    Texts that EIP-4361 can read differ in a field, since each keeps its very characters.
    """
    try:
        theirs, ours = parse(signed.decode()), parse(asked.decode())
    except UnicodeDecodeError:
        return refused(Part.TEXT, "is not text").facts
    except Refused as unread:
        return unread.facts
    part = next(differing(ours, theirs), Part.TEXT)
    return refused(part, "is not what was asked for").facts

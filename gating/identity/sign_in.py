"""The sign-in text, and the checks that need nothing but the values at hand.

EIP-4361's domain binding does not stop somebody who relays his own link, because the domain is
genuinely ours; therefore the account stands in the statement and in a resource, the two parts
that a wallet must show before it signs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gating.errors import Fact, NeedsPerson, Refused
from gating.identity.expected import Expected, check
from gating.identity.message import Part, differing, parse, refused
from gating.model import Account, Address, Profile
from gating.model.link import Challenge, Link, LinkState, SignInText

LINK_LIFETIME = timedelta(minutes=10)
_GRAMMAR_SAFE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-")


@dataclass(frozen=True, slots=True)
class Site:
    """Where fans sign: the public address (`https://club.example`) and the club's name."""

    address: str
    club: str

    @property
    def domain(self) -> str:
        """Host and port, as EIP-4361 wants its `domain` (an RFC 3986 authority)."""
        return self.address.partition("://")[2].rstrip("/")


def text_for(link: Link, site: Site, *, address: Address, chain_id: int, nonce: str) -> SignInText:
    """What the wallet will show and sign for this link."""
    return SignInText(
        domain=site.domain,
        address=address,
        statement=statement(link.account, link.profile, site.club),
        uri=f"{site.address}/link",
        chain_id=chain_id,
        nonce=nonce,
        issued_at=link.issued_at,
        expires_at=link.expires_at,
        request_id=link.id,
        resources=(f"{site.address}/link/{link.account.platform}/{link.account.user_id}",),
    )


def statement(account: Account, profile: Profile, club: str) -> str:
    """The plain sentence in the message; every name is reduced to what its grammar allows."""
    platform = account.platform.value.capitalize()
    return (
        f"Link this wallet to the {platform} account {reduced(profile.username)} "
        f"(id {account.user_id}) in {reduced(club, also=' ')}. "
        "This costs nothing and can move nothing."
    )


def reduced(name: str, *, also: str = "") -> str:
    """`name` without what EIP-4361's grammar or a reader's eye could trip over."""
    kept = "".join(letter for letter in name if letter in _GRAMMAR_SAFE or letter in also)
    return kept[:40].strip() or "unnamed"


def must_be_usable(link: Link | None, now: datetime) -> Link:
    """The link, if it can still lead to a linked wallet.

    Raises `Refused`: E-LINKUNKNOWN, E-LINKUSED, E-EXPIRED.
    """
    if link is None:
        raise Refused("E-LINKUNKNOWN")
    if link.state is LinkState.BOUND:
        raise Refused("E-LINKUSED")
    if link.state is LinkState.DEAD or now >= link.expires_at:
        raise Refused("E-EXPIRED")
    return link


def must_be_this_browser(link: Link, browser: str) -> Link:
    """Raises `Refused("E-BROWSER")` where another browser opened the link first."""
    if link.browser != browser:
        raise Refused("E-BROWSER")
    return link


def must_say(text: bytes, words: SignInText) -> bytes:
    """`text`, if it says under EIP-4361's grammar just what `words` mean.

    A wallet checks our domain for the fan only in a message that it can read. Raises
    `NeedsPerson("E-SIWE", part=..., reason=...)`: only the club's own settings can be at fault.
    """
    try:
        check(parse(text.decode()), _expected(words))
    except Refused as unclear:
        raise NeedsPerson(unclear.code, **unclear.facts) from unclear
    return text


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


def must_be_unaltered(asked: bytes, signed: bytes) -> None:
    """The text that came back must be, byte for byte, the text that was asked to be signed.

    Raises `Refused("E-SIG", part=..., reason=...)` naming the first part that is not as asked.
    """
    if asked != signed:
        raise Refused("E-SIG", **difference(asked, signed))


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


def must_be_asked(link: Link) -> Challenge:
    """What the wallet was asked to sign. Raises `Refused("E-NONCE")` if nothing is open."""
    if link.state is not LinkState.CHALLENGED or link.challenge is None:
        raise Refused("E-NONCE")
    return link.challenge


def challenged(link: Link, challenge: Challenge) -> Link:
    """The link once a text was handed out for signing; an earlier one is forgotten."""
    return replace(link, state=LinkState.CHALLENGED, challenge=challenge)


def burnt(link: Link) -> Link:
    """The link once its nonce is spent, whatever the signature turns out to be."""
    return replace(link, state=LinkState.OPENED, challenge=None)

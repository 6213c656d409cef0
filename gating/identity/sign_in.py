"""The sign-in text, and the checks that need nothing but the values at hand.

EIP-4361's domain binding does not stop somebody who relays his own link, because the domain is
genuinely ours; therefore the account stands in the statement and in a resource, the two parts
that a wallet must show before it signs.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gating.errors import Refused
from gating.identity.wording import difference
from gating.model import Account, Address, Profile
from gating.model.link import Challenge, Link, LinkState, Proof, SignInText

LINK_LIFETIME = timedelta(minutes=10)
_CHAIN_ID = re.compile(rb"^Chain ID: ([0-9]{1,19})$", re.MULTILINE)
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

    Raises `Refused`: E-LINKUNKNOWN, E-LINKUSED, E-EXPIRED, E-CODEOVER, E-PROOFOVER, E-LINKDEAD.
    """
    if link is None:
        raise Refused("E-LINKUNKNOWN")
    if link.state is LinkState.BOUND:
        raise Refused("E-LINKUSED")
    if link.state is LinkState.DEAD:
        raise Refused("E-PROOFOVER" if link.waiting else "E-LINKDEAD")
    if now >= link.expires_at:
        over = link.state is LinkState.PENDING_CODE
        raise Refused("E-CODEOVER" if over else "E-EXPIRED")
    return link


def must_be_this_browser(link: Link, browser: str) -> Link:
    """Raises `Refused("E-BROWSER")` where another browser opened the link first."""
    if link.browser != browser:
        raise Refused("E-BROWSER")
    return link


def must_be_proved(link: Link) -> Link:
    """There is nothing to sign before the account is proved, where the chat platform can say so.

    Raises `Refused`: E-NOTPROVED, and E-PENDING where a wallet signed and its code is to come.
    """
    if link.state is LinkState.PENDING_CODE:
        raise Refused("E-PENDING")
    if link.proof is Proof.OAUTH and not link.proved:
        raise Refused("E-NOTPROVED")
    return link


def must_be_unaltered(asked: bytes, signed: bytes) -> None:
    """The text that came back must be, byte for byte, the text that was asked to be signed.

    Raises `Refused("E-SIG", part=..., reason=...)` naming the first part that is not as asked.
    """
    if asked != signed:
        raise Refused("E-SIG", **difference(asked, signed))


def chain_named(text: bytes) -> int:
    """The chain that a text of ours names; it is the one on which a contract must answer."""
    found = _CHAIN_ID.search(text)
    if found is None:
        raise Refused("E-SIG", part="chain")
    return int(found[1])


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
    state = LinkState.ACCOUNT_PROVED if link.proved else LinkState.OPENED
    return replace(link, state=state, challenge=None)

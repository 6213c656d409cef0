"""How long a text may wait for its signature: minutes, or a week where several owners sign.

The owners of a shared wallet are rarely awake at once. What they were asked to sign stays the
same for as long as the link lasts, so that signatures are not lost by looking at the page again.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from gating.identity.sign_in import LINK_LIFETIME
from gating.model import Address
from gating.model.link import Link, LinkState

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Asked:
    """A text to be signed, and for how long its link will last from now on."""

    text: bytes = field(repr=False)
    lasts: timedelta


def timed(link: Link, now: datetime, *, shared: bool) -> Link:
    """The link with the time that the wallet which is asked may take."""
    until = now + WEEK if shared else min(link.expires_at, now + LINK_LIFETIME)
    return replace(link, expires_at=until)


def still_asked(link: Link, address: Address, now: datetime) -> Asked | None:
    """What the owners of this wallet were asked before, if they may still answer."""
    challenge = link.challenge
    if link.state is not LinkState.CHALLENGED or challenge is None:
        return None
    return Asked(challenge.text, link.expires_at - now) if challenge.address == address else None

"""Where a wallet may go: the newest proof wins, but a wallet that moved rests for a day. Pure.

A copy must not serve two people in turns, and whoever lured a signature out of a holder must not
keep the wallet. So a wallet goes once in a cooldown from fan to fan, except back to the fan whom
it was taken from. Unlinking is always free and changes nothing about this: a wallet that was
unlinked still comes from the fan who had it last.
"""

import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gating.errors import Refused
from gating.model import Address, Fan, FanId
from gating.model.trail import Trail

COOLDOWN = timedelta(hours=24)
"""How long a wallet that moved stays where it is, unless the club file says otherwise."""
MOST_WALLETS = 10
"""Wallets of one fan (threats.md: "One chat account, many wallets")."""


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """A wallet, the fan who has it now, and its trail, at the time `now`."""

    wallet: Address
    owner: FanId | None
    trail: Trail | None
    now: datetime


def moves(at: Whereabouts, to: FanId, cooldown: timedelta) -> Trail | None:
    """The trail once the wallet has gone to `to`; None where it comes from nobody else.

    Raises `Refused("E-WALLETCOOL", at=...)`, in UTC seconds, while it rests.
    """
    before = at.owner or _last(at, cooldown)
    if before is None or before == to:
        return None
    home = at.trail.taken_from if at.trail else None
    until = _rests_until(at, cooldown)
    if until and home != to:
        raise Refused("E-WALLETCOOL", wallet=at.wallet, at=math.ceil(until.timestamp()))
    if until is None:
        home = None if at.owner is None and _was_expelled(at) else before
    return Trail(at.wallet, to, moved_at=at.now, taken_from=home)


def freed(at: Whereabouts, owner: FanId, *, expelled: bool) -> Trail:
    """The trail once the wallet was unlinked: by the fan, or (`expelled`) by its own signature."""
    known = at.trail or Trail(at.wallet, owner)
    home = None if expelled and known.taken_from == owner else known.taken_from
    return replace(known, last=owner, freed_at=at.now, expelled=expelled, taken_from=home)


def must_have_room(wallets: int) -> None:
    """Raises `Refused("E-WALLETCAP")` where a fan would have more wallets than may be."""
    if wallets > MOST_WALLETS:
        raise Refused("E-WALLETCAP", most=MOST_WALLETS)


def with_wallet(fan: Fan, wallet: Address) -> int:
    """How many wallets the fan has once this one is among them."""
    return len({*fan.addresses, wallet})


def _last(at: Whereabouts, cooldown: timedelta) -> FanId | None:
    """Who had the wallet when it was unlinked, if that is not too long ago to matter."""
    if at.trail is None or at.trail.freed_at is None or at.now >= at.trail.freed_at + cooldown:
        return None
    return at.trail.last


def _rests_until(at: Whereabouts, cooldown: timedelta) -> datetime | None:
    if at.trail is None or at.trail.moved_at is None:
        return None
    until = at.trail.moved_at + cooldown
    return until if at.now < until else None


def _was_expelled(at: Whereabouts) -> bool:
    return at.trail is not None and at.trail.expelled

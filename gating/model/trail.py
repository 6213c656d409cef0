"""Where a wallet was linked before, for as long as that limits where it may go."""

from dataclasses import dataclass
from datetime import datetime

from gating.model import Account, Address, FanId, Profile


@dataclass(frozen=True, slots=True)
class Trail:
    """`last` is the fan who has the wallet or had it last; `freed_at` when it was unlinked.

    `moved_at` is when it last went from one fan to another, and `taken_from` the fan from whom it
    went away first in that time: who may take it back at once. `expelled`: `last` lost it by the
    wallet's own word, and so has no such right.
    """

    wallet: Address
    last: FanId
    freed_at: datetime | None = None
    moved_at: datetime | None = None
    taken_from: FanId | None = None
    expelled: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """A chat account and how it shows itself."""

    account: Account
    profile: Profile

"""What the core needs around a fan's wallets: the ties to accounts, and the wallet's own page.

Of one kind with `gating.ports`, whose transaction holds them.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from gating.model import Account, Address, FanId
from gating.model.trail import Known, Trail
from gating.model.visit import Asked


class Bonds(Protocol):
    """What ties accounts and wallets to a fan, and how such a tie is undone or changed.

    Locks are taken in one order, or two changes at once would wait for each other for ever: first
    `turn`, then `hold`, then whatever is changed.
    """

    async def turn(self, wallet: Address) -> None:
        """Be the only one who links, moves or unlinks this wallet until the transaction ends."""
        ...

    async def hold(self, *fans: FanId) -> None:
        """Nobody else changes these fans or their accounts until the transaction ends."""
        ...

    async def trail(self, wallet: Address) -> Trail | None: ...

    async def note(self, trail: Trail) -> None: ...

    async def resting(
        self, wallets: Iterable[Address], rest: timedelta
    ) -> Mapping[Address, FanId]:
        """Which of these were unlinked less than `rest` ago, and the fan who had each last."""
        ...

    async def release(self, fan: FanId, wallet: Address) -> bool:
        """Take the wallet from this fan; False if it is not the fan's.

        Whoever listens is asked at the next sound whether the fan still may.
        """
        ...

    async def label(self, fan: FanId, wallet: Address, label: str) -> bool:
        """What the fan calls the wallet from now on; False if it is not the fan's."""
        ...

    async def known(self, fan: FanId) -> Sequence[Known]:
        """The fan's accounts with their names."""
        ...

    async def part(self, account: Account) -> FanId:
        """Make the account a fan of its own, without wallets.

        Nobody knows in whose browser the old fan's player runs, so it and every code end.
        """
        ...

    async def left_at(self, *fans: FanId) -> datetime | None:
        """When an account last parted from one of these."""
        ...

    async def merge(self, fan: FanId, *, into: FanId) -> None:
        """All that is the fan's becomes the other's; the fan is no more (`E-NOFAN`)."""
        ...


class Visits(Protocol):
    """Browsers on the page of a wallet, each known by the secret in its cookie."""

    async def ask(self, browser: str, asked: Asked) -> None:
        """Keep the text that this browser is to sign; an earlier one, or a visit, ends."""
        ...

    async def spend(self, browser: str) -> Asked | None:
        """The text, which is gone with this: of two posts one gets it."""
        ...

    async def enter(self, browser: str, wallet: Address, *, until: datetime) -> None: ...

    async def wallet_of(self, browser: str) -> Address | None: ...

    async def leave(self, browser: str) -> None: ...

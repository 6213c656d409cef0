"""Roles and chats that a platform manages itself: paid tiers, hand-given roles, other groups.

What a platform says is kept with its time, and counts for a day. It says so with what a person
does, when something changes, and when it is asked; who cannot be asked for is unknown, never out.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from gating.access.persons import FRESH
from gating.access.refresh import RefreshAccess
from gating.errors import NotDone, Refused
from gating.model import Account, Fan, Gate, Platform, Profile
from gating.model.rule import RoleElsewhere, predicates_of
from gating.ports import Store, Transaction
from gating.ports.doors import Doorkeeper

RECENT = timedelta(minutes=10)
"""A word that says the same again within this time is not written down anew."""
AT_ONCE = 200
"""Accounts that are asked for in one go, a minute at most."""
MISSES = 3
"""Accounts for which nobody could be asked; then a platform is left alone until next time."""
PAUSE = 0.2
"""Seconds between two of them: a tenth of what Discord allows a bot altogether (50 a second)."""


def asked_elsewhere(gates: Iterable[Gate], platform: Platform) -> frozenset[str]:
    """The roles (chats) of this platform's own that some rule asks for."""
    parts = (part for gate in gates for part in predicates_of(gate.rule))
    return frozenset(
        part.id for part in parts if isinstance(part, RoleElsewhere) and part.platform is platform
    )


@dataclass(frozen=True, kw_only=True)
class SeeElsewhere:
    """A platform said what an account has there now; what that opens or ends follows at once.

    Of somebody who is no fan nothing is kept, unless a `profile` comes along: then they asked to
    be looked at, and become a fan where there is something to see.
    """

    store: Store
    refresh: RefreshAccess
    gates: Sequence[Gate]

    async def gone(self, account: Account) -> None:
        """The account left the place, and has nothing there any more."""
        asked = asked_elsewhere(self.gates, account.platform)
        await self(account, dict.fromkeys(asked, False))

    async def __call__(
        self, account: Account, said: Mapping[str, bool], profile: Profile | None = None
    ) -> None:
        asked = asked_elsewhere(self.gates, account.platform)
        words = {target: has for target, has in said.items() if target in asked}
        if not words:
            return
        async with self.store() as tx:
            if await _told(tx, account, words, RECENT) == words:
                return
            fan = await _held(tx, account, profile if any(words.values()) else None)
            if fan is None:
                return
            news = await _told(tx, account, words, FRESH) != words
            await tx.elsewhere.keep(account, words)
            if news:
                await self.refresh.within(tx, fan.id, why="the platform's own roles")
        if news:
            await self.refresh.wake()


@dataclass(frozen=True, kw_only=True)
class AskElsewhere:
    """Ask the platforms for accounts of whom there is no word, or an old one; how many were asked.

    `every`: how old a word may get on each platform before it is asked for again.
    """

    store: Store
    doors: Mapping[Platform, Doorkeeper]
    see: SeeElsewhere
    every: Mapping[Platform, timedelta]
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def __call__(self) -> int:
        if self.turn.locked():  # a slow platform: the next minute goes on
            return 0
        async with self.turn:
            return sum([await self._on(each) for each in self.every if each in self.doors])

    async def _on(self, platform: Platform) -> int:
        targets = asked_elsewhere(self.see.gates, platform)
        if not targets:
            return 0
        async with self.store() as tx:
            accounts = await tx.elsewhere.oldest(
                platform, targets, told=self.every[platform], untold=RECENT, most=AT_ONCE
            )
        asked = missed = 0
        for account in accounts:
            answered = await self.about(account)
            asked, missed = asked + answered, missed + (not answered)
            if missed == MISSES:
                break
            await asyncio.sleep(PAUSE)
        return asked

    async def about(self, account: Account, profile: Profile | None = None) -> bool:
        """Ask for this account now. False where nobody could be asked."""
        targets = asked_elsewhere(self.see.gates, account.platform)
        door = self.doors.get(account.platform)
        if not targets or door is None:
            return False
        try:
            said = await door.has(account, targets)
        except NotDone:
            return False
        await self.see(account, said, profile)
        return True


async def _told(
    tx: Transaction, account: Account, words: Mapping[str, bool], within: timedelta
) -> Mapping[str, bool]:
    told = await tx.elsewhere.told((account,), words.keys(), within=within)
    return {target: has for (_, target), has in told.items()}


async def _held(tx: Transaction, account: Account, profile: Profile | None) -> Fan | None:
    """The fan of this account, whom nobody else changes from here on."""
    fan = await tx.people.of_account(account)
    if fan is None and profile is not None:
        fan = await tx.people.enrol(account, profile)
    try:
        return await tx.people.get(fan.id, lock=True) if fan else None
    except Refused:  # forgotten, or joined with another, this very moment
        return None

"""Who trades with whom in `bench_transfers`: one block a second, and what each fan should have."""

import asyncio
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import monotonic

from tests.bench.transfer_town import EPOCH, Fan, Place, Town

REST = 2 * EPOCH + 12
"""Blocks in which a fan does not trade again: what the last trade changes is done by then, unless
a limit holds it up; nobody trades while it is."""
FINAL = 2 * EPOCH


@dataclass(frozen=True, slots=True)
class Traded:
    """A copy went from one fan to another, in the block that was there at this second."""

    place: Place
    seller: int
    buyer: int
    block: int


@dataclass
class Market:
    """Makes a block each second with the transfers that are due."""

    town: Town
    a_minute: int
    dice: random.Random = field(default_factory=lambda: random.Random(7))  # noqa: S311  - a load
    trades: list[Traded] = field(default_factory=list)
    mined: dict[int, float] = field(default_factory=dict)
    """When each block was there."""
    late_by: float = 0.0
    passed_over: int = 0
    """Trades that were due where nobody was free to trade."""

    async def open(self, seconds: int) -> None:
        """Trade for so long."""
        begun, due = monotonic(), 0.0
        for second in range(seconds):
            due += self.a_minute / 60
            await self._block(begun + second, round(due) - len(self.trades) - self.passed_over)

    async def quiet(self, blocks: int) -> None:
        """Blocks without transfers, one a second."""
        begun = monotonic()
        for second in range(blocks):
            await self._block(begun + second, 0)

    async def _block(self, at: float, trades: int) -> None:
        await asyncio.sleep(max(0.0, at - monotonic()))
        self.late_by = max(self.late_by, monotonic() - at)
        block = await self.town.chain.head() + 1
        pairs = self._pairs(trades, block)
        for place, seller, buyer in pairs:
            assert seller.copy is not None
            await self.town.send(seller.copy, seller.wallet, buyer.wallet)
            seller.copy, buyer.copy = None, seller.copy
            self.trades.append(Traded(place, seller.user, buyer.user, block))
        await self.town.chain.mine()
        self.mined[block] = monotonic()

    def _pairs(self, trades: int, block: int) -> list[tuple[Place, Fan, Fan]]:
        places = self.dice.choices(
            self.town.places, [place.plan.share for place in self.town.places], k=max(0, trades)
        )
        moved = self._moved()
        found = []
        for place in places:
            free = [fan for fan in place.fans.values() if fan.rests_until <= block]
            free = [fan for fan in free if moved[fan.user] >= 0]
            sellers = [fan for fan in free if fan.copy is not None]
            buyers = [fan for fan in free if fan.copy is None]
            if not sellers or not buyers:
                self.passed_over += 1
                continue
            seller, buyer = self.dice.choice(sellers), self.dice.choice(buyers)
            seller.rests_until = buyer.rests_until = block + REST
            found.append((place, seller, buyer))
        return found

    def _moved(self) -> defaultdict[int, int]:
        """For each person, role calls seen less trades made: below zero something is under way."""
        balance: defaultdict[int, int] = defaultdict(int)
        for call in self.town.far.calls:
            balance[call.user] += 1
        for trade in self.trades:
            balance[trade.seller] -= 1
            balance[trade.buyer] -= 1
        return balance


@dataclass(frozen=True, slots=True)
class Waited:
    """One role, from the block (a taken one: and from when that block was final) to the call."""

    guild: int
    given: bool
    since_block: float
    since_final: float
    written: float
    done: float

    @property
    def since_written(self) -> float:
        """From the decision, which is a row of the outbox then."""
        return self.done - self.written


Whose = tuple[int, bool]
"""A person, and whether a role is given."""


async def written(town: Town) -> defaultdict[Whose, list[float]]:
    """When each role change was decided, by person, in order."""
    ahead = datetime.now(UTC).timestamp() - monotonic()
    store = town.house.services.store
    async with store.sessions() as session:  # type: ignore[attr-defined]
        link = await session.connection()
        rows = await link.exec_driver_sql(
            "SELECT act->'account'->>1, act->>'step', extract(epoch FROM due_at)::float8 "
            "FROM outbox WHERE act->>'kind' = 'pass' AND state = 'done' ORDER BY id"
        )
    found: defaultdict[Whose, list[float]] = defaultdict(list)
    for user, step, at in rows:
        found[int(user), step == "open"].append(at - ahead)
    return found


def matched(market: Market, decided: defaultdict[Whose, list[float]]) -> tuple[list[Waited], int]:
    """Each trade's two role calls, in each person's own order; how many calls are missing."""
    calls: defaultdict[Whose, list[float]] = defaultdict(list)
    for call in market.town.far.calls:
        calls[call.user, call.given].append(call.at)
    found, missing = [], 0
    for trade in market.trades:
        for user, given in ((trade.buyer, True), (trade.seller, False)):
            mine, ours = calls[user, given], decided[user, given]
            if not mine or not ours:
                missing += 1
                continue
            done, at = mine.pop(0), ours.pop(0)
            block = market.mined[trade.block]
            final = market.mined[trade.block + FINAL]
            found.append(Waited(trade.place.guild, given, done - block, done - final, at, done))
    return found, missing


def should_have(places: Sequence[Place]) -> list[set[int]]:
    """The plain model: whoever holds a copy of a place has its role."""
    return [
        {fan.user for fan in (*place.fans.values(), *place.late) if fan.copy is not None}
        for place in places
    ]

"""From a transfer to the role: `python -m tests.bench.bench_transfers [seconds] [a minute]`.

The whole house with PostgreSQL in processes of its own, an anvil that makes a block each second,
and a local Discord in another process; 1,000 transfers a minute among linked fans, one role given
and one taken for each. First one server without a limit on role calls, then 50 servers with
Discord's: five of them get more than it allows, which must not hold up the others. The club file
gives no grace and no brake, so that a role goes when its sale is final. Whoever trades is told so
as well, and the words go where role calls leave room. Nothing may be lost: at the end each role is
compared with a plain model. For the figures in docs/performance.md: 600 seconds.
"""

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from time import monotonic

from config.logs import start_logging
from gating.model.servers import queue_in
from tests.bench.machine import describe, spread
from tests.bench.transfer_load import Market, Waited, matched, should_have, written
from tests.bench.transfer_town import Fan, Place, Plan, Town, opened

A_MINUTE = 1_000
SERVERS, BUSY = 50, 5
BUSY_TRANSFERS = 0.75
"""A second in each busy server: one and a half role calls."""
ALLOWED = 1.0
"""Role calls a second that Discord allows a server, as others measured it."""
LATE_EACH = 20
OVERTAKEN = 12
"""Seconds: what is under way when something more urgent comes is not called back."""
PATIENCE = 2.0
"""How much longer than the limit needs is waited until everything is done."""


@dataclass
class Estimates:
    """What somebody at the screen would be told, and how long it was then."""

    said: dict[int, tuple[float, float]] = field(default_factory=dict)
    """By person: the seconds told, and when."""
    backlog: dict[int, list[int]] = field(default_factory=dict)

    async def newcomer(self, town: Town, place: Place, fan: Fan) -> None:
        """Somebody who holds a copy links the wallet now, and looks at the screen."""
        services, fan_id = town.house.services, await town.link(fan)
        await services.refresh(fan_id, why="wallet linked", waiting=fan.account)
        told, now = services.deliver.throughput, monotonic()
        async with services.store() as tx:
            waits = await tx.outbox.waits_of(fan.account)
        place_in_line = max((wait.place for wait in waits), default=0)
        self.said[fan.user] = (told.seconds(queue_in(str(place.guild)), place_in_line), now)


async def one_server(seconds: int, a_minute: int) -> None:
    plan = Plan(people=2_000, copies=900, share=1.0)
    async with opened([plan], role_limit=False) as town:
        market = Market(town, a_minute)
        await market.open(seconds)
        await _done(market, within=60)
        await _report("one server, no role limit", market)


async def many_servers(seconds: int, a_minute: int) -> None:
    late, share = seconds // LATE_EACH, BUSY_TRANSFERS / (a_minute / 60)
    calm = Plan(people=40, copies=12, share=(1 - BUSY * share) / (SERVERS - BUSY))
    busy = Plan(people=150 + seconds, copies=60, share=share, late=late)
    plans = [busy] * BUSY + [calm] * (SERVERS - BUSY)
    async with opened(plans, role_limit=True) as town:
        market, estimates = Market(town, a_minute), Estimates()
        begun = monotonic()
        async with asyncio.TaskGroup() as group:
            group.create_task(market.open(seconds))
            group.create_task(_come_late(town, estimates, seconds))
        ended = monotonic()
        waiting = _backlog(market)
        print(f"role calls that waited when the trade ended: {waiting} in {BUSY} busy servers")
        await _done(market, within=60 + PATIENCE * waiting / BUSY / ALLOWED)
        waited = await _report("50 servers with the role limit", market, busy=BUSY)
        _pace_of(town, begun, ended)
        _order(waited, {place.guild for place in town.places[:BUSY]})
        _estimates(town, estimates)


async def _come_late(town: Town, estimates: Estimates, seconds: int) -> None:
    """In each busy server somebody comes to the screen every 20 seconds."""
    begun = monotonic()
    for turn in range(seconds // LATE_EACH):
        await asyncio.sleep(max(0.0, begun + (turn + 0.7) * LATE_EACH - monotonic()))
        for place in town.places[:BUSY]:
            await estimates.newcomer(town, place, place.late[turn])


def _backlog(market: Market) -> int:
    return max(0, 2 * len(market.trades) - len(market.town.far.calls))


async def _done(market: Market, *, within: float) -> None:
    """Blocks go on without transfers until every role is as it should be."""
    end = monotonic() + within
    await market.quiet(6)
    late = sum(len(place.late) for place in market.town.places)
    while len(market.town.far.calls) < 2 * len(market.trades) + late and monotonic() < end:
        await market.quiet(2)


async def _report(name: str, market: Market, *, busy: int = 0) -> list[Waited]:
    town = market.town
    waited, missing = matched(market, await written(town))
    print(f"\n{name}: {len(market.trades)} transfers in {len(market.mined)} blocks of a second")
    print(f"  blocks came at most {market.late_by:.2f} s late; {market.passed_over} passed over")
    loaded = {place.guild for place in town.places[:busy]}
    for words, some in (
        ("", [each for each in waited if each.guild not in loaded]),
        ("busy servers, ", [each for each in waited if each.guild in loaded]),
    ):
        _spreads(words, some)
    end = await town.far.report()
    wrong = [
        len(set(have) ^ model)
        for have, model in zip(end["have"], should_have(town.places), strict=True)  # type: ignore[arg-type, call-overload]
    ]
    print(f"  roles unlike the model: {sum(wrong)}; calls missing: {missing}")
    print(f"  requests that Discord refused for coming too soon: {end['refused']}")
    print(f"  words not said yet: {await _unsaid(town)}")
    return waited


def _spreads(words: str, some: Sequence[Waited]) -> None:
    given = [each.since_block for each in some if each.given]
    taken = [each for each in some if not each.given]
    if given:
        print(spread(f"  {words}given, from the block", given))
    if taken:
        print(spread(f"  {words}taken, from the block", [each.since_block for each in taken]))
        print(spread(f"  {words}taken, from finality", [each.since_final for each in taken]))
    for name, those in (("given", [each for each in some if each.given]), ("taken", taken)):
        if those:
            ours = [each.since_written for each in those]
            print(spread(f"  {words}{name}, from the outbox", ours))


async def _unsaid(town: Town) -> int:
    store = town.house.services.store
    async with store.sessions() as session:  # type: ignore[attr-defined]
        counted = await session.connection()
        found = await counted.exec_driver_sql(
            "SELECT count(*) FROM outbox WHERE state = 'due' AND act->>'kind' = 'tell'"
        )
        return int(found.scalar_one())


def _pace_of(town: Town, begun: float, ended: float) -> None:
    """Role calls in each busy server while more waited than its limit allowed."""
    start = begun + (ended - begun) / 3
    rates = []
    for place in town.places[:BUSY]:
        calls = [call for call in town.far.calls if call.guild == place.guild]
        rates.append(sum(start <= call.at < ended for call in calls) / (ended - start))
    shares = ", ".join(f"{rate / ALLOWED:.1%}" for rate in rates)
    print(f"  of what the limit allows, each busy server used: {shares}")


def _order(waited: Sequence[Waited], busy: set[int]) -> None:
    """Taken ones that went before a given one which had been due for long."""
    passed = 0
    for guild in busy:
        mine = [each for each in waited if each.guild == guild]
        given = [each for each in mine if each.given]
        for taken in (each for each in mine if not each.given):
            passed += any(each.written + OVERTAKEN < taken.done < each.done for each in given)
    print(f"  roles taken while one to be given had waited for {OVERTAKEN} s: {passed}")


def _estimates(town: Town, estimates: Estimates) -> None:
    given = {call.user: call.at for call in reversed(town.far.calls) if call.given}
    real = {
        user: given[user] - when for user, (_, when) in estimates.said.items() if user in given
    }
    print(f"  came to the screen: {len(estimates.said)}, of whom {len(real)} got the role")
    if real:
        print(spread("  at the screen, waited", list(real.values())))
        off = [abs(estimates.said[user][0] - real[user]) for user in real]
        print(spread("  at the screen, told minus waited, absolute", off))


async def main(seconds: int = 60, a_minute: int = A_MINUTE) -> None:
    start_logging(as_json=False, secrets=(), out=sys.stderr)
    print(describe())
    await one_server(seconds, a_minute)
    await many_servers(seconds, a_minute)


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:])))

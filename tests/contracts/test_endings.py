"""A pass that comes to its end, from the sale to the outbox, and the brake, on a real database."""

import asyncio
from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import pytest

from gating.access.closing import CloseDue, DecideBrake
from gating.access.refresh import RefreshAccess
from gating.access.rivals import SeeRoles
from gating.access.standing import Standing
from gating.errors import Refused
from gating.model import FanId, Gate, GateId, Pass, Platform, Step
from gating.model.ending import Limits
from gating.model.proof import WalletProof
from gating.model.servers import Servers
from tests.contracts.access_kit import (
    FAN,
    HOLDER,
    NOBODY,
    ROLE,
    TIDE,
    Town,
    account,
    block,
    history,
    move,
    wallet,
)
from tests.rule_kit import holds

GATE = Gate(
    HOLDER,
    "Holder",
    holds(TIDE),
    (Pass(HOLDER, Platform.DISCORD, ROLE, "Holder"),),
    timedelta(hours=24),
)
LIMITS = Limits(fans=20, percent=5, few=3)
HERE = (Platform.DISCORD,)
BUYER = wallet(999)


async def nothing() -> None:
    return None


def refresher(town: Town, *gates: Gate, protected: Sequence[int] = ()) -> RefreshAccess:
    return RefreshAccess(
        store=town.store,
        asset=TIDE,
        gates=gates or (GATE,),
        wake=nothing,
        protected=frozenset(map(account, protected)),
    )


def closer(town: Town, *gates: Gate, protected: Sequence[int] = ()) -> CloseDue:
    refresh = refresher(town, *gates, protected=protected)
    return CloseDue(
        store=town.store, refresh=refresh, limits=LIMITS, platforms=HERE, clock=town.clock
    )


def decider(town: Town) -> DecideBrake:
    return DecideBrake(store=town.store, platforms=HERE, wake=nothing)


async def holders(town: Town, count: int) -> list[FanId]:
    """So many fans, each with one copy and its role."""
    fans = []
    for number in range(1, count + 1):
        async with town.store() as tx:
            fan = await tx.people.enrol(account(number), FAN)
            assert await tx.people.add_wallet(fan.id, wallet(number), WalletProof())
        fans.append(fan.id)
    bought = [move(block(1), n, NOBODY, wallet(n), log=n) for n in range(1, count + 1)]
    async with town.store() as tx:
        await history(tx, bought, until=block(2))
    for fan in fans:
        await refresher(town)(fan, why="a test")
    return fans


async def sell(
    town: Town, fans: Sequence[FanId], *, at: int = 3, gates: tuple[Gate, ...] = ()
) -> None:
    """The first of these fans sell their copies, and that is final."""
    sold = [move(block(at), n, wallet(n), BUYER, log=n) for n in range(1, len(fans) + 1)]
    async with town.store() as tx:
        await history(tx, sold, until=block(at + 1))
    for fan in fans:
        await refresher(town, *gates)(fan, why="a copy moved")


async def passes(town: Town) -> int:
    return len(await town.rows("SELECT 1 FROM held_pass"))


async def told(town: Town, key: str) -> int:
    """How many messages with this key stand in the outbox."""
    found = await town.rows("SELECT 1 FROM outbox WHERE act #>> '{notice,key}' = :key", key=key)
    return len(found)


async def closings(town: Town) -> int:
    found = await town.rows(
        "SELECT 1 FROM outbox WHERE act ->> 'step' = :step", step=Step.CLOSE.value
    )
    return len(found)


async def test_who_sells_is_told_and_keeps_the_pass_for_the_gate_s_grace(town: Town) -> None:
    [fan] = await holders(town, 1)
    await sell(town, [fan])
    assert (await told(town, "access.ending"), await passes(town)) == (1, 1)
    town.later(hours=23)
    assert await closer(town)() == 0
    assert (await passes(town), await closings(town)) == (1, 0)
    town.later(hours=2)
    assert await closer(town)() == 1
    assert (await passes(town), await closings(town)) == (0, 1)
    assert await told(town, "access.ended") == 1


async def test_being_looked_at_again_makes_an_end_neither_sooner_nor_later(town: Town) -> None:
    [fan] = await holders(town, 1)
    await sell(town, [fan])
    town.later(hours=20)
    for _ in range(3):
        await refresher(town)(fan, why="periodic pass")
    assert await told(town, "access.ending") == 1
    town.later(hours=5)
    assert await closer(town)() == 1
    assert await passes(town) == 0


async def test_who_buys_again_within_the_grace_keeps_everything_and_hears_so(town: Town) -> None:
    [fan] = await holders(town, 1)
    await sell(town, [fan])
    async with town.store() as tx:
        await history(tx, [move(block(6), 55, NOBODY, wallet(1))], until=block(7))
    await refresher(town)(fan, why="a copy moved")
    assert await told(town, "access.stays") == 1
    town.later(hours=48)
    assert await closer(town)() == 0
    assert (await passes(town), await closings(town)) == (1, 0)


async def test_who_bought_again_unseen_is_judged_once_more_before_anything_is_taken(
    town: Town,
) -> None:
    [fan] = await holders(town, 1)
    await sell(town, [fan])
    async with town.store() as tx:
        await history(tx, [move(block(6), 55, NOBODY, wallet(1))], until=block(7))
    town.later(hours=25)
    await closer(town)()
    assert (await passes(town), await closings(town)) == (1, 0)


async def test_while_the_chain_is_silent_no_grace_runs_out(town: Town) -> None:
    [fan] = await holders(town, 1)
    await sell(town, [fan])
    async with town.store() as tx:
        await tx.ledger.silence(TIDE, "E-CHAINDOWN")
    town.later(hours=25)
    await closer(town)()
    assert (await passes(town), await closings(town)) == (1, 0)
    async with town.store() as tx:
        await tx.ledger.silence(TIDE, None)
    await closer(town)()
    assert (await passes(town), await closings(town)) == (0, 1)


async def test_who_cannot_be_taken_while_a_chain_is_silent_is_looked_at_ever_more_seldom(
    town: Town,
) -> None:
    [fan] = await holders(town, 1)
    await sell(town, [fan])
    async with town.store() as tx:
        await tx.ledger.silence(TIDE, "E-CHAINDOWN")
    town.later(hours=25)
    close = closer(town)
    looked_at = 0
    for _ in range(600):
        looked_at += await close()
        town.later(seconds=1)
    assert looked_at == 6 + 9  # after 1, 3, 7, 15, 31 seconds and 63, then once a minute
    async with town.store() as tx:
        await tx.ledger.silence(TIDE, None)
    town.later(minutes=1)
    assert (await close(), await passes(town), close.waits == {}) == (1, 0, False)
    assert (await close(), close.waits) == (0, {})


async def test_a_stopped_gate_is_not_counted_again_each_second(town: Town) -> None:
    fans = await holders(town, 5)
    await sell(town, fans)
    town.later(hours=25)
    assert await closer(town)() == 0
    async with town.store() as tx:
        assert await tx.endings.due(within=timedelta(hours=1)) == []
        assert len(await tx.endings.stopped(HOLDER)) == 5
        await tx.endings.release(HOLDER)
        [due] = await tx.endings.due(within=timedelta(hours=1))
    assert (len(due.passes), due.holders, due.stopped) == (5, 5, False)


async def test_a_gate_without_grace_ends_at_once_and_with_one_message(town: Town) -> None:
    [fan] = await holders(town, 1)
    quick = replace(GATE, grace=timedelta(0))
    await sell(town, [fan], gates=(quick,))
    assert await told(town, "access.ending") == 0
    await closer(town, quick)()
    assert (await passes(town), await told(town, "access.ended")) == (0, 1)


async def test_a_gate_that_left_the_club_file_ends_after_a_day(town: Town) -> None:
    [fan] = await holders(town, 1)
    other = replace(GATE, id=GateId("other"), passes=())
    await refresher(town, other)(fan, why="periodic pass")
    town.later(hours=23)
    assert await closer(town, other)() == 0
    town.later(hours=2)
    await closer(town, other)()
    assert (await passes(town), await closings(town)) == (0, 1)


async def test_a_protected_account_keeps_its_pass_whatever_it_sold(town: Town) -> None:
    [fan] = await holders(town, 1)
    await refresher(town, protected=[1])(fan, why="periodic pass")
    await sell(town, [fan])
    town.later(hours=25)
    await closer(town, protected=[1])()
    assert (await passes(town), await closings(town)) == (1, 0)


async def test_when_many_would_lose_a_gate_at_once_nobody_does_and_moderators_are_asked(
    town: Town,
) -> None:
    fans = await holders(town, 10)
    await sell(town, fans[:4])
    town.later(hours=25)
    for _ in range(3):
        assert await closer(town)() == 0
    assert (await passes(town), await closings(town)) == (10, 0)
    assert await told(town, "brake.pulled") == 1


async def test_a_few_who_sell_one_after_the_other_within_an_hour_pull_the_brake_too(
    town: Town,
) -> None:
    fans = await holders(town, 10)
    quick = replace(GATE, grace=timedelta(0))
    for number in range(1, 6):
        async with town.store() as tx:
            await history(
                tx,
                [move(block(2 * number + 1), number, wallet(number), BUYER)],
                until=block(2 * number + 2),
            )
        await refresher(town, quick)(fans[number - 1], why="a copy moved")
        await closer(town, quick)()
        town.later(minutes=5)
    assert await passes(town) == 7
    assert await told(town, "brake.pulled") == 1


async def test_what_a_moderator_lets_go_is_taken_and_counts_no_more(town: Town) -> None:
    fans = await holders(town, 10)
    await sell(town, fans[:4])
    town.later(hours=25)
    await closer(town)()
    assert await decider(town)(HOLDER, by="discord:5") == 4
    assert await closer(town)() == 4
    assert (await passes(town), await closings(town)) == (6, 4)
    decided = await town.rows("SELECT facts->>'by' FROM audit WHERE what = 'brake.release'")
    assert decided == [("discord:5",)]
    quick = replace(GATE, grace=timedelta(0))
    async with town.store() as tx:
        await history(tx, [move(block(8), 5, wallet(5), BUYER)], until=block(9))
    await refresher(town, quick)(fans[4], why="a copy moved")
    await closer(town, quick)()
    assert await passes(town) == 5


async def test_a_moderator_may_wait_a_day_and_is_asked_again_then(town: Town) -> None:
    fans = await holders(town, 10)
    await sell(town, fans[:4])
    town.later(hours=25)
    await closer(town)()
    assert await decider(town)(HOLDER, by="discord:5", wait=timedelta(days=1)) == 4
    town.later(hours=23)
    assert await closer(town)() == 0
    assert await told(town, "brake.pulled") == 1
    town.later(hours=2)
    await closer(town)()
    assert (await told(town, "brake.pulled"), await passes(town)) == (2, 10)


async def test_of_two_moderators_who_decide_at_once_one_decides(town: Town) -> None:
    fans = await holders(town, 10)
    await sell(town, fans[:4])
    town.later(hours=25)
    await closer(town)()
    answers = await asyncio.gather(*(decider(town)(HOLDER, by=str(n)) for n in range(5)))
    assert sorted(answer or 0 for answer in answers) == [0, 0, 0, 0, 4]


async def test_two_workers_at_once_take_each_pass_once_and_pull_the_brake_once(
    town: Town,
) -> None:
    fans = await holders(town, 10)
    await sell(town, fans[:2])
    town.later(hours=25)
    await asyncio.gather(*(closer(town)() for _ in range(4)))
    assert (await passes(town), await closings(town)) == (8, 2)
    await sell(town, fans[:4], at=6)
    await town.change("UPDATE held_pass SET ends_at = :now WHERE ends_at IS NOT NULL", now=town.at)
    await asyncio.gather(*(closer(town)() for _ in range(4)))
    assert await told(town, "brake.pulled") == 1


@pytest.mark.parametrize("lost", [3, 4])
async def test_in_a_small_club_three_who_sell_are_no_alarm_and_four_are(
    town: Town, lost: int
) -> None:
    fans = await holders(town, 6)
    await sell(town, fans[:lost])
    town.later(hours=25)
    await closer(town)()
    assert await passes(town) == (3 if lost == 3 else 6)


async def test_a_fan_who_is_forgotten_at_that_moment_keeps_nobody_else_s_pass_from_ending(
    town: Town,
) -> None:
    gone, _ = fans = await holders(town, 2)
    await sell(town, fans)
    town.later(hours=25)

    class Beside(RefreshAccess):
        async def __call__(self, fan: FanId, **more: Any) -> Standing:
            if fan == gone:
                raise Refused("E-NOFAN")
            return await super().__call__(fan, **more)

    whole = closer(town)
    told = {each.name: getattr(whole.refresh, each.name) for each in fields(whole.refresh)}
    assert await replace(whole, refresh=Beside(**told))() == 2
    assert await town.rows("SELECT user_id FROM held_pass") == [("1",)]


async def test_workers_are_woken_only_where_another_hand_was_seen(town: Town) -> None:
    await holders(town, 1)
    await town.change("UPDATE outbox SET state = 'done'")
    woken: list[str] = []

    async def wake() -> None:
        woken.append("now")

    refresh = replace(refresher(town), wake=wake)
    see = SeeRoles(
        store=town.store,
        clock=town.clock,
        gates=(GATE,),
        platforms=HERE,
        refresh=refresh,
        servers=Servers("9", {ROLE: "9"}),
    )
    await see(account(1), "9", frozenset({ROLE, "77"}))
    assert woken == []
    await see(account(1), "9", frozenset({"77"}))
    assert woken == ["now"]
    assert await told(town, "rival.took") == 1
    await see(account(1), "9", frozenset({ROLE}))
    assert await town.rows("SELECT contested FROM held_pass") == [(False,)]
    assert woken == ["now"]

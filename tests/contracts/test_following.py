"""Following a chain: whatever the order of things, nobody loses or keeps what they should not."""

import asyncio
from datetime import timedelta

import pytest

from gating.access.knocks import AnswerKnock
from gating.access.refresh import RefreshAccess
from gating.adapters.chance import SystemRandomness
from gating.errors import Refused, TryLater
from gating.holdings.alarm import TellOfChain
from gating.holdings.follow import FollowChain
from gating.holdings.pace import Pace
from gating.holdings.still import FinalWatch, HeadWatch, Lasting
from gating.identity.joining import GiveCode, JoinByCode
from gating.model import Address, FanId, Gate, Pass, Platform
from gating.model.proof import WalletProof
from tests.contracts.access_kit import (
    FAN,
    HOLDER,
    NOBODY,
    ROLE,
    TIDE,
    Town,
    account,
    block,
    move,
    owned,
    wallet,
)
from tests.fakes.told_chain import ToldChain
from tests.rule_kit import holds

GROUP = "-100"


async def no_workers() -> None:
    """Nobody is woken: the tests read the outbox themselves."""


def gates() -> tuple[Gate, ...]:
    passes = (
        Pass(HOLDER, Platform.DISCORD, ROLE, "Holder"),
        Pass(HOLDER, Platform.TELEGRAM, GROUP, "Holder"),
    )
    return (Gate(HOLDER, "Holder", holds(TIDE), passes),)


def refreshing(town: Town) -> RefreshAccess:
    return RefreshAccess(store=town.store, asset=TIDE, gates=gates(), wake=no_workers)


def following(town: Town, chain: ToldChain) -> FollowChain:
    return FollowChain(
        chain=chain,
        store=town.store,
        assets={TIDE: 0},
        depth=2,
        refresh=refreshing(town),
        watch=HeadWatch(town.clock, None),
        pace=Pace(town.clock),
        unconfirmed=Lasting(town.clock, timedelta(minutes=10)),
        finality=FinalWatch(town.clock, timedelta(hours=1)),
        alarm=TellOfChain(store=town.store, wake=no_workers, platforms=(Platform.DISCORD,)),
    )


@pytest.fixture
def chain() -> ToldChain:
    told = ToldChain(final=10)
    told.grow(20)
    return told


async def a_fan(
    town: Town, number: int, *wallets: Address, platform: Platform = Platform.DISCORD
) -> FanId:
    async with town.store() as tx:
        fan = await tx.people.enrol(account(number, platform), FAN)
        for each in wallets:
            assert await tx.people.add_wallet(fan.id, each, WalletProof())
    return fan.id


async def steps(town: Town) -> list[str]:
    """What was decided about passes, in order."""
    rows = await town.rows("SELECT what FROM audit WHERE what LIKE 'pass.%' ORDER BY id")
    return [str(what).removeprefix("pass.") for (what,) in rows]


async def reach_the_head(follow: FollowChain) -> None:
    while (await follow()).behind:
        pass


async def test_moderators_hear_when_blocks_come_and_none_becomes_final(
    town: Town, chain: ToldChain
) -> None:
    follow = following(town, chain)
    for grown, alarms in ((21, 0), (25, 1), (26, 1)):
        chain.grow(grown)
        await follow()
        told = await town.rows(
            "SELECT act->'notice'->>'key' FROM outbox WHERE act->>'kind' = 'post'"
        )
        assert told == [("E-FINALSTILL",)] * alarms
        town.later(minutes=61)


async def test_a_chain_that_stands_as_a_whole_is_not_said_to_lack_final_blocks(
    town: Town, chain: ToldChain
) -> None:
    follow = following(town, chain)
    for _ in range(2):
        await follow()
        town.later(minutes=61)
    assert await town.rows("SELECT id FROM outbox") == []


async def test_a_reorganisation_with_the_same_sale_in_it_takes_nothing(
    town: Town, chain: ToldChain
) -> None:
    follow = following(town, chain)
    await follow()
    fan = await a_fan(town, 1, wallet(1))
    chain.moves.append(move(block(21), 5, NOBODY, wallet(1)))
    chain.grow(24)
    await follow()
    assert await steps(town) == ["open"]
    chain.moves[0] = move(block(22, "b"), 5, NOBODY, wallet(1))
    chain.grow(25, fork="b", since=21)

    async def a_fan_asks_and_the_node_fails() -> None:
        await refreshing(town)(fan, why="the fan asks in the middle of it")
        raise TryLater("E-CHAINDOWN")

    chain.before_logs = a_fan_asks_and_the_node_fails
    with pytest.raises(TryLater):
        await follow()
    chain.before_logs = None
    await follow()
    await refreshing(town)(fan, why="periodic pass")
    assert await steps(town) == ["open"]


async def test_what_a_reorganisation_undid_is_looked_at_again(
    town: Town, chain: ToldChain
) -> None:
    follow = following(town, chain)
    await follow()
    await a_fan(town, 1, wallet(1))
    chain.moves.append(move(block(21), 5, NOBODY, wallet(1)))
    chain.grow(24)
    await follow()
    chain.moves.clear()
    chain.grow(40, fork="b", since=21)
    chain.final = 38
    await follow()
    assert await steps(town) == ["open", "end"]


async def test_a_house_that_was_off_does_not_act_upon_the_past(
    town: Town, chain: ToldChain
) -> None:
    follow = following(town, chain)
    chain.moves.append(move(block(3), 5, NOBODY, wallet(1)))
    await follow()
    fan = await a_fan(town, 1, wallet(1))
    await refreshing(town)(fan, why="linked")
    chain.moves += [
        move(block(30), 5, wallet(1), wallet(9)),
        move(block(1500), 5, wallet(9), wallet(1)),
    ]
    chain.grow(3000)
    chain.final = 2990
    seen: list[str | None] = []

    async def a_fan_asks() -> None:
        seen.append((await refreshing(town).look(fan)).reading.silent)

    chain.before_logs = a_fan_asks
    await reach_the_head(follow)
    # from the moment at which the first piece of the past was stored, perhaps beside the second
    assert (seen[0], seen[-1]) == (None, "E-NOTREADY")
    assert await steps(town) == ["open"]


async def test_of_two_followers_the_slower_one_writes_nothing(
    town: Town, chain: ToldChain
) -> None:
    slow, fast = following(town, chain), following(town, chain)
    await fast()
    chain.moves.append(move(block(21), 5, NOBODY, wallet(1)))
    chain.grow(23)
    old = ToldChain(dict(chain.blocks), list(chain.moves), chain.top, chain.final)

    async def the_other_sees_a_reorganisation() -> None:
        chain.moves.clear()
        chain.grow(26, fork="b", since=21)
        await reach_the_head(fast)

    old.before_logs = the_other_sees_a_reorganisation
    slow = following(town, old)
    assert (await slow()).behind
    async with town.store() as tx:
        assert await owned(tx, TIDE, 100) == {}
        assert await tx.ledger.tip(TIDE) == block(26, "b")


async def test_a_sale_that_is_not_final_closes_nothing(town: Town, chain: ToldChain) -> None:
    follow = following(town, chain)
    await follow()
    await a_fan(town, 1, wallet(1))
    chain.moves.append(move(block(21), 5, NOBODY, wallet(1)))
    chain.grow(23)
    await follow()
    chain.moves.append(move(block(24), 5, wallet(1), wallet(2)))
    chain.grow(26)
    await follow()
    assert await steps(town) == ["open"]
    chain.grow(40)
    chain.final = 30
    await follow()
    assert await steps(town) == ["open", "end"]


async def test_a_lagging_head_takes_nothing_back(town: Town, chain: ToldChain) -> None:
    follow = following(town, chain)
    chain.moves.append(move(block(19), 5, NOBODY, wallet(1)))
    chain.grow(24)
    await follow()
    chain.top = 18
    with pytest.raises(TryLater, match="E-CHAINDOWN"):
        await follow()
    async with town.store() as tx:
        assert await owned(tx, TIDE, 24) == {wallet(1): frozenset({5})}


async def test_a_knock_is_answered_once_however_often_the_fan_is_looked_at(
    town: Town, chain: ToldChain
) -> None:
    chain.moves.append(move(block(3), 5, NOBODY, wallet(1)))
    await following(town, chain)()
    fan = await a_fan(town, 1, wallet(1), platform=Platform.TELEGRAM)
    knock = AnswerKnock(store=town.store, refresh=refreshing(town))
    await knock(account(1, Platform.TELEGRAM), FAN, GROUP)
    for _ in range(5):
        await refreshing(town)(fan, why="periodic pass")
    assert await steps(town) == ["open"]


async def test_one_copy_does_not_let_in_a_second_account_of_the_same_chat(
    town: Town, chain: ToldChain
) -> None:
    chain.moves.append(move(block(3), 5, NOBODY, wallet(1)))
    await following(town, chain)()
    await a_fan(town, 1, wallet(1))
    give = GiveCode(store=town.store, clock=town.clock, random=SystemRandomness())
    join = JoinByCode(store=town.store, clock=town.clock, refresh=refreshing(town))
    given = await give(account(1))
    with pytest.raises(Refused, match="E-SAMECHAT"):
        await join(account(2), FAN, given.code)
    await join(account(2, Platform.TELEGRAM), FAN, given.code)


async def test_two_wallets_of_one_fan_signed_at_once_are_both_linked(
    town: Town, chain: ToldChain
) -> None:
    await following(town, chain)()
    fan = await a_fan(town, 1)

    async def bind(number: int) -> bool:
        async with town.store() as tx:
            await tx.people.get(fan, lock=True)
            await asyncio.sleep(0.02)
            added = await tx.people.add_wallet(fan, wallet(number), WalletProof())
            await refreshing(town).within(tx, fan, why="linked a wallet")
        return added

    assert all(await asyncio.gather(*(bind(number) for number in range(1, 9))))


async def test_a_fan_who_is_forgotten_meanwhile_holds_up_nobody(
    town: Town, chain: ToldChain
) -> None:
    gone, stays = FanId("of-nobody-any-more"), await a_fan(town, 1, wallet(7))
    chain.moves = [move(block(3), 17, NOBODY, wallet(7))]
    await reach_the_head(following(town, chain))
    await town.change("DELETE FROM held_pass")
    await refreshing(town).each([gone, stays, gone], why="a test")
    assert await town.rows("SELECT count(*) FROM held_pass") == [(1,)]
    with pytest.raises(Refused, match="E-NOFAN"):
        await refreshing(town)(gone, why="a test")

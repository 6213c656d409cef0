"""Whose answer turns by itself is looked at in that second, and nobody else is."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from bot.sandbox.chain.anvil import ChainSettings, LocalChain
from gating.access.everyone import LEASE, LookWhenDue, RefreshEveryone
from gating.access.moments import SOON, next_look, paced
from gating.access.plan import Verdict
from gating.access.refresh import RefreshAccess
from gating.access.views import ViewBook, ViewedChain
from gating.adapters.chain.multicall import MULTICALL3
from gating.adapters.chain.views import ContractViews
from gating.model import Asset, FanId, Gate, GateId, No, Pass, Platform, Unknown
from gating.model.proof import WalletProof
from gating.model.rule import Contract, ContractKind, ExpiringKey, HeldContinuously, Rule
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
from tests.contracts.index_kit import Tokens
from tests.contracts.wallet_kit import CHAIN
from tests.rule_kit import album, holds

DAY_IN_BLOCKS = 7_200
MONTH = HeldContinuously(album(TIDE), days=1)
TURNS = datetime.fromtimestamp(block(1 + DAY_IN_BLOCKS).timestamp, UTC)
"""A copy that came in block 1 has been held for a day."""


CREW = Contract("crew", ContractKind.KEY, replace(TIDE, name="crew"))


async def nothing() -> None:
    return None


def refresher(town: Town, rule: Rule, views: ViewBook | None = None) -> RefreshAccess:
    gate = Gate(HOLDER, "Holder", rule, (Pass(HOLDER, Platform.DISCORD, ROLE, "Holder"),))
    return RefreshAccess(store=town.store, asset=TIDE, gates=(gate,), wake=nothing, views=views)


def looker(town: Town, refresh: RefreshAccess) -> LookWhenDue:
    return LookWhenDue(store=town.store, clock=town.clock, refresh=refresh)


async def a_fan(town: Town, number: int) -> FanId:
    async with town.store() as tx:
        fan = await tx.people.enrol(account(number), FAN)
        assert await tx.people.add_wallet(fan.id, wallet(number), WalletProof())
    return fan.id


async def reach(town: Town, number: int) -> None:
    """The chain is at this block, and it is final."""
    async with town.store() as tx:
        await tx.ledger.settle(TIDE, settled=block(number), final=block(number))


async def due(town: Town) -> list[datetime | None]:
    return [at for (at,) in await town.rows("SELECT look_at FROM fan ORDER BY look_at")]


async def held(town: Town) -> int:
    return len(await town.rows("SELECT 1 FROM held_pass"))


async def bought(town: Town, rule: Rule = MONTH) -> RefreshAccess:
    """A fan who bought in block 1 and was looked at once, a second before the day is full."""
    town.at = TURNS - timedelta(seconds=1)
    fan = await a_fan(town, 1)
    await a_fan(town, 2)
    async with town.store() as tx:
        await history(tx, [move(block(1), 17, NOBODY, wallet(1))], until=block(DAY_IN_BLOCKS))
    refresh = refresher(town, rule)
    await refresh(fan, why="a test")
    return refresh


async def test_a_door_opens_in_the_second_in_which_the_time_is_full(town: Town) -> None:
    refresh = await bought(town)
    look = looker(town, refresh)
    assert await due(town) == [TURNS, None]
    assert await look() == 0
    town.later(seconds=1)
    await reach(town, 1 + DAY_IN_BLOCKS)
    assert await look() == 1  # and not the other fan, who waits for nothing
    assert await held(town) == 1
    assert await due(town) == [None, None]
    assert await look() == 0


async def test_where_the_chain_is_behind_the_clock_it_is_looked_at_again_soon(
    town: Town,
) -> None:
    look = looker(town, await bought(town))
    town.later(seconds=1)
    assert await look() == 1
    assert (await held(town), await due(town)) == (0, [town.at + SOON, None])
    assert await look() == 0
    town.later(seconds=2)
    await reach(town, 1 + DAY_IN_BLOCKS)
    assert await look() == 1
    assert await held(town) == 1


def test_who_waits_long_for_the_chain_is_looked_at_ever_more_rarely() -> None:
    waited = [paced(TURNS, TURNS + timedelta(seconds=lag)) for lag in (0, 40, 800)]
    assert [at - TURNS for at in waited if at] == [
        timedelta(seconds=2),
        timedelta(seconds=50),
        timedelta(seconds=830),
    ]
    assert paced(TURNS, TURNS - timedelta(seconds=5)) == TURNS


def test_a_time_that_cannot_be_read_now_is_kept_beside_a_later_one() -> None:
    key = Gate(GateId("key"), "Key", ExpiringKey(CREW), ())
    month = Gate(GateId("month"), "Month", MONTH, ())
    later = TURNS + timedelta(days=20)
    silent = Verdict(key, Unknown("E-VIEW"), Unknown("E-VIEW"))
    turning = Verdict(month, No("E-HOLDTIME", block(1)), None, turns_at=int(later.timestamp()))
    assert next_look((silent, turning), TURNS) == TURNS
    assert next_look((turning,), TURNS) == later


async def test_what_a_killed_process_had_begun_is_due_again(town: Town) -> None:
    refresh = await bought(town)
    town.later(seconds=1)
    async with town.store() as tx:
        assert len(await tx.access.due(most=10, lease=LEASE)) == 1
    await reach(town, 1 + DAY_IN_BLOCKS)
    assert await looker(town, refresh)() == 0
    town.later(seconds=LEASE.total_seconds())
    assert await looker(town, refresh)() == 1
    assert await held(town) == 1


async def test_two_workers_do_not_look_at_the_same_fan_at_once(town: Town) -> None:
    refresh = await bought(town)
    town.later(seconds=1)
    looked = await asyncio.gather(*(looker(town, refresh)() for _ in range(3)))
    assert sum(looked) == 1


async def test_a_silent_chain_loses_no_moment(town: Town) -> None:
    refresh = await bought(town)
    async with town.store() as tx:
        await tx.ledger.silence(TIDE, "E-CHAINDOWN")
    town.later(seconds=1)
    assert await looker(town, refresh)() == 1
    assert await due(town) == [town.at + LEASE, None]
    async with town.store() as tx:
        await tx.ledger.silence(TIDE, None)
    await reach(town, 1 + DAY_IN_BLOCKS)
    town.later(seconds=30)
    assert await looker(town, refresh)() == 1
    assert await held(town) == 1


async def test_the_pass_over_everybody_writes_down_who_is_due_and_a_rule_without_time_nobody(
    town: Town,
) -> None:
    refresh = await bought(town)
    await town.change("UPDATE fan SET look_at = NULL")
    await RefreshEveryone(store=town.store, refresh=refresh)()
    assert await due(town) == [TURNS, None]
    await RefreshEveryone(store=town.store, refresh=refresher(town, holds(TIDE)))()
    assert await due(town) == [None, None]


async def test_who_is_due_is_found_by_an_index(town: Town) -> None:
    await bought(town)
    async with town.sessions() as session:
        link = await session.connection()
        await link.exec_driver_sql("SET LOCAL enable_seqscan = off")
        query = "EXPLAIN SELECT id FROM fan WHERE look_at <= now() ORDER BY look_at LIMIT 5"
        plan = "\n".join(str(row[0]) for row in await link.exec_driver_sql(query))
    assert "ix_fan_look_at" in plan


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def tokens(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Tokens]:
    folder: Path = tmp_path_factory.mktemp("due-looks")
    async with (
        LocalChain(ChainSettings(folder=folder, epoch=8)) as chain,
        aiohttp.ClientSession() as http,
    ):
        tokens = Tokens(chain, http)
        many = await tokens.deploy("Many")
        code = await chain.call("eth_getCode", many, "latest")
        await chain.call("anvil_setCode", MULTICALL3, code)
        yield tokens


async def test_a_key_that_ends_is_seen_to_end_without_any_pass_over_everybody(
    town: Town, tokens: Tokens
) -> None:
    lock = await tokens.deploy("Lock")
    ends = (await tokens.chain_of().head()).timestamp + 3600
    await tokens.call(lock, "grant(address,uint256)", wallet(1), ends)
    await tokens.chain.mine(2 * tokens.chain.settings.epoch + 4)
    viewed = ViewedChain(tokens.chain_of(), ContractViews(tokens.node), depth=2)
    rule = ExpiringKey(Contract("season", ContractKind.KEY, Asset(CHAIN, lock, "season")))
    refresh = refresher(town, rule, ViewBook(town.clock, {CHAIN: viewed}))
    town.at = datetime.fromtimestamp(ends - 3600, UTC)
    await refresh(await a_fan(town, 1), why="a test")
    assert await due(town) == [datetime.fromtimestamp(ends, UTC)]
    look = looker(town, refresh)
    assert await look() == 0
    town.later(hours=1)
    await tokens.chain.call("evm_increaseTime", 3601)
    await tokens.chain.mine(3)
    assert await look() == 1  # it is over at the settled block, and not yet at the final one
    assert await town.rows("SELECT ends_at FROM held_pass") == [(None,)]
    assert await due(town) == [town.at + SOON]
    await tokens.chain.mine(2 * tokens.chain.settings.epoch)
    town.later(seconds=2)
    assert await look() == 1
    ended = await town.rows("SELECT what, facts->>'why' FROM audit ORDER BY id")
    assert ended[-1] == ("pass.end", "its time had come")
    assert await due(town) == [None]

"""Long histories and reorganisations on a real node: caps, kills, forks, and a head that stops."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from eth_utils.crypto import keccak

from bot.sandbox.chain.anvil import ChainSettings, LocalChain
from bot.sandbox.chain.wallets import ARTIST
from gating.adapters.chain.spans import CALM, FIRST, MOST, Span, capped
from gating.errors import TryLater
from gating.holdings.still import HeadWatch
from gating.model import Address, Asset
from tests.contracts.access_kit import NOBODY, TIDE, Town, block, move, wallet
from tests.contracts.index_kit import (
    Tokens,
    alarms,
    balances,
    following,
    reach,
    try_to_reach,
)
from tests.contracts.wallet_kit import calldata
from tests.fakes.faulty_node import FaultyNode
from tests.fakes.told_chain import ToldChain

ONE, TWO = wallet(41), wallet(42)
COPIES = 3000


@pytest_asyncio.fixture(loop_scope="session")
async def tokens(tmp_path: Path) -> AsyncIterator[Tokens]:
    async with (
        LocalChain(ChainSettings(folder=tmp_path)) as chain,
        aiohttp.ClientSession() as http,
    ):
        yield Tokens(chain, http)


async def a_long_history(tokens: Tokens) -> Asset:
    """3,000 copies of as many holders in 30 blocks, with empty blocks between them."""
    copies = await tokens.token("Copies")
    for at in range(0, COPIES, 500):
        await tokens.call(
            copies.contract, "scatter(uint160,uint256,uint256)", 10_000 + at, at, 500
        )
        await tokens.chain.mine(5)
    return copies


async def holders(town: Town, asset: Asset) -> int:
    async with town.store() as tx:
        tip = await tx.ledger.tip(asset)
        return len([one async for one in tx.ledger.census(asset, tip.number)]) if tip else 0


@pytest.mark.parametrize("caps", [{"blocks": 3}, {"results": 700}, {"blocks": 7, "results": 600}])
async def test_a_provider_that_caps_its_answers_is_asked_for_less(
    town: Town, tokens: Tokens, caps: dict[str, int]
) -> None:
    copies = await a_long_history(tokens)
    async with FaultyNode(tokens.chain.rpc_url, **caps) as node:
        await reach(following(town, tokens.chain_of(node.url), {copies: 0}))
        refused = len([1 for method, _ in node.asked if method == "eth_getLogs"])
    assert await holders(town, copies) == COPIES
    assert refused < 60


async def test_one_block_that_is_over_the_cap_is_said_and_nothing_is_lost(
    town: Town, tokens: Tokens
) -> None:
    copies = await a_long_history(tokens)
    async with FaultyNode(tokens.chain.rpc_url, results=400) as node:
        follow = following(town, tokens.chain_of(node.url), {copies: 0})
        assert await try_to_reach(follow, steps=3) == "E-CHAINDOWN"
        node.results = None
        await reach(follow)
    assert await holders(town, copies) == COPIES


async def test_times_that_a_nodes_logs_leave_out_are_asked_for(town: Town, tokens: Tokens) -> None:
    copies = await a_long_history(tokens)
    async with FaultyNode(tokens.chain.rpc_url, "no-times") as node:
        await reach(following(town, tokens.chain_of(node.url), {copies: 0}))
    async with town.store() as tx:
        (came,) = await tx.ledger.history(copies, (wallet(10_000),))
    said = await tokens.chain.call("eth_getBlockByNumber", hex(came.block_number), False)
    assert came.block_time == int(said["timestamp"], 16) > 0


async def test_progress_is_told_while_a_history_is_read(town: Town) -> None:
    chain = ToldChain(final=4990, span=100)
    chain.grow(5000)
    follow = following(town, chain, {TIDE: 1000})
    seen: list[tuple[int, int, float | None]] = []

    async def look() -> None:
        town.later(seconds=1)
        seen.extend((one.done, one.total, one.left) for one in follow.progress())

    chain.before_logs = look
    await reach(follow)
    assert seen[9][:2] == (1000, 4001)
    assert seen[9][2] == pytest.approx(30, abs=4)
    assert [(one.done, one.total, one.left) for one in follow.progress()] == [(4001, 4001, 0.0)]


async def test_odd_logs_of_long_ago_are_told_as_well(town: Town, tokens: Tokens) -> None:
    odd = await tokens.token("Oddity")
    transfer = keccak(text="Transfer(address,address,uint256)")
    await tokens.call(odd.contract, "say(bytes32[],bytes)", [transfer], b"")
    await tokens.chain.mine(300)
    await reach(following(town, tokens.chain_of(), {odd: 0}))
    assert await alarms(town) == ["E-LOGSKIPPED"]


READER = """
import asyncio, sys
from datetime import UTC, datetime
import aiohttp
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from gating.adapters.sql.store import SqlStore
from gating.model import Address, Asset
from tests.contracts.access_kit import Town
from tests.contracts.index_kit import Tokens, following, reach
from tests.contracts.wallet_kit import CHAIN
from gating.adapters.chain_rpc import RpcChain
from gating.adapters.rpc import RpcNode

async def main(url, node, contract):
    town = Town(async_sessionmaker(create_async_engine(url), expire_on_commit=False))
    async with aiohttp.ClientSession() as http:
        chain = RpcChain(RpcNode(http, [node], CHAIN))
        await reach(following(town, chain, {Asset(CHAIN, Address(contract), "Copies"): 0}))

asyncio.run(main(*sys.argv[1:]))
"""


async def test_a_reader_killed_in_the_middle_goes_on_where_it_was(
    town: Town, tokens: Tokens
) -> None:
    copies = await a_long_history(tokens)
    url = town.sessions.kw["bind"].url.render_as_string(hide_password=False)
    async with FaultyNode(tokens.chain.rpc_url, blocks=1) as node:
        reader = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", READER, url, node.url, copies.contract),
            cwd=Path(__file__).parents[2],
        )
        async with asyncio.timeout(60):
            while not 0 < await holders(town, copies) < COPIES:
                assert reader.returncode is None
        os.kill(reader.pid, signal.SIGKILL)
        await reader.wait()
    assert await holders(town, copies) < COPIES
    async with town.store() as tx:
        tip = await tx.ledger.tip(copies)
    async with FaultyNode(tokens.chain.rpc_url) as node:
        await reach(following(town, tokens.chain_of(node.url), {copies: 0}))
        first = min(int(p[0]["fromBlock"], 16) for m, p in node.asked if m == "eth_getLogs")
    assert tip
    assert first == tip.number + 1
    assert await holders(town, copies) == COPIES


@pytest.mark.parametrize("depth", [1, 5, 64])
async def test_rp2_a_reorganisation_with_sales_in_it_ends_as_a_fresh_reading_would(
    town: Town, tokens: Tokens, depth: int
) -> None:
    copies, coins = await tokens.token("Copies"), await tokens.token("Coins")
    await tokens.call(copies.contract, "mint(address,uint256,uint256)", ONE, 1, 3)
    await tokens.call(coins.contract, "mint(address,uint256)", ONE, 100)
    await tokens.chain.mine(70)
    follow = following(town, tokens.chain_of(), {copies: 0, coins: 0})
    await reach(follow)
    await tokens.chain.mine(max(0, depth - 3))
    await tokens.call(copies.contract, "move(address,address,uint256)", ONE, TWO, 1)
    sale = calldata("move(address,address,uint256)", ONE, TWO, 60)
    sent = {"from": ARTIST.address, "to": coins.contract, "data": "0x" + sale.hex()}
    hash_ = await tokens.chain.call("eth_sendTransaction", sent)
    async with asyncio.timeout(20):  # it is the last block
        while not await tokens.chain.call("eth_getTransactionReceipt", hash_):  # noqa: ASYNC110  - no event from outside
            await asyncio.sleep(0.01)
    await reach(follow)
    assert await balances(town, copies, (ONE, TWO)) == {ONE: 2, TWO: 1}
    assert await balances(town, coins, (ONE, TWO)) == {ONE: 40, TWO: 60}
    await tokens.chain.reorg(depth)
    await tokens.chain.mine(1)
    await reach(follow)
    sold = depth == 1  # only the last block, with the coins in it, was undone
    assert await balances(town, copies, (ONE, TWO)) == {ONE: 3 - sold, TWO: int(sold)}
    assert await balances(town, coins, (ONE, TWO)) == {ONE: 100, TWO: 0}


async def test_a_contract_that_comes_later_catches_up_and_is_then_read_with_the_rest(
    town: Town, tokens: Tokens
) -> None:
    copies = await a_long_history(tokens)
    coins = await tokens.token("Coins")
    await tokens.call(coins.contract, "mint(address,uint256)", ONE, 100)
    await tokens.chain.mine(3)
    await reach(following(town, tokens.chain_of(), {copies: 0}))
    async with FaultyNode(tokens.chain.rpc_url) as node:
        follow = following(town, tokens.chain_of(node.url), {copies: 0, coins: 0})
        await reach(follow)
        await tokens.chain.mine(1)
        node.asked.clear()
        await reach(follow)
        asked = [params[0] for method, params in node.asked if method == "eth_getLogs"]
    assert [len(query["address"]) for query in asked] == [2]
    assert await balances(town, coins, (ONE,)) == {ONE: 100}


async def test_a_head_that_stands_still_makes_answers_unknown_and_is_told(town: Town) -> None:
    chain = ToldChain(final=10)
    chain.grow(20)
    chain.moves.append(move(block(3), 1, NOBODY, ONE))
    follow = following(town, chain, {TIDE: 0}, still=timedelta(minutes=15))
    town.at = town.at.fromtimestamp(block(20).timestamp + 60, town.at.tzinfo)
    await reach(follow)
    town.later(minutes=14)
    await reach(follow)
    town.later(minutes=2)
    assert await try_to_reach(follow) == "E-HEADSTILL"
    async with town.store() as tx:
        assert (await tx.ledger.reading(TIDE, (ONE,))).silent == "E-HEADSTILL"
    assert await alarms(town) == ["E-HEADSTILL"]
    chain.grow(21)
    chain.blocks[21] = block(21)
    town.at = town.at.fromtimestamp(block(21).timestamp + 30, town.at.tzinfo)
    assert await try_to_reach(follow) is None


@pytest.mark.parametrize("seconds", [-60, 60])
def test_a_clock_that_is_off_by_a_minute_makes_no_head_too_old(town: Town, seconds: int) -> None:
    watch = HeadWatch(town.clock, timedelta(minutes=2))
    town.at = town.at.fromtimestamp(block(20).timestamp + 119 + seconds, town.at.tzinfo)
    watch.must_move(block(20))
    town.later(seconds=200)
    with pytest.raises(TryLater, match="E-HEADSTILL"):
        watch.must_move(block(20))


@pytest.mark.parametrize(
    "said",
    [
        "query returned more than 10000 results",
        "eth_getLogs is limited to a 10,000 range",
        "Log response size exceeded. this block range should work: [0x1, 0x2]",
        "block range is too wide",
        "exceed maximum block range: 50000",
        "range is too large, max is 1k blocks",
        "requested too many blocks from 1 to 9999, maximum is set to 2048",
        "logs matched by query exceeds limit of 10000",
        "query timeout exceeded",
        "Response is too big",
        "eth_getLogs and eth_newFilter are limited to a 10,000 blocks range",
        "Under the Free tier plan, you can make eth_getLogs requests with up to a 10 block range.",
    ],
)
def test_the_caps_of_providers_are_understood(said: str) -> None:
    assert capped({"code": -32005, "message": said})


@pytest.mark.parametrize(
    "said", ["internal error", "header not found", "method not found", "rate limit", "no backend"]
)
def test_other_errors_are_no_caps(said: str) -> None:
    assert not capped({"code": -32000, "message": said})


def test_a_span_shrinks_at_once_and_grows_again() -> None:
    span = Span()
    for _ in range(3):
        span = span.answered(10, span.blocks)
    assert span.blocks == 8 * FIRST
    span = span.refused()
    assert (span.blocks, span.ceiling) == (4 * FIRST, 4 * FIRST)
    for _ in range(CALM):
        assert span.blocks == 4 * FIRST
        span = span.answered(10, span.blocks)
    assert span.blocks == 8 * FIRST
    for _ in range(10 * CALM):
        span = span.answered(10, span.blocks)
    assert span.blocks == MOST


async def test_a_contract_has_no_balance_before_it_was_read(town: Town) -> None:
    later = Asset(TIDE.chain_id, Address("0x" + "e5" * 20), "Later")
    async with town.store() as tx:
        reading = (await tx.ledger.readings((later,), (ONE,)))[later].of((ONE,))
    assert (reading.settled, reading.at_settled) == (None, ())

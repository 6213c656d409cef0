"""The holdings index beside the usual ways: `tests.bench.bench_index [transfers] [holders]`.

One run, one local node, one embedded PostgreSQL. Reading a history is measured from the first
request to the last commit, beside the node's own time: the same ranges, read to the last byte and
thrown away. Balances are of a block some way back. The slow ways are measured on a part of the
work and told per unit. A census is taken of as many holders as are asked for, written by COPY.
"""

import asyncio
import resource
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import aiohttp
from web3 import AsyncHTTPProvider, AsyncWeb3

from bot.collector import look_seldom
from bot.sandbox.chain.anvil import ChainSettings, LocalChain
from config.database import embedded, fresh_database, open_database
from gating.adapters.chain.abi import address_word, call_of
from gating.adapters.chain.decode import TRANSFER
from gating.adapters.chain.multicall import MULTICALL3, Multicall
from gating.adapters.chain_rpc import RpcChain
from gating.model import Address, Asset, Block, TokenKind, Transfer
from tests.bench.machine import describe
from tests.bench.usual_way import BALANCE_OF
from tests.contracts.access_kit import NOBODY, Town, wallet
from tests.contracts.index_kit import Tokens, following, reach
from tests.contracts.wallet_kit import CHAIN
from tests.fakes.faulty_node import FaultyNode

FIRST_HOLDER = 1_000_000
IN_BLOCK = 100
BALANCES = 10_000
SAMPLE = 200


@dataclass(frozen=True)
class Bench:
    """The node, the tokens on it, and the database."""

    tokens: Tokens
    town: Town


async def main(transfers: int = 100_000, holders: int = 1_000_000) -> None:
    look_seldom()  # as the running house does
    print(describe())
    async with ready() as bench:
        await history(bench, transfers)
        await many_readings(bench, transfers)
        await balances(bench)
        await census(bench, holders)


@asynccontextmanager
async def ready() -> AsyncIterator[Bench]:
    with tempfile.TemporaryDirectory(prefix="stagedoor-", ignore_cleanup_errors=True) as made:
        folder = Path(made)
        await asyncio.to_thread(folder.chmod, 0o755)
        server = await embedded(folder / "postgres")
        url = await asyncio.to_thread(fresh_database, server, "bench")
        async with (
            open_database(url, folder) as database,
            LocalChain(ChainSettings(folder=folder / "chain", kept_states=4096)) as chain,
            aiohttp.ClientSession() as http,
        ):
            yield Bench(Tokens(chain, http), Town(database.sessions))


async def history(bench: Bench, transfers: int) -> None:
    """From logs to the index, beside the node alone and web3.py."""
    tokens = bench.tokens
    copies = await tokens.token("Copies")
    for at in range(0, transfers, IN_BLOCK):
        scatter = "scatter(uint160,uint256,uint256)"
        await tokens.call(copies.contract, scatter, FIRST_HOLDER + at, at, IN_BLOCK)
    async with FaultyNode(tokens.chain.rpc_url) as noting:
        chain = tokens.chain_of(noting.url)
        head = await chain.head()
        first = 0
        while first <= head.number:
            first = (await chain.logs((copies,), first, head)).end.number + 1
        queries = [params[0] for method, params in noting.asked if method == "eth_getLogs"]
    alone = min([await _taken(lambda: _bytes_of(tokens, queries)) for _ in range(3)])
    ours = []
    for _ in range(3):
        await bench.town.change("TRUNCATE asset, transfer, followed_block, ledger_marks")
        follow = following(bench.town, tokens.chain_of(), {copies: 0})
        ours.append(await _taken(lambda follow=follow: reach(follow)))
    theirs = await _by_web3(tokens, copies, queries[: max(1, len(queries) // 10)])
    print(f"history: {transfers} transfers in {len(queries)} answers")
    _line("node alone, bytes thrown away", transfers, alone, alone)
    _line("from log to index (best of 3)", transfers, min(ours), alone)
    _line("web3.py get_logs, kept nowhere", theirs[0], theirs[1], alone * theirs[0] / transfers)


async def many_readings(bench: Bench, holders: int) -> None:
    """Readings of every holder at once, with the values that rules are judged by."""
    copies = await _followed(bench)
    wallets = [wallet(FIRST_HOLDER + number) for number in range(holders)]

    async def all_of_them() -> None:
        async with bench.town.store() as tx:
            readings = (await tx.ledger.readings((copies,), wallets))[copies]
        held = sum(len(readings.of((each,)).at_settled[0].copies) for each in wallets)
        assert held == holders

    async def one_by_one() -> None:
        async with bench.town.store() as tx:
            for each in wallets[:SAMPLE]:
                await tx.ledger.reading(copies, (each,))

    together = await _taken(all_of_them)
    print(f"readings of {holders} wallets, one asset")
    _line("all at once", holders, together, together)
    _line("one by one", SAMPLE, await _taken(one_by_one), together * SAMPLE / holders)


async def balances(bench: Bench) -> None:
    """Balances of a past block, by each way."""
    tokens = bench.tokens
    many = await tokens.deploy("Many")
    code = await tokens.chain.call("eth_getCode", many, "latest")
    await tokens.chain.call("anvil_setCode", MULTICALL3, code)
    coins = await tokens.deploy("Coins", "bool", False)
    for at in range(0, BALANCES, 400):
        count = min(400, BALANCES - at)
        await tokens.call(coins, "scatter(uint160,uint256)", FIRST_HOLDER + at, count)
    at = await RpcChain(tokens.node).head()
    await tokens.chain.mine(20)
    wallets = [wallet(FIRST_HOLDER + number) for number in range(BALANCES)]
    quick = await _taken(lambda: _by_multicall(tokens, coins, wallets, at))
    print(f"balances of {BALANCES} wallets, 20 blocks back")
    _line("Multicall3, 500 a request", BALANCES, quick, quick)
    batch = await _taken(lambda: _by_batch(tokens, coins, wallets[:2000], at))
    _line("JSON-RPC batches of 100", 2000, batch, quick * 2000 / BALANCES)
    ask = AsyncWeb3(AsyncHTTPProvider(tokens.chain.rpc_url)).eth.contract(
        AsyncWeb3.to_checksum_address(coins), abi=BALANCE_OF
    )
    asked = [AsyncWeb3.to_checksum_address(each) for each in wallets[:SAMPLE]]

    async def one(who: Any) -> int:
        return int(await ask.functions.balanceOf(who).call(block_identifier=at.number))

    async def in_turn() -> None:
        for who in asked:
            await one(who)

    async def gathered() -> None:
        await asyncio.gather(*map(one, asked))

    share = quick * SAMPLE / BALANCES
    _line("web3.py, one after the other", SAMPLE, await _taken(in_turn), share)
    _line("web3.py, gathered", SAMPLE, await _taken(gathered), share)


async def census(bench: Bench, holders: int) -> None:
    """Everybody who holds a copy at a block, and the memory it takes."""
    asset = Asset(CHAIN, Address("0x" + "ce" * 20), "Census")
    block = Block(CHAIN, 100, "0x" + "1" * 64, 1_700_000_000)
    for at in range(0, holders, 100_000):
        first = Block(CHAIN, at // 100_000, block.hash, block.timestamp)
        async with bench.town.store() as tx:
            await tx.ledger.append(asset, _pressed(asset, first, at), first)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    counted = 0

    async def count() -> None:
        nonlocal counted
        async with bench.town.store() as tx:
            held = {who: copies async for who, copies in tx.ledger.census(asset, 100)}
        counted = len(held)

    seconds = await _taken(count)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"census of {counted} holders")
    _line("from the index", counted, seconds, seconds)
    print(f"  greatest memory {after / 1024:.0f} MB, {(after - before) / 1024:.0f} MB by it")


def _pressed(asset: Asset, at: Block, first: int) -> Sequence[Transfer]:
    return [
        Transfer(asset, at.number, at.hash, copy, copy, NOBODY, wallet(FIRST_HOLDER + copy))
        for copy in range(first, first + 100_000)
    ]


async def _followed(bench: Bench) -> Asset:
    [(contract,)] = await bench.town.rows("SELECT contract FROM asset")
    return Asset(CHAIN, Address(contract), "Copies", TokenKind.ERC721)


async def _bytes_of(tokens: Tokens, queries: Sequence[dict[str, Any]]) -> None:
    for query in queries:
        asked = {"jsonrpc": "2.0", "id": 1, "method": "eth_getLogs", "params": [query]}
        async with tokens.http.post(tokens.chain.rpc_url, json=asked) as response:
            await response.read()


async def _by_web3(
    tokens: Tokens, copies: Asset, queries: Sequence[dict[str, Any]]
) -> tuple[int, float]:
    web3 = AsyncWeb3(AsyncHTTPProvider(tokens.chain.rpc_url))
    found, started = 0, perf_counter()
    for query in queries:
        contract = AsyncWeb3.to_checksum_address(copies.contract)
        asked = {**query, "address": contract, "topics": [TRANSFER]}
        found += len(await web3.eth.get_logs(asked))
    return found, perf_counter() - started


async def _by_multicall(
    tokens: Tokens, coins: Address, wallets: Sequence[Address], at: Block
) -> None:
    calls = [call_of(coins, "70a08231", address_word(each)) for each in wallets]
    found = await Multicall(tokens.node).words(calls, at)
    assert found[0] == 1


async def _by_batch(tokens: Tokens, coins: Address, wallets: Sequence[Address], at: Block) -> None:
    for start in range(0, len(wallets), 100):
        asked = [
            [{"to": coins, "data": "0x70a08231" + address_word(each).hex()}, hex(at.number)]
            for each in wallets[start : start + 100]
        ]
        await tokens.node.batch(tokens.chain.rpc_url, "eth_call", asked)


async def _taken(work: Callable[[], Awaitable[object]]) -> float:
    started = perf_counter()
    await work()
    return perf_counter() - started


def _line(name: str, count: int, seconds: float, against: float) -> None:
    rate = count / seconds
    print(f"  {name:32} {count:>9} in {seconds:7.2f} s {rate:>9.0f}/s {seconds / against:7.2f}x")


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:])))

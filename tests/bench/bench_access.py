"""Who may enter, the usual way and ours: `tests.bench.bench_access [fans ...]`.

One run, one local node, one embedded PostgreSQL. The usual way asks `balanceOf` for each fan and
each rule, at one block, with web3.py, in JSON-RPC batches, or through Multicall3. Ours has the
transfers of all holders in its index (how long that takes is told first); a new block then costs
one step of the follower, which finds out who moved something. The last line also judges everybody
from the index, as the pass every five minutes does; the others only fetch numbers. How many times
a way needs what that last line needs stands behind it. Where a way takes long a part of it is
measured and told as if it went on like that: such lines have a `~`.

Everybody holds of both contracts. Their transfers are the logs of two `Copies`, and what
`balanceOf` is asked of are two `Coins` with the same holders: the test contracts keep either logs
or balances of many holders at once, and a question to either costs the node the same.
"""

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import aiohttp
from web3 import AsyncHTTPProvider, AsyncWeb3

from bot.collector import look_seldom
from bot.sandbox.chain.anvil import ChainSettings, LocalChain
from bot.sandbox.chain.wallets import ARTIST
from config.database import embedded, fresh_database, open_database
from gating.access.everyone import RefreshEveryone
from gating.access.refresh import RefreshAccess
from gating.adapters.chain.abi import address_word, call_of
from gating.adapters.chain.multicall import AT_ONCE, MULTICALL3, Multicall
from gating.holdings.follow import FollowChain
from gating.model import Address, Asset, Block, Gate, GateId, Pass, Platform
from tests.bench.machine import at, describe
from tests.bench.many_fans import FIRST, enrol, give, wallet_of
from tests.bench.processes import greatest_memory, memory_from_now
from tests.bench.usual_way import BALANCE_OF
from tests.contracts.access_kit import Town
from tests.contracts.index_kit import Tokens, following, no_workers, reach
from tests.contracts.wallet_kit import calldata
from tests.fakes.faulty_node import FaultyNode
from tests.rule_kit import holds

SIZES = (100, 1_000, 10_000, 100_000)
SAMPLE = 400
"""Questions of a slow way that are asked; the rest is reckoned."""
SAMPLE_BATCHED = 10_000
A_BATCH = 100
ROUNDS = 20
IN_BLOCK, GAS = 10_000, 290_000_000
COPIES = count(10_000_000)
"""Numbers of copies that nobody has yet."""
PATIENCE = aiohttp.ClientTimeout(total=60)


@dataclass(frozen=True)
class World:
    """The node, the database, and the contracts: followed by their logs, asked by `balanceOf`."""

    tokens: Tokens
    town: Town
    logged: tuple[Asset, ...]
    asked: tuple[Address, ...]

    @property
    def gates(self) -> tuple[Gate, ...]:
        return tuple(_gate(number, asset) for number, asset in enumerate(self.logged))

    @property
    def refresh(self) -> RefreshAccess:
        return RefreshAccess(
            store=self.town.store, asset=self.logged[0], gates=self.gates, wake=no_workers
        )

    def follow(self, *urls: str) -> FollowChain:
        chain = self.tokens.chain_of(*urls, patience=PATIENCE)
        followed = following(self.town, chain, dict.fromkeys(self.logged, 0))
        return replace(followed, refresh=self.refresh)


@dataclass(frozen=True)
class Way:
    """A way to find out, how many calls the node answers for it, and how long it takes."""

    name: str
    calls: int
    seconds: float
    about: bool = False


async def main(sizes: Sequence[int] = SIZES) -> None:
    look_seldom()  # as the running house does
    print(describe())
    async with ready(max(sizes)) as world:
        began = perf_counter()
        await reach(world.follow())
        held = max(sizes) * len(world.logged)
        print(f"\nindex of {held:,} transfers made once: {perf_counter() - began:.1f} s\n")
        print("| fans | way | RPC calls | seconds | calls | time |\n|---|---|---|---|---|---|")
        blocks, known = [], 0
        for fans in sorted(sizes):
            await enrol(world.town, known + 1, fans)
            await give(world.town, world.refresh)
            known = fans
            ours, block = await _ours(world, fans)
            _tell(fans, [*await _usual(world, fans), *ours], ours[-1])
            blocks.append(block)
        print(f"\n{_BLOCKS}\n" + "\n".join(blocks))


_BLOCKS = """\
| fans | RPC calls | empty block | our CPU for it | mined transfer to outbox, p50 | p95 | memory |
|---|---|---|---|---|---|---|"""


@asynccontextmanager
async def ready(holders: int) -> AsyncIterator[World]:
    with tempfile.TemporaryDirectory(prefix="stagedoor-", ignore_cleanup_errors=True) as made:
        folder = Path(made)
        await asyncio.to_thread(folder.chmod, 0o755)
        server = await embedded(folder / "postgres")
        url = await asyncio.to_thread(fresh_database, server, "bench")
        async with (
            open_database(url, folder) as database,
            LocalChain(ChainSettings(folder=folder / "chain", kept_states=16)) as chain,
            aiohttp.ClientSession() as http,
        ):
            tokens = Tokens(chain, http)
            many = await tokens.chain.call("eth_getCode", await tokens.deploy("Many"), "latest")
            await tokens.chain.call("anvil_setCode", MULTICALL3, many)
            logged = (await tokens.token("Copies"), await tokens.token("Copies"))
            asked = [await tokens.deploy("Coins", "bool", False) for _ in logged]
            await _scatter(tokens, logged, asked, holders)
            yield World(tokens, Town(database.sessions), logged, tuple(asked))


async def _scatter(
    tokens: Tokens, logged: Sequence[Asset], asked: Sequence[Address], holders: int
) -> None:
    """Many in a block: the node keeps all balances once for each block."""
    logs, balances = "scatter(uint160,uint256,uint256)", "scatter(uint160,uint256)"
    for start in range(1, holders + 1, IN_BLOCK):
        some = min(IN_BLOCK, holders + 1 - start)
        for asset, coins in zip(logged, asked, strict=True):
            await _send(tokens, asset.contract, calldata(logs, FIRST + start, start, some))
            await _send(tokens, coins, calldata(balances, FIRST + start, some))


async def _send(tokens: Tokens, to: Address, data: bytes) -> None:
    sent = {"from": ARTIST.address, "to": to, "data": "0x" + data.hex(), "gas": hex(GAS)}
    mined = await tokens.chain.call("eth_sendTransaction", sent)
    await tokens.chain.mine()
    receipt = await tokens.chain.call("eth_getTransactionReceipt", mined)
    assert receipt["status"] == "0x1"


def _gate(number: int, asset: Asset) -> Gate:
    gate = GateId(f"gate-{number}")
    role = Pass(gate, Platform.DISCORD, f"{9_000 + number}", f"Role {number}")
    return Gate(gate, f"Gate {number}", holds(asset), (role,))


async def _usual(world: World, fans: int) -> Sequence[Way]:
    """What others do for each look at everybody."""
    now = await world.tokens.chain_of(patience=PATIENCE).head()
    pairs = [(coins, wallet_of(n)) for coins in world.asked for n in range(1, fans + 1)]
    ways = []
    for name, ask, most, together in (
        ("web3.py, one after the other", _in_turn, SAMPLE, 1),
        ("web3.py, gathered", _gathered, SAMPLE, 1),
        (f"JSON-RPC, batches of {A_BATCH}", _batched, SAMPLE_BATCHED, 1),
        (f"Multicall3, {AT_ONCE} a call", _multicall, len(pairs), AT_ONCE),
    ):
        some = pairs[:most]
        taken = await _taken(partial(ask, world, some, now))
        share = len(pairs) / len(some)
        calls = -(-len(pairs) // together) + (4 if together > 1 else 0)  # its block and its code
        ways.append(Way(name, calls, taken * share, about=share > 1))
    return ways


async def _in_turn(world: World, pairs: Sequence[tuple[Address, Address]], now: Block) -> None:
    async with _asker(world, now) as ask:
        for coins, who in pairs:
            assert await ask(coins, who)


async def _gathered(world: World, pairs: Sequence[tuple[Address, Address]], now: Block) -> None:
    async with _asker(world, now) as ask:
        assert all(await asyncio.gather(*(ask(coins, who) for coins, who in pairs)))


@asynccontextmanager
async def _asker(
    world: World, now: Block
) -> AsyncIterator[Callable[[Address, Address], Awaitable[int]]]:
    provider = AsyncHTTPProvider(world.tokens.chain.rpc_url)
    web3 = AsyncWeb3(provider)
    contracts = {
        coins: web3.eth.contract(AsyncWeb3.to_checksum_address(coins), abi=BALANCE_OF)
        for coins in world.asked
    }

    async def ask(coins: Address, who: Address) -> int:
        function: Any = contracts[coins].functions.balanceOf(AsyncWeb3.to_checksum_address(who))
        return int(await function.call(block_identifier=now.number))

    yield ask
    await provider.disconnect()


async def _batched(world: World, pairs: Sequence[tuple[Address, Address]], now: Block) -> None:
    tokens = world.tokens
    for start in range(0, len(pairs), A_BATCH):
        asked = [
            [{"to": coins, "data": "0x70a08231" + address_word(who).hex()}, hex(now.number)]
            for coins, who in pairs[start : start + A_BATCH]
        ]
        said = await tokens.node.batch(tokens.chain.rpc_url, "eth_call", asked)
        assert all(int(each, 16) for each in said)


async def _multicall(world: World, pairs: Sequence[tuple[Address, Address]], now: Block) -> None:
    calls = [call_of(coins, "70a08231", address_word(who)) for coins, who in pairs]
    said = await Multicall(world.tokens.node).words(calls, now)
    assert all(isinstance(each, int) and each for each in said)


async def _ours(world: World, fans: int) -> tuple[Sequence[Way], str]:
    """A new block read, and everybody judged after it; and the line of what a block costs."""
    memory_from_now()
    everyone = RefreshEveryone(store=world.town.store, refresh=world.refresh)
    calls = await _calls_for_a_block(world)
    follow = world.follow()
    await world.tokens.chain.mine()

    async def look() -> None:
        await follow()
        assert await everyone() == fans

    whole = await _taken(look)
    empty, core, moved = [], [], []
    for number in range(ROUNDS):
        await world.tokens.chain.mine()
        before = process_time()
        empty.append(await _taken(follow))
        core.append(process_time() - before)
        moved.append(await _transfer(world, follow, number))
    line = (
        f"| {fans:,} | {calls} | {at(0.5, empty) * 1000:.1f} ms | {at(0.5, core) * 1000:.1f} ms "
        f"| {at(0.5, moved) * 1000:.1f} ms | {at(0.95, moved) * 1000:.1f} ms "
        f"| {greatest_memory():.0f} MB |"
    )
    step = Way("ours: a new block", calls, at(0.5, empty))
    return (step, Way("ours: a new block, and everybody judged", calls, whole)), line


async def _calls_for_a_block(world: World) -> int:
    """What an endpoint is asked once it is known: through a server that counts."""
    async with FaultyNode(world.tokens.chain.rpc_url) as counting:
        follow = world.follow(counting.url)
        await follow()
        counting.asked.clear()
        await world.tokens.chain.mine()
        await follow()
        return len(counting.asked)


async def _transfer(world: World, follow: FollowChain, number: int) -> float:
    """From the mined block to the outbox: a fan whose pass was forgotten gets another copy."""
    fan = 1 + number % 100
    passes = "SELECT count(*) FROM outbox WHERE act->>'kind' = 'pass'"
    await world.town.change("DELETE FROM held_pass WHERE user_id = :fan", fan=str(fan))
    [(before,)] = await world.town.rows(passes)
    mint = "scatter(uint160,uint256,uint256)"
    await world.tokens.call(world.logged[0].contract, mint, FIRST + fan, next(COPIES), 1)
    taken = await _taken(follow)
    assert await world.town.rows(passes) == [(before + len(world.gates),)]
    return taken


async def _taken(work: Callable[[], Awaitable[object]]) -> float:
    started = perf_counter()
    await work()
    return perf_counter() - started


def _tell(fans: int, ways: Sequence[Way], ours: Way) -> None:
    for way in ways:
        seconds = f"{'~' if way.about else ''}{way.seconds:.2f}"
        calls, times = way.calls / ours.calls, way.seconds / ours.seconds
        ratios = f"{calls:,.1f}x | {times:,.1f}x"
        print(f"| {fans:,} | {way.name} | {way.calls:,} | {seconds} | {ratios} |", flush=True)


if __name__ == "__main__":
    asyncio.run(main([int(size) for size in sys.argv[1:]] or SIZES))

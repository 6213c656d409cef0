"""Contracts that misbehave, and endpoints that answer of other blocks: nobody's pass is lost."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from bot.sandbox.chain.anvil import ChainSettings, LocalChain
from bot.sandbox.chain.wallets import ARTIST
from gating.access.closing import CloseDue
from gating.access.everyone import RefreshEveryone
from gating.access.refresh import RefreshAccess
from gating.access.views import ViewBook, ViewedChain
from gating.adapters.chain.decode import TRANSFER
from gating.adapters.chain.multicall import MULTICALL3
from gating.adapters.chain.views import ContractViews
from gating.adapters.rpc import RpcNode
from gating.model import Address, Asset, Gate, Pass, Platform, Unknown
from gating.model.ending import Limits
from gating.model.proof import WalletProof
from gating.model.rule import MOST, Contract, ContractKind, ExpiringKey, Rule, VotesAt, Wanted
from tests.contracts.access_kit import FAN, HOLDER, NOBODY, ROLE, TIDE, Town, account, wallet
from tests.contracts.index_kit import (
    Tokens,
    alarms,
    balances,
    following,
    gate_of,
    no_workers,
    reach,
)
from tests.contracts.test_following import steps
from tests.contracts.wallet_kit import CHAIN, calldata
from tests.fakes.faulty_node import FaultyNode

ONE, TWO = wallet(61), wallet(62)
FINAL = 210
"""Blocks after which whatever came before is final here."""
MOVE = "move(address,address,uint256)"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def tokens(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Tokens]:
    folder: Path = tmp_path_factory.mktemp("odd")
    settings = ChainSettings(folder=folder, epoch=100, kept_states=400)
    async with LocalChain(settings) as chain, aiohttp.ClientSession() as http:
        tokens = Tokens(chain, http)
        many = await tokens.deploy("Many")
        code = await chain.call("eth_getCode", many, "latest")
        await chain.call("anvil_setCode", MULTICALL3, code)
        yield tokens


@dataclass
class Club:
    """A gate that asks a contract through two endpoints."""

    town: Town
    tokens: Tokens
    refresh: RefreshAccess

    async def passes(self) -> list[str]:
        """What was decided about passes, once everybody was looked at and what is due taken."""
        store = self.town.store
        self.town.later(minutes=6)
        await RefreshEveryone(store=store, refresh=self.refresh)()
        limits = Limits(fans=20, percent=5, few=3)
        due = CloseDue(
            store=store, refresh=self.refresh, limits=limits, platforms=(), clock=self.town.clock
        )
        await due()
        return await steps(self.town)

    async def why(self, number: int) -> object:
        async with self.town.store() as tx:
            fan = await tx.people.enrol(account(number), FAN)
        return (await self.refresh.look(fan.id)).verdicts[0].now


async def asking(town: Town, tokens: Tokens, rule: Rule, *urls: str) -> Club:
    """The first fan has the wallet ONE, the second TWO."""
    async with town.store() as tx:
        for number, address in enumerate((ONE, TWO), 1):
            fan = await tx.people.enrol(account(number), FAN)
            await tx.people.add_wallet(fan.id, address, WalletProof())
    node = RpcNode(tokens.http, urls, CHAIN)
    opened = Pass(HOLDER, Platform.DISCORD, ROLE, "Holder")
    viewed = ViewedChain(tokens.chain_of(*urls), ContractViews(node), 2)
    refresh = RefreshAccess(
        store=town.store,
        asset=TIDE,
        gates=(Gate(HOLDER, "Holder", rule, (opened,)),),
        wake=no_workers,
        views=ViewBook(town.clock, {CHAIN: viewed}),
    )
    return Club(town, tokens, refresh)


def named(kind: ContractKind, address: Address) -> Contract:
    return Contract("crew", kind, Asset(CHAIN, address, "crew"))


async def a_lock(tokens: Tokens) -> tuple[Address, Contract]:
    """Keys of which ONE has one for a long time."""
    lock = await tokens.deploy("Lock")
    ends = (await tokens.chain_of().head()).timestamp + 10**6
    await tokens.call(lock, "grant(address,uint256)", ONE, ends)
    await tokens.chain.mine(6)
    return lock, named(ContractKind.KEY, lock)


async def test_fl06_an_endpoint_that_answers_of_another_block_takes_and_gives_nothing(
    town: Town, tokens: Tokens
) -> None:
    lock, contract = await a_lock(tokens)
    url = tokens.chain.rpc_url
    before = hex((await tokens.chain_of().head()).number)
    ends = (await tokens.chain_of().head()).timestamp + 10**6
    async with FaultyNode(url) as one, FaultyNode(url, state=before) as two:
        club = await asking(town, tokens, ExpiringKey(contract), one.url, two.url)
        assert await club.passes() == ["open"]
        await tokens.call(lock, "grant(address,uint256)", TWO, ends)
        await tokens.chain.call("anvil_setStorageAt", lock, "0x0", "0x" + "00" * 32)
        await tokens.chain.mine(6)
        two.fault = "old-state"  # with the hash of the new block, as a cache would
        assert await club.passes() == ["open"]
        assert await club.why(2) == Unknown("E-RPCDISAGREE")
        two.fault = "ok"
        assert await club.passes() == ["open", "open"]


async def spoil(tokens: Tokens, contract: Address, how: str) -> None:
    """A contract that was good becomes an odd one, as an upgrade would make it."""
    if how == "gone":
        code = "0x"
    else:
        odd = await tokens.deploy("Oddity")
        code = await tokens.chain.call("eth_getCode", odd, "latest")
    await tokens.chain.call("anvil_setCode", contract, code)
    match how:
        case "reverts":
            await tokens.call(contract, "refuse()")
        case "floods":
            await tokens.call(contract, "tell(bytes)", b"\x01" * 4000)
        case "burns":
            await tokens.call(contract, "spin()")
        case "destroyed":
            await tokens.call(contract, "leave()")
            await tokens.chain.call("anvil_setCode", contract, "0x")  # as before EIP-6780
    await tokens.chain.mine(6)


@pytest.mark.parametrize("how", ["reverts", "floods", "burns", "destroyed", "gone"])
async def test_fl10_fl12_fl13_a_contract_that_gives_no_number_ends_no_pass_and_says_why(
    town: Town, tokens: Tokens, how: str
) -> None:
    lock, contract = await a_lock(tokens)
    club = await asking(town, tokens, ExpiringKey(contract), tokens.chain.rpc_url)
    assert await club.passes() == ["open"]
    await spoil(tokens, lock, how)
    assert await club.passes() == ["open"]
    assert await club.why(1) == Unknown("E-VIEW")
    assert await club.why(2) == Unknown("E-VIEW")


@pytest.mark.parametrize("wanted", [1, MOST])
async def test_fl11_a_number_that_looks_negative_is_the_greatest_and_counts_as_it_is(
    town: Town, tokens: Tokens, wanted: int
) -> None:
    odd = await tokens.deploy("Oddity")
    await tokens.call(odd, "tell(bytes)", b"\xff" * 32)
    await tokens.chain.mine(6)
    rule = VotesAt(named(ContractKind.VOTES, odd), 1, Wanted(wanted))
    club = await asking(town, tokens, rule, tokens.chain.rpc_url)
    assert await club.passes() == ["open", "open"]
    await tokens.call(odd, "tell(bytes)", bytes(32))
    await tokens.chain.mine(FINAL)
    assert sorted(await club.passes()) == ["close", "close", "end", "end", "open", "open"]


async def an_index(town: Town, tokens: Tokens, asset: Asset, *urls: str) -> Club:
    """A gate that asks for a copy of this contract, and its index."""
    await asking(town, tokens, gate_of(asset).rule, *(urls or (tokens.chain.rpc_url,)))
    follow = following(town, tokens.chain_of(*urls), {asset: 0})
    await reach(follow)
    return Club(town, tokens, follow.refresh)


async def test_fl14_transfers_without_the_third_index_take_no_pass_and_are_told(
    town: Town, tokens: Tokens
) -> None:
    copies = await tokens.token("Copies")
    await tokens.call(copies.contract, "mint(address,uint256,uint256)", ONE, 7, 1)
    await tokens.chain.mine(6)
    club = await an_index(town, tokens, copies)
    assert await club.passes() == ["open"]
    odd = await tokens.deploy("Oddity")  # an upgrade that writes as an ERC-20 does
    code = await tokens.chain.call("eth_getCode", odd, "latest")
    await tokens.chain.call("anvil_setCode", copies.contract, code)
    topics = [bytes.fromhex(word[2:].rjust(64, "0")) for word in (TRANSFER, ONE, TWO)]
    seven = (7).to_bytes(32, "big")
    await tokens.call(copies.contract, "say(bytes32[],bytes)", topics, seven)
    await tokens.chain.mine(6)
    club = await an_index(town, tokens, copies)
    assert await club.passes() == ["open"]
    assert await alarms(town) == ["E-LOGSKIPPED"]


async def test_fl14_a_contract_that_never_wrote_the_third_index_opens_nothing_and_says_why(
    town: Town, tokens: Tokens
) -> None:
    odd = await tokens.token("Oddity")
    topics = [bytes.fromhex(word[2:].rjust(64, "0")) for word in (TRANSFER, NOBODY, ONE)]
    await tokens.call(odd.contract, "say(bytes32[],bytes)", topics, (7).to_bytes(32, "big"))
    await tokens.chain.mine(6)
    club = await an_index(town, tokens, odd)
    assert await club.passes() == []
    assert await club.why(1) == Unknown("E-UNREADABLE")
    assert await alarms(town) == ["E-LOGSKIPPED"]


@pytest.mark.parametrize("depth", [1, 5, 10, 64, 157])
async def test_fl08_rp2_a_reorganisation_that_undoes_a_sale_takes_no_pass_of_the_seller(
    town: Town, tokens: Tokens, depth: int
) -> None:
    """What the buyer was given early ends again; then the sale happens for good."""
    copies = await tokens.token("Copies")
    await tokens.call(copies.contract, "mint(address,uint256,uint256)", ONE, 1, 1)
    await tokens.chain.mine(6)
    await asking(town, tokens, gate_of(copies).rule, tokens.chain.rpc_url)
    follow = following(town, tokens.chain_of(), {copies: 0})
    club = Club(town, tokens, follow.refresh)
    await reach(follow)
    assert await club.passes() == ["open"]
    await sells_at_the_head(tokens, copies)
    await tokens.chain.mine(depth - 1)  # the sale is in the first of the blocks that go
    await reach(follow)
    assert await club.passes() == ["open", "open"]
    await tokens.chain.reorg(depth)
    await tokens.chain.mine(1)
    await reach(follow)
    assert await balances(town, copies, (ONE, TWO)) == {ONE: 1, TWO: 0}
    assert await club.passes() == ["open", "open", "end", "close"]
    assert await town.rows("SELECT user_id FROM held_pass") == [("1",)]
    await sells_at_the_head(tokens, copies)
    await tokens.chain.mine(FINAL)
    await reach(follow)
    await club.passes()
    assert await town.rows("SELECT user_id FROM held_pass") == [("2",)]


async def sells_at_the_head(tokens: Tokens, copies: Asset) -> None:
    """ONE sells to TWO in the newest block."""
    sale = calldata(MOVE, ONE, TWO, 1)
    sent = {"from": ARTIST.address, "to": copies.contract, "data": "0x" + sale.hex()}
    hash_ = await tokens.chain.call("eth_sendTransaction", sent)
    async with asyncio.timeout(20):
        while not await tokens.chain.call("eth_getTransactionReceipt", hash_):  # noqa: ASYNC110  - no event from outside
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("caps", [{"blocks": 1_000}, {"results": 10_000}])
async def test_fl09_a_provider_with_the_usual_caps_is_read_whole_and_opens_the_pass(
    town: Town, tokens: Tokens, caps: dict[str, int]
) -> None:
    copies = await tokens.token("Copies")
    mint = "scatter(uint160,uint256,uint256)"
    await tokens.call(copies.contract, "mint(address,uint256,uint256)", ONE, 1, 1)
    for at in range(24 if "results" in caps else 1):
        await tokens.call(copies.contract, mint, 10**6 + at * 500, 1000 + at * 500, 500)
    head = await tokens.chain.head()
    await tokens.chain.mine(max(6, 2_000 - head if "blocks" in caps else 0))
    async with FaultyNode(tokens.chain.rpc_url, **caps) as node:
        club = await an_index(town, tokens, copies, node.url)
        refused = [method for method, _ in node.asked].count("eth_getLogs")
    assert await club.passes() == ["open"]
    assert await balances(town, copies, (ONE,)) == {ONE: 1}
    async with town.store() as tx:
        tip = await tx.ledger.tip(copies)
        assert tip is not None
        held = len([one async for one in tx.ledger.census(copies, tip.number)])
    assert held == (12_001 if "results" in caps else 501)
    assert refused < 60

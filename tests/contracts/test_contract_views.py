"""Reads of contracts at one block: exact where they answer, named where they do not."""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from eth_abi.abi import encode

from bot.sandbox.chain.anvil import ChainSettings, LocalChain
from gating.adapters.chain.abi import BadAnswer, Call, aggregate3, results3
from gating.adapters.chain.multicall import AT_ONCE, MULTICALL3, Multicall
from gating.adapters.chain.views import ContractViews
from gating.adapters.chain_rpc import RpcChain
from gating.adapters.rpc import RpcNode
from gating.errors import TryLater
from gating.model import Address, Block
from gating.model.views import Key, NoAnswer, Viewed, next_look
from tests.contracts.access_kit import wallet
from tests.contracts.index_kit import Tokens
from tests.contracts.wallet_kit import CHAIN, calldata
from tests.fakes.faulty_node import FaultyNode

ONE, TWO, THREE = wallet(31), wallet(32), wallet(33)
GREATEST = 2**256 - 1
FOR_EVER = GREATEST


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def tokens(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Tokens]:
    folder: Path = tmp_path_factory.mktemp("views")
    async with (
        LocalChain(ChainSettings(folder=folder)) as chain,
        aiohttp.ClientSession() as http,
    ):
        tokens = Tokens(chain, http)
        many = await tokens.deploy("Many")
        code = await chain.call("eth_getCode", many, "latest")
        await chain.call("anvil_setCode", MULTICALL3, code)
        yield tokens


def views_of(tokens: Tokens, *urls: str, contract: str = MULTICALL3) -> ContractViews:
    node = RpcNode(tokens.http, urls or (tokens.chain.rpc_url,), CHAIN)
    return ContractViews(node, Multicall(node, contract))


async def now_of(tokens: Tokens) -> Block:
    return await RpcChain(tokens.node).head()


async def balances(tokens: Tokens, contract: Address) -> Mapping[Address, Viewed]:
    at = await now_of(tokens)
    return await views_of(tokens).balances(contract, (ONE, TWO), at)


@pytest.mark.parametrize("contract", [MULTICALL3, "0x" + "77" * 20])
async def test_balances_are_exact_with_multicall_and_without_it(
    tokens: Tokens, contract: str
) -> None:
    coins = await tokens.deploy("Coins", "bool", False)
    await tokens.call(coins, "mint(address,uint256)", ONE, GREATEST)
    await tokens.call(coins, "mint(address,uint256)", TWO, 0)
    at = await now_of(tokens)
    await tokens.call(coins, "move(address,address,uint256)", ONE, TWO, 1)
    views = views_of(tokens, contract=contract)
    assert await views.balances(coins, (ONE, TWO), at) == {ONE: GREATEST, TWO: 0}
    later = await views.balances(coins, (ONE, TWO), await now_of(tokens))
    assert later == {ONE: GREATEST - 1, TWO: 1}


async def test_more_wallets_than_one_request_takes_are_all_read(tokens: Tokens) -> None:
    coins = await tokens.deploy("Coins", "bool", False)
    count = 2 * AT_ONCE + 7
    for at in range(0, count, 400):
        held = min(400, count - at)
        await tokens.call(coins, "scatter(uint160,uint256)", 5000 + at, held)
    wallets = [wallet(5000 + number) for number in range(count)]
    found = await views_of(tokens).balances(coins, wallets, await now_of(tokens))
    assert list(found.values()) == [n % 400 + 1 for n in range(count)]


async def test_a_contract_that_refuses_is_no_zero(tokens: Tokens) -> None:
    odd = await tokens.deploy("Oddity")
    await tokens.call(odd, "refuse()")
    assert set((await balances(tokens, odd)).values()) == {NoAnswer.REFUSED}


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (b"", NoAnswer.SHORT),
        (b"\x01" * 31, NoAnswer.SHORT),
        (b"\x01" * 33, NoAnswer.LONG),
        (b"\x01" * 4000, NoAnswer.LONG),
    ],
)
async def test_an_answer_of_another_length_is_no_number(
    tokens: Tokens, said: bytes, why: NoAnswer
) -> None:
    odd = await tokens.deploy("Oddity")
    await tokens.call(odd, "tell(bytes)", said)
    assert set((await balances(tokens, odd)).values()) == {why}


async def test_where_no_contract_is_or_is_any_more_nothing_is_known(tokens: Tokens) -> None:
    coins = await tokens.deploy("Coins", "bool", False)
    await tokens.call(coins, "mint(address,uint256)", ONE, 5)
    before = await now_of(tokens)
    await tokens.chain.mine()
    await tokens.chain.call("anvil_setCode", coins, "0x")
    await tokens.chain.mine()
    assert set((await balances(tokens, coins)).values()) == {NoAnswer.NO_CODE}
    assert set((await balances(tokens, wallet(999))).values()) == {NoAnswer.NO_CODE}
    then = await views_of(tokens).balances(coins, (ONE,), before)
    assert then == {ONE: 5}  # what it said then stays true of then


async def test_one_contract_that_burns_all_gas_spoils_nobody_elses_answer(
    tokens: Tokens,
) -> None:
    coins, odd = await tokens.deploy("Coins", "bool", False), await tokens.deploy("Oddity")
    await tokens.call(coins, "mint(address,uint256)", ONE, 5)
    await tokens.call(odd, "spin()")
    asked = calldata("balanceOf(address)", ONE)
    calls = [Call(bytes.fromhex(coins[2:]), asked)] * 20
    calls.insert(7, Call(bytes.fromhex(odd[2:]), asked))
    found = await Multicall(tokens.node).words(calls, await now_of(tokens))
    assert found == [5] * 7 + [NoAnswer.FLOODS] + [5] * 13


async def test_a_contract_that_only_burns_gas_is_given_up_after_a_few_calls(
    tokens: Tokens,
) -> None:
    odd = await tokens.deploy("Oddity")
    await tokens.call(odd, "spin()")
    async with FaultyNode(tokens.chain.rpc_url) as node:
        views = views_of(tokens, node.url)
        wallets = [wallet(number) for number in range(64)]
        found = await views.balances(odd, wallets, await now_of(tokens))
        asked = [method for method, _ in node.asked].count("eth_call")
    assert set(found.values()) <= {NoAnswer.FLOODS, NoAnswer.REFUSED}
    assert asked < 32


async def test_rp1_a_balance_counts_where_two_endpoints_say_it(tokens: Tokens) -> None:
    coins = await tokens.deploy("Coins", "bool", False)
    await tokens.call(coins, "mint(address,uint256)", ONE, 5)
    at = await now_of(tokens)
    async with FaultyNode(tokens.chain.rpc_url) as one, FaultyNode(tokens.chain.rpc_url) as two:
        views = views_of(tokens, one.url, two.url)
        assert await views.balances(coins, (ONE,), at) == {ONE: 5}
        two.fault = "lie"
        assert await views.balances(coins, (ONE,), at) == {ONE: NoAnswer.DISAGREE}
        two.fault = "error"
        assert await views.balances(coins, (ONE,), at) == {ONE: NoAnswer.ALONE}
        two.fault, two.behind = "ok", 40
        assert await views.balances(coins, (ONE,), at) == {ONE: NoAnswer.ALONE}
        one.fault = two.fault = "bad-json"
        with pytest.raises(TryLater, match="E-CHAINDOWN"):
            await views.balances(coins, (ONE,), at)


@pytest.mark.parametrize("by_time", [False, True])
async def test_votes_of_the_past_are_asked_by_the_contracts_own_clock(
    tokens: Tokens, by_time: bool
) -> None:
    coins = await tokens.deploy("Coins", "bool", by_time)
    await tokens.call(coins, "mint(address,uint256)", ONE, 5)
    then = await now_of(tokens)
    await tokens.chain.call("evm_increaseTime", 60)
    await tokens.call(coins, "move(address,address,uint256)", ONE, TWO, 3)
    await tokens.chain.call("evm_increaseTime", 60)
    await tokens.chain.mine(2)
    now = await now_of(tokens)
    views = views_of(tokens)
    assert await views.votes(coins, (ONE, TWO), then, seen_from=now) == {ONE: 5, TWO: 0}
    later = await RpcChain(tokens.node).block(then.number + 1)
    assert await views.votes(coins, (ONE, TWO), later, seen_from=now) == {ONE: 2, TWO: 3}
    refused = await views.votes(coins, (ONE,), now, seen_from=now)
    assert refused == {ONE: NoAnswer.REFUSED}  # of its own block it does not speak


@pytest.mark.parametrize("kind", ["Lock", "OldLock"])
async def test_a_key_ends_without_a_log_and_is_looked_at_when_it_does(
    tokens: Tokens, kind: str
) -> None:
    lock = await tokens.deploy(kind)
    ends = (await now_of(tokens)).timestamp + 3600
    await tokens.call(lock, "grant(address,uint256)", ONE, ends)
    await tokens.call(lock, "grant(address,uint256)", TWO, FOR_EVER)
    at = await now_of(tokens)
    keys = await views_of(tokens).keys(lock, (ONE, TWO, THREE), at)
    assert keys[ONE] == Key(good=True, until=ends)
    assert keys[TWO] == Key(good=True, until=FOR_EVER)
    assert keys[THREE].good is False
    now = datetime.fromtimestamp(at.timestamp, UTC)
    assert next_look(keys.values(), now) == datetime.fromtimestamp(ends, UTC)
    assert next_look([keys[TWO], keys[THREE]], now) is None
    await tokens.chain.call("evm_increaseTime", 4000)
    await tokens.chain.mine()
    over = await views_of(tokens).keys(lock, (ONE, TWO), await now_of(tokens))
    assert (over[ONE].good, over[TWO].good) == (False, True)


def test_the_calldata_is_what_a_general_encoder_writes() -> None:
    calls = [Call(bytes([place]) * 20, bytes(range(place * 9))) for place in range(5)]
    whole = encode(
        ["(address,bool,bytes)[]"],
        [[("0x" + call.target.hex(), True, call.data) for call in calls]],
    )
    assert aggregate3(calls)[4:] == whole


@pytest.mark.parametrize("cut", [0, 31, 64, 100, 200])
def test_a_batch_that_ends_too_soon_is_no_answer(cut: int) -> None:
    whole = encode(["(bool,bytes)[]"], [[(True, bytes(32)), (False, b"no")]])
    assert results3(whole, 2) == [bytes(32), None]
    with pytest.raises(BadAnswer):
        results3(whole[:cut], 2)
    with pytest.raises(BadAnswer):
        results3(whole, 3)

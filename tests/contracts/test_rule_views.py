"""Rules about past votes and keys that end: what contracts answer reaches the fan's doors."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from bot.sandbox.chain.anvil import ChainSettings, LocalChain
from gating.access.everyone import RefreshEveryone
from gating.access.plan import Verdict
from gating.access.refresh import RefreshAccess
from gating.access.views import ViewBook, ViewedChain
from gating.adapters.chain.multicall import MULTICALL3
from gating.adapters.chain.views import ContractViews
from gating.model import Address, Asset, FanId, Gate, No, Pass, Platform, Unknown
from gating.model.proof import WalletProof
from gating.model.rule import Contract, ContractKind, ExpiringKey, Rule, VotesAt, Wanted
from tests.contracts.access_kit import FAN, HOLDER, ROLE, TIDE, Town, account, wallet
from tests.contracts.index_kit import Tokens
from tests.contracts.wallet_kit import CHAIN

ONE, TWO = wallet(41), wallet(42)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def tokens(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Tokens]:
    folder: Path = tmp_path_factory.mktemp("rule-views")
    async with (
        LocalChain(ChainSettings(folder=folder, epoch=8)) as chain,
        aiohttp.ClientSession() as http,
    ):
        tokens = Tokens(chain, http)
        many = await tokens.deploy("Many")
        code = await chain.call("eth_getCode", many, "latest")
        await chain.call("anvil_setCode", MULTICALL3, code)
        yield tokens


@dataclass
class Asking:
    """A town whose gate asks a contract."""

    town: Town
    tokens: Tokens
    rule: Rule

    def __post_init__(self) -> None:
        chain, node = self.tokens.chain_of(), self.tokens.node
        viewed = ViewedChain(chain, ContractViews(node), depth=2)
        opened = Pass(HOLDER, Platform.DISCORD, ROLE, "Holder")
        self.refresh = RefreshAccess(
            store=self.town.store,
            asset=TIDE,
            gates=(Gate(HOLDER, "Holder", self.rule, (opened,)),),
            wake=nobody,
            views=ViewBook(self.town.clock, {CHAIN: viewed}),
        )

    async def a_fan(self, number: int, *wallets: Address) -> FanId:
        async with self.town.store() as tx:
            fan = await tx.people.enrol(account(number), FAN)
            for address in wallets:
                assert await tx.people.add_wallet(fan.id, address, WalletProof())
        return fan.id

    async def says(self, fan: FanId) -> Verdict:
        return (await self.refresh.look(fan)).verdicts[0]

    async def final(self) -> None:
        await self.tokens.chain.mine(2 * self.tokens.chain.settings.epoch + 4)


async def nobody() -> None:
    """Nobody is woken."""


def called(kind: ContractKind, address: Address) -> Contract:
    return Contract("crew", kind, Asset(CHAIN, address, "crew"))


async def test_past_votes_open_and_a_block_that_is_not_past_is_unknown(
    town: Town, tokens: Tokens
) -> None:
    coins = await tokens.deploy("Coins", "bool", False)
    await tokens.call(coins, "mint(address,uint256)", ONE, 5)
    then = (await tokens.chain_of().head()).number
    rule = VotesAt(called(ContractKind.VOTES, coins), then, Wanted(5))
    asking = Asking(town, tokens, rule)
    one, two = await asking.a_fan(1, ONE), await asking.a_fan(2, TWO)
    assert (await asking.says(one)).now == Unknown("E-BLOCKAHEAD")
    await tokens.chain.mine(3)
    assert (await asking.says(one)).opens
    refused = await asking.says(two)
    assert isinstance(refused.now, No)
    assert not refused.closes
    await asking.final()
    assert (await asking.says(two)).closes
    assert (await asking.says(await asking.a_fan(3))).closes  # who has no wallet has no votes


@pytest.mark.parametrize("kind", ["Lock", "OldLock"])
async def test_a_key_opens_until_it_ends_and_the_pass_over_everybody_sees_the_end(
    town: Town, tokens: Tokens, kind: str
) -> None:
    lock = await tokens.deploy(kind)
    ends = (await tokens.chain_of().head()).timestamp + 3600
    await tokens.call(lock, "grant(address,uint256)", ONE, ends)
    await tokens.chain.mine(4)
    asking = Asking(town, tokens, ExpiringKey(called(ContractKind.KEY, lock)))
    await asking.a_fan(1, ONE)
    await asking.a_fan(2, TWO)
    everyone = RefreshEveryone(store=town.store, refresh=asking.refresh)
    assert await everyone() == 2
    steps = "SELECT lane, act->>'step' FROM outbox WHERE act->>'kind' = 'pass'"
    assert await town.rows(steps) == [(str(account(1)), "open")]
    await tokens.chain.call("evm_increaseTime", 4000)
    await asking.final()
    assert await everyone() == 2
    ended = await town.rows("SELECT what FROM audit ORDER BY id")
    assert ended[-1] == ("pass.end",)


async def test_what_was_asked_long_ago_or_gives_no_answer_is_unknown(
    town: Town, tokens: Tokens
) -> None:
    lock = await tokens.deploy("Lock")
    await tokens.chain.mine(4)
    asking = Asking(town, tokens, ExpiringKey(called(ContractKind.KEY, lock)))
    fan = await asking.a_fan(1, ONE)
    assert isinstance((await asking.says(fan)).now, No)
    town.later(minutes=12)
    async with town.store() as tx:
        [verdict] = (await asking.refresh.look_within(tx, fan)).verdicts
    assert verdict.now == Unknown("E-NOTREADY")
    nothing_there = Asking(town, tokens, ExpiringKey(called(ContractKind.KEY, wallet(77))))
    assert (await nothing_there.says(fan)).now == Unknown("E-VIEW")

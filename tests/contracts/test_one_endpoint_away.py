"""One of two endpoints is away from the very first start: holders come in, nobody goes out."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from gating.access.everyone import RefreshEveryone
from gating.access.refresh import RefreshAccess
from gating.access.views import ViewBook, ViewedChain
from gating.adapters.chain.views import ContractViews
from gating.adapters.rpc import RpcNode
from gating.errors import TryLater
from gating.model import Asset, Gate, No, Pass, Platform, Unknown
from gating.model.rule import Contract, ContractKind, ExpiringKey
from governance.adapters.holders import LedgerHolders
from tests.contracts.access_kit import HOLDER, ROLE, TIDE, Town
from tests.contracts.index_kit import SOON, alarms, no_workers, try_to_reach
from tests.contracts.sale_kit import BUYER, SELLER, Scene, a_sale, everybody, spoil, two_fans
from tests.contracts.wallet_kit import CHAIN
from tests.fakes.faulty_node import FaultyNode

AWAY = ("error", "timeout", "wrong-chain", "bad-json")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def scene(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    async with a_sale(tmp_path_factory.mktemp("away")) as scene:
        yield scene


@pytest.mark.parametrize(("fault", "place"), [(AWAY[n], n % 2) for n in range(4)])
async def test_fl01_who_holds_comes_in_and_moderators_are_told_at_once(
    town: Town, scene: Scene, fault: str, place: int
) -> None:
    await two_fans(town)
    async with scene.nodes(2) as nodes:
        nodes[place].fault = fault
        follow = scene.follow(town, nodes, by_two=False)
        assert await try_to_reach(follow) is None
        await RefreshEveryone(store=town.store, refresh=follow.refresh)()
        assert await everybody(town, follow.refresh) == ["open"]
        assert await alarms(town) == ["E-RPCALONE"]
        # the sale is known to the one that answers, and final there
        spoil(nodes[1 - place], "ok")
        assert await try_to_reach(follow) is None
        assert await everybody(town, follow.refresh) == ["open", "open"]
        holders = LedgerHolders(town.store, follow.chain, scene.copies)
        with pytest.raises(TryLater, match="E-NOFINAL"):
            await holders.at_snapshot()
        spoil(nodes[place], "ok")
        follow = scene.follow(town, nodes, by_two=False)
        assert await try_to_reach(follow) is None
        assert sorted(await everybody(town, follow.refresh)) == ["end", "open", "open"]
        assert dict((await holders.at_snapshot()).copies) == {BUYER: 1}


async def test_fl01_with_additions_by_two_nobody_comes_in_and_the_reason_is_said(
    town: Town, scene: Scene
) -> None:
    await two_fans(town)
    async with scene.nodes(2) as nodes:
        nodes[0].fault = "error"
        follow = scene.follow(town, nodes, by_two=True)
        assert await try_to_reach(follow, steps=1) == "E-RPCALONE"
        assert await everybody(town, follow.refresh) == []
        async with town.store() as tx:
            assert (await tx.ledger.reading(scene.copies, ())).silent == "E-RPCALONE"
    assert await alarms(town) == ["E-RPCALONE"]


async def test_fl01_a_key_opens_by_the_word_of_one_endpoint_and_ends_by_that_of_two(
    town: Town, scene: Scene
) -> None:
    lock = await scene.tokens.deploy("Lock")
    ends = (await scene.tokens.chain_of().head()).timestamp + 3600
    await scene.tokens.call(lock, "grant(address,uint256)", SELLER, ends)
    await scene.tokens.chain.mine(4)
    await two_fans(town)
    url = scene.tokens.chain.rpc_url
    async with FaultyNode(url) as one, FaultyNode(url, "error") as two:
        node = RpcNode(scene.tokens.http, (one.url, two.url), CHAIN, SOON)
        views = ContractViews(node)
        chain = scene.tokens.chain_of(one.url, two.url, patience=SOON)
        early = ContractViews(node, by_one=True)
        rule = ExpiringKey(Contract("lock", ContractKind.KEY, Asset(CHAIN, lock, "lock")))
        opened = Pass(HOLDER, Platform.DISCORD, ROLE, "Holder")
        refresh = RefreshAccess(
            store=town.store,
            asset=TIDE,
            gates=(Gate(HOLDER, "Holder", rule, (opened,)),),
            wake=no_workers,
            views=ViewBook(town.clock, {CHAIN: ViewedChain(chain, views, 2, early)}),
        )
        assert await everybody(town, refresh) == ["open"]
        await scene.tokens.chain.call("evm_increaseTime", 4000)
        await scene.tokens.chain.mine(6)
        assert await everybody(town, refresh) == ["open"]
        async with town.store() as tx:
            first = (await tx.access.everyone())[0].fan.id
        verdict = (await refresh.look(first)).verdicts[0]
        assert isinstance(verdict.now, No)
        assert verdict.final == Unknown("E-RPCALONE")
        two.fault = "lie"  # a contradiction says nothing at all
        assert (await refresh.look(first)).verdicts[0].now == Unknown("E-RPCDISAGREE")
        two.fault = "ok"
        assert await everybody(town, refresh) == ["open", "end"]


async def test_fl01_silence_that_lasts_is_told_to_moderators_once(
    town: Town, scene: Scene
) -> None:
    async with scene.nodes(2) as nodes:
        follow = scene.follow(town, nodes, by_two=False)
        assert await try_to_reach(follow) is None
        for node in nodes:
            node.fault = "error"
        assert await try_to_reach(follow, steps=1) == "E-CHAINDOWN"
        assert await alarms(town) == []  # a minute of silence passes by itself
        for _ in range(3):
            town.later(minutes=11)
            assert await try_to_reach(follow, steps=1) == "E-CHAINDOWN"
        assert await alarms(town) == ["E-CHAINDOWN"]

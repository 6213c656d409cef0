"""What is taken away, and what is believed, when endpoints fail, lag or lie (threats: RP1)."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from bot.sandbox.chain.anvil import ChainSettings, LocalChain
from gating.access.refresh import RefreshAccess
from gating.holdings.follow import FollowChain
from gating.model import Asset
from gating.model.proof import WalletProof
from tests.contracts.access_kit import (
    FAN,
    NOBODY,
    TIDE,
    Town,
    account,
    block,
    move,
    owned,
    wallet,
)
from tests.contracts.index_kit import (
    SOON,
    Tokens,
    alarms,
    following,
    reach,
    try_to_reach,
)
from tests.contracts.test_following import steps
from tests.fakes.faulty_node import FaultyNode
from tests.fakes.told_chain import ToldChain

FAULTS = ("ok", "error", "timeout", "stale", "wrong-chain", "lie", "bad-json")
SELLER, BUYER = wallet(21), wallet(22)


@dataclass
class Scene:
    """Copy 1 was the seller's, and was sold to the buyer in a block that is final by now."""

    tokens: Tokens
    copies: Asset
    before: int

    @asynccontextmanager
    async def nodes(self, count: int) -> AsyncIterator[list[FaultyNode]]:
        """Endpoints that do not know of the sale yet."""
        async with AsyncExitStack() as opened:
            made = [
                FaultyNode(self.tokens.chain.rpc_url, until=self.before, lie="beef" + str(place))
                for place in range(count)
            ]
            yield [await opened.enter_async_context(node) for node in made]

    def follow(self, town: Town, nodes: list[FaultyNode], *, by_two: bool) -> FollowChain:
        chain = self.tokens.chain_of(*(node.url for node in nodes), patience=SOON)
        return following(town, chain, {self.copies: 0}, by_two=by_two)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def scene(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    folder: Path = tmp_path_factory.mktemp("witnesses")
    async with (
        LocalChain(ChainSettings(folder=folder)) as chain,
        aiohttp.ClientSession() as http,
    ):
        tokens = Tokens(chain, http)
        copies = await tokens.token("Copies")
        await tokens.call(copies.contract, "mint(address,uint256,uint256)", SELLER, 1, 1)
        before = await chain.mine(5)
        await tokens.call(copies.contract, "move(address,address,uint256)", SELLER, BUYER, 1)
        await chain.mine(20)
        yield Scene(tokens, copies, before)


async def two_fans(town: Town) -> None:
    async with town.store() as tx:
        for number, address in enumerate((SELLER, BUYER), 1):
            fan = await tx.people.enrol(account(number), FAN)
            await tx.people.add_wallet(fan.id, address, WalletProof())


async def everybody(town: Town, refresh: RefreshAccess) -> list[str]:
    """What was decided after everybody was looked at."""
    async with town.store() as tx:
        fans = [known.fan.id for known in await tx.access.everyone()]
    for fan in fans:
        await refresh(fan, why="periodic pass")
    return await steps(town)


def spoil(node: FaultyNode, fault: str) -> None:
    node.until = None
    node.behind = 40 if fault == "stale" else 0
    node.fault = "ok" if fault == "stale" else fault


@pytest.mark.parametrize(("one", "other"), list(product(FAULTS, FAULTS)))
async def test_rp1_only_what_two_endpoints_agree_on_is_given_or_taken(
    town: Town, scene: Scene, one: str, other: str
) -> None:
    await two_fans(town)
    async with scene.nodes(2) as nodes:
        follow = scene.follow(town, nodes, by_two=True)
        await reach(follow)
        assert await everybody(town, follow.refresh) == ["open"]
        for node, fault in zip(nodes, (one, other), strict=True):
            spoil(node, fault)
        follow = scene.follow(town, nodes, by_two=True)  # a start asks for the chain's id
        code = await try_to_reach(follow, steps=2)
        agreed = ["open", "open", "end"]
        decided = sorted(await everybody(town, follow.refresh), reverse=True)
    if (one, other) == ("ok", "ok"):
        assert (code, decided) == (None, agreed)
    else:
        assert code in {"E-CHAINDOWN", "E-RPCALONE", "E-RPCDISAGREE"}
        assert decided == ["open"]


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault != "lie"])
async def test_rp1_with_additions_by_one_the_buyer_comes_in_and_the_seller_waits(
    town: Town, scene: Scene, fault: str
) -> None:
    await two_fans(town)
    async with scene.nodes(2) as nodes:
        follow = scene.follow(town, nodes, by_two=False)
        await reach(follow)
        await everybody(town, follow.refresh)
        spoil(nodes[0], fault)
        spoil(nodes[1], "ok")
        follow = scene.follow(town, nodes, by_two=False)
        assert await try_to_reach(follow) is None
        decided = await everybody(town, follow.refresh)
    assert sorted(decided) == (["end", "open", "open"] if fault == "ok" else ["open", "open"])


@pytest.mark.parametrize("place", [0, 1])
async def test_rp1_endpoints_that_contradict_each_other_make_everything_unknown(
    town: Town, scene: Scene, place: int
) -> None:
    await two_fans(town)
    async with scene.nodes(2) as nodes:
        follow = scene.follow(town, nodes, by_two=False)
        await reach(follow)
        await everybody(town, follow.refresh)
        spoil(nodes[place], "lie")
        spoil(nodes[1 - place], "ok")
        assert await try_to_reach(follow) == "E-RPCDISAGREE"
        assert await everybody(town, follow.refresh) == ["open"]
        async with town.store() as tx:
            assert (await tx.ledger.reading(scene.copies, ())).silent == "E-RPCDISAGREE"
        assert await alarms(town) == ["E-RPCDISAGREE"]
        spoil(nodes[place], "ok")
        assert await try_to_reach(follow) is None
        assert sorted(await everybody(town, follow.refresh)) == ["end", "open", "open"]


async def test_rp1_two_of_three_outvote_a_liar_who_is_then_asked_last(
    town: Town, scene: Scene
) -> None:
    await two_fans(town)
    async with scene.nodes(3) as nodes:
        follow = scene.follow(town, nodes, by_two=False)
        await reach(follow)
        await everybody(town, follow.refresh)
        spoil(nodes[0], "lie")
        spoil(nodes[1], "ok")
        spoil(nodes[2], "ok")
        assert await try_to_reach(follow, steps=6) is None
        assert sorted(await everybody(town, follow.refresh)) == ["end", "open", "open"]


@pytest.mark.parametrize("fault", ["error", "wrong-chain", "bad-json", "busy"])
async def test_rp1_silence_of_all_endpoints_takes_nothing_from_anybody(
    town: Town, scene: Scene, fault: str
) -> None:
    await two_fans(town)
    async with scene.nodes(2) as nodes:
        follow = scene.follow(town, nodes, by_two=False)
        await reach(follow)
        await everybody(town, follow.refresh)
        for node in nodes:
            spoil(node, fault)
        follow = scene.follow(town, nodes, by_two=False)
        for _ in range(3):
            assert await try_to_reach(follow, steps=1) == "E-CHAINDOWN"
            town.later(hours=8)
            assert await everybody(town, follow.refresh) == ["open"]


async def test_a_second_endpoint_that_stays_away_is_told_after_a_while(
    town: Town, scene: Scene
) -> None:
    async with scene.nodes(2) as nodes:
        follow = scene.follow(town, nodes, by_two=False)
        await reach(follow)
        spoil(nodes[0], "ok")
        spoil(nodes[1], "error")
        await reach(follow)
        assert await alarms(town) == []
        town.later(minutes=11)
        await reach(follow)
        assert await alarms(town) == ["E-RPCALONE"]


async def test_an_empty_answer_that_should_not_be_empty_is_contradicted(
    town: Town, scene: Scene
) -> None:
    await two_fans(town)
    async with scene.nodes(2) as nodes:
        follow = scene.follow(town, nodes, by_two=False)
        await reach(follow)
        await everybody(town, follow.refresh)
        spoil(nodes[0], "empty")
        spoil(nodes[1], "ok")
        assert await try_to_reach(follow) == "E-RPCDISAGREE"
        assert await everybody(town, follow.refresh) == ["open"]


async def test_an_endpoint_that_lags_forty_blocks_holds_nobody_up(
    town: Town, scene: Scene
) -> None:
    await two_fans(town)
    async with scene.nodes(2) as nodes:
        follow = scene.follow(town, nodes, by_two=False)
        await reach(follow)
        spoil(nodes[0], "stale")
        spoil(nodes[1], "ok")
        await reach(follow)
        async with town.store() as tx:
            reading = await tx.ledger.reading(scene.copies, (BUYER,))
    assert reading.settled
    assert reading.settled.number == await scene.tokens.chain.head()
    assert reading.at_settled[0].copies == frozenset({1})
    assert reading.at_final[0].copies == frozenset()


async def test_one_endpoint_alone_is_believed_as_before(town: Town, scene: Scene) -> None:
    await two_fans(town)
    async with scene.nodes(1) as nodes:
        follow = scene.follow(town, nodes, by_two=True)
        await reach(follow)
        await everybody(town, follow.refresh)
        spoil(nodes[0], "ok")
        await reach(follow)
        assert sorted(await everybody(town, follow.refresh)) == ["end", "open", "open"]


async def test_what_two_endpoints_say_later_replaces_what_one_had_said(town: Town) -> None:
    """The first reader was lied to while it was alone; then two honest ones came."""
    lied = move(block(5), 1, NOBODY, SELLER)
    truth = move(block(5), 1, NOBODY, BUYER)
    chain = ToldChain(final=2)
    chain.grow(8)
    chain.moves = [lied]
    chain.others = [ToldChain(), ToldChain()]
    follow = following(town, chain, {TIDE: 0})
    await reach(follow)
    chain.moves = [truth]
    for other in chain.others:
        other.grow(8)
        other.moves = [truth]
    chain.final = 7
    await reach(follow)
    async with town.store() as tx:
        assert await owned(tx, TIDE, 8) == {BUYER: frozenset({1})}
        reading = await tx.ledger.reading(TIDE, (BUYER,))
    assert (reading.silent, reading.final) == (None, block(7))

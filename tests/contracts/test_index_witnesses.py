"""What is taken away, and what is believed, when endpoints fail, lag or lie (threats: RP1)."""

from collections.abc import AsyncIterator
from itertools import product

import pytest
import pytest_asyncio

from tests.contracts.access_kit import NOBODY, TIDE, Town, block, move, owned
from tests.contracts.index_kit import alarms, following, reach, try_to_reach
from tests.contracts.sale_kit import BUYER, SELLER, Scene, a_sale, everybody, spoil, two_fans
from tests.fakes.told_chain import ToldChain

FAULTS = ("ok", "error", "timeout", "stale", "wrong-chain", "lie", "bad-json")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def scene(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    async with a_sale(tmp_path_factory.mktemp("witnesses")) as scene:
        yield scene


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

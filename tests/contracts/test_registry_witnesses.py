"""What vaults say counts, like transfers, where two endpoints say it (threats: RP1)."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace

import aiohttp
import pytest
import pytest_asyncio

from bot.sandbox.chain.album import Album, deploy_album
from bot.sandbox.chain.anvil import ChainSettings, LocalChain
from bot.sandbox.chain.registry import delegate_all, place_registry
from gating.adapters.rpc import RpcNode
from gating.errors import TryLater
from gating.holdings.beside import NOTHING
from tests.contracts.access_kit import Town
from tests.contracts.test_registry_chain import CHAIN, HOT, VAULT, Place
from tests.fakes.faulty_node import FaultyNode


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def pressed(
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[tuple[LocalChain, Album]]:
    async with LocalChain(ChainSettings(folder=tmp_path_factory.mktemp("vaults"))) as chain:
        await place_registry(chain)
        album = await deploy_album(chain)
        await chain.mine(5)
        yield chain, album


@pytest_asyncio.fixture(loop_scope="session")
async def place(pressed: tuple[LocalChain, Album], town: Town) -> AsyncIterator[Place]:
    """The chain as it was, after each test."""
    chain, album = pressed
    kept = await chain.call("evm_snapshot")
    async with aiohttp.ClientSession() as http:
        yield Place(chain, album, http, town)
    await chain.call("evm_revert", kept)


@asynccontextmanager
async def asked_through(place: Place, count: int) -> AsyncIterator[list[FaultyNode]]:
    """The chain is asked through so many endpoints, which tests may spoil."""
    async with AsyncExitStack() as opened:
        nodes = [
            await opened.enter_async_context(FaultyNode(place.chain.rpc_url)) for _ in range(count)
        ]
        place.node = RpcNode(place.http, [node.url for node in nodes], CHAIN)
        yield nodes


async def reach_all(place: Place) -> str | None:
    """Until the head is reached and what is due is done; the code of a refusal."""
    try:
        for _ in range(3):
            await place.follow()
    except TryLater as silent:
        return silent.code
    return None


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("fault", ["no-words", "false-words"])
async def test_rp1_an_endpoint_that_hides_or_invents_what_a_vault_said_decides_nothing(
    place: Place, fault: str, which: int
) -> None:
    chain = place.chain
    await place.a_fan(1, HOT)
    async with asked_through(place, 2) as nodes:
        await delegate_all(chain, VAULT, HOT.address)
        await chain.mine(6)
        assert await reach_all(place) is None
        assert await place.steps() == ["open"]
        await delegate_all(chain, VAULT, HOT.address, enable=False)
        await chain.mine(6)
        nodes[which].fault = fault
        assert await reach_all(place) == "E-RPCDISAGREE"
        assert await place.steps() == ["open"]
        nodes[which].fault = "ok"
        assert await reach_all(place) is None
        assert await place.steps() == ["open", "close"]


async def test_rp1_two_of_three_correct_what_one_endpoint_said_of_a_vault(place: Place) -> None:
    chain = place.chain
    await place.a_fan(1, HOT)
    async with asked_through(place, 3) as nodes:
        nodes[0].fault = "no-words"
        await delegate_all(chain, VAULT, HOT.address)
        await chain.mine(6)
        for _ in range(3):
            assert await reach_all(place) is None
        assert await place.town.rows("SELECT count(*) FROM delegation") == [(1,)]
    assert await place.steps() == ["open"]


async def test_rp1_a_word_said_twice_is_no_contradiction(place: Place) -> None:
    chain = place.chain
    await place.a_fan(1, HOT)
    async with asked_through(place, 2):
        for enable in (True, True, False, False, True):
            await delegate_all(chain, VAULT, HOT.address, enable=enable)
            await chain.mine(4)
            assert await reach_all(place) is None
    assert await place.steps() == ["open", "close", "open"]


async def test_rp1_a_registry_that_is_switched_on_later_is_compared_from_its_first_block(
    place: Place,
) -> None:
    chain = place.chain
    await place.a_fan(1, HOT)
    await delegate_all(chain, VAULT, HOT.address)
    await chain.mine(6)
    async with asked_through(place, 2) as nodes:
        await replace(place.step, beside=NOTHING)()
        async with place.town.store() as tx:
            assert (await tx.ledger.reading(place.asset, ())).final is not None
        nodes[1].fault = "no-words"
        assert await reach_all(place) == "E-RPCDISAGREE"
        assert await place.steps() == []
        nodes[1].fault = "ok"
        assert await reach_all(place) is None
    assert await place.steps() == ["open"]


async def test_fl09_a_registry_is_read_from_a_provider_that_gives_ten_blocks_at_once(
    place: Place,
) -> None:
    chain = place.chain
    await place.a_fan(1, HOT)
    await delegate_all(chain, VAULT, HOT.address)
    await chain.mine(200)
    async with asked_through(place, 1) as nodes:
        nodes[0].blocks = 10
        assert await reach_all(place) is None
    assert await place.steps() == ["open"]

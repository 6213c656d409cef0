"""A copy that was sold, in a block that is final by now, and endpoints that know of it or not."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from bot.sandbox.chain.anvil import ChainSettings, LocalChain
from gating.access.refresh import RefreshAccess
from gating.holdings.follow import FollowChain
from gating.model import Asset
from gating.model.proof import WalletProof
from tests.contracts.access_kit import FAN, Town, account, wallet
from tests.contracts.index_kit import SOON, Tokens, following
from tests.contracts.test_following import steps
from tests.fakes.faulty_node import FaultyNode

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


@asynccontextmanager
async def a_sale(folder: Path) -> AsyncIterator[Scene]:
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

"""Whatever happens in whatever order, the index is what a plain model says."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from bot.sandbox.chain.anvil import ChainSettings, LocalChain
from gating.model import Asset, Transfer
from gating.ports import Chain
from tests.contracts.access_kit import Town, block, move
from tests.contracts.index_kit import Tokens
from tests.contracts.index_walk import ToldWorld, Walk
from tests.contracts.wallet_kit import calldata

SLOWLY = settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@SLOWLY
@given(some.randoms(use_true_random=False), some.integers(20, 60))
async def test_random_transfers_reorganisations_and_restarts_agree_with_the_model(
    town: Town, chance: random.Random, steps: int
) -> None:
    await town.change("TRUNCATE asset, transfer, followed_block, ledger_marks")
    walk = Walk(town, ToldWorld(), chance)
    for _ in range(steps):
        await walk.step()
    await walk.compare()


@dataclass
class RealWorld:
    """The same on a real node."""

    tokens: Tokens
    assets: tuple[Asset, ...]
    moves: list[Transfer] = field(default_factory=list)

    @property
    def reader(self) -> Chain:
        return self.tokens.chain_of()

    async def send(self, sent: Sequence[Transfer]) -> None:
        for one in sent:
            asked = _calldata(one)
            receipt = await self.tokens.send(one.asset.contract, asked)
            header = await self.tokens.chain.call(
                "eth_getBlockByNumber", receipt["blockNumber"], False
            )
            at = block(int(header["number"], 16))
            more = {"asset": one.asset, "amount": one.amount}
            placed = move(at, one.token_id, one.sender, one.receiver, **more)
            self.moves.append(placed._replace(block_time=int(header["timestamp"], 16)))

    async def undo(self, depth: int) -> None:
        kept = await self.tokens.chain.head() - depth
        await self.tokens.chain.reorg(depth)
        self.moves = [one for one in self.moves if one.block_number <= kept]


def _calldata(one: Transfer) -> bytes:
    match one.asset.name:
        case "Copies":
            say = "move(address,address,uint256)"
            return calldata(say, one.sender, one.receiver, one.token_id)
        case "Coins":
            say = "move(address,address,uint256)"
            return calldata(say, one.sender, one.receiver, one.amount)
    say = "one(address,address,uint256,uint256)"
    return calldata(say, one.sender, one.receiver, one.token_id, one.amount)


async def test_the_same_on_a_real_node(town: Town, tmp_path: Path) -> None:
    async with (
        LocalChain(ChainSettings(folder=tmp_path)) as chain,
        aiohttp.ClientSession() as http,
    ):
        tokens = Tokens(chain, http)
        made = [await tokens.token(name) for name in ("Copies", "Coins", "Things")]
        await chain.mine(12)  # below what a step undoes
        walk = Walk(town, RealWorld(tokens, tuple(made)), random.Random(7))  # noqa: S311
        for _ in range(80):
            await walk.step()
        await walk.compare()

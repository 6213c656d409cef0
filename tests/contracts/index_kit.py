"""Tokens on a local chain, and an index that follows them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import aiohttp

from bot.sandbox.chain.anvil import LocalChain
from gating.access.refresh import RefreshAccess
from gating.adapters.chain_rpc import RpcChain
from gating.adapters.rpc import TIMEOUT, RpcNode
from gating.errors import TryLater
from gating.holdings.alarm import TellOfChain
from gating.holdings.follow import FollowChain
from gating.holdings.pace import Pace
from gating.holdings.still import FinalWatch, HeadWatch, Lasting
from gating.model import Address, Asset, Gate, Pass, Platform, TokenKind
from gating.ports import Chain
from tests.contracts.access_kit import HOLDER, ROLE, Town
from tests.contracts.wallet_kit import CHAIN, Wallets
from tests.rule_kit import holds

SOON = aiohttp.ClientTimeout(total=1)
KINDS = {"Copies": TokenKind.ERC721, "Coins": TokenKind.ERC20, "Things": TokenKind.ERC1155}


async def no_workers() -> None:
    """Nobody is woken: the tests read the outbox themselves."""


@dataclass
class Tokens(Wallets):
    """Contracts of each kind, and transactions that move them."""

    async def token(self, name: str) -> Asset:
        types, values = ("bool", (False,)) if name == "Coins" else ("", ())
        contract = await self.deploy(name, types, *values)
        return Asset(CHAIN, contract, name, KINDS.get(name, TokenKind.ERC721))

    def chain_of(self, *urls: str, patience: aiohttp.ClientTimeout = TIMEOUT) -> RpcChain:
        return RpcChain(RpcNode(self.http, urls or (self.chain.rpc_url,), CHAIN, patience))


def gate_of(asset: Asset) -> Gate:
    return Gate(HOLDER, "Holder", holds(asset), (Pass(HOLDER, Platform.DISCORD, ROLE, "Holder"),))


def refreshing(town: Town, asset: Asset) -> RefreshAccess:
    return RefreshAccess(store=town.store, asset=asset, gates=(gate_of(asset),), wake=no_workers)


def following(
    town: Town,
    chain: Chain,
    assets: Mapping[Asset, int],
    *,
    by_two: bool = False,
    still: timedelta | None = None,
) -> FollowChain:
    return FollowChain(
        chain=chain,
        store=town.store,
        assets=assets,
        depth=0,
        refresh=refreshing(town, next(iter(assets))),
        watch=HeadWatch(town.clock, still),
        pace=Pace(town.clock),
        unconfirmed=Lasting(town.clock, timedelta(minutes=10)),
        finality=FinalWatch(town.clock, timedelta(hours=1)),
        alarm=TellOfChain(store=town.store, wake=no_workers, platforms=(Platform.DISCORD,)),
        by_two=by_two,
    )


async def reach(follow: FollowChain) -> None:
    """Until the head is reached."""
    while (await follow()).behind:
        pass


async def try_to_reach(follow: FollowChain, *, steps: int = 4) -> str | None:
    """A few steps, whatever comes; the code of the last refusal."""
    code = None
    for _ in range(steps):
        try:
            code, stride = None, await follow()
        except TryLater as silent:
            code = silent.code
        else:
            if not stride.behind:
                break
    return code


async def alarms(town: Town) -> list[str]:
    rows = await town.rows("SELECT act->'notice'->>'key' FROM outbox WHERE act->>'kind' = 'post'")
    return [str(key) for (key,) in rows]


async def balances(town: Town, asset: Asset, wallets: Sequence[Address]) -> dict[Address, int]:
    async with town.store() as tx:
        readings = (await tx.ledger.readings((asset,), wallets))[asset]
        return {each: readings.of((each,)).at_settled[0].balance for each in wallets}


async def rolled_back(chain: LocalChain, depth: int) -> None:
    await chain.reorg(depth)

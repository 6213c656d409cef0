"""The chains of the club: their endpoints, and one follower for each."""

from collections.abc import Mapping
from datetime import timedelta

import aiohttp

from bot.wiring.parts import Parts
from config.community import Club
from config.endpoints import endpoints_of
from config.settings import Settings
from gating.access.refresh import RefreshAccess
from gating.access.views import ViewBook, ViewedChain
from gating.adapters.chain.views import ContractViews
from gating.adapters.chain_rpc import RpcChain
from gating.adapters.rpc import RpcNode
from gating.holdings.alarm import TellOfChain
from gating.holdings.beside import NOTHING, Beside
from gating.holdings.delegations import FollowDelegations
from gating.holdings.follow import FollowChain
from gating.holdings.pace import Pace
from gating.holdings.still import FinalWatch, HeadWatch, Lasting
from gating.ports import Clock

A_WHILE = timedelta(minutes=10)
"""How long a second endpoint may be away before moderators are told."""
FINAL_LATE = timedelta(hours=1)
"""How long nothing may become final while blocks come; on Ethereum it takes a quarter of it."""


def nodes_of(settings: Settings, club: Club, http: aiohttp.ClientSession) -> Mapping[int, RpcNode]:
    """One node, of one endpoint or more, for each chain that is read."""
    clubs = club.asset.chain_id
    return {
        chain_id: RpcNode(http, endpoints_of(settings.rpc_urls, chain_id, clubs=clubs), chain_id)
        for chain_id in sorted(club.chains)
    }


def readers_of(nodes: Mapping[int, RpcNode]) -> Mapping[int, RpcChain]:
    """One reader for each chain: what it learns of an endpoint serves all who ask."""
    return {chain_id: RpcChain(node) for chain_id, node in nodes.items()}


def chains_of(
    settings: Settings,
    club: Club,
    parts: Parts,
    chains: Mapping[int, RpcChain],
    refresh: RefreshAccess,
) -> tuple[FollowChain, ...]:
    """One follower for each chain, of all its contracts."""
    alarm = TellOfChain(store=refresh.store, wake=parts.jobs.wake, platforms=parts.reach("ops"))
    followed = {asset.chain_id for asset in club.assets}
    return tuple(
        FollowChain(
            chain=chain,
            store=refresh.store,
            assets={
                asset: first for asset, first in club.assets.items() if asset.chain_id == chain_id
            },
            depth=club.habits[chain_id].confirmations,
            refresh=refresh,
            watch=HeadWatch(parts.clock, club.habits[chain_id].still_after),
            pace=Pace(parts.clock),
            unconfirmed=Lasting(parts.clock, A_WHILE),
            finality=FinalWatch(parts.clock, FINAL_LATE),
            alarm=alarm,
            by_two=settings.rpc_additions == "two",
            beside=_beside(club, chain_id, refresh, chain),
        )
        for chain_id, chain in chains.items()
        if chain_id in followed
    )


def views_of(
    settings: Settings,
    club: Club,
    clock: Clock,
    nodes: Mapping[int, RpcNode],
    chains: Mapping[int, RpcChain],
) -> ViewBook:
    """Where the contracts of each chain are asked what their logs do not tell."""
    by_one = settings.rpc_additions != "two"
    viewed = {
        chain_id: ViewedChain(
            chains[chain_id],
            ContractViews(node),
            club.habits[chain_id].confirmations,
            early=ContractViews(node, by_one=by_one),
        )
        for chain_id, node in nodes.items()
    }
    return ViewBook(clock, viewed)


def _beside(club: Club, chain_id: int, refresh: RefreshAccess, chain: RpcChain) -> Beside:
    """The registry stands on the album's chain, and the album comes first of all."""
    if club.delegation is None or chain_id != club.asset.chain_id:
        return NOTHING
    return FollowDelegations(chain=chain, store=refresh.store, registry=club.delegation)

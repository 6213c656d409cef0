"""The chains of the club: their endpoints, and one follower for each."""

from collections.abc import Mapping
from datetime import timedelta

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
from gating.holdings.still import HeadWatch, Lasting

A_WHILE = timedelta(minutes=10)
"""How long a second endpoint may be away before moderators are told."""


def nodes_of(settings: Settings, club: Club, parts: Parts) -> Mapping[int, RpcNode]:
    """One node, of one endpoint or more, for each chain that is read."""
    clubs = club.asset.chain_id
    return {
        chain_id: RpcNode(
            parts.http, endpoints_of(settings.rpc_urls, chain_id, clubs=clubs), chain_id
        )
        for chain_id in sorted(club.chains)
    }


def chains_of(
    settings: Settings,
    club: Club,
    parts: Parts,
    chains: Mapping[int, RpcChain],
    refresh: RefreshAccess,
) -> tuple[FollowChain, ...]:
    """One follower for each chain, of all its contracts."""
    still = timedelta(minutes=club.still_minutes) if club.still_minutes else None
    alarm = TellOfChain(store=refresh.store, wake=parts.jobs.wake, platforms=parts.reach("ops"))
    followed = {asset.chain_id for asset in club.assets}
    return tuple(
        FollowChain(
            chain=chain,
            store=refresh.store,
            assets={
                asset: first for asset, first in club.assets.items() if asset.chain_id == chain_id
            },
            depth=club.confirmations,
            refresh=refresh,
            watch=HeadWatch(parts.clock, still),
            pace=Pace(parts.clock),
            unconfirmed=Lasting(parts.clock, A_WHILE),
            alarm=alarm,
            by_two=settings.rpc_additions == "two",
            beside=_beside(club, chain_id, refresh, chain),
        )
        for chain_id, chain in chains.items()
        if chain_id in followed
    )


def views_of(
    club: Club, parts: Parts, nodes: Mapping[int, RpcNode], chains: Mapping[int, RpcChain]
) -> ViewBook:
    """Where the contracts of each chain are asked what their logs do not tell."""
    viewed = {
        chain_id: ViewedChain(chains[chain_id], ContractViews(node), club.confirmations)
        for chain_id, node in nodes.items()
    }
    return ViewBook(parts.clock, viewed)


def _beside(club: Club, chain_id: int, refresh: RefreshAccess, chain: RpcChain) -> Beside:
    """The registry stands on the album's chain, and the album comes first of all."""
    if club.delegation is None or chain_id != club.asset.chain_id:
        return NOTHING
    return FollowDelegations(chain=chain, store=refresh.store, registry=club.delegation)

"""The chats that gates open, on their adapters."""

from bot.services import WayServices
from bot.wiring.parts import Parts
from config.community import Club
from gating.access.chats import FollowChat, SeePowers
from gating.access.inviting import FindWayBack, RetireLinks
from gating.access.plan import ways_of
from gating.model import Platform
from gating.ports import Store


def way_services(club: Club, parts: Parts, store: Store) -> WayServices:
    wake, ops = parts.jobs.wake, parts.reach("ops")
    return WayServices(
        find=FindWayBack(store=store, clock=parts.clock, inviters=parts.inviters),
        retire=RetireLinks(store=store, inviters=parts.inviters),
        follow=FollowChat(
            store=store, doors=_doors(club), posts=_posts(club), platforms=ops, wake=wake
        ),
        see_powers=SeePowers(
            store=store,
            doors=_doors(club),
            posts=_posts(club),
            platforms=ops,
            wake=wake,
        ),
    )


async def settle_moves(club: Club, store: Store) -> int:
    """What the club file calls by its new number by now is kept under that; how many chats."""
    async with store() as tx:
        return await tx.chats.settle(_doors(club), _posts(club))


def _doors(club: Club) -> frozenset[str]:
    return frozenset(way.target for way in ways_of(club.gates, Platform.TELEGRAM))


def _posts(club: Club) -> frozenset[str]:
    return frozenset(map(str, club.telegram_places.values()))

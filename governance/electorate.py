"""Which holders are one person, as far as the club knows."""

from collections.abc import Iterable

from gating.model import Address, FanId
from gating.ports import People
from gating.rules.wallets import counted_on


async def owners_of(
    people: People, wallets: Iterable[Address], *, chain_id: int
) -> dict[Address, FanId]:
    """The fan of each wallet that is linked to one and counts on this chain."""
    wanted = set(wallets)
    owners: dict[Address, FanId] = {}
    for fan_id in await people.owners_among(wanted):
        fan = await people.get(fan_id)
        counted = counted_on(fan.wallets, chain_id)
        owners.update((wallet, fan.id) for wallet in counted if wallet in wanted)
    return owners

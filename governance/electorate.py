"""Which holders are one person, as far as the club knows."""

from collections.abc import Iterable

from gating.model import Address, FanId
from gating.ports import People


async def owners_of(people: People, wallets: Iterable[Address]) -> dict[Address, FanId]:
    """The fan of each wallet that is linked to one."""
    wanted = set(wallets)
    owners: dict[Address, FanId] = {}
    for fan_id in await people.owners_among(wanted):
        fan = await people.get(fan_id)
        owners.update((wallet, fan.id) for wallet in fan.addresses if wallet in wanted)
    return owners

"""Which holders are one person, as far as the club knows."""

from collections.abc import Iterable, Mapping

from gating.model import Address, FanId
from gating.ports import People
from gating.rules.claims import server_of
from gating.rules.wallets import owners_on
from governance.ports import Delegates


async def owners_of(
    people: People,
    wallets: Iterable[Address],
    *,
    chain_id: int,
    delegates: Delegates | None = None,
) -> dict[Address, FanId]:
    """The fan of each wallet that is linked to one and counts on this chain.

    With `delegates`, also the fan of each vault that nobody has linked: who linked the hot wallet
    that the vault named first.
    """
    named = delegates or {}
    hots = (hot for hots in named.values() for hot in hots)
    owners = owners_on(await people.linked({*wallets, *named, *hots}), chain_id)
    return owners | served(named, owners)


def served(delegates: Delegates, owners: Mapping[Address, FanId]) -> dict[Address, FanId]:
    """Whom each vault speaks for: one fan, or nobody and it is left out."""
    servers = ((vault, server_of(vault, hots, owners)) for vault, hots in delegates.items())
    return {vault: owners[server] for vault, server in servers if server is not None}

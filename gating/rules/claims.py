"""Which fan a vault's copy counts for. Pure: one copy of a vault never serves two fans.

A vault that is linked serves the fan who linked it. Otherwise a copy serves the fan whose hot
wallet the vault named first (block, then place in the block), among those that are linked. A
wallet that was just unlinked keeps its place. One level only: what a hot wallet was lent it cannot
lend on.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, takewhile
from types import MappingProxyType

from gating.model import Address, FanId
from gating.model.delegation import Lent


@dataclass(frozen=True, slots=True)
class Share:
    """What vaults lend to one fan: copies by vault and the wallet that they come through.

    That is the vault itself where the fan has linked it, else a hot wallet. `elsewhere` are
    vaults that named a wallet of the fan, but whose copies serve somebody else.
    """

    copies: Mapping[tuple[Address, Address], frozenset[int]] = field(default_factory=dict)
    elsewhere: tuple[Address, ...] = ()


def server_of(
    vault: Address, hots: Iterable[Address], owners: Mapping[Address, FanId]
) -> Address | None:
    """The wallet through which the vault's copy counts: itself, or the first linked hot one."""
    return next((wallet for wallet in (vault, *hots) if wallet in owners), None)


def share_of(
    fan: FanId,
    lent: Sequence[Lent],
    owners: Mapping[Address, FanId],
    resting: Mapping[Address, FanId] = MappingProxyType({}),
) -> Share:
    """What of `lent` counts for this fan.

    `lent` names for each copy every hot wallet it may count for, in order; `owners` are the
    linked wallets that count on the chain, vaults and hot ones alike. `resting` are wallets that
    were unlinked a short while ago, with the fan who had them: they keep their place, and no other
    fan is served behind it, or a copy would go to and fro by unlinking and linking again.
    """
    copies: dict[tuple[Address, Address], set[int]] = {}
    elsewhere: set[Address] = set()
    for (vault, copy), candidates in _by_copy(lent):
        hots = [each.hot for each in candidates]
        server = server_of(vault, hots, owners)
        if server is None:
            continue
        if owners[server] == fan and not _kept_from(fan, (vault, *hots), server, resting):
            copies.setdefault((vault, server), set()).add(copy)
        elif any(owners.get(hot) == fan for hot in hots):
            elsewhere.add(vault)
    found = {through: frozenset(numbers) for through, numbers in copies.items()}
    return Share(found, tuple(sorted(elsewhere)))


def _kept_from(
    fan: FanId, places: Iterable[Address], server: Address, resting: Mapping[Address, FanId]
) -> bool:
    before = takewhile(lambda wallet: wallet != server, places)
    return any(resting.get(wallet, fan) != fan for wallet in before)


def _by_copy(lent: Sequence[Lent]) -> Iterable[tuple[tuple[Address, int], list[Lent]]]:
    ordered = sorted(lent, key=_copy_of)  # stable: within a copy the order of delegation stays
    return ((key, list(group)) for key, group in groupby(ordered, key=_copy_of))


def _copy_of(lent: Lent) -> tuple[Address, int]:
    return lent.vault, lent.copy

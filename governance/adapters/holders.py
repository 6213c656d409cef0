"""Who holds the copies that weigh, from the ledger that access keeps anyway."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gating.errors import TryLater
from gating.model import Address, Asset
from gating.model.delegation import Registry
from gating.ports import Chain, Store
from governance.model import Snapshot


@dataclass(frozen=True)
class LedgerHolders:
    """`governance.ports.Holders` over the transfer ledger of one asset."""

    store: Store
    chain: Chain
    asset: Asset
    registry: Registry | None = None

    async def at_snapshot(self) -> Snapshot:
        async with self.store() as tx:
            reading = await tx.ledger.reading(self.asset, ())
            if reading.silent or reading.final is None:
                never = "E-NOFINAL" if reading.settled else "E-NOTREADY"
                raise TryLater(reading.silent or never, after=30)
            at = reading.final.number
            held = [one async for one in tx.ledger.census(self.asset, at)]
            delegates: Mapping[Address, Sequence[Address]] = {}
            if self.registry is not None:
                delegates = await tx.delegations.lent_whole(self.registry, self.asset, at=at)
        return Snapshot(reading.final, dict(held), delegates)

    async def hash_of(self, number: int) -> str | None:
        try:
            return (await self.chain.block(number)).hash
        except TryLater:
            return None

    async def held_now(self, wallets: Sequence[Address]) -> int:
        async with self.store() as tx:
            reading = await tx.ledger.reading(self.asset, wallets)
        return sum(holding.balance for holding in reading.at_settled)

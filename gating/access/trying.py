"""What another rule would do, told before anything is changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from gating.access.refresh import RefreshAccess
from gating.model import Account, FanId, Gate
from gating.model.rule import Rule
from gating.ports import Store, Transaction
from gating.rules.dry_run import Candidate, GateDifference, dry_run


@dataclass(frozen=True, kw_only=True)
class TryRule:
    """Judge every fan by another rule for a gate, as of now. Changes nothing."""

    store: Store
    refresh: RefreshAccess

    async def __call__(self, old: Gate, rule: Rule) -> GateDifference:
        new = replace(old, rule=rule)
        async with self.store() as tx:
            everyone = await tx.access.everyone()
        await self.refresh.ask_views([known.fan for known in everyone], [new.rule])
        async with self.store() as tx:
            found = [
                Candidate(standing.fan.id, "", standing.evidence)
                async for standing in self.refresh.all_of(tx, everyone, [old.rule, new.rule])
            ]
            differences = dry_run([old], [new], found)
            if not differences:
                return GateDifference(old.id, old.name)
            accounts = {known.fan.id: known.fan.accounts for known in everyone}
            return await named(tx, differences[0], accounts)


async def named(
    tx: Transaction, told: GateDifference, accounts: Mapping[FanId, Sequence[Account]]
) -> GateDifference:
    """With the names of those who would gain or lose; nobody else's is looked up."""

    async def name(one: Candidate) -> Candidate:
        theirs = accounts[one.fan]
        return replace(one, name=await tx.people.name(theirs[0]) if theirs else one.fan)

    return replace(
        told,
        gains=tuple([await name(one) for one in told.gains]),
        loses=tuple([await name(one) for one in told.loses]),
        unsure=tuple([await name(one) for one in told.unsure]),
    )

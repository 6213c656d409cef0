"""What another rule would do, told before anything is changed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from gating.access.refresh import RefreshAccess
from gating.errors import Refused
from gating.model import Account, FanId, Gate, GateId
from gating.model.rule import Rule
from gating.ports import Store, Transaction
from gating.rules.dry_run import Candidate, GateDifference, dry_run


@dataclass(frozen=True, kw_only=True)
class TryRule:
    """Judge every fan by another rule for a gate, as of now. Changes nothing.

    `read` makes the rule of a text. Raises what that raises, and `Refused("E-NOGATE")`.
    """

    store: Store
    refresh: RefreshAccess
    gates: Sequence[Gate]
    read: Callable[[str], Rule]

    async def __call__(self, gate: GateId, text: str) -> GateDifference:
        old = next((each for each in self.gates if each.id == gate), None)
        if old is None:
            known = ", ".join(each.id for each in self.gates)
            raise Refused("E-NOGATE", gate=gate, gates=known)
        new = replace(old, rule=self.read(text))
        async with self.store() as tx:
            everyone = await tx.access.everyone()
        await self.refresh.ask_views([known.fan for known in everyone], [new.rule])
        async with self.store() as tx:
            found = [
                Candidate(standing.fan.id, "", standing.evidence)
                async for standing in self.refresh.all_of(tx, everyone, [new.rule])
            ]
            differences = dry_run([old], [new], found)
            if not differences:
                return GateDifference(old.id, old.name)
            accounts = {known.fan.id: known.fan.accounts for known in everyone}
            return await self._named(tx, differences[0], accounts)

    async def _named(
        self,
        tx: Transaction,
        told: GateDifference,
        accounts: Mapping[FanId, Sequence[Account]],
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

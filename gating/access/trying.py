"""What another rule would do, told before anything is changed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from gating.access.refresh import RefreshAccess
from gating.errors import Refused
from gating.model import FanId, Gate, GateId
from gating.model.rule import Rule
from gating.ports import Store
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
        differences = dry_run([old], [new], await self._everyone())
        return differences[0] if differences else GateDifference(old.id, old.name)

    async def _everyone(self) -> list[Candidate]:
        async with self.store() as tx:
            fans = [fan async for fan in tx.people.everyone()]
        return [await self._known(fan) for fan in fans]

    async def _known(self, fan: FanId) -> Candidate:
        async with self.store() as tx:
            standing = await self.refresh.look_within(tx, fan)
            accounts = standing.fan.accounts
            name = await tx.people.name(accounts[0]) if accounts else fan
        return Candidate(fan, name, standing.evidence)

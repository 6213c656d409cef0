"""Take the passes whose grace is over, unless so many end at once that a moderator must look.

A wrong rule, a contract that was exchanged, or a node that lies would end the access of hundreds.
Therefore no sale takes a pass by itself: it sets an end, and this one place takes what is due.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from gating.access.abreast import a_few_at_a_time
from gating.access.brake import may_go, pulls
from gating.access.plan import Taking
from gating.access.refresh import RefreshAccess
from gating.model import Entry, FanId, GateId, Notice, Platform
from gating.model.ending import BY_ITSELF, DueGate, DuePass, Limits
from gating.model.telling import told_backstage
from gating.ports import Store, Transaction, Wake

LATELY = timedelta(hours=1)
RELEASED = "a moderator let it end"


@dataclass(frozen=True, kw_only=True)
class CloseDue:
    """Take what is due; how many fans were looked at.

    Each fan is judged once more, so whoever bought a copy meanwhile, or whose chain is silent,
    keeps the pass. What is stopped is told to moderators once per brake.
    """

    store: Store
    refresh: RefreshAccess
    limits: Limits
    platforms: tuple[Platform, ...]

    async def __call__(self) -> int:
        async with self.store() as tx:
            gates = await tx.endings.due(within=LATELY)
            for due in gates:
                if not due.stopped and pulls(due, self.limits):
                    await self._pull(tx, due)
        going = _by_fan(gates, self.limits)
        await a_few_at_a_time(partial(self._close, *each) for each in going.items())
        return len(going)

    async def _close(self, fan: FanId, passes: Sequence[DuePass]) -> None:
        why = RELEASED if all(each.released for each in passes) else BY_ITSELF
        released = frozenset(each.held for each in passes)
        await self.refresh.unless_gone(fan, why=why, taking=Taking(released=released))

    async def _pull(self, tx: Transaction, due: DueGate) -> None:
        at = await tx.endings.pull(due.gate)
        if at is None:
            return
        facts = {"gate": str(due.gate), "fans": str(len({each.fan for each in due.passes}))}
        await tx.audit.note("brake.pull", fan=None, at=None, facts=facts)
        await tx.outbox.add(*_alarms(self.platforms, "brake.pulled", due.gate, at))


@dataclass(frozen=True, kw_only=True)
class DecideBrake:
    """A moderator has looked: what waits at the brake ends now, or is looked at after a while."""

    store: Store
    platforms: tuple[Platform, ...]
    wake: Wake

    async def __call__(
        self, gate: GateId, *, by: str, wait: timedelta | None = None
    ) -> int | None:
        """How many fans it is about; None where another moderator was faster."""
        async with self.store() as tx:
            at = await tx.endings.pulled(gate)
            if at is None:
                return None
            fans = len({each.fan for each in await tx.endings.stopped(gate)})
            await tx.endings.release(gate, wait=wait)
            facts = {"gate": str(gate), "fans": str(fans), "by": by}
            what = "brake.wait" if wait else "brake.release"
            await tx.audit.note(what, fan=None, at=None, facts=facts)
            await tx.outbox.add(*_alarms(self.platforms, "brake.decided", gate, at))
        await self.wake()
        return fans


def _alarms(
    platforms: Sequence[Platform], key: str, gate: GateId, at: datetime
) -> tuple[Entry, ...]:
    """A word to the moderators about this pull of the brake, which the next word replaces."""
    subject = f"brake:{gate}:{at:%Y%m%dT%H%M%S}"
    return told_backstage(platforms, subject, Notice(key, {"gate": gate}))


def _by_fan(gates: Sequence[DueGate], limits: Limits) -> Mapping[FanId, Sequence[DuePass]]:
    found: defaultdict[FanId, list[DuePass]] = defaultdict(list)
    for due in gates:
        for each in may_go(due, limits):
            found[each.fan].append(each)
    return found

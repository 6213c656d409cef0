"""Take the passes whose grace is over, unless so many end at once that a moderator must look.

A wrong rule, a contract that was exchanged, or a node that lies would end the access of hundreds.
Therefore no sale takes a pass by itself: it sets an end, and this one place takes what is due.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from gating.access.abreast import a_few_at_a_time
from gating.access.brake import may_go, pulls
from gating.access.plan import Taking
from gating.access.refresh import RefreshAccess
from gating.model import FanId, GateId, Notice, Platform
from gating.model.ending import BY_ITSELF, DueGate, DuePass, Limits
from gating.model.entries import Entry
from gating.model.telling import told_backstage
from gating.ports import Clock, Store, Transaction, Wake

LATELY = timedelta(hours=1)
SOON, LATEST = timedelta(seconds=1), timedelta(minutes=1)
"""After how long somebody whose pass could not be taken is looked at again: first, and at most."""
RELEASED = "a moderator let it end"


@dataclass(frozen=True, kw_only=True)
class CloseDue:
    """Take what is due; how many fans were looked at.

    Each fan is judged once more, so whoever bought a copy meanwhile, or whose chain is silent,
    keeps the pass, and is looked at ever more seldom. What is stopped is told to moderators once
    per brake.
    """

    store: Store
    refresh: RefreshAccess
    limits: Limits
    platforms: tuple[Platform, ...]
    clock: Clock
    waits: "dict[_Going, _Wait]" = field(default_factory=dict)
    """Who was looked at before and still has what is due. Memory only."""

    async def __call__(self) -> int:
        async with self.store() as tx:
            gates = await tx.endings.due(within=LATELY)
            for due in gates:
                if not due.stopped and pulls(due, self.limits):
                    await self._pull(tx, due)
        going = self._patiently(_by_fan(gates, self.limits))
        await a_few_at_a_time(partial(self._close, *each) for each in going)
        return len(going)

    async def _close(self, fan: FanId, passes: Sequence[DuePass]) -> None:
        why = RELEASED if all(each.released for each in passes) else BY_ITSELF
        released = frozenset(each.held for each in passes)
        await self.refresh.unless_gone(fan, why=why, taking=Taking(released=released))

    def _patiently(self, due: Mapping[FanId, Sequence[DuePass]]) -> Sequence["_Going"]:
        """Those of them whose turn it is; each wait for the next turn is twice as long."""
        now, all_due = self.clock(), [(fan, tuple(passes)) for fan, passes in due.items()]
        before = {going: self.waits[going] for going in all_due if going in self.waits}
        mine = [going for going in all_due if going not in before or before[going].until <= now]
        self.waits.clear()
        self.waits.update(before)
        for going in mine:
            span = min(LATEST, 2 * before[going].span) if going in before else SOON
            self.waits[going] = _Wait(now + span, span)
        return mine

    async def _pull(self, tx: Transaction, due: DueGate) -> None:
        at = await tx.endings.pull(due.gate)
        if at is None:
            return
        facts = {"gate": str(due.gate), "fans": str(len({each.fan for each in due.passes}))}
        await tx.audit.note("brake.pull", fan=None, at=None, facts=facts)
        await tx.outbox.add(*_alarms(self.platforms, "brake.pulled", due.gate, at))


_Going = tuple[FanId, tuple[DuePass, ...]]


@dataclass(frozen=True, slots=True)
class _Wait:
    until: datetime
    span: timedelta


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

"""Many at once: judged from the index with few questions, changed one by one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from gating.access.moments import next_look, paced
from gating.access.refresh import RefreshAccess
from gating.model import FanId, Known, Step
from gating.ports import Clock, Store

AT_ONCE = 5_000
"""Fans who are read and judged together."""
LEASE = timedelta(seconds=30)
"""How long a look at those who are due may take, before another worker looks too."""


@dataclass(frozen=True, kw_only=True)
class RefreshEveryone:
    """The periodic pass: whatever was missed is brought in line; how many fans were looked at.

    Memory is that of one part, whatever the number of fans. Only who should have something else
    is looked at again, in a transaction of the fan's own.
    """

    store: Store
    refresh: RefreshAccess

    async def __call__(self) -> int:
        looked_at, last = 0, None
        while part := await self._after(last):
            await look_over(self.refresh, part, why="periodic pass")
            looked_at, last = looked_at + len(part), part[-1].fan.id
        return looked_at

    async def _after(self, last: FanId | None) -> Sequence[Known]:
        async with self.store() as tx:
            return await tx.access.everyone(after=last, most=AT_ONCE)


@dataclass(frozen=True, kw_only=True)
class LookWhenDue:
    """Look at those of whom an answer turns by itself now; how many that were.

    When that is stands with each fan, so nobody else is read, and what a killed process had
    claimed is due again after a lease.
    """

    store: Store
    clock: Clock
    refresh: RefreshAccess

    async def __call__(self) -> int:
        async with self.store() as tx:
            due = await tx.access.due(most=AT_ONCE, lease=LEASE)
        if due:
            await look_over(
                self.refresh, due, why="its time had come", pace=lambda at: paced(at, self.clock())
            )
        return len(due)


def _as_it_is(at: datetime | None) -> datetime | None:
    return at


async def look_over(
    refresh: RefreshAccess,
    part: Sequence[Known],
    *,
    why: str,
    pace: Callable[[datetime | None], datetime | None] = _as_it_is,
) -> None:
    """Judge all of these together, and change those who should have something else.

    Who is let in comes before who loses something. `pace` moves the time of the next look.
    """
    due = {known.fan.id: known.due for known in part}
    changed: list[tuple[bool, FanId]] = []
    turned = {}
    await refresh.ask_views([known.fan for known in part])
    async with refresh.store() as tx:
        async for glance in refresh.all_of(tx, part):
            fan = glance.fan.id
            turns = pace(next_look(glance.verdicts, due[fan]))
            if turns != due[fan]:
                turned[fan] = turns
            if glance.changes:
                opens = any(change.step is Step.OPEN for change in glance.changes)
                changed.append((not opens, fan))
        await tx.access.look_at(turned)
    await refresh.each([fan for _, fan in sorted(changed)], why=why)

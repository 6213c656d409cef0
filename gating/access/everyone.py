"""Everybody at once: judged from the index with few questions, changed one by one."""

from collections.abc import Sequence
from dataclasses import dataclass

from gating.access.refresh import RefreshAccess
from gating.model import FanId, Known
from gating.ports import Store

AT_ONCE = 5_000
"""Fans who are read and judged together."""


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
            await self.refresh.ask_views([known.fan for known in part])
            async with self.store() as tx:
                found = [
                    glance.fan.id
                    async for glance in self.refresh.all_of(tx, part)
                    if glance.changes
                ]
            await self.refresh.each(found, why="periodic pass")
            looked_at, last = looked_at + len(part), part[-1].fan.id
        return looked_at

    async def _after(self, last: FanId | None) -> Sequence[Known]:
        async with self.store() as tx:
            return await tx.access.everyone(after=last, most=AT_ONCE)

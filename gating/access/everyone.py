"""Everybody at once: judged from the index with few questions, changed one by one."""

from dataclasses import dataclass

from gating.access.refresh import RefreshAccess
from gating.ports import Store

AT_ONCE = 5_000
"""Fans who are read and judged together."""


@dataclass(frozen=True, kw_only=True)
class RefreshEveryone:
    """The periodic pass: whatever was missed is brought in line; how many fans were looked at.

    Only who should have something else is looked at again, in a transaction of the fan's own.
    """

    store: Store
    refresh: RefreshAccess

    async def __call__(self) -> int:
        async with self.store() as tx:
            everyone = await tx.access.everyone()
        for start in range(0, len(everyone), AT_ONCE):
            part = everyone[start : start + AT_ONCE]
            await self.refresh.ask_views([known.fan for known in part])
            async with self.store() as tx:
                found = [
                    standing.fan.id
                    async for standing in self.refresh.all_of(tx, part)
                    if standing.changes
                ]
            await self.refresh.each(found, why="periodic pass")
        return len(everyone)

"""Many people, a few at a time: while the database writes one, the next is judged."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable

ABREAST = 4
"""Each has a connection of its own; more would keep those of the doors waiting."""


async def a_few_at_a_time(works: Iterable[Callable[[], Awaitable[None]]]) -> None:
    """Do all of these. After the first that fails no new one is begun, and it is raised."""
    waiting = iter(works)

    async def go_on() -> None:
        for work in waiting:
            await work()

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(ABREAST):
                group.create_task(go_on())
    except ExceptionGroup as failed:
        raise failed.exceptions[0] from failed

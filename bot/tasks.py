"""Background work: every task has a name and a guard. The one caller of `create_task`."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

log = structlog.get_logger(__name__)
_running: set[asyncio.Task[Any]] = set()


def start(name: str, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
    """Run `work` in the background under `name`; a failure is logged once and does not spread."""
    task = asyncio.create_task(_guard(name, work), name=name)
    _running.add(task)  # the loop keeps only weak references; without this a task may vanish
    task.add_done_callback(_running.discard)
    return task


async def stop(*tasks: asyncio.Task[Any]) -> None:
    """Cancel `tasks` and wait until each has let go."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _guard(name: str, work: Coroutine[Any, Any, Any]) -> None:
    try:
        await work
    except asyncio.CancelledError:
        raise
    except Exception:
        log.exception("background work failed", task=name)

"""A running house: doors, web service, jobs and the chain's follower, side by side.

A signal stops it; what is under way then gets a grace time. Anything lost by a kill is in the
database and goes on at the next start.
"""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from bot.collector import look_seldom
from bot.web.app import serve
from bot.wiring import House
from gating.errors import TryLater
from gating.holdings.follow import FollowChain
from gating.model import Notice
from gating.model.entries import Entry, Post, Urgency

log = structlog.get_logger(__name__)

EACH_SECOND = 1.0
A_BREATH = 0.2
"""Seconds for others between two looks at a chain, however long the first took."""
RETRY_SECONDS = 2.0
PROGRESS_SECONDS = 5.0
GREETINGS = {"start": "welcome", "ops": "backstage"}
"""What stands in a place from the beginning."""


@dataclass(frozen=True, slots=True)
class Where:
    """The network address that the web service listens on."""

    host: str
    port: int


async def run(
    house: House,
    where: Where,
    *,
    stop: asyncio.Event,
    ready: Callable[[], Awaitable[None]] | None = None,
) -> None:
    """Run everything until `stop` is set. Raises `NeedsPerson` where a part cannot run at all."""
    look_seldom()
    runner = await serve(house.web, where.host, where.port)
    try:
        async with asyncio.TaskGroup() as group:
            running = [
                group.create_task(house.jobs.run(), name="jobs"),
                *(
                    group.create_task(follow(house, chain), name="chain")
                    for chain in house.services.chains
                ),
                group.create_task(greet(house), name="greeting"),
                *(group.create_task(door.run(), name=name) for name, door in house.doors.items()),
            ]
            if ready:
                running.append(group.create_task(_when_open(house, ready), name="ready"))
            await stop.wait()
            for task in running:
                task.cancel()
    finally:
        await runner.cleanup()


async def _when_open(house: House, ready: Callable[[], Awaitable[None]]) -> None:
    for door in house.doors.values():
        await door.ready.wait()
    await ready()


async def follow(house: House, chain: FollowChain) -> None:
    """Follow a chain for ever; when it speaks again after a silence, look at everybody anew."""
    silent, begun = True, False
    if chain.alone:
        log.warning("one chain endpoint is set: what it says is taken as it is")
    while True:
        started = asyncio.get_running_loop().time()
        try:
            if not begun:  # what was believed before the last stop is the past
                await chain.wait()
                begun = True
            silent |= await _reach_the_head(chain)
        except TryLater as error:
            log.warning("chain not readable", code=error.code)
            silent = True
            await asyncio.sleep(RETRY_SECONDS)
            continue
        if silent:
            silent = not await house.jobs.refresh_everyone()
        took = asyncio.get_running_loop().time() - started
        await asyncio.sleep(max(A_BREATH, EACH_SECOND - took))


async def _reach_the_head(chain: FollowChain) -> bool:
    """Whether an asset is believed for the first time on the way."""
    fresh, told = False, asyncio.get_running_loop().time()
    while True:
        stride = await chain()
        fresh |= stride.everyone
        if not stride.behind:
            return fresh
        if asyncio.get_running_loop().time() - told > PROGRESS_SECONDS:
            told = asyncio.get_running_loop().time()
            for one in chain.progress():
                log.info(
                    "reading the chain",
                    contract=one.asset.contract,
                    blocks=f"{one.done}/{one.total}",
                    per_second=round(one.per_second),
                    seconds_left=None if one.left is None else round(one.left),
                )


async def greet(house: House) -> None:
    """The first message where fans begin, and the moderators' buttons backstage.

    Redrawn at each start, never doubled.
    """
    posts = [
        Post(platform, place, key, Notice(key))
        for place, key in GREETINGS.items()
        for platform in house.reach(place)
    ]
    async with house.services.store() as tx:
        await tx.outbox.add(*(Entry(post, Urgency.NEWS) for post in posts))
    await house.jobs.wake()


def stop_on_signals() -> asyncio.Event:
    """An event that SIGINT and SIGTERM set."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    return stop

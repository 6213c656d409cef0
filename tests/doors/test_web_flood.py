"""RP4: who posts bad sign-ins as fast as a machine can neither stops nor fills the house."""

import asyncio
import time

import pytest
from sqlalchemy import text as sql

from bot.web.guards import POSTS_A_MINUTE
from gating.adapters.sql.links import MOST_LINKS
from gating.errors import Refused
from gating.identity.linking import ShowLink
from tests.doors.web_stage import WebStage, on_time, stage, web_stage_at

__all__ = ["on_time", "stage"]
POSTS, AT_ONCE = 600, 40
SLOWEST = 1.0
"""Seconds, on a machine that also runs the flood; the benchmark has the real figure."""


@pytest.mark.parametrize("posts_a_minute", [POSTS_A_MINUTE, 100_000], ids=["one", "many"])
async def test_rp4_a_flood_from_one_network_or_many_leaves_the_health_page_answering_and_no_row(
    posts_a_minute: int,
) -> None:
    async with web_stage_at(posts_a_minute=posts_a_minute) as stage:
        await must_bear_a_flood(stage, refused=max(0, POSTS - posts_a_minute))


async def must_bear_a_flood(stage: WebStage, *, refused: int) -> None:
    link = await stage.link()
    before = await rows_of(stage)
    waits: list[float] = []
    over = asyncio.Event()

    async def watch() -> None:
        async with stage.browser() as browser:
            while not over.is_set():
                begun = time.perf_counter()
                async with browser.get("/healthz") as said:
                    assert said.status == 200
                waits.append(time.perf_counter() - begun)
                await asyncio.sleep(0.02)

    watching = asyncio.ensure_future(watch())  # noqa: TID251  - a test's own watcher, awaited below
    statuses = await flood(stage, [f"{link}/finish", f"{link}/text", "/link/nobody/finish"])
    over.set()
    await watching
    assert len(statuses) == POSTS
    assert not {status for status in statuses if status < 400 or status >= 500}
    assert statuses.count(429) == refused
    assert len(waits) > 3
    assert sorted(waits)[int(len(waits) * 0.99) - 1] < SLOWEST
    assert await rows_of(stage) == before


async def test_rp4_who_asks_for_a_link_all_day_has_the_newest_twenty_and_no_more(
    stage: WebStage,
) -> None:
    first = await stage.link()
    who = stage.whose[first]
    others = await stage.link()
    for _ in range(MOST_LINKS + 15):
        newest = await stage.link(account=who)
    show = ShowLink(store=stage.store, clock=stage.clock)
    async with stage.store.sessions() as session:
        kept = await session.scalar(
            sql("SELECT count(*) FROM link WHERE user_id = :user"), {"user": who.user_id}
        )
    assert kept == MOST_LINKS
    assert (await show(newest.rpartition("/")[2], None)).account == who
    assert await show(others.rpartition("/")[2], None)
    with pytest.raises(Refused, match="E-LINKUNKNOWN"):
        await show(first.rpartition("/")[2], None)


async def flood(stage: WebStage, paths: list[str]) -> list[int]:
    """Bad posts, many at a time; what each was answered."""
    body = {"text": "not what was asked", "signature": "0x" + "11" * 65}
    turns = asyncio.Semaphore(AT_ONCE)
    async with stage.browser() as browser:

        async def post(number: int) -> int:
            async with turns, browser.post(paths[number % len(paths)], json=body) as said:
                return said.status

        return list(await asyncio.gather(*(post(number) for number in range(POSTS))))


async def rows_of(stage: WebStage) -> int:
    async with stage.store.sessions() as session:
        return int(await session.scalar(sql("SELECT count(*) FROM link")) or 0)

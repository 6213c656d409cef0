"""Two processes work on one outbox: nothing is done twice, and each lane keeps its order."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from config.database import Database, embedded, fresh_database, open_database, sqlalchemy_url
from gating.access.deliver import AT_ONCE, LEASE, PATIENCE, DeliverOutbox, RetryStopped
from gating.adapters.sql.store import SqlStore
from gating.errors import NeedsPerson, NotDone, Refused, TryLater
from gating.model import Platform
from gating.model.entries import Urgency
from tests.contracts.access_kit import (
    Town,
    account,
    closing,
    opening,
    posting,
    telling,
)
from tests.fakes.recording_door import RecordingDoor

DISCORD, TELEGRAM = Platform.DISCORD, Platform.TELEGRAM
ONE, TWO = account(1), account(2)


@dataclass
class Pair:
    """Two workers, each with its own connections, as two processes would have."""

    town: Town
    door: RecordingDoor
    workers: tuple[DeliverOutbox, DeliverOutbox]

    async def work(self, platform: Platform = DISCORD) -> None:
        await asyncio.gather(*(worker(platform) for worker in self.workers))


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def address(data: Path) -> str:
    server = await embedded(data / "postgres")
    return await asyncio.to_thread(fresh_database, server, "workers")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def processes(address: str, data: Path) -> AsyncIterator[tuple[Database, Database]]:
    async with open_database(address, data) as one, open_database(address, data) as other:
        yield one, other


@pytest_asyncio.fixture(loop_scope="session")
async def pair(processes: tuple[Database, Database], address: str) -> Pair:
    emptying = create_async_engine(sqlalchemy_url(address))
    async with emptying.begin() as link:
        await link.execute(text("TRUNCATE outbox, held_pass, knock"))
    await emptying.dispose()
    town, door = Town(processes[0].sessions), RecordingDoor()
    one, two = (
        DeliverOutbox(
            store=SqlStore(process.sessions, town.clock),
            doors={DISCORD: door, TELEGRAM: door},
        )
        for process in processes
    )
    return Pair(town, door, (one, two))


async def test_two_workers_do_everything_once_and_in_order(pair: Pair) -> None:
    people = [account(number) for number in range(40)]
    for who in people:
        await pair.town.add(opening(who), telling(who), closing(who))
    pair.door.seconds = 0.005
    await pair.work()
    wanted = ["open 5001", "tell access.granted", "close 5001"]
    assert pair.door.done == {str(who): wanted for who in people}
    assert not pair.door.overlapped
    assert await is_empty(pair.town)


async def test_work_that_comes_while_they_work_is_done_once_as_well(pair: Pair) -> None:
    pair.door.seconds = 0.01

    async def keep_adding() -> None:
        for number in range(30):
            await pair.town.add(opening(account(number)), telling(account(number)))
            await pair.work()

    await asyncio.gather(keep_adding(), pair.work(), pair.work())
    lines = [line for done in pair.door.done.values() for line in done]
    assert len(lines) == 60
    assert all(done == ["open 5001", "tell access.granted"] for done in pair.door.done.values())
    assert not pair.door.overlapped


async def test_no_worker_asks_a_platform_for_more_than_it_stands(pair: Pair) -> None:
    await pair.town.add(*(opening(account(number)) for number in range(100)))
    pair.door.seconds = 0.02
    worker = pair.workers[0]
    await asyncio.gather(*(worker(DISCORD) for _ in range(6)))
    assert 1 < pair.door.most_at_once <= AT_ONCE
    assert await is_empty(pair.town)


async def test_what_a_busy_platform_puts_off_is_done_later_in_its_order(pair: Pair) -> None:
    refusals: list[NotDone] = [TryLater("E-DISCORDBUSY", after=3)]
    pair.door.answer = lambda line: refusals.pop() if refusals else None
    await pair.town.add(opening(ONE), telling(ONE))
    await pair.work()
    assert not pair.door.done
    pair.town.later(seconds=4)
    await pair.work()
    assert pair.door.done == {str(ONE): ["open 5001", "tell access.granted"]}


async def test_what_stops_tells_fan_and_moderators_and_goes_on_after_retry(pair: Pair) -> None:
    below = [True]

    def answer(line: str) -> NotDone | None:
        stuck = below[0] and line.startswith("open")
        return NeedsPerson("E-ROLEPOS", role="Holder") if stuck else None

    pair.door.answer = answer
    await pair.town.add(opening(ONE), telling(ONE), opening(TWO), telling(TWO))
    await pair.work()
    assert pair.door.done[str(ONE)] == pair.door.done[str(TWO)] == ["tell access.waits"]
    alarms = pair.door.done["discord:stuck:E-ROLEPOS"]
    assert {line.rpartition(" ")[0] for line in alarms} == {"post E-ROLEPOS"}
    below[0] = False
    retry = RetryStopped(store=pair.town.store, wake=nothing)
    assert await retry(DISCORD) == 2
    await pair.work()
    assert pair.door.done[str(ONE)] == ["tell access.waits", "open 5001", "tell access.granted"]


async def test_what_can_never_be_done_is_given_up_with_the_words_about_it(pair: Pair) -> None:
    pair.door.answer = lambda line: Refused("E-LEFT") if line.startswith("open") else None
    async with pair.town.store() as tx:
        await tx.passes.apply([opening(ONE).act.change])
    await pair.town.add(opening(ONE), telling(ONE))
    await pair.work()
    assert not pair.door.done
    assert await pair.town.rows("SELECT missed_at IS NULL FROM held_pass") == [(False,)]
    assert await is_empty(pair.town)


async def test_a_discord_post_in_doubt_is_repeated_under_the_same_key(pair: Pair) -> None:
    await pair.town.add(posting("drop:1"))
    died = (await pair.town.claim())[0]
    pair.town.later(seconds=LEASE.total_seconds() + 60)
    await pair.work()
    assert pair.door.done == {"discord:drop:1": [f"post drop.new entry-{died.id}"]}


async def test_fl26_a_worker_whose_clock_is_a_minute_ahead_leaves_what_another_works_on(
    pair: Pair,
) -> None:
    await pair.town.add(opening(ONE))
    async with pair.town.store() as tx:
        assert await tx.outbox.claim(DISCORD, limit=1, lease=LEASE)
    pair.town.later(minutes=1, seconds=PATIENCE)  # as the other one's clock says at the very end
    await pair.work()
    assert not pair.door.done
    pair.town.later(seconds=LEASE.total_seconds())  # it has died
    await pair.work()
    assert pair.door.done == {str(ONE): ["open 5001"]}


async def test_a_telegram_post_in_doubt_waits_for_a_person(pair: Pair) -> None:
    await pair.town.add(posting("drop:1", TELEGRAM))
    await pair.town.claim(TELEGRAM)
    pair.town.later(seconds=LEASE.total_seconds() + 60)
    await pair.work(TELEGRAM)
    assert not pair.door.done.get("telegram:drop:1")
    assert len(pair.door.done["telegram:stuck:E-UNSURE"]) == 1
    await RetryStopped(store=pair.town.store, wake=nothing)(TELEGRAM)
    await pair.work(TELEGRAM)
    assert len(pair.door.done["telegram:drop:1"]) == 1


async def test_a_telegram_post_that_takes_too_long_is_in_doubt_as_well(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gating.access.deliver.PATIENCE", 0.05)
    await pair.town.add(posting("drop:1", TELEGRAM), opening(ONE, urgency=Urgency.WAITING))
    pair.door.seconds = 5.0
    await pair.work(TELEGRAM)
    await pair.work(DISCORD)
    states = await pair.town.rows("SELECT lane, state, code FROM outbox ORDER BY id LIMIT 2")
    assert states == [
        ("telegram:drop:1", "stuck", "E-UNSURE"),
        (str(ONE), "due", "E-SLOW"),
    ]


async def is_empty(town: Town) -> bool:
    return await town.rows("SELECT count(*) FROM outbox WHERE state IN ('due', 'stuck')") == [(0,)]


async def nothing() -> None:
    return None

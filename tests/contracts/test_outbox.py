"""The outbox: lanes keep order, leases let a dead worker's work go on, nothing is done twice."""

import asyncio

from gating.model import Platform
from gating.model.entries import Entry, Urgency, Wait
from tests.contracts.access_kit import (
    FAN,
    LEASE,
    MODERATOR_LOOKS,
    Town,
    account,
    closing,
    opening,
    posting,
    telling,
)

ONE, TWO = account(1), account(2)


async def test_one_account_is_served_one_entry_at_a_time_in_the_order_written(town: Town) -> None:
    await town.add(opening(ONE), telling(ONE), closing(ONE))
    served = []
    while claimed := await town.claim(limit=10):
        assert len(claimed) == 1
        served.append(claimed[0].act)
        async with town.store() as tx:
            await tx.outbox.done(claimed[0].id)
    assert served == [opening(ONE).act, telling(ONE).act, closing(ONE).act]


async def test_people_do_not_wait_for_each_other(town: Town) -> None:
    await town.add(opening(ONE), telling(ONE), opening(TWO), posting("drop:1"))
    claimed = await town.claim(limit=10)
    assert [entry.lane for entry in claimed] == [str(ONE), str(TWO), "discord:drop:1"]


async def test_who_waits_at_a_screen_goes_before_everybody_else(town: Town) -> None:
    await town.add(posting("drop:1"), opening(ONE), opening(TWO, urgency=Urgency.WAITING))
    claimed = [(await town.claim())[0].urgency for _ in range(3)]
    assert claimed == [Urgency.WAITING, Urgency.ADDITION, Urgency.NEWS]


async def test_among_those_who_wait_alike_a_role_goes_before_a_message(town: Town) -> None:
    aside = telling(TWO, "access.queue", aside=True)
    await town.add(telling(ONE), telling(TWO), opening(account(3)), aside, posting("drop:1"))
    claimed = [(await town.claim())[0].act for _ in range(4)]
    assert claimed == [aside.act, opening(account(3)).act, telling(ONE).act, telling(TWO).act]


async def test_a_word_said_aside_does_not_wait_behind_a_stuck_role(town: Town) -> None:
    await town.add(opening(ONE))
    stuck = (await town.claim())[0]
    async with town.store() as tx:
        await tx.outbox.stick(stuck.id, code=MODERATOR_LOOKS)
    await town.add(telling(ONE, "access.waits", aside=True), telling(ONE))
    claimed = await town.claim(limit=10)
    assert [entry.act for entry in claimed] == [telling(ONE, "access.waits", aside=True).act]


async def test_each_platform_has_work_of_its_own(town: Town) -> None:
    await town.add(posting("drop:1"), posting("drop:1", Platform.TELEGRAM))
    assert [e.platform for e in await town.claim(Platform.TELEGRAM, limit=9)] == [
        Platform.TELEGRAM
    ]


async def test_a_stuck_entry_keeps_its_lane_waiting_until_a_moderator_resumes_it(
    town: Town,
) -> None:
    await town.add(opening(ONE), telling(ONE), opening(TWO))
    stuck = (await town.claim())[0]
    async with town.store() as tx:
        await tx.outbox.stick(stuck.id, code=MODERATOR_LOOKS)
    other = await town.claim(limit=10)
    assert [entry.lane for entry in other] == [str(TWO)]
    async with town.store() as tx:
        assert await tx.outbox.resume(Platform.TELEGRAM) == 0
        assert await tx.outbox.resume(Platform.DISCORD) == 1
    again = (await town.claim())[0]
    assert (again.id, again.in_doubt) == (stuck.id, False)


async def test_what_is_put_off_is_not_due_before_its_time_and_holds_its_lane(town: Town) -> None:
    await town.add(opening(ONE), telling(ONE))
    first = (await town.claim())[0]
    async with town.store() as tx:
        await tx.outbox.again(first.id, after=5, code="E-DISCORDBUSY")
    town.later(seconds=4.9)
    assert not await town.claim(limit=10)
    town.later(seconds=0.2)
    again = (await town.claim(limit=10))[0]
    assert (again.id, again.attempts, again.in_doubt) == (first.id, 2, False)


async def test_the_lease_of_a_worker_that_died_runs_out_and_the_next_one_is_told(
    town: Town,
) -> None:
    await town.add(opening(ONE))
    first = (await town.claim())[0]
    assert not first.in_doubt
    town.later(seconds=LEASE.total_seconds() - 1)
    assert not await town.claim()
    town.later(seconds=1)
    again = (await town.claim())[0]
    assert (again.id, again.in_doubt) == (first.id, True)


async def test_a_worker_that_dies_after_an_entry_was_put_off_leaves_it_in_doubt_too(
    town: Town,
) -> None:
    await town.add(posting("drop:1", Platform.TELEGRAM))
    first = (await town.claim(Platform.TELEGRAM))[0]
    async with town.store() as tx:
        await tx.outbox.again(first.id, after=1, code="E-TELEGRAMBUSY")
    town.later(seconds=2)
    second = (await town.claim(Platform.TELEGRAM))[0]
    assert not second.in_doubt
    town.later(seconds=LEASE.total_seconds() + 1)
    assert (await town.claim(Platform.TELEGRAM))[0].in_doubt


async def test_a_moderator_who_resumes_a_doubtful_post_clears_the_doubt(town: Town) -> None:
    await town.add(posting("drop:1", Platform.TELEGRAM))
    await town.claim(Platform.TELEGRAM)
    town.later(minutes=2)
    doubtful = (await town.claim(Platform.TELEGRAM))[0]
    async with town.store() as tx:
        await tx.outbox.stick(doubtful.id, code="E-UNSURE")
        await tx.outbox.resume(Platform.TELEGRAM)
    assert not (await town.claim(Platform.TELEGRAM))[0].in_doubt


async def test_what_can_never_be_done_takes_the_words_about_it_along(town: Town) -> None:
    await town.add(opening(ONE), telling(ONE), closing(ONE), telling(TWO))
    first = (await town.claim())[0]
    async with town.store() as tx:
        await tx.outbox.drop(first.id, code="E-LEFT")
    assert await town.states() == {str(ONE): ["dropped", "dropped", "due"], str(TWO): ["due"]}
    assert (await town.claim())[0].act == telling(TWO).act
    assert (await town.claim())[0].act == closing(ONE).act


async def test_only_passes_count_as_waiting(town: Town) -> None:
    await town.add(opening(ONE), telling(ONE), closing(TWO), posting("drop:1"))
    done = (await town.claim())[0]
    async with town.store() as tx:
        fan = (await tx.people.enrol(ONE, FAN)).id
        assert (await tx.access.known(fan, queue=Platform.DISCORD, most=9)).ahead == 2
        await tx.outbox.done(done.id)
        assert (await tx.access.known(fan, queue=Platform.DISCORD, most=9)).ahead == 1


async def test_twenty_workers_at_once_claim_every_entry_once(town: Town) -> None:
    people = [account(number) for number in range(30)]
    await town.add(*(opening(who) for who in people), *(telling(who) for who in people))
    served: list[Entry] = []

    async def work() -> None:
        while claimed := await town.claim():
            served.extend(claimed)
            async with town.store() as tx:
                await tx.outbox.done(claimed[0].id)

    await asyncio.gather(*(work() for _ in range(20)))
    assert sorted(entry.id or 0 for entry in served) == sorted({e.id or 0 for e in served})
    assert len(served) == 60
    assert {entry.attempts for entry in served} == {1}
    kinds = {who: [type(e.act).__name__ for e in served if e.lane == str(who)] for who in people}
    assert set(map(tuple, kinds.values())) == {("PassChange", "Tell")}


async def test_an_act_comes_back_as_it_was_written(town: Town) -> None:
    written = [opening(ONE), closing(TWO), telling(account(3), aside=True), posting("poll:1")]
    await town.add(*written)
    claimed = sorted(await town.claim(limit=10), key=lambda entry: entry.id or 0)
    assert [entry.act for entry in claimed] == [entry.act for entry in written]
    assert [entry.urgency for entry in claimed] == [entry.urgency for entry in written]


async def test_a_fan_is_told_of_what_is_done_before_the_last_of_their_own(town: Town) -> None:
    await town.add(opening(TWO), opening(ONE), telling(ONE), opening(ONE, target="9"))
    await town.add(opening(account(3)))
    async with town.store() as tx:
        assert await tx.outbox.waits_of(ONE) == [Wait("discord", 3)]
        assert await tx.outbox.waits_of(TWO) == [Wait("discord", 1)]
        assert await tx.outbox.waits_of(account(4)) == []


async def test_who_waits_at_the_screen_is_not_told_of_those_who_come_after(town: Town) -> None:
    await town.add(opening(TWO), closing(account(3)), opening(ONE, urgency=Urgency.WAITING))
    async with town.store() as tx:
        assert await tx.outbox.waits_of(ONE) == [Wait("discord", 1)]
        assert await tx.outbox.waits_of(account(3)) == [Wait("discord", 3)]

"""Chats that move, rights that go, and ways back, over a real PostgreSQL."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from gating.access.chats import POSTING, RIGHTS, FollowChat, SeePowers
from gating.access.deliver import DeliverOutbox
from gating.access.inviting import LASTS, FindWayBack, RetireLinks, ways_back
from gating.access.plan import Verdict
from gating.errors import NeedsPerson, Refused, TryLater
from gating.model import Account, Change, Fan, Gate, No, Notice, Pass, Platform, Step, Yes
from gating.model.chats import Invitation, Powers
from gating.model.entries import Decision, Entry, PassChange, Post, Urgency
from tests.contracts.access_kit import FAN, HOLDER, TIDE, Town, account
from tests.fakes.recording_door import RecordingDoor
from tests.rule_kit import holds

THERE = account(1, Platform.TELEGRAM)
CHAT, NEW, OPS = "-4001", "-1004001", (Platform.DISCORD, Platform.TELEGRAM)


@dataclass
class Links:
    """`gating.ports.chats.Inviter` that numbers its links."""

    made: list[str] = field(default_factory=list)
    revoked: list[str] = field(default_factory=list)
    trouble: TryLater | NeedsPerson | Refused | None = None
    is_inside: bool = False

    async def invite(self, account: Account, target: str, until: datetime) -> Invitation | None:
        if self.trouble:
            raise self.trouble
        if self.is_inside:
            return None
        self.made.append(f"https://t.me/+{len(self.made)}")
        return Invitation(self.made[-1], "Tide Club", until)

    async def revoke(self, target: str, url: str) -> None:
        if self.trouble:
            raise self.trouble
        self.revoked.append(url)


async def quiet() -> None:
    """Nobody works here."""


@pytest.fixture
async def fan(town: Town) -> Fan:
    async with town.store() as tx:
        made = await tx.people.enrol(account(1), FAN)
        await tx.people.add_account(made.id, THERE, FAN)
    async with town.store() as tx:
        return await tx.people.get(made.id)


def finder(town: Town, links: Links) -> FindWayBack:
    return FindWayBack(store=town.store, clock=town.clock, inviters={Platform.TELEGRAM: links})


def retire(town: Town, links: Links) -> RetireLinks:
    return RetireLinks(store=town.store, inviters={Platform.TELEGRAM: links})


async def decide(town: Town, fan: Fan, *steps: Step) -> None:
    changes = tuple(Change(step, THERE, HOLDER, CHAT) for step in steps)
    async with town.store() as tx:
        await tx.access.decided(Decision(fan=fan.id, at=None, why="a test", changes=changes))


async def owed(town: Town, fan: Fan) -> frozenset[str]:
    async with town.store() as tx:
        return (await tx.access.seen(fan.id)).owed.get(THERE, frozenset())


# --- who is told of a way back ------------------------------------------------------------------


async def test_whom_we_removed_is_owed_one_word_and_no_second(town: Town, fan: Fan) -> None:
    assert await owed(town, fan) == frozenset()
    await decide(town, fan, Step.OPEN)
    await decide(town, fan, Step.CLOSE)
    assert await owed(town, fan) == {CHAT}
    await decide(town, fan, Step.INVITE)
    assert await owed(town, fan) == frozenset()


async def test_who_came_back_by_knocking_is_owed_nothing(town: Town, fan: Fan) -> None:
    await decide(town, fan, Step.CLOSE)
    await decide(town, fan, Step.OPEN)
    assert await owed(town, fan) == frozenset()


async def test_who_left_of_their_own_will_is_owed_nothing(town: Town, fan: Fan) -> None:
    await decide(town, fan, Step.OPEN)
    async with town.store() as tx:
        await tx.passes.forget(THERE, CHAT)
    assert await owed(town, fan) == frozenset()


async def test_only_who_holds_enough_again_and_is_not_at_the_door_is_told(
    town: Town, fan: Fan
) -> None:
    gate = Gate(HOLDER, "Holder", holds(TIDE), (Pass(HOLDER, Platform.TELEGRAM, CHAT, "Holder"),))
    opened, shut = Verdict(gate, Yes((), None), None), Verdict(gate, No("E-NOHOLD", None), None)
    await decide(town, fan, Step.CLOSE)
    async with town.store() as tx:
        known = await tx.access.seen(fan.id)
    assert ways_back((opened,), known) == (Change(Step.INVITE, THERE, HOLDER, CHAT),)
    assert ways_back((shut,), known) == ()
    assert ways_back((opened,), replace(known, knocks={THERE: frozenset({CHAT})})) == ()
    assert ways_back((opened,), replace(known, owed={})) == ()


# --- one link -----------------------------------------------------------------------------------


async def test_asking_again_gives_the_same_link_until_it_is_over(town: Town) -> None:
    links = Links()
    find = finder(town, links)
    first = await find(THERE, CHAT)
    assert await find(THERE, CHAT) == first
    town.at += LASTS
    second = await find(THERE, CHAT)
    assert second is not None
    assert (second.url, second.until) == (links.made[1], town.at + LASTS)
    assert len(links.made) == 2


async def test_of_two_links_made_in_one_moment_one_is_revoked(town: Town) -> None:
    links = Links()
    real = links.invite

    async def slowly(account: Account, target: str, until: datetime) -> Invitation | None:
        links.invite = real  # type: ignore[method-assign]  # the other one is faster
        await finder(town, links)(account, target)
        return await real(account, target, until)

    links.invite = slowly  # type: ignore[method-assign]
    kept = await finder(town, links)(THERE, CHAT)
    assert kept is not None
    assert (kept.url, links.revoked) == (links.made[0], [links.made[1]])


async def test_who_is_inside_gets_no_link_and_a_platform_without_links_none(town: Town) -> None:
    assert await finder(town, Links(is_inside=True))(THERE, CHAT) is None
    assert await finder(town, Links())(account(1), CHAT) is None


async def test_a_link_that_was_used_is_revoked_and_one_that_is_open_is_not(town: Town) -> None:
    links, other = Links(), account(2, Platform.TELEGRAM)
    await finder(town, links)(THERE, CHAT)
    await finder(town, links)(other, CHAT)
    await retire(town, links).used(THERE, CHAT)
    assert links.revoked == [links.made[0]]
    await retire(town, links).used(THERE, CHAT)
    town.at += LASTS
    assert await retire(town, links)() == 1
    assert links.revoked == links.made
    assert await town.rows("SELECT * FROM invitation") == []


async def test_what_cannot_be_revoked_now_is_revoked_later(town: Town) -> None:
    links = Links()
    await finder(town, links)(THERE, CHAT)
    links.trouble = TryLater("E-TELEGRAMBUSY")
    await retire(town, links).used(THERE, CHAT)
    links.trouble = None
    assert (await retire(town, links)(), links.revoked) == (1, links.made)


async def test_a_link_into_a_chat_that_put_the_bot_out_is_let_go(town: Town) -> None:
    links = Links()
    await finder(town, links)(THERE, CHAT)
    links.trouble = NeedsPerson("E-TGRIGHTS")
    await retire(town, links).used(THERE, CHAT)
    assert await town.rows("SELECT * FROM invitation") == []


async def test_a_used_link_leaves_what_is_owed(town: Town, fan: Fan) -> None:
    links = Links()
    await finder(town, links)(THERE, CHAT)
    await decide(town, fan, Step.CLOSE)
    await retire(town, links).used(THERE, CHAT)
    assert await owed(town, fan) == {CHAT}


# --- what a moderator's hand has settled --------------------------------------------------------


async def delivered(town: Town, refused: Refused, *entries: Entry) -> RecordingDoor:
    door = RecordingDoor(
        answer=lambda line: None if line.startswith(("tell", "post")) else refused
    )
    await town.add(*entries)
    await DeliverOutbox(store=town.store, doors={Platform.TELEGRAM: door})(Platform.TELEGRAM)
    return door


def change(step: Step, user: int) -> Entry:
    return Entry(
        PassChange(Change(step, account(user, Platform.TELEGRAM), HOLDER, CHAT), "a test"),
        Urgency.WAITING,
    )


async def test_who_was_put_out_by_hand_is_told_so_once_and_nobody_else_is(
    town: Town, fan: Fan
) -> None:
    await decide(town, fan, Step.OPEN)
    banned = Refused("E-TGBANNED", chat=CHAT)
    door = await delivered(town, banned, change(Step.OPEN, 1))
    assert door.done == {"telegram:1": ["tell E-TGBANNED"]}
    assert await town.rows("SELECT * FROM held_pass") == []


async def test_each_administrator_who_stays_is_told_of_once(town: Town) -> None:
    admin = Refused("E-TGADMIN", chat=CHAT, who="Fan")
    door = await delivered(town, admin, change(Step.CLOSE, 1), change(Step.CLOSE, 2))
    assert sorted(door.done) == [
        f"telegram:stuck:E-TGADMIN:{CHAT}:telegram:{user}" for user in (1, 2)
    ]
    assert {len(done) for done in door.done.values()} == {1}


async def test_what_stops_in_the_moderators_own_place_is_told_on_the_other_platform_too(
    town: Town,
) -> None:
    closed = NeedsPerson("E-TGTOPICCLOSED", place="ops")
    doors = {
        Platform.TELEGRAM: RecordingDoor(answer=lambda _: closed),
        Platform.DISCORD: RecordingDoor(),
    }
    await town.add(Entry(Post(Platform.TELEGRAM, "ops", "drop:1", Notice("x")), Urgency.NEWS))
    deliver = DeliverOutbox(store=town.store, doors=doors, backstage=OPS)
    for platform in (Platform.TELEGRAM, Platform.DISCORD, Platform.TELEGRAM):
        await deliver(platform)
    subject = "discord:stuck:E-TGTOPICCLOSED:ops"
    assert list(doors[Platform.DISCORD].done) == [subject]
    assert len(doors[Platform.DISCORD].done[subject]) == 1


# --- a chat that has another number -------------------------------------------------------------


def follow(town: Town, *doors: str) -> FollowChat:
    """As a house whose club file calls its door so."""
    named = frozenset(doors or (CHAT,))
    return FollowChat(store=town.store, doors=named, posts=named, platforms=OPS, wake=quiet)


async def told(town: Town) -> Sequence[tuple[str, str]]:
    """Whom the moderators' posts are for, and the key of their words."""
    found = await town.rows(
        "SELECT platform, act->'notice'->>'key' FROM outbox"
        " WHERE act->>'kind' = 'post' ORDER BY id"
    )
    return [(str(platform), str(key)) for platform, key in found]


async def test_a_move_is_kept_and_told_once(town: Town) -> None:
    await follow(town)(CHAT, NEW)
    await follow(town)(CHAT, NEW)
    assert await told(town) == [("discord", "E-TGMOVED"), ("telegram", "E-TGMOVED")]
    async with town.store() as tx:
        assert (await tx.chats.now(CHAT), await tx.chats.now("-5")) == (NEW, "-5")
    assert (await follow(town).before(NEW), await follow(town).before("-5")) == (CHAT, "-5")


async def test_until_the_club_file_has_the_new_number_everything_keeps_the_old_one(
    town: Town, fan: Fan
) -> None:
    await decide(town, fan, Step.OPEN)
    await follow(town)(CHAT, NEW)
    async with town.store() as tx:
        assert await tx.chats.settle({CHAT, "-7"}, {CHAT}) == 0
    assert await town.rows("SELECT target FROM held_pass") == [(CHAT,)]


async def test_with_the_new_number_in_the_club_file_passes_knocks_and_entries_go_along(
    town: Town, fan: Fan
) -> None:
    await decide(town, fan, Step.OPEN)
    closing = PassChange(Change(Step.CLOSE, THERE, HOLDER, CHAT), "sold")
    await town.add(Entry(closing, Urgency.REMOVAL))
    async with town.store() as tx:
        await tx.passes.knock(THERE, CHAT)
    await follow(town)(CHAT, NEW)
    for expected in (1, 0):
        async with town.store() as tx:
            assert await tx.chats.settle({NEW}, {CHAT}) == expected  # the place comes later
    assert await town.rows("SELECT target FROM held_pass") == [(NEW,)]
    assert await town.rows("SELECT target FROM knock") == [(NEW,)]
    acts = [entry.act for entry in await town.claim(Platform.TELEGRAM, limit=9)]
    assert [act.change.target for act in acts if isinstance(act, PassChange)] == [NEW]
    assert await follow(town).before(NEW) == NEW


async def test_a_move_that_is_told_after_the_club_file_knew_it_changes_the_number_at_once(
    town: Town, fan: Fan
) -> None:
    await decide(town, fan, Step.OPEN)
    await follow(town, NEW)(CHAT, NEW)
    assert await town.rows("SELECT target FROM held_pass") == [(NEW,)]
    assert (await told(town), await follow(town, NEW).before(NEW)) == ([], NEW)


async def test_what_stands_under_both_numbers_already_does_not_stop_the_house(
    town: Town, fan: Fan
) -> None:
    await decide(town, fan, Step.OPEN)
    async with town.store() as tx:
        for target in (CHAT, NEW):
            await tx.passes.knock(THERE, target)
    await town.change(
        "INSERT INTO held_pass (platform, user_id, gate, target, released, contested)"
        " SELECT platform, user_id, gate, :now, false, false FROM held_pass",
        now=NEW,
    )
    await follow(town)(CHAT, NEW)
    async with town.store() as tx:
        assert await tx.chats.settle({NEW}, {NEW}) == 1
    assert await town.rows("SELECT target FROM held_pass") == [(NEW,)]
    assert await town.rows("SELECT target FROM knock") == [(NEW,)]


# --- rights that go and come --------------------------------------------------------------------


def powers(town: Town) -> SeePowers:
    return SeePowers(
        store=town.store,
        doors=frozenset({CHAT}),
        posts=frozenset({CHAT, "-9"}),
        platforms=OPS,
        wake=quiet,
    )


async def test_a_lost_right_is_told_once_and_so_is_its_return(town: Town) -> None:
    see = powers(town)
    for _ in range(2):
        await see(CHAT, Powers(post=True))
    assert await told(town) == [("discord", RIGHTS), ("telegram", RIGHTS)]
    for _ in range(2):
        await see(CHAT, Powers(door=True, post=True))
    assert (await told(town))[2:] == [("discord", "chat.regained"), ("telegram", "chat.regained")]


async def test_only_what_is_needed_there_is_missed(town: Town) -> None:
    await powers(town)("-9", Powers())
    await powers(town)("-12345", Powers())
    assert {key for _, key in await told(town)} == {POSTING}


async def test_what_had_stopped_goes_on_when_the_right_is_back_and_nothing_else_does(
    town: Town,
) -> None:
    opening = PassChange(Change(Step.OPEN, THERE, HOLDER, CHAT), "holds")
    other = replace(opening, change=replace(opening.change, account=account(2, Platform.TELEGRAM)))
    await town.add(Entry(opening, Urgency.WAITING), Entry(other, Urgency.WAITING))
    for entry, code in zip(
        await town.claim(Platform.TELEGRAM, limit=2), (RIGHTS, "E-UNSURE"), strict=True
    ):
        async with town.store() as tx:
            assert entry.id is not None
            await tx.outbox.stick(entry.id, code=code)
    await powers(town)(CHAT, Powers(door=True, post=True))
    states = await town.states()
    assert (states["telegram:1"], states["telegram:2"]) == (["due"], ["stuck"])


async def test_a_link_lasts_a_day() -> None:
    assert timedelta(days=1) == LASTS

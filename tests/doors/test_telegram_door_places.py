"""Channels and topics, and a platform that moves, forbids or floods: the Telegram door."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.platforms.telegram_platform import TelegramDoor
from bot.sandbox.telegram_server.person import Person
from gating.errors import NeedsPerson, Refused, TryLater
from gating.model import Account, Notice, Platform
from gating.model.chats import Invitation, Powers
from gating.model.entries import Post
from tests.doors.door_core import running, says
from tests.doors.telegram_spec import SPEC, TelegramSpec
from tests.doors.telegram_stage import Stage, closed_stage, place_of

HELLO = Post(Platform.TELEGRAM, "votes", "poll:1", Notice("Where should we play?"))


@pytest.fixture
async def built() -> AsyncIterator[Stage]:
    """The door is not open yet; whatever is said must keep to the Bot API's description."""
    if not SPEC.is_file():
        pytest.skip(f"the Bot API description is not here: {SPEC.name}")
    async with closed_stage() as stage:
        spec = TelegramSpec(SPEC)
        stage.server.observers.append(spec.observe)
        yield stage
        assert spec.violations == []


@pytest.fixture
async def stage(built: Stage) -> AsyncIterator[Stage]:
    async with running(built.door):
        yield built


def person(stage: Stage, name: str) -> Person:
    return stage.server.person(stage.server.add_user(name, name.title()))


def account_of(someone: Person) -> Account:
    return Account(Platform.TELEGRAM, str(someone.user_id))


async def knock(stage: Stage, chat: int) -> None:
    link = stage.server.invite_link(chat, creates_join_request=True)
    assert await stage.fan.tap_invite(link) == "requested"
    heard = ("knocked", stage.account.user_id, str(chat))
    await stage.core.until(lambda core: heard in core.heard)


# --- channels -----------------------------------------------------------------------------------


async def test_a_channel_opens_to_who_asks_to_join_and_closes_without_a_lasting_ban(
    stage: Stage,
) -> None:
    channel = stage.server.add_channel("Tide drops")
    stage.server.make_admin(channel, stage.bot, can_invite_users=True, can_restrict_members=True)
    await knock(stage, channel)
    await stage.door.open(stage.account, str(channel), "holds #17")
    assert stage.fan.is_member(channel)
    await stage.door.close(stage.account, str(channel), "sold #17")
    assert stage.fan.status(channel) == "left"


@pytest.mark.parametrize("right", ["can_invite_users", "can_restrict_members"])
async def test_in_a_channel_each_of_the_two_rights_is_needed(stage: Stage, right: str) -> None:
    channel = stage.server.add_channel("Tide drops")
    stage.server.make_admin(channel, stage.bot, can_invite_users=True, can_restrict_members=True)
    await knock(stage, channel)
    stage.server.make_admin(channel, stage.bot, **{right: True})

    async def both() -> None:
        await stage.door.open(stage.account, str(channel), "holds #17")
        await stage.door.close(stage.account, str(channel), "sold #17")

    with pytest.raises(NeedsPerson, match="E-TGRIGHTS"):
        await both()


# --- topics -------------------------------------------------------------------------------------


def door_with_topic(stage: Stage, topic: int) -> TelegramDoor:
    return TelegramDoor(
        replace(place_of(stage.server, stage.group), topics={"votes": topic}), stage.core.inside()
    )


async def test_a_place_may_be_a_topic_of_a_forum(built: Stage) -> None:
    votes = built.server.add_topic(built.group, "Votes")
    owner = built.server.person(built.server.owner_of(built.group))
    async with running(door := door_with_topic(built, votes)):
        await door.post(HELLO, key="1")
        first = await owner.sees(built.group, "Where should we play?")
        await door.post(replace(HELLO, notice=Notice("Closed")), key="2")
    again = await owner.sees(built.group, "Closed")
    assert (first.topic, again.id) == (votes, first.id)


async def test_the_topic_general_is_the_group_itself(built: Stage) -> None:
    built.server.add_topic(built.group, "Votes")
    owner = built.server.person(built.server.owner_of(built.group))
    async with running(door := door_with_topic(built, 1)):
        await door.post(HELLO, key="1")
    assert (await owner.sees(built.group, "Where should we play?")).topic == 0


async def test_a_closed_topic_waits_for_a_person_and_goes_on_when_it_is_open(built: Stage) -> None:
    votes = built.server.add_topic(built.group, "Votes")
    built.server.close_topic(built.group, votes)
    async with running(door := door_with_topic(built, votes)):
        with pytest.raises(NeedsPerson, match="E-TGTOPICCLOSED") as caught:
            await door.post(HELLO, key="1")
        assert caught.value.facts == {"place": "votes"}
        built.server.close_topic(built.group, votes, closed=False)
        await door.post(HELLO, key="1")


async def test_a_topic_that_was_deleted_waits_for_a_person(built: Stage) -> None:
    votes = built.server.add_topic(built.group, "Votes")
    async with running(door := door_with_topic(built, votes)):
        await door.post(HELLO, key="1")
        built.server.delete_topic(built.group, votes)
        with pytest.raises(NeedsPerson, match=r"E-TGTOPIC \(place=votes\)"):
            await door.post(HELLO, key="1")


async def test_who_asks_in_a_topic_is_answered_there(stage: Stage) -> None:
    votes = stage.server.add_topic(stage.group, "Votes")
    owner = stage.server.person(stage.server.owner_of(stage.group))
    stage.core.answers["verify"] = says("Hello", private=False)
    await owner.send(stage.group, "/verify", reply_to=votes)
    assert (await owner.sees(stage.group, "Hello")).topic == votes


# --- a group becomes a supergroup ---------------------------------------------------------------


async def small_group(stage: Stage) -> int:
    group = stage.server.add_small_group("Backstage")
    stage.server.make_admin(group, stage.bot)
    return group


@pytest.mark.parametrize("told", [True, False])
async def test_a_group_that_became_a_supergroup_is_followed(stage: Stage, told: bool) -> None:
    small = await small_group(stage)
    await knock(stage, small)
    big = stage.server.upgrade(small, told=told)
    if told:
        await stage.core.until(lambda core: ("moved", str(small), str(big)) in core.heard)
    await stage.door.open(stage.account, str(small), "holds #17")
    assert stage.fan.is_member(big)
    assert stage.core.moves == {str(small): str(big)}
    await stage.door.close(stage.account, str(small), "sold #17")
    assert stage.fan.status(big) == "left"


async def test_who_is_in_the_supergroup_is_in_the_chat_that_rules_name(stage: Stage) -> None:
    small = await small_group(stage)
    stage.server.add_member(small, stage.fan.user_id)
    stage.server.upgrade(small)
    await stage.core.until(lambda core: bool(core.moves))
    assert await stage.door.has(stage.account, [str(small)]) == {str(small): True}


async def test_news_goes_on_in_the_supergroup_once(built: Stage) -> None:
    small = await small_group(built)
    owner = built.server.person(built.server.owner_of(small))
    place = replace(place_of(built.server, small))
    async with running(door := TelegramDoor(place, built.core.inside())):
        await door.post(HELLO, key="1")
        big = built.server.upgrade(small, told=False)
        await door.post(replace(HELLO, notice=Notice("Closed")), key="2")
        await door.post(replace(HELLO, notice=Notice("Result")), key="3")
    texts = [view.text for view in owner.messages(big) if not view.service]
    assert texts == ["Result"]


async def test_somebody_is_let_go_from_a_small_group_which_has_no_bans(stage: Stage) -> None:
    small = await small_group(stage)
    stage.server.add_member(small, stage.fan.user_id)
    await stage.door.close(stage.account, str(small), "sold #17")
    assert stage.fan.status(small) == "left"


# --- rights that go and come --------------------------------------------------------------------


async def test_what_the_bot_may_do_is_told_when_it_changes(stage: Stage) -> None:
    told = stage.core.powers
    steps = [
        (
            lambda: stage.server.make_admin(stage.group, stage.bot, can_invite_users=True),
            Powers(post=True),
        ),
        (lambda: stage.server.make_admin(stage.group, stage.bot, can_pin_messages=True), None),
        (lambda: stage.server.remove(stage.group, stage.bot), Powers()),
        (lambda: stage.server.make_admin(stage.group, stage.bot), Powers(door=True, post=True)),
    ]
    await stage.core.until(lambda core: len(told) == 1)
    expected = [(stage.target, Powers(door=True, post=True))]
    for step, powers in steps:
        step()
        expected += [(stage.target, powers)] if powers else []
        await stage.core.until(lambda core: told == expected)  # noqa: B023  - awaited at once


async def test_a_person_who_stops_the_bot_changes_no_rights(stage: Stage) -> None:
    stage.core.answers["start"] = says("Welcome")
    await stage.fan.start(stage.bot)
    stage.fan.block(stage.bot)
    stage.fan.unblock(stage.bot)
    await stage.fan.start(stage.bot)
    await stage.core.until(lambda core: len(core.requests) == 2)
    assert {chat for chat, _ in stage.core.powers} <= {stage.target}


async def test_in_a_channel_posting_is_a_right_of_its_own(stage: Stage) -> None:
    channel = stage.server.add_channel("Tide drops")
    stage.server.make_admin(channel, stage.bot, can_invite_users=True, can_restrict_members=True)
    await stage.core.until(lambda core: (str(channel), Powers(door=True)) in core.powers)


# --- moderators' own hands ----------------------------------------------------------------------


async def test_who_a_moderator_put_out_is_neither_let_in_nor_unbanned(stage: Stage) -> None:
    await knock(stage, stage.group)
    stage.server.remove(stage.group, stage.fan.user_id)
    with pytest.raises(Refused, match="E-TGBANNED"):
        await stage.door.open(stage.account, stage.target, "holds #17")
    with pytest.raises(Refused, match="E-TGBANNED"):
        await stage.door.invite(stage.account, stage.target, soon())
    assert stage.fan.status(stage.group) == "kicked"
    assert stage.called("unbanChatMember") == []


async def test_an_administrator_who_stays_is_named(stage: Stage) -> None:
    stage.server.make_admin(stage.group, stage.fan.user_id, can_invite_users=True)
    with pytest.raises(Refused, match="E-TGADMIN") as caught:
        await stage.door.close(stage.account, stage.target, "sold #17")
    assert caught.value.facts == {"chat": stage.target, "who": "Fan"}


# --- the way back -------------------------------------------------------------------------------


def soon() -> datetime:
    return (datetime.now(UTC) + timedelta(hours=1)).replace(microsecond=0)


async def invitation(stage: Stage) -> Invitation:
    made = await stage.door.invite(stage.account, stage.target, soon())
    assert made is not None
    return made


async def test_an_invitation_asks_to_join_and_lets_nobody_in_by_itself(stage: Stage) -> None:
    made = await invitation(stage)
    assert made.title == "Tide Club"
    thief = person(stage, "thief")
    assert await thief.tap_invite(made.url) == "requested"
    assert await stage.fan.tap_invite(made.url) == "requested"
    await stage.door.open(stage.account, stage.target, "holds #17")
    assert stage.fan.is_member(stage.group)
    assert not thief.is_member(stage.group)


async def test_who_is_inside_needs_no_invitation(stage: Stage) -> None:
    stage.server.add_member(stage.group, stage.fan.user_id)
    assert await stage.door.invite(stage.account, stage.target, soon()) is None
    assert stage.called("createChatInviteLink") == []


async def test_a_revoked_invitation_is_over_and_may_be_revoked_again(stage: Stage) -> None:
    made = await invitation(stage)
    await stage.door.revoke(stage.target, made.url)
    await stage.door.revoke(stage.target, made.url)
    await stage.door.revoke(stage.target, "https://t.me/+unknown")
    assert await stage.fan.tap_invite(made.url) == "expired"


# --- floods -------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["approveChatJoinRequest", "sendMessage"])
async def test_a_chat_that_is_flooded_holds_up_no_other(stage: Stage, method: str) -> None:
    other = stage.server.add_group("Elsewhere")
    stage.server.make_admin(other, stage.bot)
    await knock(stage, stage.group)
    await knock(stage, other)
    stage.server.faults.only_methods = frozenset({method})
    stage.server.faults.flood_next, stage.server.faults.flood_retry_after = 1, 300

    async def try_it() -> None:
        if method == "sendMessage":
            await stage.door.post(HELLO, key="1")
        else:
            await stage.door.open(stage.account, stage.target, "holds #17")

    for _ in range(2):
        with pytest.raises(TryLater) as caught:
            await asyncio.wait_for(try_it(), 2)
        assert 290 < caught.value.after <= 301
    assert len(stage.called(method)) == 1  # how long to wait was known the second time
    await asyncio.wait_for(stage.door.tell(stage.account, Notice("Hello")), 2)
    await asyncio.wait_for(stage.door.open(stage.account, str(other), "holds #17"), 2)
    assert stage.fan.is_member(other)

"""Groups on the local Telegram: links, requests, bans, rights, tags; python-telegram-bot asks."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from telegram import Bot, ChatPermissions
from telegram.error import BadRequest, Forbidden, InvalidToken

from bot.sandbox.telegram_server.errors import PersonError
from tests.doors.telegram_support import (
    EVERY_KIND,
    Clock,
    Stage,
    open_stage,
    telegram_bot,
)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def stage(clock: Clock) -> AsyncIterator[Stage]:
    async with open_stage(clock=clock) as opened:
        yield opened


@pytest.fixture
async def bot(stage: Stage) -> AsyncIterator[Bot]:
    async with telegram_bot(stage.server) as opened:
        yield opened


async def updates(bot: Bot, kind: str) -> list[Any]:
    """What arrived of one kind since the last look, confirmed at once."""
    found = await bot.get_updates(allowed_updates=EVERY_KIND, timeout=0)
    if found:
        await bot.get_updates(offset=found[-1].update_id + 1, timeout=0)
    return [getattr(each, kind) for each in found if getattr(each, kind)]


async def ask(stage: Stage) -> None:
    link = stage.server.invite_link(stage.group, creates_join_request=True)
    assert await stage.fan.tap_invite(link) == "requested"


async def test_who_asks_may_be_written_to_for_five_minutes_without_having_pressed_start(
    stage: Stage, bot: Bot, clock: Clock
) -> None:
    fan = stage.fan.user_id
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(fan, "hello")
    await ask(stage)
    request = (await updates(bot, "chat_join_request"))[0]
    assert (request.user_chat_id, request.from_user.id) == (fan, fan)
    clock.forward(299)
    await bot.send_message(fan, "Show your copy")
    clock.forward(2)
    with pytest.raises(Forbidden, match="bot can't initiate conversation with a user"):
        await bot.send_message(fan, "too late")


@pytest.mark.parametrize("settled", ["approve_chat_join_request", "decline_chat_join_request"])
async def test_the_right_to_write_ends_when_the_request_is_processed(
    stage: Stage, bot: Bot, settled: str
) -> None:
    await ask(stage)
    await getattr(bot, settled)(stage.group, stage.fan.user_id)
    with pytest.raises(Forbidden):
        await bot.send_message(stage.fan.user_id, "You're in")


async def test_a_request_can_be_settled_once(stage: Stage, bot: Bot) -> None:
    fan = stage.fan.user_id
    with pytest.raises(BadRequest, match="Hide_requester_missing"):
        await bot.approve_chat_join_request(stage.group, fan)
    await ask(stage)
    await bot.decline_chat_join_request(stage.group, fan)
    assert not stage.fan.is_member(stage.group)
    with pytest.raises(BadRequest, match="Hide_requester_missing"):
        await bot.decline_chat_join_request(stage.group, fan)
    await ask(stage)
    await bot.approve_chat_join_request(stage.group, fan)
    assert stage.fan.is_member(stage.group)
    with pytest.raises(BadRequest, match="User_already_participant"):
        await bot.approve_chat_join_request(stage.group, fan)


async def test_coming_and_going_is_told_by_chat_member_updates(stage: Stage, bot: Bot) -> None:
    link = await bot.create_chat_invite_link(stage.group, name="for fan")
    await updates(bot, "chat_member")  # asks for the kind from now on
    await stage.fan.tap_invite(link.invite_link)
    await stage.fan.leave(stage.group)
    joined, left = await updates(bot, "chat_member")
    assert (joined.old_chat_member.status, joined.new_chat_member.status) == ("left", "member")
    assert joined.invite_link == link
    assert (left.old_chat_member.status, left.new_chat_member.status) == ("member", "left")


async def test_membership_updates_are_not_sent_unless_asked_for(stage: Stage, bot: Bot) -> None:
    link = stage.server.invite_link(stage.group, creates_join_request=False)
    await stage.fan.tap_invite(link)
    found = await bot.get_updates(timeout=0)
    assert [each for each in found if each.chat_member] == []
    assert [each.message.new_chat_members for each in found if each.message] != []


async def test_a_link_made_by_somebody_else_is_shown_cut_short(stage: Stage, bot: Bot) -> None:
    link = stage.server.invite_link(stage.group, creates_join_request=True, name="poster")
    await stage.fan.tap_invite(link)
    request = (await updates(bot, "chat_join_request"))[0]
    assert request.invite_link.name == "poster"
    assert request.invite_link.invite_link != link
    assert request.invite_link.invite_link.endswith("...")


async def test_a_single_use_link_lets_one_person_in(stage: Stage, bot: Bot) -> None:
    link = await bot.create_chat_invite_link(stage.group, member_limit=1)
    other = stage.server.person(stage.server.add_user("newcomer", "Newcomer"))
    assert await stage.fan.tap_invite(link.invite_link) == "joined"
    assert await other.tap_invite(link.invite_link) == "full"
    assert not other.is_member(stage.group)


async def test_a_link_ends_when_it_expires_or_is_revoked(
    stage: Stage, bot: Bot, clock: Clock
) -> None:
    expires = clock.now + timedelta(minutes=10)
    short = await bot.create_chat_invite_link(stage.group, expire_date=expires)
    revoked = await bot.create_chat_invite_link(stage.group)
    await bot.revoke_chat_invite_link(stage.group, revoked)
    clock.forward(601)
    assert await stage.fan.tap_invite(short.invite_link) == "expired"
    assert await stage.fan.tap_invite(revoked.invite_link) == "expired"


async def test_impossible_links_are_refused(stage: Stage, bot: Bot) -> None:
    with pytest.raises(BadRequest, match="ember limit can't be specified"):
        await bot.create_chat_invite_link(stage.group, member_limit=1, creates_join_request=True)
    with pytest.raises(BadRequest, match="name is too long"):
        await bot.create_chat_invite_link(stage.group, name="n" * 33)


async def test_a_ban_keeps_out_until_it_is_lifted(stage: Stage, bot: Bot) -> None:
    fan, link = (
        stage.fan.user_id,
        stage.server.invite_link(stage.group, creates_join_request=False),
    )
    await stage.fan.tap_invite(link)
    await bot.ban_chat_member(stage.group, fan)
    assert (await bot.get_chat_member(stage.group, fan)).status == "kicked"
    assert await stage.fan.tap_invite(link) == "removed"
    await bot.unban_chat_member(stage.group, fan, only_if_banned=True)
    assert stage.fan.status(stage.group) == "left"
    assert await stage.fan.tap_invite(link) == "joined"


async def test_unban_puts_a_member_out_unless_only_if_banned(stage: Stage, bot: Bot) -> None:
    link = stage.server.invite_link(stage.group, creates_join_request=False)
    await stage.fan.tap_invite(link)
    await bot.unban_chat_member(stage.group, stage.fan.user_id, only_if_banned=True)
    assert stage.fan.is_member(stage.group)
    await bot.unban_chat_member(stage.group, stage.fan.user_id)
    assert not stage.fan.is_member(stage.group)


@pytest.mark.parametrize(
    ("seconds", "after", "status"),
    [
        (29, 60, "kicked"),
        (45, 46, "left"),
        (45, 44, "kicked"),
        (367 * 86400, 368 * 86400, "kicked"),
    ],
)
async def test_a_ban_under_30_seconds_or_over_366_days_is_for_good(
    stage: Stage, bot: Bot, clock: Clock, seconds: int, after: int, status: str
) -> None:
    until = clock.now + timedelta(seconds=seconds)
    await bot.ban_chat_member(stage.group, stage.fan.user_id, until_date=until)
    clock.forward(after)
    assert (await bot.get_chat_member(stage.group, stage.fan.user_id)).status == status


async def test_nobody_can_ban_the_owner_or_an_administrator(stage: Stage, bot: Bot) -> None:
    moderator = stage.server.add_user("moderator", "Moderator")
    stage.server.make_admin(stage.group, moderator, can_restrict_members=True)
    with pytest.raises(BadRequest, match="an't remove chat owner"):
        await bot.ban_chat_member(stage.group, stage.owner.user_id)
    with pytest.raises(BadRequest, match="ser is an administrator of the chat"):
        await bot.ban_chat_member(stage.group, moderator)


async def test_without_the_right_nothing_works(stage: Stage, bot: Bot) -> None:
    fan = stage.fan.user_id
    stage.server.make_admin(stage.group, stage.bot, can_delete_messages=True)
    with pytest.raises(BadRequest, match="ot enough rights to restrict"):
        await bot.ban_chat_member(stage.group, fan)
    with pytest.raises(BadRequest, match="ot enough rights to manage chat join requests"):
        await bot.approve_chat_join_request(stage.group, fan)
    with pytest.raises(BadRequest, match="ot enough rights to manage chat invite link"):
        await bot.create_chat_invite_link(stage.group)
    with pytest.raises(BadRequest, match="ot enough rights"):
        await bot.set_chat_member_tag(stage.group, fan, "x")


async def test_a_bot_that_was_put_out_is_told_so(stage: Stage, bot: Bot) -> None:
    await updates(bot, "my_chat_member")
    stage.server.remove(stage.group, stage.bot)
    told = (await updates(bot, "my_chat_member"))[0]
    assert told.new_chat_member.status == "kicked"
    with pytest.raises(Forbidden, match="bot was kicked from the supergroup chat"):
        await bot.send_message(stage.group, "hello")


async def test_a_tag_is_short_and_holds_no_emoji(stage: Stage, bot: Bot) -> None:
    link = stage.server.invite_link(stage.group, creates_join_request=False)
    await stage.fan.tap_invite(link)

    async def tag(text: str) -> Any:
        return await bot.set_chat_member_tag(stage.group, stage.fan.user_id, text)

    assert await tag("#17 First100")
    assert stage.fan.tag(stage.group) == "#17 First100"
    for wrong in ("seventeen letters", "copy 🌊"):
        with pytest.raises(BadRequest, match="Tag_invalid"):
            await tag(wrong)
    assert await tag("")
    assert stage.fan.tag(stage.group) == ""


async def test_a_restricted_member_can_be_silenced_for_a_time(
    stage: Stage, bot: Bot, clock: Clock
) -> None:
    link = stage.server.invite_link(stage.group, creates_join_request=False)
    await stage.fan.tap_invite(link)
    until = clock.now + timedelta(minutes=5)
    await bot.restrict_chat_member(
        stage.group, stage.fan.user_id, ChatPermissions.no_permissions(), until_date=until
    )
    member = await bot.get_chat_member(stage.group, stage.fan.user_id)
    assert (member.status, member.is_member, member.can_send_messages) == (
        "restricted",
        True,
        False,
    )
    with pytest.raises(PersonError):
        await stage.fan.send(stage.group, "hello?")
    clock.forward(301)
    await stage.fan.send(stage.group, "hello!")


async def test_a_guard_bot_decides_by_query_within_ten_seconds(
    stage: Stage, bot: Bot, clock: Clock
) -> None:
    stage.server.set_guard(stage.group, stage.bot)
    await ask(stage)
    raw = stage.server.world.inboxes[stage.bot].pending[-1]["chat_join_request"]
    answer = {"chat_join_request_query_id": raw["query_id"]}
    page = answer | {"web_app_url": "https://tide.example/join"}
    assert await bot.do_api_request("sendChatJoinRequestWebApp", page)
    clock.forward(60)  # the page may take its time once it is shown
    assert await bot.do_api_request("answerChatJoinRequestQuery", answer | {"result": "approve"})
    assert stage.fan.is_member(stage.group)
    await stage.fan.leave(stage.group)
    await ask(stage)
    late = stage.server.world.inboxes[stage.bot].pending[-1]["chat_join_request"]["query_id"]
    clock.forward(11)
    with pytest.raises(BadRequest, match="too old"):
        await bot.do_api_request(
            "answerChatJoinRequestQuery", {"chat_join_request_query_id": late, "result": "queue"}
        )


async def test_an_anonymous_administrator_writes_in_the_name_of_the_group(
    stage: Stage, bot: Bot
) -> None:
    await updates(bot, "message")
    await stage.owner.send(stage.group, "/close", anonymous=True)
    await stage.owner.send(stage.group, "/close")
    hidden, open_ = await updates(bot, "message")
    assert (hidden.sender_chat.id, hidden.from_user.username) == (stage.group, "GroupAnonymousBot")
    assert (open_.sender_chat, open_.from_user.id) == (None, stage.owner.user_id)


async def test_posts_of_a_linked_channel_are_not_written_by_the_person_behind_them(
    stage: Stage, bot: Bot
) -> None:
    channel = stage.server.add_channel("Tide News", owner=stage.owner.user_id)
    stage.server.link_channel(channel, stage.group)
    await updates(bot, "message")
    await stage.owner.send(channel, "/close")
    await stage.owner.send(stage.group, "/close", as_channel=channel)
    automatic, by_hand = await updates(bot, "message")
    assert (automatic.from_user.id, automatic.is_automatic_forward) == (777000, True)
    assert automatic.forward_origin.chat.id == channel
    assert (by_hand.sender_chat.id, by_hand.from_user.username) == (channel, "Channel_Bot")
    with pytest.raises(PersonError):
        await stage.fan.send(stage.group, "/close", as_channel=channel)
    assert (await bot.get_chat(stage.group)).linked_chat_id == channel


async def test_a_demoted_administrator_and_one_of_another_group_have_no_rights_here(
    stage: Stage, bot: Bot
) -> None:
    moderator = stage.server.add_user("moderator", "Moderator")
    stage.server.make_admin(stage.group, moderator, can_restrict_members=True)
    assert (await bot.get_chat_member(stage.group, moderator)).status == "administrator"
    stage.server.add_member(stage.group, moderator)
    elsewhere = stage.server.add_group("Elsewhere", owner=moderator)
    stage.server.make_admin(elsewhere, stage.bot)
    assert (await bot.get_chat_member(stage.group, moderator)).status == "member"
    assert (await bot.get_chat_member(elsewhere, moderator)).status == "creator"


async def test_a_bot_can_promote_only_with_rights_that_it_has(stage: Stage, bot: Bot) -> None:
    link = stage.server.invite_link(stage.group, creates_join_request=False)
    await stage.fan.tap_invite(link)
    fan = stage.fan.user_id
    with pytest.raises(BadRequest, match="ot enough rights"):
        await bot.promote_chat_member(stage.group, fan, can_pin_messages=True)
    stage.server.make_admin(
        stage.group, stage.bot, can_promote_members=True, can_restrict_members=True
    )
    with pytest.raises(BadRequest, match="Right_forbidden"):
        await bot.promote_chat_member(stage.group, fan, can_pin_messages=True)
    await bot.promote_chat_member(stage.group, fan, can_restrict_members=True)
    assert stage.fan.status(stage.group) == "administrator"
    await bot.promote_chat_member(stage.group, fan)
    assert stage.fan.status(stage.group) == "member"


async def test_a_wrong_token_is_unauthorized(stage: Stage) -> None:
    with pytest.raises(InvalidToken):
        await Bot("77:wrong", base_url=stage.server.base_url).get_me()

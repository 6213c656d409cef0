"""Topics, channels, and groups that become supergroups, at the local Telegram."""

from collections.abc import AsyncIterator

import pytest
from telegram import Bot
from telegram.error import BadRequest, ChatMigrated

from tests.doors.telegram_spec import SPEC, TelegramSpec
from tests.doors.telegram_support import EVERY_KIND, Stage, open_stage, telegram_bot


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    if not SPEC.is_file():
        pytest.skip(f"the Bot API description is not here: {SPEC.name}")
    async with open_stage() as stage:
        spec = TelegramSpec(SPEC)
        stage.server.observers.append(spec.observe)
        yield stage
        assert spec.violations == []


@pytest.fixture
async def bot(stage: Stage) -> AsyncIterator[Bot]:
    async with telegram_bot(stage.server) as bot:
        yield bot


async def test_a_message_goes_to_the_topic_that_is_named(stage: Stage, bot: Bot) -> None:
    drops = stage.server.add_topic(stage.group, "Drops")
    sent = await bot.send_message(stage.group, "New drop", message_thread_id=drops)
    plain = await bot.send_message(stage.group, "Hello")
    assert (sent.message_thread_id, sent.is_topic_message) == (drops, True)
    assert (plain.message_thread_id, plain.is_topic_message) == (None, None)
    assert (await bot.get_chat(stage.group)).is_forum is True


async def test_a_closed_topic_is_for_those_who_may_manage_topics(stage: Stage, bot: Bot) -> None:
    drops = stage.server.add_topic(stage.group, "Drops")
    stage.server.close_topic(stage.group, drops)
    with pytest.raises(BadRequest, match="Topic_closed"):
        await bot.send_message(stage.group, "New drop", message_thread_id=drops)
    stage.server.make_admin(stage.group, stage.bot, can_manage_topics=True)
    await bot.send_message(stage.group, "New drop", message_thread_id=drops)


@pytest.mark.parametrize("number", [1, 7_777])
async def test_general_and_what_is_gone_are_no_threads(
    stage: Stage, bot: Bot, number: int
) -> None:
    gone = stage.server.add_topic(stage.group, "Gone")
    sent = await bot.send_message(stage.group, "New drop", message_thread_id=gone)
    stage.server.delete_topic(stage.group, gone)
    for thread in (gone, number):
        with pytest.raises(BadRequest, match="thread not found"):
            await bot.send_message(stage.group, "Hello", message_thread_id=thread)
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await sent.edit_text("Other")


async def test_a_reply_in_a_topic_stays_there(stage: Stage, bot: Bot) -> None:
    drops = stage.server.add_topic(stage.group, "Drops")
    await stage.owner.send(stage.group, "/verify", reply_to=drops)
    heard = (await bot.get_updates(allowed_updates=EVERY_KIND, timeout=0))[-1].message
    assert heard is not None
    assert heard.message_thread_id == drops
    answer = await bot.send_message(stage.group, "Hi", reply_to_message_id=heard.message_id)
    assert answer.message_thread_id == drops


async def test_who_is_approved_enters_a_channel_and_who_is_banned_leaves_it(
    stage: Stage, bot: Bot
) -> None:
    channel = stage.server.add_channel("Tide drops", owner=stage.owner.user_id)
    stage.server.make_admin(channel, stage.bot, can_invite_users=True, can_restrict_members=True)
    link = await bot.create_chat_invite_link(channel, creates_join_request=True)
    assert await stage.fan.tap_invite(link.invite_link) == "requested"
    await bot.approve_chat_join_request(channel, stage.fan.user_id)
    assert stage.fan.is_member(channel)
    await bot.ban_chat_member(channel, stage.fan.user_id)
    await bot.unban_chat_member(channel, stage.fan.user_id, only_if_banned=True)
    assert stage.fan.status(channel) == "left"


async def test_a_group_that_became_a_supergroup_names_its_new_number(
    stage: Stage, bot: Bot
) -> None:
    small = stage.server.add_small_group("Backstage", owner=stage.owner.user_id)
    stage.server.make_admin(small, stage.bot)
    stage.server.add_member(small, stage.fan.user_id)
    await bot.send_message(small, "Before")
    big = stage.server.upgrade(small)
    heard = [each.message for each in await bot.get_updates(timeout=0) if each.message]
    assert [(each.chat.id, each.migrate_to_chat_id) for each in heard][-2] == (small, big)
    assert heard[-1].migrate_from_chat_id == small
    with pytest.raises(ChatMigrated) as caught:
        await bot.send_message(small, "After")
    assert caught.value.new_chat_id == big
    await bot.send_message(big, "After")
    assert stage.fan.is_member(big)


async def test_a_small_group_keeps_nobody_out(stage: Stage, bot: Bot) -> None:
    small = stage.server.add_small_group("Backstage", owner=stage.owner.user_id)
    stage.server.make_admin(small, stage.bot)
    stage.server.add_member(small, stage.fan.user_id)
    await bot.ban_chat_member(small, stage.fan.user_id)
    assert stage.fan.status(small) == "left"
    with pytest.raises(BadRequest, match="supergroup and channel"):
        await bot.unban_chat_member(small, stage.fan.user_id, only_if_banned=True)

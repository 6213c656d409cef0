"""A whole session, request by request and answer by answer, against the Bot API's description."""

import io
from collections.abc import AsyncIterator
from typing import Any

import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeChat,
    ChatPermissions,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaAudio,
    InputMediaPhoto,
    MenuButtonWebApp,
    ReplyKeyboardMarkup,
    ReplyParameters,
    WebAppInfo,
)

from bot.sandbox.telegram_server.methods.table import NAMES
from bot.sandbox.telegram_server.params import Upload
from tests.doors.telegram_spec import SPEC, TelegramSpec
from tests.doors.telegram_support import EVERY_KIND, Stage, open_stage, telegram_bot
from tests.doors.test_local_telegram_messages import PNG, tone

BUTTONS = InlineKeyboardMarkup([[InlineKeyboardButton("Berlin", callback_data="v:1")]])


@pytest.fixture
def spec() -> TelegramSpec:
    if not SPEC.is_file():
        pytest.skip(f"the Bot API description is not here: {SPEC.name}")
    return TelegramSpec(SPEC)


@pytest.fixture
async def stage(spec: TelegramSpec) -> AsyncIterator[Stage]:
    async with open_stage() as opened:
        opened.server.observers.append(spec.observe)
        yield opened


async def about_itself(bot: Bot, stage: Stage) -> None:
    await bot.get_me()
    await bot.set_my_commands([BotCommand("verify", "Show your copy")], language_code="de")
    await bot.set_my_commands([BotCommand("ban", "x")], BotCommandScopeChat(stage.group))
    assert await bot.get_my_commands(language_code="de")
    await bot.delete_my_commands()
    await bot.set_my_description("The doorkeeper")
    await bot.get_my_description()
    await bot.set_my_short_description("Doorkeeper")
    await bot.get_my_short_description()
    await bot.set_my_name("Tide")
    await bot.get_my_name()
    button = MenuButtonWebApp("Open", WebAppInfo("https://tide.example/app"))
    await bot.set_chat_menu_button(menu_button=button)
    await bot.get_chat_menu_button()
    await bot.get_my_default_administrator_rights()
    await bot.get_webhook_info()


async def entry(bot: Bot, stage: Stage) -> None:
    fan, group = stage.fan, stage.group
    link = await bot.create_chat_invite_link(group, name="door", creates_join_request=True)
    link = await bot.edit_chat_invite_link(group, link, name="gate", creates_join_request=True)
    await fan.tap_invite(link.invite_link)
    await bot.send_message(fan.user_id, "Show your copy", reply_markup=BUTTONS)
    await bot.decline_chat_join_request(group, fan.user_id)
    stage.server.set_guard(group, stage.bot)
    await fan.tap_invite(link.invite_link)
    await bot.approve_chat_join_request(group, fan.user_id)
    await bot.set_chat_member_tag(group, fan.user_id, "#17 First100")
    await bot.get_chat_member(group, fan.user_id)
    await bot.export_chat_invite_link(group)
    await bot.revoke_chat_invite_link(group, link)


async def removal(bot: Bot, stage: Stage) -> None:
    fan, group = stage.fan.user_id, stage.group
    await bot.restrict_chat_member(group, fan, ChatPermissions.no_permissions())
    await bot.get_chat_member(group, fan)
    await bot.ban_chat_member(group, fan)
    await bot.get_chat_member(group, fan)
    await bot.unban_chat_member(group, fan, only_if_banned=True)
    await bot.get_chat_member(group, fan)
    await bot.get_chat_administrators(group)
    await bot.get_chat_member_count(group)
    await bot.get_chat(group)
    await bot.get_chat(fan)


async def words(bot: Bot, stage: Stage) -> None:
    fan, group = stage.fan, stage.group
    await fan.start(stage.bot, "code")
    hello = await bot.send_message(fan.user_id, "<b>Hi</b> @fan /verify", "HTML")
    keyboard = ReplyKeyboardMarkup.from_button("Listen")
    await bot.send_message(fan.user_id, "Menu", reply_markup=keyboard)
    reply = ReplyParameters(hello.message_id, quote="Hi")
    poll = await bot.send_message(
        fan.user_id, "Where?", reply_parameters=reply, reply_markup=BUTTONS
    )
    fan.press_now(fan.messages(stage.bot)[-1], "Berlin")
    query = (await bot.get_updates(allowed_updates=EVERY_KIND, timeout=0))[-1].callback_query
    await query.answer("Counted", show_alert=True)
    await poll.edit_text("Counted: Berlin 2.", reply_markup=BUTTONS)
    await poll.edit_reply_markup(None)
    await poll.copy(group)
    await poll.forward(group)
    await bot.pin_chat_message(group, (await bot.send_message(group, "Vote")).message_id)
    await bot.unpin_chat_message(group)
    await bot.set_message_reaction(fan.user_id, poll.message_id, "👍")
    await bot.send_chat_action(fan.user_id, "typing")
    await bot.delete_message(fan.user_id, hello.message_id)
    await bot.delete_messages(fan.user_id, [poll.message_id])
    await stage.owner.react(group, stage.owner.messages(group)[-1].id, "🔥")
    await stage.owner.send(group, "in our name", anonymous=True)
    fan.block(stage.bot)
    fan.unblock(stage.bot)


async def files(bot: Bot, stage: Stage) -> None:
    fan = stage.fan.user_id
    audio = await bot.send_audio(fan, tone(), title="Tide", filename="t.wav", caption="<b>x</b>")
    await bot.get_file(audio.audio)
    await audio.edit_caption("other")
    await audio.edit_media(InputMediaAudio(tone(2), filename="u.wav"))
    await bot.send_voice(fan, tone())
    await bot.send_document(fan, io.BytesIO(b"words"), filename="w.txt", protect_content=True)
    await bot.send_photo(fan, PNG)
    await bot.send_media_group(fan, [InputMediaPhoto(PNG), InputMediaPhoto(PNG)])
    await stage.fan.send_photo(stage.bot, PNG, caption="look")


async def test_a_whole_session_keeps_to_the_description_of_the_bot_api(
    stage: Stage, spec: TelegramSpec
) -> None:
    async with telegram_bot(stage.server) as bot:
        for part in (about_itself, entry, words, files, removal):
            await part(bot, stage)
            for update in await bot.get_updates(allowed_updates=EVERY_KIND, timeout=0):
                await bot.get_updates(offset=update.update_id + 1, timeout=0)
        await bot.set_webhook("https://tide.example/tg", secret_token="s")
        await bot.get_webhook_info()
        await bot.delete_webhook()
    assert spec.violations == []
    assert len(spec.seen) > 50


def test_every_method_here_is_a_method_of_the_bot_api(spec: TelegramSpec) -> None:
    assert set(NAMES.values()) - set(spec.methods) == set()


MESSAGE = {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}}
BANNED = {"status": "kicked", "user": {"id": 1, "is_bot": False, "first_name": "Fan"}}


@pytest.mark.parametrize(
    ("method", "params", "result", "said"),
    [
        ("sendMesage", {}, True, "unknown method"),
        ("sendMessage", {"chat_id": 1}, MESSAGE, "missing parameter text"),
        ("sendMessage", {"chat_id": 1, "text": "x", "txt": 1}, MESSAGE, "unknown parameter txt"),
        ("sendMessage", {"chat_id": 1, "text": "x"}, MESSAGE | {"txt": 1}, "result.txt: unknown"),
        ("sendMessage", {"chat_id": 1, "text": "x"}, {"date": 1}, "message_id: missing"),
        ("sendMessage", {"chat_id": 1, "text": 5}, MESSAGE, "text: 5 is no String"),
        ("banChatMember", {"chat_id": "1", "user_id": "x"}, True, "user_id: 'x' is no Integer"),
        ("getChatMember", {"chat_id": "1", "user_id": "1"}, BANNED, "until_date: missing"),
        ("getMe", {}, {"id": "1", "is_bot": True, "first_name": "x"}, "'1' is no Integer"),
        ("sendAudio", {"chat_id": 1, "audio": 7}, MESSAGE, "audio: not a file"),
    ],
)
def test_the_check_finds_what_is_wrong(
    spec: TelegramSpec, method: str, params: dict[str, Any], result: Any, said: str
) -> None:
    spec.observe(method, params, True, result)
    assert any(said in each for each in spec.violations), spec.violations


def test_the_check_accepts_what_is_right(spec: TelegramSpec) -> None:
    upload = Upload("a.mp3", "audio/mpeg", b"x")
    spec.observe("sendAudio", {"chat_id": "1", "audio": upload}, True, MESSAGE)
    banned = BANNED | {"until_date": 0}
    spec.observe("getChatMember", {"chat_id": "1", "user_id": "1"}, True, banned)
    assert spec.violations == []

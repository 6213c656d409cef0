"""The local Telegram, spoken to by unmodified python-telegram-bot."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import CallbackQueryHandler, ChatJoinRequestHandler, CommandHandler

from bot.sandbox.telegram_server.errors import PersonError
from tests.doors.telegram_support import (
    Stage,
    build_application,
    open_stage,
    polling,
    telegram_bot,
)


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with open_stage() as opened:
        yield opened


async def test_a_command_is_answered_with_buttons_and_a_press_gets_its_one_answer(
    stage: Stage,
) -> None:
    async def greet(update: Update, _: Any) -> None:
        assert update.message is not None
        buttons = InlineKeyboardMarkup([[InlineKeyboardButton("Berlin", callback_data="v:1")]])
        await update.message.reply_html("<b>Hello</b> 😀", reply_markup=buttons)

    async def count(update: Update, _: Any) -> None:
        query = update.callback_query
        assert query is not None
        await query.answer(f"Counted {query.data}")
        await query.edit_message_text("Counted: Berlin 2.")

    application = build_application(stage.server)
    application.add_handler(CommandHandler("start", greet))
    application.add_handler(CallbackQueryHandler(count))
    async with polling(application):
        await stage.fan.start(stage.bot, "abc")
        hello = await stage.fan.sees(stage.bot, "Hello 😀")
        assert hello.entities == (("bold", "Hello"),)
        assert await stage.fan.press(hello, "Berlin") == "Counted v:1"
        edited = await stage.fan.sees(stage.bot, "Counted: Berlin 2.")
        assert (edited.id, edited.buttons, edited.edited) == (hello.id, (), True)


async def test_who_asks_to_join_may_be_written_to_and_is_let_in(stage: Stage) -> None:
    async def admit(update: Update, context: Any) -> None:
        request = update.chat_join_request
        assert request is not None
        await context.bot.send_message(request.user_chat_id, "Welcome in")
        await request.approve()

    application = build_application(stage.server)
    application.add_handler(ChatJoinRequestHandler(admit))
    link = stage.server.invite_link(stage.group, creates_join_request=True)
    async with polling(application):
        assert await stage.fan.tap_invite(link) == "requested"
        assert not stage.fan.is_member(stage.group)
        await stage.fan.sees(stage.bot, "Welcome in")
        await stage.fan.sees(stage.group, "Fan joined the group")
        assert stage.fan.is_member(stage.group)


async def test_what_is_not_seen_is_told_with_all_that_is(stage: Stage) -> None:
    async with telegram_bot(stage.server) as bot:
        await stage.fan.start(stage.bot)
        button = InlineKeyboardButton("Go", callback_data="go")
        markup = InlineKeyboardMarkup([[button]])
        sent = await bot.send_message(stage.fan.user_id, "Ready?", reply_markup=markup)
        with pytest.raises(
            AssertionError, match=r"(?s)not seen: 'Done'.*Fan: /start.*Ready\? \[Go\]"
        ):
            await stage.fan.sees(stage.bot, "Done", timeout=0.05)
        with pytest.raises(AssertionError):
            await stage.fan.sees(stage.bot, "Ready?", timeout=0.05, after=sent.message_id)


async def test_a_press_that_nobody_answers_gives_nothing(stage: Stage) -> None:
    async with telegram_bot(stage.server) as bot:
        await stage.fan.start(stage.bot)
        buttons = [
            InlineKeyboardButton("Go", callback_data="go"),
            InlineKeyboardButton("Page", url="https://tide.example"),
        ]
        markup = InlineKeyboardMarkup([buttons])
        await bot.send_message(stage.fan.user_id, "Ready?", reply_markup=markup)
        shown = await stage.fan.sees(stage.bot, "Ready?")
        assert await stage.fan.press(shown, "Go", timeout=0.05) is None
        assert await stage.fan.press(shown, "Page") == "https://tide.example"
        with pytest.raises(PersonError, match="no button 'Stop'; there are"):
            await stage.fan.press(shown, "Stop")

"""A local Telegram with one bot run by unmodified python-telegram-bot."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from telegram import Bot
from telegram.ext import Application, ApplicationBuilder

from bot.sandbox.telegram_server.person import Person
from bot.sandbox.telegram_server.server import LocalTelegram

TOKEN = "4242:AAHlocal-telegram-test-token-0123456789"
EVERY_KIND = [
    "message",
    "edited_message",
    "channel_post",
    "callback_query",
    "chat_join_request",
    "my_chat_member",
    "chat_member",
    "message_reaction",
]


@dataclass
class Stage:
    """The server, its bot, a private group and somebody outside it."""

    server: LocalTelegram
    bot: int
    owner: Person
    fan: Person
    group: int
    seen: list[tuple[str, dict[str, Any], bool, Any]] = field(default_factory=list)

    def calls(self, method: str) -> list[tuple[dict[str, Any], bool, Any]]:
        """Parameters, success and answer of every call of a method."""
        return [(params, ok, result) for name, params, ok, result in self.seen if name == method]


def build_stage(server: LocalTelegram) -> Stage:
    """The cast of most tests."""
    bot = server.add_bot(token=TOKEN, username="tide_bot", name="Tide")
    owner = server.add_user("artist", "Artist")
    fan = server.add_user("fan", "Fan")
    group = server.add_group("Tide Club", owner=owner)
    server.make_admin(
        group,
        bot,
        can_invite_users=True,
        can_restrict_members=True,
        can_manage_tags=True,
        can_pin_messages=True,
        can_delete_messages=True,
    )
    stage = Stage(server, bot, server.person(owner), server.person(fan), group)
    server.observers.append(lambda *call: stage.seen.append(call))
    return stage


@asynccontextmanager
async def open_stage(**options: Any) -> AsyncIterator[Stage]:
    """A running server with its cast; flood limits are off unless asked for."""
    server = LocalTelegram(**({"flood_limits": False} | options))
    await server.start()
    try:
        yield build_stage(server)
    finally:
        await server.stop()


class Clock:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.now = datetime(2026, 6, 12, 18, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, seconds: float) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)


def build_application(server: LocalTelegram) -> Application[Any, Any, Any, Any, Any, Any]:
    """python-telegram-bot as it comes, pointed at the server."""
    return (
        ApplicationBuilder()
        .token(TOKEN)
        .base_url(server.base_url)
        .base_file_url(server.base_file_url)
        .build()
    )


@asynccontextmanager
async def telegram_bot(server: LocalTelegram) -> AsyncIterator[Bot]:
    """The library's plain client, without handlers."""
    bot = Bot(TOKEN, base_url=server.base_url, base_file_url=server.base_file_url)
    async with bot:
        yield bot


@asynccontextmanager
async def polling(application: Any, **options: Any) -> AsyncIterator[Any]:
    """Run an application by long polling for the length of a block."""
    options = {"allowed_updates": EVERY_KIND, "poll_interval": 0} | options
    async with application:
        await application.start()
        await application.updater.start_polling(**options)
        try:
            yield application.bot
        finally:
            await application.updater.stop()
            await application.stop()

"""How updates reach a bot: polling, webhook, limits and what can go wrong on the way."""

import asyncio
import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from telegram import Bot, Update
from telegram.error import BadRequest, Conflict, NetworkError, RetryAfter
from telegram.ext import CommandHandler, MessageHandler

from bot.sandbox.telegram_server.errors import ApiError
from bot.sandbox.telegram_server.limits import FloodLimits
from tests.doors.telegram_support import (
    Stage,
    build_application,
    open_stage,
    polling,
    telegram_bot,
)

SECRET = "a-secret_token-0"


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with open_stage() as opened:
        await opened.fan.start(opened.bot)
        yield opened


@pytest.fixture
async def bot(stage: Stage) -> AsyncIterator[Bot]:
    async with telegram_bot(stage.server) as opened:
        yield opened


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def test_an_update_comes_again_until_it_is_confirmed(stage: Stage, bot: Bot) -> None:
    await stage.fan.send(stage.bot, "one")
    first = await bot.get_updates(timeout=0)
    assert await bot.get_updates(timeout=0) == first
    assert await bot.get_updates(offset=first[-1].update_id + 1, timeout=0) == ()
    for text in "abc":
        await stage.fan.send(stage.bot, text)
    assert len(await bot.get_updates(limit=2, timeout=0)) == 2
    assert (await bot.get_updates(offset=-1, timeout=0))[0].message.text == "c"


async def test_a_waiting_poll_ends_when_something_arrives(stage: Stage, bot: Bot) -> None:
    start = (await bot.get_updates(timeout=0))[-1].update_id + 1
    waiting = asyncio.gather(bot.get_updates(offset=start, timeout=5))
    await asyncio.sleep(0.1)
    await stage.fan.send(stage.bot, "now")
    async with asyncio.timeout(2):
        assert (await waiting)[0][0].message.text == "now"


async def test_a_second_poll_ends_the_first(stage: Stage, bot: Bot) -> None:
    start = (await bot.get_updates(timeout=0))[-1].update_id + 1
    async with telegram_bot(stage.server) as second:
        waiting = asyncio.gather(bot.get_updates(offset=start, timeout=5), return_exceptions=True)
        await asyncio.sleep(0.1)
        await second.get_updates(offset=start, timeout=0)
        (ended,) = await waiting
    assert isinstance(ended, Conflict)
    assert "terminated by other getupdates request" in ended.message.lower()


async def test_no_polling_while_a_webhook_is_set(stage: Stage, bot: Bot) -> None:
    await bot.set_webhook("https://tide.example/telegram")
    with pytest.raises(Conflict, match="webhook is active"):
        await bot.get_updates()
    await bot.delete_webhook(drop_pending_updates=True)
    assert await bot.get_updates(timeout=0) == ()


async def test_a_webhook_elsewhere_must_be_https(stage: Stage, bot: Bot) -> None:
    with pytest.raises(BadRequest, match="https url must be provided"):
        await bot.set_webhook("http://tide.example/telegram")


async def test_the_library_receives_by_webhook_with_its_secret(stage: Stage) -> None:
    async def echo(update: Update, _: Any) -> None:
        assert update.message is not None
        await update.message.reply_text(f"heard {update.message.text}")

    application = build_application(stage.server)
    application.add_handler(CommandHandler("verify", echo))
    port = free_port()
    async with application:
        await application.start()
        await application.updater.start_webhook(
            port=port,
            url_path="tg",
            webhook_url=f"http://127.0.0.1:{port}/tg",
            secret_token=SECRET,
        )
        await stage.fan.send(stage.bot, "/verify")
        await stage.fan.sees(stage.bot, "heard /verify")
        await application.updater.stop()
        await application.stop()


async def test_a_webhook_that_fails_is_tried_again_with_the_same_update_and_secret(
    stage: Stage, bot: Bot
) -> None:
    got: list[tuple[int, str | None]] = []

    async def receive(request: web.Request) -> web.Response:
        secret = request.headers.get("X-Telegram-Bot-Api-Secret-Token")
        got.append(((await request.json())["update_id"], secret))
        if len(got) < 3:
            return web.Response(status=500)
        nobody = 5  # a reply that fails must not end the deliveries
        chat = nobody if len(got) == 3 else stage.fan.user_id
        reply = {"method": "sendMessage", "chat_id": chat, "text": "by answer"}
        return web.json_response(reply)

    app = web.Application()
    app.router.add_post("/tg", receive)
    runner = web.AppRunner(app)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await bot.set_webhook(f"http://127.0.0.1:{port}/tg", secret_token=SECRET)
    await stage.fan.sees(stage.bot, "by answer")
    info = await bot.get_webhook_info()
    await bot.delete_webhook()
    await runner.cleanup()
    assert len({number for number, _ in got[:3]}) == 1
    assert {secret for _, secret in got} == {SECRET}
    assert info.last_error_message == "Wrong response from the webhook: 500 Internal Server Error"


def test_a_group_takes_20_messages_a_minute_and_says_how_long_to_wait() -> None:
    limits = FloodLimits()
    for _ in range(20):
        limits.count(-100, 1, now=0.0)
    with pytest.raises(ApiError, match="Too Many Requests: retry after 3") as caught:
        limits.count(-100, 1, now=0.0)
    assert caught.value.parameters == {"retry_after": 3}
    limits.count(-200, 1, now=1.0)  # another group is not concerned
    limits.count(-100, 1, now=3.0)


def test_a_private_chat_tolerates_a_short_burst_over_one_a_second() -> None:
    limits = FloodLimits()
    for second in (0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 2.0):
        limits.count(7, 1, now=second)
    with pytest.raises(ApiError, match="retry after 1"):
        limits.count(7, 1, now=2.0)


def test_all_chats_together_take_30_messages_a_second() -> None:
    limits = FloodLimits()
    for chat in range(1, 31):
        limits.count(chat, 1, now=0.0)
    with pytest.raises(ApiError, match="retry after 1"):
        limits.count(31, 1, now=0.0)


async def until_limited(bot: Bot, chat: int) -> RetryAfter:
    """Send many at once; the first refusal."""
    sending = (bot.send_message(chat, f"{count}") for count in range(30))
    outcomes = await asyncio.gather(*sending, return_exceptions=True)
    refused = [each for each in outcomes if isinstance(each, RetryAfter)]
    assert 0 < len(refused) < len(outcomes)
    return refused[-1]


async def test_messages_are_limited_but_bans_are_not() -> None:
    async with open_stage(flood_limits=True) as stage, telegram_bot(stage.server) as bot:
        await until_limited(bot, stage.group)
        for _ in range(25):
            await bot.ban_chat_member(stage.group, stage.fan.user_id)
        stage.server.flood_limits = False
        await bot.send_message(stage.group, "free")


async def test_who_waits_as_long_as_told_gets_through() -> None:
    async with open_stage(flood_limits=True) as stage, telegram_bot(stage.server) as bot:
        await stage.fan.start(stage.bot)
        refused = await until_limited(bot, stage.fan.user_id)
        await asyncio.sleep(float(refused.retry_after))
        await bot.send_message(stage.fan.user_id, "patient")
        assert stage.fan.messages(stage.bot)[-1].text == "patient"


async def test_a_storm_of_429_names_the_seconds_to_wait(stage: Stage, bot: Bot) -> None:
    stage.server.faults.flood_next = 2
    stage.server.faults.flood_retry_after = 7
    stage.server.faults.only_methods = frozenset({"banChatMember"})
    await bot.get_me()
    for _ in range(2):
        with pytest.raises(RetryAfter) as caught:
            await bot.ban_chat_member(stage.group, stage.fan.user_id)
        assert caught.value.retry_after == 7
    await bot.ban_chat_member(stage.group, stage.fan.user_id)


async def test_server_errors_and_lost_answers_reach_the_bot(stage: Stage, bot: Bot) -> None:
    stage.server.faults.fail_next = [500, 502]
    for _ in range(2):
        with pytest.raises(NetworkError):
            await bot.send_message(stage.fan.user_id, "failed")
    stage.server.faults.lose_answers = 1
    with pytest.raises(NetworkError, match="Bad Gateway"):
        await bot.send_message(stage.fan.user_id, "sent all the same")
    assert [each.text for each in stage.fan.messages(stage.bot)] == [
        "/start",
        "sent all the same",
    ]


async def test_polling_survives_cut_connections_and_repeated_updates(stage: Stage) -> None:
    heard: list[int] = []

    async def note(update: Update, _: Any) -> None:
        heard.append(update.update_id)
        assert update.message is not None
        await update.message.reply_text(f"heard {update.message.text}")

    application = build_application(stage.server)
    application.add_handler(MessageHandler(None, note))
    stage.server.faults.drop_polls = 1
    stage.server.faults.duplicate_updates = 1
    async with polling(application):
        await stage.fan.send(stage.bot, "still there?")
        await stage.fan.sees(stage.bot, "heard still there?")
    assert len(heard) > len(set(heard))


async def test_updates_may_arrive_out_of_order(stage: Stage, bot: Bot) -> None:
    await stage.fan.send(stage.bot, "second")
    stage.server.faults.reorder_updates = True
    found = await bot.get_updates(timeout=0)
    assert [each.message.text for each in found[:2] if each.message] == ["second", "/start"]


async def test_a_slow_server_is_only_slow(stage: Stage, bot: Bot) -> None:
    stage.server.faults.delay = 0.3
    begin = asyncio.get_running_loop().time()
    await bot.get_me()
    assert asyncio.get_running_loop().time() - begin >= 0.3


async def test_other_bots_and_strangers_are_not_the_bots_business(stage: Stage) -> None:
    stage.server.add_bot(token="77:other-token", username="other_bot", name="Other")
    stage.server.make_admin(stage.group, 77)
    other = Bot("77:other-token", base_url=stage.server.base_url)
    async with other, telegram_bot(stage.server) as bot:
        await bot.get_updates(timeout=0)
        await other.send_message(stage.group, "I am a bot too")
        found = await bot.get_updates(timeout=0)
    assert all(each.message is None or each.message.text != "I am a bot too" for each in found)


async def test_without_administrator_rights_a_bot_hears_only_what_concerns_it(
    stage: Stage, bot: Bot
) -> None:
    stage.server.add_member(stage.group, stage.bot)
    for text in ("just talk", "/votes", "what says @tide_bot"):
        await stage.owner.send(stage.group, text)
    found = [each.message for each in await bot.get_updates(timeout=0) if each.message]
    heard = [each.text for each in found if each.chat.id == stage.group and each.text]
    assert heard == ["/votes", "what says @tide_bot"]

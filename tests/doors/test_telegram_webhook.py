"""Telegram brings updates itself: the address, the secret, and each update once (CH3)."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.platforms.telegram_place import TelegramPlace, Webhook
from bot.platforms.telegram_platform import UPDATES, TelegramDoor
from bot.web.app import web_app
from bot.web.guards import CALLED_BY_TELEGRAM
from bot.web.services import TelegramUpdates
from bot.web.telegram_updates import MOST_BYTES, SECRET_HEADER
from gating.errors import TryLater
from tests.doors.door_core import DoorCore, running, says
from tests.doors.telegram_stage import TOKEN, Stage, closed_stage, new_door
from tests.doors.web_stage import WebStage, on_time, stage

__all__ = ["on_time", "stage"]
SECRET = "a-secret-of-the-tests_0123456789ABCDEF"


@dataclass
class Taker:
    """The application of the web stage with the webhook's address, and what came through."""

    address: str
    taken: list[Mapping[str, Any]] = field(default_factory=list)

    async def take(self, found: Mapping[str, Any]) -> None:
        self.taken.append(found)


@asynccontextmanager
async def listening(stage: WebStage, take: Any = None) -> AsyncIterator[Taker]:
    taker = Taker("")
    updates = TelegramUpdates(SECRET, take or taker.take)
    services = replace(stage.services(), telegram_updates=updates)
    site = replace(stage.site, allow_hosts=("any.example",))
    runner = web.AppRunner(web_app(services, site, posts_a_minute=3))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    taker.address = f"http://127.0.0.1:{runner.addresses[0][1]}{CALLED_BY_TELEGRAM}"
    yield taker
    await runner.cleanup()


async def post(taker: Taker, body: bytes, secret: str | bytes | None = SECRET) -> tuple[int, str]:
    """Status and code, for whoever posts as Telegram does: no Origin, no Sec-Fetch-Site."""
    headers = {"Host": "any.example", "Content-Type": "application/json"}
    if secret is not None:
        headers[SECRET_HEADER] = secret if isinstance(secret, str) else secret.decode("latin-1")
    async with (
        aiohttp.ClientSession() as http,
        http.post(taker.address, data=body, headers=headers) as answer,
    ):
        said = await answer.read()
        return answer.status, json.loads(said)["code"] if said else ""


UPDATE = json.dumps({"update_id": 7}).encode()


@pytest.mark.parametrize(
    "secret",
    [None, "", "wrong", SECRET[:-1], SECRET + "x", SECRET.lower(), " ", "\xfc" * 38],
    ids=["none", "empty", "wrong", "shorter", "longer", "other case", "blank", "other letters"],
)
async def test_ch3_without_the_secret_nothing_is_taken_nor_even_read(
    stage: WebStage, secret: str | None
) -> None:
    async with listening(stage) as taker:
        assert await post(taker, UPDATE, secret) == (401, "E-WEBHOOK")
        assert await post(taker, b"x" * (MOST_BYTES + 1), secret) == (401, "E-WEBHOOK")
        assert taker.taken == []


async def test_ch3_with_the_secret_updates_are_taken_at_any_pace(stage: WebStage) -> None:
    async with listening(stage) as taker:
        for number in range(20):
            body = json.dumps({"update_id": number, "unknown": "kind"}).encode()
            assert await post(taker, body) == (200, "")
        assert [found["update_id"] for found in taker.taken] == list(range(20))


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"[]", 400),
        (b"{", 400),
        (b"\xff", 400),
        (b"[" * 5_000, 400),
        (b'"' + b"x" * MOST_BYTES + b'"', 413),
    ],
)
async def test_ch3_a_body_that_is_no_update_is_refused_and_never_a_fault(
    stage: WebStage, body: bytes, status: int
) -> None:
    async with listening(stage) as taker:
        assert (await post(taker, body))[0] == status
        assert taker.taken == []


async def test_ch3_an_update_of_the_longest_messages_fits(stage: WebStage) -> None:
    entities = [{"type": "text_link", "offset": 0, "length": 1, "url": "u" * 200}] * 100
    message = {"text": "\U0001f30a" * 4096, "entities": entities}
    body = json.dumps({"update_id": 7, "message": {**message, "reply_to_message": message}})
    async with listening(stage) as taker:
        assert await post(taker, body.encode()) == (200, "")


async def test_ch3_while_the_door_is_closed_telegram_is_told_to_come_again(
    stage: WebStage,
) -> None:
    async with listening(
        stage, TelegramDoor(_place(), DoorCore().inside()).deliveries.take
    ) as taker:
        assert await post(taker, UPDATE) == (503, "E-TELEGRAMBUSY")


async def test_ch3_without_webhook_mode_there_is_no_such_address(stage: WebStage) -> None:
    async with (
        stage.browser() as browser,
        browser.post(CALLED_BY_TELEGRAM, json={}, headers={SECRET_HEADER: SECRET}) as answer,
    ):
        assert answer.status == 404


def _place() -> TelegramPlace:
    return TelegramPlace(token=TOKEN, webhook=Webhook("https://club.example/x", SECRET))


@asynccontextmanager
async def called(stage: Stage) -> AsyncIterator[TelegramDoor]:
    """The door in webhook mode behind a bare web application."""
    app = web.Application()
    runner = web.AppRunner(app)
    door: TelegramDoor

    async def take(request: web.Request) -> web.Response:
        assert request.headers[SECRET_HEADER] == SECRET
        try:
            await door.deliveries.take(await request.json())
        except TryLater:
            return web.Response(status=503)
        return web.Response()

    app.router.add_post(CALLED_BY_TELEGRAM, take)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address = f"http://127.0.0.1:{runner.addresses[0][1]}{CALLED_BY_TELEGRAM}"
    place = TelegramPlace(
        token=TOKEN,
        chats={"votes": stage.group},
        base_url=stage.server.base_url,
        base_file_url=stage.server.base_file_url,
        webhook=Webhook(address, SECRET),
    )
    door = TelegramDoor(place, stage.core.inside())
    async with running(door):
        yield door
    await runner.cleanup()


async def test_ch3_telegram_is_given_the_secret_and_what_to_bring_and_nothing_is_fetched() -> None:
    async with closed_stage() as stage, called(stage):
        stage.core.answers["verify"] = says("Here")
        await stage.fan.send(stage.bot, "verify")
        await stage.fan.sees(stage.bot, "Here")
        asked = stage.called("setWebhook")[0]
        assert asked["secret_token"] == SECRET
        allowed = asked["allowed_updates"]
        assert set(json.loads(allowed) if isinstance(allowed, str) else allowed) == set(UPDATES)
        # the local server notes what it brings as an answer to a getUpdates without parameters
        assert [asked for asked in stage.called("getUpdates") if asked] == []


async def test_ch3_an_update_that_is_brought_twice_is_answered_once() -> None:
    async with closed_stage() as stage, called(stage) as door:
        stage.core.answers["verify"] = says("Here")
        stage.server.faults.duplicate_updates = 1
        await stage.fan.send(stage.bot, "verify")
        await stage.fan.sees(stage.bot, "Here")
        chat = {"id": stage.fan.user_id, "type": "private", "first_name": "Fan"}
        sender = {"id": stage.fan.user_id, "is_bot": False, "first_name": "Fan"}
        message = {"message_id": 9, "date": 1, "chat": chat, "from": sender, "text": "verify"}
        for _ in range(3):
            await door.deliveries.take({"update_id": 5, "message": message})
        await stage.core.until(lambda core: len(core.requests) == 2)
        await asyncio.sleep(0.1)
        assert len(stage.core.requests) == 2


async def test_ch3_going_back_to_polling_gives_the_webhook_up() -> None:
    async with closed_stage() as stage:
        async with called(stage):
            pass
        assert stage.server.world.inboxes[stage.bot].webhook
        stage.core.answers["verify"] = says("Here")
        async with running(new_door(stage.server, stage.group, stage.core)):
            assert not stage.server.world.inboxes[stage.bot].webhook
            await stage.fan.send(stage.bot, "verify")
            await stage.fan.sees(stage.bot, "Here")

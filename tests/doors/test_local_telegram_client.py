"""What a person's browser receives and sends, and what a Mini App is given."""

import asyncio
import base64
import hashlib
import hmac
import json
import re
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from Crypto.Signature import eddsa
from telegram import (
    Bot,
    BotCommand,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    MenuButtonWebApp,
    ReplyKeyboardMarkup,
    WebAppInfo,
)

from bot.sandbox.telegram_server import client_app
from bot.sandbox.telegram_server.init_data import public_key
from tests.doors.telegram_support import TOKEN, Stage, open_stage, telegram_bot
from tests.doors.test_local_telegram_messages import tone

PAGE = "https://tide.example/app?x=1"


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with open_stage() as opened:
        yield opened


@pytest.fixture
async def bot(stage: Stage) -> AsyncIterator[Bot]:
    async with telegram_bot(stage.server) as opened:
        yield opened


@pytest.fixture
async def browser(stage: Stage) -> AsyncIterator["TestClient[Any, Any]"]:
    page = web.Application()
    page.add_subapp("/chat/telegram/", stage.server.client_app())
    async with TestClient(TestServer(page)) as client:
        yield client


class Screen:
    """The newest view of one person."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.view: dict[str, Any] = {}

    async def until(self, condition: Any) -> dict[str, Any]:
        """Read views until one of them is as wanted."""
        async with asyncio.timeout(3):
            while not self.view or not condition(self.view):
                self.view = await self.socket.receive_json()
        return self.view


async def look(browser: "TestClient[Any, Any]", user: int) -> Screen:
    return Screen(await browser.ws_connect(f"/chat/telegram/stream?person={user}"))


async def act(browser: "TestClient[Any, Any]", person: int, kind: str, **fields: Any) -> Any:
    body = {"person": person, "kind": kind} | fields
    return await (await browser.post("/chat/telegram/act", json=body)).json()


def chat(view: dict[str, Any], number: int) -> dict[str, Any]:
    return next((each for each in view["chats"] if each["id"] == number), {})


async def test_a_browser_asks_to_join_is_let_in_and_reads(
    stage: Stage, bot: Bot, browser: "TestClient[Any, Any]"
) -> None:
    fan, group = stage.fan.user_id, stage.group
    link = stage.server.invite_link(group, creates_join_request=True)
    stage.server.acquaint(fan, link=link)
    screen = await look(browser, fan)
    await screen.until(lambda view: chat(view, group)["state"] == "can_request")
    answer = await act(browser, fan, "tap_invite", link=chat(screen.view, group)["invite_link"])
    assert answer == {"ok": True, "result": "requested", "chat": group}
    view = await screen.until(lambda view: chat(view, group)["state"] == "requested")
    assert view["messages"][str(group)] == []
    await bot.approve_chat_join_request(group, fan)
    view = await screen.until(lambda view: chat(view, group)["state"] == "member")
    assert view["messages"][str(group)][-1]["service"] == "Fan joined the group"
    await bot.ban_chat_member(group, fan)
    view = await screen.until(lambda view: chat(view, group)["state"] == "removed")
    assert view["messages"][str(group)] == []


async def test_a_moderator_settles_requests_in_the_browser_and_a_fan_cannot(
    stage: Stage, browser: "TestClient[Any, Any]"
) -> None:
    fan, group = stage.fan.user_id, stage.group
    await stage.fan.tap_invite(stage.server.invite_link(group, creates_join_request=True))
    screen = await look(browser, stage.owner.user_id)
    await screen.until(lambda view: chat(view, group)["requests"])
    assert chat(screen.view, group)["requests"][0]["user"]["id"] == fan
    refused = await act(browser, fan, "approve", chat=group, user=fan)
    assert refused == {"error": "you have no right to do that here"}
    await act(browser, stage.owner.user_id, "approve", chat=group, user=fan)
    assert stage.fan.is_member(group)


async def test_a_press_in_the_browser_shows_the_bots_answer(
    stage: Stage, bot: Bot, browser: "TestClient[Any, Any]"
) -> None:
    fan = stage.fan.user_id
    await act(browser, fan, "start", bot=stage.bot, payload="abc")
    keyboard = [
        [InlineKeyboardButton("Berlin", callback_data="v:1")],
        [InlineKeyboardButton("Page", url="https://tide.example")],
    ]
    markup = InlineKeyboardMarkup(keyboard)
    sent = await bot.send_message(fan, "Where? <b>Vote</b>", "HTML", reply_markup=markup)
    screen = await look(browser, fan)
    view = await screen.until(lambda view: view["messages"][str(stage.bot)])
    shown = view["messages"][str(stage.bot)][-1]
    assert shown["text"] == [
        {"text": "Where? ", "styles": []},
        {"text": "Vote", "styles": ["bold"]},
    ]
    assert [[each["kind"] for each in row] for row in shown["buttons"]] == [["callback"], ["url"]]
    where = {"chat": stage.bot, "message": sent.message_id}
    assert (await act(browser, fan, "press", row=1, column=0, **where))["value"] == (
        "https://tide.example"
    )
    assert (await act(browser, fan, "press", row=0, column=0, **where))["result"] == "callback"
    await screen.until(lambda view: view["answer"] and view["answer"]["pending"])
    query = (await bot.get_updates(timeout=0))[-1].callback_query
    await query.answer("Counted", show_alert=True)
    view = await screen.until(lambda view: view["answer"] and not view["answer"]["pending"])
    assert (view["answer"]["text"], view["answer"]["alert"]) == ("Counted", True)
    await act(browser, fan, "close_answer")
    await screen.until(lambda view: view["answer"] is None)


async def test_an_audio_file_goes_from_browser_to_bot_and_plays_by_ranges(
    stage: Stage, bot: Bot, browser: "TestClient[Any, Any]"
) -> None:
    form = aiohttp.FormData({"person": str(stage.fan.user_id), "kind": "send_audio"})
    form.add_field("chat", str(stage.bot))
    form.add_field("title", "Tide")
    form.add_field("file", tone(2), filename="tide.wav", content_type="audio/wav")
    answer = await (await browser.post("/chat/telegram/act", data=form)).json()
    assert answer["ok"]
    audio = (await bot.get_updates(timeout=0))[-1].message.audio
    assert bytes(await (await bot.get_file(audio)).download_as_bytearray()) == tone(2)
    screen = await look(browser, stage.fan.user_id)
    view = await screen.until(lambda view: view["messages"][str(stage.bot)])
    media = view["messages"][str(stage.bot)][-1]["media"][0]
    assert (media["kind"], media["title"], media["duration"]) == ("audio", "Tide", 2)
    part = await browser.get(f"/chat/telegram/{media['url']}", headers={"Range": "bytes=4-7"})
    assert (part.status, await part.read()) == (206, tone(2)[4:8])
    assert part.headers["Content-Range"] == f"bytes 4-7/{len(tone(2))}"


async def test_a_file_that_could_run_in_the_page_is_only_handed_out(
    stage: Stage, browser: "TestClient[Any, Any]"
) -> None:
    await stage.fan.send_document(stage.bot, b"<script>", "x.html", mime="text/html")
    key = stage.fan.messages(stage.bot)[-1].media[0].key
    response = await browser.get(f"/chat/telegram/file/{key}")
    assert response.headers["Content-Disposition"] == "attachment"
    assert response.content_type == "application/octet-stream"


async def test_commands_menu_keyboard_and_links_are_shown_and_work(
    stage: Stage, bot: Bot, browser: "TestClient[Any, Any]"
) -> None:
    fan = stage.fan.user_id
    opened = await act(browser, fan, "open", url="https://t.me/tide_bot?start=ref_1")
    assert (opened["result"], opened["chat"]) == ("started", stage.bot)
    assert (await bot.get_updates(timeout=0))[-1].message.text == "/start ref_1"
    await bot.set_my_commands([BotCommand("verify", "Show your copy")])
    await bot.set_chat_menu_button(menu_button=MenuButtonWebApp("Open", WebAppInfo(PAGE)))
    keys = [["Listen"], [KeyboardButton("Map", web_app=WebAppInfo(PAGE))]]
    await bot.send_message(fan, "Menu", reply_markup=ReplyKeyboardMarkup(keys))
    screen = await look(browser, fan)
    view = await screen.until(lambda view: chat(view, stage.bot).get("keyboard"))
    shown = chat(view, stage.bot)
    assert shown["commands"] == [{"command": "verify", "description": "Show your copy"}]
    assert shown["menu_button"] == {"text": "Open", "url": PAGE}
    await act(browser, fan, "key", chat=stage.bot, label="Listen")
    assert (await bot.get_updates(timeout=0))[-1].message.text == "Listen"
    assert (await act(browser, fan, "key", chat=stage.bot, label="Map"))["value"] == PAGE
    await act(browser, fan, "web_app_data", chat=stage.bot, label="Map", data="berlin")
    data = (await bot.get_updates(timeout=0))[-1].message.web_app_data
    assert (data.button_text, data.data) == ("Map", "berlin")
    assert "tgWebAppData" in (await act(browser, fan, "menu", bot=stage.bot))["value"]


async def test_nobody_can_watch_a_person_who_does_not_exist(
    browser: "TestClient[Any, Any]", stage: Stage
) -> None:
    for number in (99, stage.bot):
        socket = await browser.ws_connect(f"/chat/telegram/stream?person={number}")
        await socket.receive()
        assert socket.close_code == 4404
        assert (await act(browser, number, "read"))["error"] == "there is no such person"


async def opened_page(stage: Stage, bot: Bot) -> str:
    await stage.fan.start(stage.bot)
    button = InlineKeyboardButton("Play", web_app=WebAppInfo(PAGE))
    await bot.send_message(
        stage.fan.user_id, "Listen", reply_markup=InlineKeyboardMarkup([[button]])
    )
    return stage.fan.open_web_app(stage.fan.messages(stage.bot)[-1], "Play")


def start_data(address: str) -> dict[str, str]:
    fragment = parse_qs(urlsplit(address).fragment)
    return dict(parse_qsl(fragment["tgWebAppData"][0], strict_parsing=True))


def lines(fields: dict[str, str]) -> str:
    return "\n".join(f"{name}={value}" for name, value in sorted(fields.items()))


async def test_start_data_carries_the_person_under_the_bots_hash(stage: Stage, bot: Bot) -> None:
    address = await opened_page(stage, bot)
    assert address.startswith(f"{PAGE}#tgWebAppData=")
    fields = start_data(address)
    given = fields.pop("hash")
    secret = hmac.new(b"WebAppData", TOKEN.encode(), hashlib.sha256).digest()
    assert hmac.new(secret, lines(fields).encode(), hashlib.sha256).hexdigest() == given
    assert json.loads(fields["user"])["id"] == stage.fan.user_id
    altered = fields | {"auth_date": "1"}
    assert hmac.new(secret, lines(altered).encode(), hashlib.sha256).hexdigest() != given


async def test_start_data_is_signed_so_that_others_can_check_it_too(
    stage: Stage, bot: Bot
) -> None:
    fields = start_data(await opened_page(stage, bot))
    signature = base64.urlsafe_b64decode(fields.pop("signature") + "==")
    del fields["hash"]
    key = eddsa.import_public_key(bytes.fromhex(public_key()))
    checker = eddsa.new(key, "rfc8032")
    checker.verify(f"{stage.bot}:WebAppData\n{lines(fields)}".encode(), signature)
    with pytest.raises(ValueError, match="not authentic"):
        checker.verify(f"77:WebAppData\n{lines(fields)}".encode(), signature)


async def test_the_guard_opens_a_page_for_who_asks_to_join(
    stage: Stage, bot: Bot, browser: "TestClient[Any, Any]"
) -> None:
    stage.server.set_guard(stage.group, stage.bot)
    await stage.fan.tap_invite(stage.server.invite_link(stage.group, creates_join_request=True))
    request = (await bot.get_updates(timeout=0))[-1].chat_join_request
    query = request.api_kwargs["query_id"]
    page = {"chat_join_request_query_id": query, "web_app_url": PAGE}
    await bot.do_api_request("sendChatJoinRequestWebApp", page)
    screen = await look(browser, stage.fan.user_id)
    view = await screen.until(lambda view: view["web_app"])
    assert view["web_app"]["title"] == "Tide"
    assert stage.fan.opened_page() == view["web_app"]["url"]
    assert json.loads(start_data(view["web_app"]["url"])["user"])["id"] == stage.fan.user_id


def documented(name: str) -> set[str]:
    """The fields that the text of `client_app` promises for one shape."""
    text = client_app.__doc__ or ""
    body = text.partition(f"    {name} = {{")[2]
    body = re.split(r"\n    [A-Z]\w+ = |\nPOST", body)[0]
    depth_one = re.sub(r"\[?\{[^{}]*\}\]?", "", body)
    return set(re.findall(r'"(\w+)":', depth_one))


async def test_what_the_page_receives_is_what_it_was_promised(
    stage: Stage, bot: Bot, browser: "TestClient[Any, Any]"
) -> None:
    fan, group = stage.fan.user_id, stage.group
    await stage.fan.start(stage.bot)
    await stage.fan.tap_invite(stage.server.invite_link(group, creates_join_request=False))
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("Go", callback_data="go")]])
    await bot.send_audio(fan, tone(), filename="a.wav", caption="x", reply_markup=markup)
    stage.fan.press_now(stage.fan.messages(stage.bot)[-1], "Go")
    view = await (await look(browser, fan)).until(lambda view: view["answer"])
    message = view["messages"][str(stage.bot)][-1]
    shapes = {
        "View": [view],
        "Person": [view["me"]],
        "Chat": view["chats"],
        "Message": [message, *view["messages"][str(group)]],
        "Media": message["media"],
        "Button": message["buttons"][0],
        "Answer": [view["answer"]],
    }
    for name, shown in shapes.items():
        for each in shown:
            assert set(each) == documented(name), name

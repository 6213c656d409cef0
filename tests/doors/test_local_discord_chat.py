"""What a person's browser gets and does: the stream of views and the acts, over HTTP."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
import discord
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from discord import app_commands

from tests.doors.discord_support import Club, local_club, logged_in
from tests.doors.test_local_discord import Bot, Door

Json = dict[str, Any]


@dataclass
class Browser:
    """One page of the chat."""

    session: aiohttp.ClientSession
    base: str
    person: int
    socket: aiohttp.ClientWebSocketResponse

    async def view(self, holds: Callable[[Json], object]) -> Json:
        """The next view of which this holds."""
        async with asyncio.timeout(5):
            while True:
                view = await self.socket.receive_json()
                if holds(view):
                    return view

    async def act(self, kind: str, **fields: Any) -> tuple[int, Json]:
        body = {"person": str(self.person), "kind": kind, **fields}
        async with self.session.post(self.base + "act", json=body) as answer:
            return answer.status, await answer.json()


@pytest.fixture
async def club() -> AsyncIterator[Club]:
    async with local_club() as club:
        yield club


@pytest.fixture
async def bot(club: Club) -> AsyncIterator[Bot]:
    async with logged_in(Bot()) as client:
        yield client


@pytest.fixture
async def browser(club: Club) -> AsyncIterator[Browser]:
    """The chat mounted under a prefix, as the demo does it, and one page open."""
    outer = web.Application()
    outer.add_subapp("/chat/discord/", club.server.client_app())
    async with TestServer(outer) as server, aiohttp.ClientSession() as session:
        base = str(server.make_url("/chat/discord/"))
        socket = await session.ws_connect(f"{base}stream?person={club.fan_id}")
        yield Browser(session, base, club.fan_id, socket)
        await socket.close()


def texts(view: Json, room: int | str) -> list[str]:
    return [m["content"] for m in view["messages"].get(str(room), [])]


async def test_the_first_view_shows_who_and_where_i_am(club: Club, browser: Browser) -> None:
    view = await browser.view(lambda v: v["type"] == "view")
    assert view["me"]["name"] == "Fan"
    assert view["guild"]["name"] == "Tide Club"
    assert [(c["name"], c["category"]) for c in view["channels"]] == [("start-here", "INFO")]
    assert [(m["name"], m["bot"]) for m in view["members"]] == [
        ("Fan", False),
        ("Doorkeeper", True),
    ]
    assert view["dm"]["bot"]["name"] == "Doorkeeper"
    assert view["modal"] is None


async def test_a_role_shows_a_new_channel_and_a_colour(club: Club, browser: Browser) -> None:
    club.server.give_role(club.guild, club.fan_id, club.holder)
    view = await browser.view(lambda v: len(v["channels"]) == 2)
    room = next(c for c in view["channels"] if c["name"] == "listening-room")
    assert room["private"]
    assert view["me"]["color"] == "#1f8b4c"
    assert view["me"]["roles"] == [{"id": str(club.holder), "name": "Holder", "color": "#1f8b4c"}]


async def test_changes_at_one_moment_come_as_one_view(club: Club, browser: Browser) -> None:
    await browser.view(lambda v: True)
    for word in ("one", "two", "three"):
        await club.fan.send("start-here", word)
        await asyncio.sleep(0.005)
    view = await browser.view(lambda v: True)
    assert texts(view, club.lobby) == ["one", "two", "three"]


async def test_writing_and_reading_changes_what_is_unread(club: Club, browser: Browser) -> None:
    other = club.server.add_user("newcomer", "Newcomer")
    club.server.join(club.guild, other)
    await club.server.person(other, club.guild).send("start-here", f"hi <@{club.fan_id}>")
    view = await browser.view(lambda v: v["channels"][0]["unread"])
    assert (view["channels"][0]["unread"], view["channels"][0]["mentions"]) == (1, 1)
    message = view["messages"][str(club.lobby)][0]
    assert message["mentions"]["users"] == {str(club.fan_id): "Fan"}
    assert message["mentions_me"]
    assert (await browser.act("read", channel=str(club.lobby)))[1] == {"ok": True}
    await browser.view(lambda v: v["channels"][0]["unread"] == 0)


async def test_the_whole_way_from_a_button_to_a_form_and_back(
    club: Club, bot: Bot, browser: Browser
) -> None:
    await bot.get_channel(club.lobby).send("Welcome", view=Door())
    view = await browser.view(lambda v: texts(v, club.lobby) == ["Welcome"])
    message = view["messages"][str(club.lobby)][0]["id"]
    await browser.act("press", message=message, custom_id="door:note")
    view = await browser.view(lambda v: v["modal"])
    assert view["modal"]["title"] == "Your note"
    assert view["modal"]["fields"][0]["label"] == "Note"
    assert view["modal"]["fields"][0]["max_length"] == 50
    await browser.act("modal", fields={"words": "ahoy"})
    view = await browser.view(lambda v: "Noted: ahoy" in texts(v, club.lobby))
    private = view["messages"][str(club.lobby)][-1]
    assert private["ephemeral"]
    assert view["modal"] is None
    await browser.act("dismiss", message=private["id"])
    await browser.view(lambda v: texts(v, club.lobby) == ["Welcome"])


async def test_commands_are_listed_and_used(club: Club, bot: Bot, browser: Browser) -> None:
    view = await browser.view(lambda v: v["commands"])
    command = next(c for c in view["commands"] if c["name"] == "city")
    assert [(o["name"], o["type"], o["required"]) for o in command["options"]] == [
        ("name", 3, True),
        ("near", 5, False),
    ]
    room = str(club.lobby)
    _, offered = await browser.act(
        "autocomplete", channel=room, name="city", option="name", text="be"
    )
    assert offered["choices"][0] == {"name": "Berlin", "value": "berlin"}
    await browser.act("command", channel=room, name="city", options={"name": "berlin"})
    await browser.view(lambda v: texts(v, club.lobby) == ["berlin False"])


async def test_a_command_in_the_private_chat(club: Club, bot: Bot, browser: Browser) -> None:
    await browser.act("command", channel="dm", name="city", options={"name": "bern"})
    view = await browser.view(lambda v: texts(v, "dm") == ["bern False"])
    used = view["messages"]["dm"][0]["used"]
    assert (used["command"], used["by"]["name"]) == ("city", "Fan")


async def test_a_bot_thinks_until_it_speaks(club: Club, browser: Browser) -> None:
    go_on = asyncio.Event()
    client = Bot()

    @client.tree.command(description="Take your time")
    async def slow(interaction: discord.Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        await go_on.wait()
        await interaction.edit_original_response(content="Done")

    async with logged_in(client):
        await browser.act("command", channel=str(club.lobby), name="slow", options={})
        view = await browser.view(lambda v: v["messages"][str(club.lobby)])
        assert view["messages"][str(club.lobby)][0]["pending"]
        go_on.set()
        view = await browser.view(lambda v: texts(v, club.lobby) == ["Done"])
        assert not view["messages"][str(club.lobby)][0]["pending"]


async def test_silence_is_shown_in_the_clients_own_words(club: Club, browser: Browser) -> None:
    client = discord.Client(intents=discord.Intents.none(), guild_ready_timeout=0.05)
    tree = app_commands.CommandTree(client)

    @tree.command(description="Never answers")
    async def silent(interaction: discord.Interaction) -> None:
        return

    club.server.interactions.patience = 0.2
    async with logged_in(client):
        await tree.sync()
        status, answer = await browser.act(
            "command", channel=str(club.lobby), name="silent", options={}
        )
    assert (status, answer) == (400, {"error": "The application did not respond"})
    view = await browser.view(lambda v: v["messages"][str(club.lobby)])
    shown = view["messages"][str(club.lobby)][0]
    assert shown["ephemeral"]
    assert shown["failed"] == shown["content"] == "The application did not respond"


async def test_files_go_to_the_bot_with_their_bytes(
    club: Club, bot: Bot, browser: Browser
) -> None:
    form = aiohttp.FormData()
    act = {"person": str(club.fan_id), "kind": "send", "channel": "dm", "text": "a new song"}
    form.add_field("act", json.dumps(act))
    form.add_field("files", b"audio", filename="song.mp3")
    got: asyncio.Future[discord.Message] = asyncio.get_running_loop().create_future()

    @bot.event
    async def on_message(message: discord.Message) -> None:
        if not message.author.bot:
            got.set_result(message)

    async with browser.session.post(browser.base + "act", data=form) as answer:
        assert (await answer.json())["ok"]
    message = await asyncio.wait_for(got, 2)
    assert message.guild is None
    assert await message.attachments[0].read() == b"audio"
    view = await browser.view(lambda v: texts(v, "dm") == ["a new song"])
    shown = view["messages"]["dm"][0]["attachments"][0]
    assert (shown["filename"], shown["content_type"]) == ("song.mp3", "audio/mpeg")


async def test_words_of_a_command_are_in_the_persons_language(
    club: Club, browser: Browser
) -> None:
    club.server.state.apps[club.bot].commands[1] = {
        "id": "1",
        "type": 1,
        "name": "verify",
        "description": "Link a wallet",
        "name_localizations": {"de": "prüfen"},
        "description_localizations": {"de": "Verbinde eine Wallet"},
        "contexts": None,
        "default_member_permissions": None,
    }
    club.fan.speak("de")
    view = await browser.view(lambda v: v["commands"])
    command = view["commands"][0]
    assert (command["name"], command["label"]) == ("verify", "prüfen")
    assert command["description"] == "Verbinde eine Wallet"


async def test_an_act_that_makes_no_sense_is_answered_with_a_sentence(browser: Browser) -> None:
    assert (await browser.act("fly"))[1] == {"error": "Unknown act 'fly'."}
    assert (await browser.act("press", message="1", custom_id="x"))[1] == {
        "error": "This message is gone."
    }
    status, answer = await browser.act("send", text="no channel")
    assert status == 400
    assert "incomplete" in answer["error"]


async def test_a_page_for_nobody_is_refused(browser: Browser) -> None:
    async with browser.session.get(browser.base + "stream?person=1") as answer:
        assert (answer.status, await answer.json()) == (404, {"error": "There is no such person."})

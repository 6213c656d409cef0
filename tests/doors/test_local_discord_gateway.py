"""The local gateway as clients meet it: broken lines, resumed sessions, intents, chunks."""

import asyncio
import json
import zlib
from collections import Counter
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import discord
import pytest
import yarl

from bot.sandbox.discord_server import permissions
from tests.doors.discord_support import TOKEN, Club, local_club, logged_in

Json = dict[str, Any]


class Listener(discord.Client):
    """Writes down what it hears."""

    def __init__(self, intents: discord.Intents, **options: Any) -> None:
        super().__init__(intents=intents, guild_ready_timeout=0.05, **options)
        self.heard: list[str] = []
        self.resumed = 0
        self.events: Counter[str] = Counter()

    async def on_socket_event_type(self, name: str) -> None:
        self.events[name] += 1

    async def before_identify_hook(self, *_: Any, **__: Any) -> None:
        return  # discord.py waits five seconds here before a second IDENTIFY

    async def on_message(self, message: discord.Message) -> None:
        self.heard.append(message.content)

    async def on_member_update(self, _: discord.Member, after: discord.Member) -> None:
        self.heard.append(f"{after.name}: {len(after.roles)} roles")

    async def on_resumed(self) -> None:
        self.resumed += 1


@pytest.fixture
async def club() -> AsyncIterator[Club]:
    async with local_club() as club:
        yield club


@pytest.fixture
async def bot(club: Club) -> AsyncIterator[Listener]:
    async with logged_in(Listener(discord.Intents.all())) as client:
        yield client


async def soon(holds: Callable[[], object], seconds: float = 5) -> None:
    """Wait until it holds, or fail."""
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110  - what a library knows changes without an event
            await asyncio.sleep(0.01)


async def test_no_event_is_lost_when_the_line_breaks(club: Club, bot: Listener) -> None:
    await club.fan.send("start-here", "before")
    await soon(lambda: bot.heard == ["before"])
    club.server.faults.drop_gateway()
    club.server.give_role(club.guild, club.fan_id, club.holder)
    await club.fan.send("start-here", "during")
    await soon(lambda: bot.resumed == 1)
    await club.fan.send("start-here", "after")
    await soon(lambda: len(bot.heard) == 4)
    assert bot.heard == ["before", "fan: 2 roles", "during", "after"]
    assert bot.get_guild(club.guild).get_member(club.fan_id).get_role(club.holder)


async def test_a_client_asked_to_reconnect_resumes(club: Club, bot: Listener) -> None:
    club.server.faults.ask_reconnect()
    await soon(lambda: bot.resumed == 1)
    await club.fan.send("start-here", "still here")
    await soon(lambda: bot.heard == ["still here"])


async def test_an_ended_session_begins_anew(club: Club, bot: Listener) -> None:
    old = set(club.server.hub.sessions)
    club.server.faults.forget_sessions()
    await soon(lambda: set(club.server.hub.sessions) - old)
    await soon(bot.is_ready)
    await club.fan.send("start-here", "hello again")
    await soon(lambda: bot.heard == ["hello again"])
    assert bot.resumed == 0


async def test_an_invalid_session_is_resumed_or_begun_anew_as_the_gateway_says(
    club: Club, bot: Listener
) -> None:
    first = set(club.server.hub.sessions)
    club.server.faults.invalidate_sessions(resumable=True)
    await soon(lambda: bot.resumed == 1)
    assert set(club.server.hub.sessions) == first
    club.server.faults.invalidate_sessions()
    await soon(lambda: set(club.server.hub.sessions) - first)
    assert bot.resumed == 1


async def test_a_gateway_that_turns_everybody_away_is_tried_again(
    club: Club, bot: Listener, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("CRITICAL", "discord.client")  # it logs each try, and that is its right
    club.server.faults.refuse_gateway = True
    club.server.faults.drop_gateway()
    await club.fan.send("start-here", "missed?")
    await asyncio.sleep(0.1)
    assert bot.heard == []
    club.server.faults.clear()
    await soon(lambda: bot.heard == ["missed?"], 15)


async def test_a_bot_comes_back_after_the_whole_server_was_away(
    club: Club, bot: Listener, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("CRITICAL", "discord.client")  # it logs each try, and that is its right
    port = yarl.URL(club.server.api_base).port
    await club.server.stop()
    await soon(lambda: bot.ws.socket.closed)
    await club.server.start(port=port)
    await club.fan.send("start-here", "we are back")
    await soon(lambda: bot.heard == ["we are back"], 15)


async def test_a_silent_client_is_cut_off_as_a_zombie(club: Club) -> None:
    club.server.gateway.heartbeat_interval = 100
    async with aiohttp.ClientSession() as session:
        socket = await session.ws_connect(club.server.gateway_url)
        hello = await socket.receive_json()
        assert hello == {"op": 10, "d": {"heartbeat_interval": 100}, "s": None, "t": None}
        ended = await socket.receive(timeout=2)
    assert (ended.type, socket.close_code) == (aiohttp.WSMsgType.CLOSE, 4009)


async def identify(club: Club, **changes: Any) -> tuple[int | None, list[Json]]:
    """Identify by hand; gives the close code and what was said before."""
    said: list[Json] = []
    async with aiohttp.ClientSession() as session:
        socket = await session.ws_connect(club.server.gateway_url + "/?v=10&encoding=json")
        body = {"token": TOKEN, "intents": 1, "properties": {}} | changes
        await socket.send_json({"op": 2, "d": body})
        await socket.send_json({"op": 1, "d": None})
        while (frame := await socket.receive(timeout=2)).type is aiohttp.WSMsgType.TEXT:
            said.append(json.loads(frame.data))
            if said[-1]["op"] == 11:
                break
        return socket.close_code, said


async def test_a_wrong_token_closes_the_line_with_4004(club: Club) -> None:
    assert (await identify(club, token="stolen"))[0] == 4004


async def test_a_privileged_intent_that_is_switched_off_closes_with_4014(club: Club) -> None:
    club.server.state.apps[club.bot].privileged = 0
    assert (await identify(club, intents=1 << 1))[0] == 4014
    with pytest.raises(discord.PrivilegedIntentsRequired):
        async with logged_in(Listener(discord.Intents.all())):
            pass


async def test_ready_names_the_session_and_where_to_resume(club: Club) -> None:
    _, said = await identify(club)
    ready = next(p for p in said if p["t"] == "READY")
    assert ready["d"]["resume_gateway_url"] == club.server.gateway_url
    assert ready["d"]["session_id"] in club.server.hub.sessions
    assert ready["d"]["guilds"] == [{"id": str(club.guild), "unavailable": True}]
    assert ready["d"]["application"]["id"] == str(club.bot)


async def test_the_stream_is_one_zlib_context_as_discord_py_asks(club: Club) -> None:
    url = club.server.gateway_url + "/?v=10&encoding=json&compress=zlib-stream"
    async with aiohttp.ClientSession() as session:
        socket = await session.ws_connect(url)
        context, texts = zlib.decompressobj(), []
        await socket.send_json({"op": 1, "d": None})
        for _ in range(2):
            frame = await socket.receive_bytes(timeout=2)
            assert frame.endswith(b"\x00\x00\xff\xff")
            texts.append(json.loads(context.decompress(frame))["op"])
    assert texts == [10, 11]


async def test_without_the_intent_a_bot_hears_no_messages_and_no_members(club: Club) -> None:
    intents = discord.Intents(guilds=True)
    async with logged_in(Listener(intents)) as bot:
        await club.fan.send("start-here", "anybody?")
        club.server.give_role(club.guild, club.fan_id, club.holder)
        club.server.add_role(club.guild, "Last")
        await soon(lambda: len(bot.get_guild(club.guild).roles) == 4)
        assert bot.heard == []
        assert [m.id for m in bot.get_guild(club.guild).members] == [club.bot]


async def test_without_the_content_intent_words_are_hidden_unless_meant_for_the_bot(
    club: Club,
) -> None:
    intents = discord.Intents.default()
    async with logged_in(Listener(intents)) as bot:
        await club.fan.send("start-here", "a secret")
        await club.fan.send("start-here", f"<@{club.bot}> for you")
        await club.fan.send("dm", "private words")
        await soon(lambda: len(bot.heard) == 3)
        assert bot.heard == ["", f"<@{club.bot}> for you", "private words"]


async def test_messages_of_a_channel_that_the_bot_may_not_see_stay_unheard(club: Club) -> None:
    room = club.server.state.channels[club.room]
    room.overwrites.pop(club.server.bot_role(club.guild, club.bot))
    club.server.give_role(club.guild, club.fan_id, club.holder)
    async with logged_in(Listener(discord.Intents.all())) as bot:
        await club.fan.send("listening-room", "among us")
        await club.fan.send("start-here", "to all")
        await soon(lambda: bot.heard)
        assert bot.heard == ["to all"]


async def test_members_arrive_in_chunks_of_a_thousand(club: Club) -> None:
    for number in range(1200):
        user = club.server.add_user(f"fan{number}", f"Fan {number}")
        club.server.join(club.guild, user)
    async with logged_in(Listener(discord.Intents.all())) as bot:
        guild = bot.get_guild(club.guild)
        await soon(lambda: bot.events["GUILD_MEMBERS_CHUNK"] == 2)
        assert len(guild.members) == guild.member_count == 1202
        found = await guild.query_members("fan119", limit=20)
        assert len(found) == 11


async def test_events_out_of_order_still_all_arrive(club: Club, bot: Listener) -> None:
    club.server.faults.shuffle_events = True
    for word in "abcdef":
        await club.fan.send("start-here", word)
    await soon(lambda: len(bot.heard) == 6)
    assert sorted(bot.heard) == list("abcdef")
    assert bot.heard != list("abcdef")


async def test_what_an_operator_changes_reaches_the_bot(club: Club, bot: Listener) -> None:
    guild = bot.get_guild(club.guild)
    own = club.server.bot_role(club.guild, club.bot)
    assert guild.me.guild_permissions.manage_roles
    club.server.set_permissions(club.guild, own, permissions.VIEW_CHANNEL)
    await soon(lambda: not guild.me.guild_permissions.manage_roles)
    room = guild.get_channel(club.room)
    assert room.permissions_for(guild.me).view_channel
    club.server.set_overwrite(club.guild, club.room, own, deny=permissions.VIEW_CHANNEL)
    await soon(lambda: not room.permissions_for(guild.me).view_channel)
    club.server.ban(club.guild, club.fan_id, "scam")
    await soon(lambda: guild.get_member(club.fan_id) is None)
    club.server.join(club.guild, club.fan_id)
    assert club.fan.channels() == []
    club.server.unban(club.guild, club.fan_id)
    club.server.join(club.guild, club.fan_id)
    await soon(lambda: guild.get_member(club.fan_id))
    club.server.delete_channel(club.guild, club.lobby)
    await soon(lambda: guild.get_channel(club.lobby) is None)
    assert club.fan.channels() == []


async def test_guild_changes_by_people_reach_the_bot(club: Club, bot: Listener) -> None:
    guild = bot.get_guild(club.guild)
    newcomer = club.server.add_user("newcomer", "Newcomer")
    club.server.join(club.guild, newcomer)
    await soon(lambda: guild.get_member(newcomer))
    channel = club.server.add_channel(club.guild, "votes")
    await soon(lambda: guild.get_channel(channel))
    club.server.delete_role(club.guild, club.holder)
    await soon(lambda: guild.get_role(club.holder) is None)
    club.server.leave(club.guild, newcomer)
    await soon(lambda: guild.get_member(newcomer) is None)
    club.server.leave(club.guild, club.bot)
    await soon(lambda: not bot.guilds)
    club.server.invite_bot(club.guild, club.bot)
    await soon(lambda: [g.name for g in bot.guilds] == ["Tide Club"])

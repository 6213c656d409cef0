"""How fast the bot talks to Discord (Discord: Rate Limits, Global Rate Limit).

Fifty requests a second for one bot, whatever they are for; interactions are not counted.
discord.py keeps to the limit of each route, but of this one it only sleeps out the refusals: it
gives up after five of them, and each counts towards the ten thousand invalid requests in ten
minutes after which Discord shuts an address out. So requests are spaced where they leave. Role
calls go before the rest: of everything else only one request at a time stands in the line.
"""

import asyncio
from collections import defaultdict
from types import SimpleNamespace

import aiohttp
from aiolimiter import AsyncLimiter

from bot.platforms.discord_room import ROLE_CALL, Room

A_SECOND = 48
"""Evenly spaced; what is left of the fifty is for requests that the network bunches together."""
UNCOUNTED = ("/interactions/", "/webhooks/")


def spaced() -> aiohttp.TraceConfig:
    """For `discord.Client(http_trace=...)`: lets each request wait for its turn, in order.

    A new one for each client, for it belongs to one event loop.
    """
    turns = _Turns()
    trace = aiohttp.TraceConfig()
    trace.on_request_start.append(turns.wait)
    trace.on_request_end.append(turns.answered)
    trace.on_request_exception.append(turns.lost)
    return trace


class _Turns:
    """What aiohttp tells of each request; `about.room` is a role call's until it is answered."""

    def __init__(self) -> None:
        self._line = AsyncLimiter(1, 1 / A_SECOND)
        self._others = asyncio.Lock()
        self._rooms: defaultdict[str, Room] = defaultdict(Room)

    async def wait(
        self,
        session: aiohttp.ClientSession,
        about: SimpleNamespace,
        request: aiohttp.TraceRequestStartParams,
    ) -> None:
        path = request.url.path
        room = self._room_of(path)
        if room:
            await self._enter(room, session)
            about.room = room
        elif not any(part in path for part in UNCOUNTED):
            async with self._others:
                await self._line.acquire()
        _must_be_open(session)

    async def answered(
        self,
        _: aiohttp.ClientSession,
        about: SimpleNamespace,
        end: aiohttp.TraceRequestEndParams,
    ) -> None:
        if room := vars(about).pop("room", None):
            room.answered(end.response.headers)

    async def lost(
        self,
        _: aiohttp.ClientSession,
        about: SimpleNamespace,
        __: aiohttp.TraceRequestExceptionParams,
    ) -> None:
        if room := vars(about).pop("room", None):
            room.answered({})

    def _room_of(self, path: str) -> Room | None:
        role_call = ROLE_CALL.search(path)
        return self._rooms[role_call[1]] if role_call else None

    async def _enter(self, room: Room, session: aiohttp.ClientSession) -> None:
        while True:
            await room.opens()
            await self._line.acquire()
            _must_be_open(session)
            if room.take():
                return


def _must_be_open(session: aiohttp.ClientSession) -> None:
    if session.closed:  # meanwhile; aiohttp would only say so by an assertion
        raise aiohttp.ClientConnectionError("the client was closed")

"""How fast the bot talks to Discord (Discord: Rate Limits, Global Rate Limit).

Fifty requests a second for one bot, whatever they are for; interactions are not counted.
discord.py keeps to the limit of each route, but of this one it only sleeps out the refusals: it
gives up after five of them, and each counts towards the ten thousand invalid requests in ten
minutes after which Discord shuts an address out. So requests are spaced where they leave. Role
calls go before the rest: of everything else only one request at a time stands in the line.
"""

import asyncio
from types import SimpleNamespace

import aiohttp
from aiolimiter import AsyncLimiter

A_SECOND = 48
"""Evenly spaced; what is left of the fifty is for requests that the network bunches together."""
UNCOUNTED = ("/interactions/", "/webhooks/")
FIRST = "/roles/"


def spaced() -> aiohttp.TraceConfig:
    """For `discord.Client(http_trace=...)`: lets each request wait for its turn, in order.

    A new one for each client, for it belongs to one event loop.
    """
    turns, others = AsyncLimiter(1, 1 / A_SECOND), asyncio.Lock()

    async def wait_for_turn(
        session: aiohttp.ClientSession,
        _context: SimpleNamespace,
        request: aiohttp.TraceRequestStartParams,
    ) -> None:
        path = request.url.path
        if FIRST in path:
            await turns.acquire()
        elif not any(part in path for part in UNCOUNTED):
            async with others:
                await turns.acquire()
        if session.closed:  # meanwhile; aiohttp would only say so by an assertion
            raise aiohttp.ClientConnectionError("the client was closed")

    trace = aiohttp.TraceConfig()
    trace.on_request_start.append(wait_for_turn)
    return trace

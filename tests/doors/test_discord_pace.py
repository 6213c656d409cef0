"""What leaves first for Discord when more waits than may go."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web

from bot.platforms.discord_pace import spaced

ROLE, WORD = "/guilds/7/members/1/roles/51", "/channels/9/messages"


@asynccontextmanager
async def a_server() -> AsyncIterator[tuple[str, list[str]]]:
    """Its address, and the paths that came, in order."""
    came: list[str] = []

    async def take(request: web.Request) -> web.Response:
        came.append(request.path)
        return web.Response()

    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}", came
    await runner.cleanup()


async def get(http: aiohttp.ClientSession, address: str) -> None:
    async with http.get(address):
        pass


async def test_a_role_goes_before_words_that_have_waited_longer() -> None:
    async with (
        a_server() as (address, came),
        aiohttp.ClientSession(trace_configs=[spaced()]) as http,
        asyncio.TaskGroup() as group,
    ):
        for _ in range(20):
            group.create_task(get(http, address + WORD))
        await asyncio.sleep(0.05)
        group.create_task(get(http, address + ROLE))
        await asyncio.sleep(0.5)
        assert came.index(ROLE) < 8


async def test_words_have_a_turn_among_roles() -> None:
    async with (
        a_server() as (address, came),
        aiohttp.ClientSession(trace_configs=[spaced()]) as http,
        asyncio.TaskGroup() as group,
    ):
        for _ in range(20):
            group.create_task(get(http, address + ROLE))
        await asyncio.sleep(0)
        group.create_task(get(http, address + WORD))
        await asyncio.sleep(1)
        assert WORD in came


async def test_a_client_that_closes_while_requests_wait_says_so_in_the_library_s_words() -> None:
    async with a_server() as (address, _):
        http = aiohttp.ClientSession(trace_configs=[spaced()])
        waiting = [asyncio.ensure_future(get(http, address + WORD)) for _ in range(20)]  # noqa: TID251  - closed under its feet
        await asyncio.sleep(0.05)
        await http.close()
        ended = await asyncio.gather(*waiting, return_exceptions=True)
        failed = [each for each in ended if each is not None]
        assert failed
        assert all(isinstance(each, aiohttp.ClientError | RuntimeError) for each in failed), failed


@pytest.mark.parametrize("path", ["/webhooks/1/token", "/interactions/1/token/callback"])
async def test_what_discord_does_not_count_waits_for_nobody(path: str) -> None:
    async with (
        a_server() as (address, came),
        aiohttp.ClientSession(trace_configs=[spaced()]) as http,
        asyncio.TaskGroup() as group,
    ):
        for _ in range(40):
            group.create_task(get(http, address + ROLE))
        await asyncio.sleep(0.01)
        await get(http, address + path)
        assert len(came) < 20

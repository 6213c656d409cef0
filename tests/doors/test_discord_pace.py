"""What leaves first for Discord when more waits than may go."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web

from bot.platforms.discord_pace import spaced
from bot.platforms.discord_room import Room

ROLE, WORD = "/guilds/7/members/1/roles/51", "/channels/9/messages"


@asynccontextmanager
async def served(
    take: Callable[[web.Request], Awaitable[web.Response]],
) -> AsyncIterator[str]:
    """The address at which `take` answers everything."""
    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


@asynccontextmanager
async def a_server() -> AsyncIterator[tuple[str, list[str]]]:
    """Its address, and the paths that came, in order."""
    came: list[str] = []

    async def take(request: web.Request) -> web.Response:
        came.append(request.path)
        return web.Response()

    async with served(take) as address:
        yield address, came


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


@asynccontextmanager
async def a_limited_server(limit: int, per: float) -> AsyncIterator[tuple[str, list[int]]]:
    """Its address, and the answers that it gave; it counts as Discord does, in windows."""
    gave: list[int] = []
    begun, left = 0.0, 0

    async def take(_: web.Request) -> web.Response:
        nonlocal begun, left
        now = asyncio.get_running_loop().time()
        if now >= begun + per:
            begun, left = now, limit
        status, left = (204, left - 1) if left > 0 else (429, 0)
        gave.append(status)
        told = {
            "X-RateLimit-Limit": str(limit),
            "X-RateLimit-Remaining": str(left),
            "X-RateLimit-Reset-After": f"{begun + per - now:.3f}",
        }
        return web.Response(status=status, headers=told)

    async with served(take) as address:
        yield address, gave


async def test_a_server_is_never_asked_for_more_roles_than_it_says_it_takes() -> None:
    async with (
        a_limited_server(5, 0.5) as (address, gave),
        aiohttp.ClientSession(trace_configs=[spaced()]) as http,
    ):
        begun = asyncio.get_running_loop().time()
        async with asyncio.TaskGroup() as group:
            for _ in range(14):
                group.create_task(get(http, address + ROLE))
        took = asyncio.get_running_loop().time() - begun
    assert gave == [204] * 14
    assert 1.0 <= took < 2.0  # three windows, and none of them wasted


async def test_a_server_at_its_limit_holds_up_no_other() -> None:
    async with (
        a_limited_server(1, 60) as (address, gave),
        aiohttp.ClientSession(trace_configs=[spaced()]) as http,
    ):
        await get(http, address + ROLE)
        held_up = asyncio.ensure_future(get(http, address + ROLE))  # noqa: TID251  - it never ends
        await asyncio.sleep(0.1)
        async with asyncio.timeout(1):
            await get(http, address + ROLE.replace("guilds/7", "guilds/8"))
            await get(http, address + WORD)
        held_up.cancel()
    assert len(gave) == 3


async def test_an_answer_that_nobody_can_read_shuts_no_server_for_ever() -> None:
    room = Room()
    assert room.take()
    room.answered({"X-RateLimit-Limit": "many", "X-RateLimit-Reset-After": "soon"})
    assert room.take()


async def test_a_refusal_without_a_count_is_waited_out() -> None:
    room = Room()
    assert room.take()
    room.answered({"Retry-After": "0.2"})
    assert not room.take()
    async with asyncio.timeout(1):
        await room.opens()
    assert room.take()


async def test_a_call_that_got_no_answer_leaves_its_place_to_the_next() -> None:
    async with (
        a_limited_server(5, 0.5) as (address, gave),
        aiohttp.ClientSession(trace_configs=[spaced()]) as http,
    ):
        with pytest.raises(aiohttp.ClientError):
            await get(http, "http://127.0.0.1:1" + ROLE)
        async with asyncio.timeout(2):
            await get(http, address + ROLE)
    assert gave == [204]

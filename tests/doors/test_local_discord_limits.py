"""Rate limits and troubles of the local Discord, as discord.py waits them out."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import discord
import pytest

from bot.sandbox.discord_server.limits import Rule
from tests.doors.discord_support import TOKEN, Club, local_club, logged_in


@pytest.fixture
async def club() -> AsyncIterator[Club]:
    async with local_club(role_limit=True) as club:
        yield club


@pytest.fixture
async def bot(club: Club) -> AsyncIterator[discord.Client]:
    client = discord.Client(intents=discord.Intents.all(), guild_ready_timeout=0.05)
    async with logged_in(client) as ready:
        yield ready


async def ask(club: Club, method: str, path: str, **options: object) -> aiohttp.ClientResponse:
    """One request without a library that waits."""
    headers = {"Authorization": f"Bot {TOKEN}"}
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, club.server.api_base + path, headers=headers, **options) as answer,
    ):
        await answer.read()
        return answer


def role_path(club: Club) -> str:
    return f"/guilds/{club.guild}/members/{club.fan_id}/roles/{club.holder}"


async def test_fifty_role_writes_take_the_honest_time_and_none_is_lost(
    club: Club, bot: discord.Client
) -> None:
    club.server.limits.role_rule = Rule(10, 0.5)
    fans = [club.server.add_user(f"fan{n}", f"Fan {n}") for n in range(50)]
    for fan in fans:
        club.server.join(club.guild, fan)
    loop = asyncio.get_running_loop()
    begun = loop.time()
    await asyncio.gather(*(bot.http.add_role(club.guild, fan, club.holder) for fan in fans))
    took = loop.time() - begun
    members = club.server.state.guilds[club.guild].members
    assert all(club.holder in members[fan].roles for fan in fans)
    assert 4 * 0.5 <= took < 4 * 0.5 + 2


async def test_the_role_limit_is_ten_in_ten_seconds_and_can_be_lifted(club: Club) -> None:
    answers = [await ask(club, "PUT", role_path(club)) for _ in range(11)]
    assert [a.status for a in answers] == [204] * 10 + [429]
    headers = answers[0].headers
    assert headers["X-RateLimit-Limit"] == "10"
    assert headers["X-RateLimit-Remaining"] == "9"
    assert 9 < float(headers["X-RateLimit-Reset-After"]) <= 10
    async with local_club(role_limit=False) as free:
        answers = [await ask(free, "PUT", role_path(free)) for _ in range(11)]
    assert {a.status for a in answers} == {204}


async def test_too_soon_says_how_long_and_whether_everywhere(club: Club) -> None:
    club.server.limits.role_rule = Rule(1, 5.0)
    await ask(club, "PUT", role_path(club))
    refused = await ask(club, "PUT", role_path(club))
    body = await refused.json()
    assert refused.headers["Via"]
    assert refused.headers["X-RateLimit-Scope"] == "user"
    assert int(refused.headers["Retry-After"]) == 5
    assert 4 < body["retry_after"] <= 5
    assert body["global"] is False


async def test_limits_of_two_servers_do_not_touch_each_other(club: Club) -> None:
    club.server.limits.role_rule = Rule(1, 5.0)
    other = club.server.add_guild("Other club", bot=club.bot)
    role = club.server.add_role(other, "Holder")
    club.server.join(other, club.fan_id)
    await ask(club, "PUT", role_path(club))
    path = f"/guilds/{other}/members/{club.fan_id}/roles/{role}"
    assert (await ask(club, "PUT", path)).status == 204


async def test_fifty_requests_a_second_is_the_limit_over_all(club: Club) -> None:
    club.server.limits.global_rule = Rule(5, 1.0)
    answers = await asyncio.gather(*(ask(club, "GET", "/users/@me") for _ in range(6)))
    refused = [a for a in answers if a.status == 429]
    assert len(refused) == 1
    assert refused[0].headers["X-RateLimit-Scope"] == "global"
    assert (await refused[0].json())["global"] is True


async def test_a_storm_of_429_is_waited_out(club: Club, bot: discord.Client) -> None:
    club.server.faults.storm_next = 2
    club.server.faults.storm_wait = 0.1
    loop = asyncio.get_running_loop()
    begun = loop.time()
    await bot.fetch_user(club.fan_id)
    assert loop.time() - begun >= 0.2


async def test_a_500_is_tried_again_and_the_message_is_there_once(
    club: Club, bot: discord.Client
) -> None:
    club.server.faults.fail_next = 1
    await bot.get_channel(club.lobby).send("Out now")
    assert [m.text for m in club.fan.messages("start-here")] == ["Out now"]


async def test_a_lost_answer_does_not_post_twice_when_the_nonce_is_enforced(
    club: Club, bot: discord.Client
) -> None:
    club.server.faults.lose_next = 1
    await bot.get_channel(club.lobby).send("Out now", nonce="drop-1")
    assert [m.text for m in club.fan.messages("start-here")] == ["Out now"]
    path = f"/channels/{club.lobby}/messages"
    club.server.faults.lose_next = 1
    lost = await ask(club, "POST", path, json={"content": "No nonce"})
    again = await ask(club, "POST", path, json={"content": "No nonce"})
    assert (lost.status, again.status) == (502, 200)
    texts = [m.text for m in club.fan.messages("start-here")]
    assert texts == ["Out now", "No nonce", "No nonce"]


async def test_troubles_can_be_narrowed_to_a_path_and_end_when_cleared(club: Club) -> None:
    club.server.faults.error_rate = 1.0
    club.server.faults.only = "/roles"
    assert (await ask(club, "GET", "/users/@me")).status == 200
    assert (await ask(club, "GET", f"/guilds/{club.guild}/roles")).status == 500
    club.server.faults.clear()
    assert (await ask(club, "GET", f"/guilds/{club.guild}/roles")).status == 200


async def test_invalid_requests_are_counted_and_end_in_a_ban_of_the_address(club: Club) -> None:
    missing = await ask(club, "GET", f"/guilds/{club.guild}/bans")
    assert missing.status == 403
    assert club.server.limits.invalid_requests == 1
    for _ in range(9_999):
        club.server.limits.count_answer(401)
    banned = await ask(club, "GET", "/users/@me")
    assert banned.status == 429
    assert "Via" not in banned.headers

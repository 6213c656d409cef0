"""A gate that asks for a role which somebody else gives: another bot, a moderator, a paid tier."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from bot.sandbox.chain.anvil import LocalChain
from bot.sandbox.demo import Demo
from bot.sandbox.town import Town
from tests.flows.conftest import played
from tests.flows.house import Fan, eventually
from tests.flows.test_selling_ends_telegram_too import nothing_is_due, rows


async def with_patrons(chain: LocalChain, town: Town) -> str:
    return f"""
[[gates]]
id = "patrons"
name = "Patrons"
grace_hours = 0
rule = {{ role_elsewhere = "discord", id = {town.server.artist_role} }}
discord_roles = [{town.server.first_role}]
"""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def demo(data: Path) -> AsyncIterator[Demo]:
    async with played(data, more_club=with_patrons) as demo:
        yield demo


def person(demo: Demo, fan: Fan) -> int:
    return int(demo.town.person(fan.key).discord_id)


async def test_who_has_the_role_and_asks_is_let_in_without_any_wallet(
    newcomer: Fan, demo: Demo
) -> None:
    server = demo.town.server
    demo.discord.give_role(server.guild, person(demo, newcomer), server.artist_role)
    await newcomer.discord.command("recheck")
    await newcomer.reads("Patrons: open")
    await eventually(lambda: "First 100" in newcomer.discord.roles(), what="the gate's role")


async def test_why_names_the_role(newcomer: Fan, demo: Demo) -> None:
    await newcomer.discord.command("why")
    told = await newcomer.reads("Patrons: open")
    assert f"the role {demo.town.server.artist_role} of the server" in told.text


async def test_who_loses_the_role_loses_what_it_opened_once_discord_says_so(
    newcomer: Fan, demo: Demo
) -> None:
    await eventually(lambda: nothing_is_due(demo), what="everything is done")
    server = demo.town.server
    demo.discord.take_role(server.guild, person(demo, newcomer), server.artist_role)
    await eventually(lambda: "First 100" not in newcomer.discord.roles(), what="it ends")


async def test_a_change_that_discord_tells_of_counts_at_once(newcomer: Fan, demo: Demo) -> None:
    server = demo.town.server
    demo.discord.give_role(server.guild, person(demo, newcomer), server.artist_role)
    await eventually(lambda: "First 100" in newcomer.discord.roles(), what="it comes back")


async def test_of_who_never_used_the_bot_nothing_is_kept(second_fan: Fan, demo: Demo) -> None:
    server = demo.town.server
    demo.discord.give_role(server.guild, person(demo, second_fan), server.artist_role)
    await eventually(lambda: nothing_is_due(demo), what="everything is done")
    kept = await rows(demo, "SELECT user_id FROM seen_role")
    assert kept == [(str(person(demo, demo_fan(demo))),)]


def demo_fan(demo: Demo) -> Fan:
    return Fan(demo, "newcomer")

"""A moderator makes a guest code in the chat; a guest without any wallet enters it and is in."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from bot.sandbox.chain.anvil import LocalChain
from bot.sandbox.demo import Demo
from bot.sandbox.town import Town
from tests.flows.conftest import played
from tests.flows.house import PATIENCE, Fan, eventually

CODE = re.compile(r"[A-HJ-KM-NP-Z2-9]{4}(?:-[A-HJ-KM-NP-Z2-9]{4}){3}")


async def with_guests(chain: LocalChain, town: Town) -> str:
    return f"""
[[gates]]
id = "press"
name = "Press"
grace_hours = 0
rule = {{ code = "press" }}
discord_roles = [{town.server.first_role}]
telegram_chats = [{town.groups.holders}]
"""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def demo(data: Path) -> AsyncIterator[Demo]:
    async with played(data, more_club=with_guests) as demo:
        yield demo


async def makes(moderator: Fan, people: int) -> str:
    """The letters of a new code, as only the moderator is shown them."""
    await moderator.discord.command("guests", list="press")
    listed = await moderator.reads("Guest list press")
    await moderator.discord.press(listed, "New code")
    await moderator.discord.submit_modal(list="press", places=str(people), days="7")
    made = await moderator.reads(f"It lets in {people} people until")
    found = CODE.search(made.text)
    assert found
    return found[0]


async def test_a_guest_without_a_wallet_enters_the_code_and_gets_the_role_at_once(
    newcomer: Fan, moderator: Fan, demo: Demo
) -> None:
    letters = await makes(moderator, 1)
    await newcomer.discord.command("join")
    await newcomer.discord.submit_modal(code=letters.lower())
    await newcomer.reads("You are on the guest list press")
    await eventually(lambda: "First 100" in newcomer.discord.roles(), what="the role")
    await newcomer.reads("Done. New: Press")


async def test_why_says_since_when_and_me_what_it_opens(newcomer: Fan) -> None:
    await newcomer.discord.command("why")
    told = await newcomer.reads("on the guest list press since")
    assert "Press: open" in told.text.replace("**", "")
    await newcomer.discord.command("me")
    await newcomer.reads("Open to you: Press")


async def test_a_code_whose_places_are_taken_lets_nobody_else_in(
    fan: Fan, moderator: Fan, demo: Demo
) -> None:
    used = await makes(moderator, 1)
    await fan.telegram.start(demo.town.groups.bot)
    await fan.telegram.send(demo.town.groups.bot, used)
    await fan.telegram.sees(demo.town.groups.bot, "You are on the guest list")
    await Fan(demo, "fan2").discord.command("join", code=used)
    await Fan(demo, "fan2").reads("or all its places are taken")


async def test_on_telegram_a_guest_asks_to_join_and_is_let_in(fan: Fan, demo: Demo) -> None:
    bot = demo.town.groups.bot
    await fan.telegram.sees(bot, "Ask to join the group", timeout=PATIENCE)
    await fan.telegram.tap_invite(demo.town.groups.link)
    await eventually(lambda: fan.telegram.is_member(demo.town.groups.holders), what="let in")


async def test_a_moderator_sees_who_came_and_takes_one_off_and_the_role_ends(
    newcomer: Fan, moderator: Fan
) -> None:
    await moderator.discord.command("guests")
    told = await moderator.reads("1 of 1 places taken")
    assert "newcomer" in told.text
    await moderator.discord.command("guest_off", who="@newcomer")
    await moderator.reads("newcomer is off the guest list press")
    await eventually(lambda: "First 100" not in newcomer.discord.roles(), what="it ends")


async def test_nobody_but_moderators_sees_or_makes_anything(newcomer: Fan) -> None:
    for word in ("guests", "guest_off"):
        options = {"who": "#1"} if word == "guest_off" else {}
        await newcomer.discord.command(word, **options)
        await newcomer.reads("Only the club's moderators can do that")

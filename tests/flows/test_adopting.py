"""A server and a group that had members before the bot: numbers first, and nobody is put out."""

import re

from sqlalchemy import text as sql

from bot.sandbox.demo import Demo
from tests.flows.house import PATIENCE, Fan, eventually
from tests.flows.test_another_hand import holder, person
from tests.flows.test_selling_ends_telegram_too import nothing_is_due, rows

NUMBERS = r"Holder: (\d+) inside\. (\d+) were .*?(\d+) more .*?(\d+) are linked"


async def test_a_moderator_sees_numbers_before_anything_happens(
    fan: Fan, newcomer: Fan, second_fan: Fan, moderator: Fan, demo: Demo
) -> None:
    guild = demo.town.server.guild
    for old_member in (fan, newcomer, second_fan):
        demo.discord.give_role(guild, person(demo, old_member), holder(demo))
    await newcomer.verify_on_discord()
    await newcomer.reads("holds 0 copies")
    await fan.verify_on_discord()
    await eventually(lambda: nothing_is_due(demo), what="everything is done")
    await ungrant(demo)
    await moderator.discord.command("adopt")
    told = await moderator.reads("Who is inside already")
    found = re.search(NUMBERS, plain(told))
    assert found
    assert found.groups() == ("3", "0", "1", "1")
    assert "1 have linked no wallet" in plain(told)
    assert set(fan.discord.roles()) >= {"Holder"} <= set(newcomer.discord.roles())


async def test_adopted_holders_are_ours_and_nobody_else_is_touched(
    fan: Fan, newcomer: Fan, second_fan: Fan, moderator: Fan, demo: Demo
) -> None:
    told = await moderator.reads("Who is inside already")
    await moderator.discord.press(told, "Adopt the holders")
    done = await moderator.reads("are in my care now")
    assert "2 are in my care" in plain(done)  # Holder, and First 100 of the same fan
    held = await rows(demo, "SELECT DISTINCT user_id FROM held_pass WHERE platform = 'discord'")
    assert held == [(str(person(demo, fan)),)]
    await demo.house.services.refresh_everyone()
    await eventually(lambda: nothing_is_due(demo), what="everything is done")
    for old_member in (fan, newcomer, second_fan):
        assert "Holder" in old_member.discord.roles()


async def test_the_others_are_reminded_in_public_and_once(moderator: Fan, demo: Demo) -> None:
    told = await moderator.reads("are in my care now")
    await moderator.discord.press(told, "Remind the others")
    await moderator.reads("I ask everybody")
    await moderator.reads("To everybody who is here already")


async def test_a_group_counts_its_members_and_knows_only_who_is_linked(
    moderator: Fan, demo: Demo
) -> None:
    groups = demo.town.groups
    await moderator.telegram.start(groups.bot)
    await moderator.telegram.send(groups.bot, "adopt")
    told = await moderator.telegram.sees(groups.bot, "Who is inside already", timeout=PATIENCE)
    assert "have linked no wallet" in told.text


async def test_only_a_moderator_may_look_at_the_numbers(newcomer: Fan) -> None:
    await newcomer.discord.command("adopt")
    await newcomer.reads("Only the club's moderators can do that")


def plain(message: object) -> str:
    return str(getattr(message, "text", "")).replace("*", "")


async def ungrant(demo: Demo) -> None:
    """As if the roles had been there before the house."""
    async with demo.house.services.store.sessions.begin() as session:
        await session.execute(sql("DELETE FROM held_pass"))

"""A role that is refused is tried again or told, and the books stay true (CH6, CH8)."""

from typing import Any

from sqlalchemy import text as sql

from bot.sandbox.chain.album import buy_copy
from bot.sandbox.demo import Demo
from bot.sandbox.discord_server.permissions import BAN_MEMBERS
from tests.flows.house import Fan, eventually


async def rows(demo: Demo, query: str) -> list[tuple[Any, ...]]:
    async with demo.house.services.store.sessions() as session:
        return [tuple(row) for row in await session.execute(sql(query))]


async def stuck(demo: Demo) -> list[str]:
    found = await rows(demo, "SELECT code FROM outbox WHERE state = 'stuck' ORDER BY id")
    return [str(code) for (code,) in found]


async def nothing_is_open(demo: Demo) -> bool:
    return not await rows(demo, "SELECT 1 FROM outbox WHERE state IN ('due', 'stuck')")


async def test_ch6_a_role_made_dangerous_after_the_club_file_waits_for_a_moderator(
    fan: Fan, moderator: Fan, demo: Demo
) -> None:
    server, discord = demo.town.server, demo.discord
    discord.set_permissions(server.guild, server.first_role, BAN_MEMBERS)
    await fan.verify_on_discord()
    alarm = await moderator.reads("has power over others (Ban Members)")
    assert alarm.channel == "ops"
    await fan.reads("I am not allowed to open the door yet")
    assert await stuck(demo) == ["E-ROLEPOWER"]
    assert "First 100" not in fan.discord.roles()
    discord.set_permissions(server.guild, server.first_role, 0)
    await moderator.discord.press(alarm, "Retry")
    await eventually(lambda: {"Holder", "First 100"} <= set(fan.discord.roles()))
    await eventually(lambda: nothing_is_open(demo), what="nothing is left over")


async def test_ch8_a_role_dragged_above_the_bot_is_reported_and_given_after_retry(
    second_fan: Fan, moderator: Fan, demo: Demo
) -> None:
    server, discord = demo.town.server, demo.discord
    position = discord.state.guilds[server.guild].roles[server.holder_role].position
    discord.move_role(server.guild, server.holder_role, 50)
    await second_fan.verify_on_discord()
    alarm = await moderator.reads("My role is below Holder")
    assert await stuck(demo) == ["E-ROLEPOS"]
    assert "Holder" not in second_fan.discord.roles()
    discord.move_role(server.guild, server.holder_role, position)
    await moderator.discord.press(alarm, "Retry")
    await eventually(lambda: "Holder" in second_fan.discord.roles())
    await eventually(lambda: nothing_is_open(demo), what="nothing is left over")


async def test_ch8_errors_limits_and_lost_answers_are_tried_again_until_the_role_is_there(
    newcomer: Fan, demo: Demo
) -> None:
    faults = demo.discord.faults
    faults.only = "/roles/"
    faults.fail_next, faults.lose_next, faults.storm_next = 1, 1, 1
    await newcomer.verify_on_discord()
    await buy_copy(demo.chain, demo.album, newcomer.wallet)
    await demo.chain.mine(3)
    await eventually(lambda: "Holder" in newcomer.discord.roles(), within=30)
    await eventually(lambda: nothing_is_open(demo), within=30, what="nothing is left over")
    faults.clear()
    held = await rows(demo, "SELECT count(*) FROM held_pass")
    given = [
        role for fan in ("fan", "fan2", "newcomer") for role in Fan(demo, fan).discord.roles()
    ]
    assert held[0][0] == sum(role in {"Holder", "First 100"} for role in given)


async def test_ch8_who_left_while_the_role_was_on_its_way_has_it_when_they_come_back(
    artist: Fan, demo: Demo
) -> None:
    server, discord = demo.town.server, demo.discord
    link = await artist.link_on_discord()
    discord.leave(server.guild, int(artist.discord_id))
    await artist.sign_in(link)
    await eventually(lambda: nothing_is_open(demo), what="nothing waits for who is not there")
    assert await stuck(demo) == []
    discord.join(server.guild, int(artist.discord_id))
    await eventually(lambda: "Holder" in artist.discord.roles(), what="the role after coming back")

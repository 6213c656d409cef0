"""What the Discord door does with a role that changed after its gate was written (CH6, CH8)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace

import pytest

from bot.platforms.discord_platform import DiscordDoor
from bot.sandbox.discord_server.permissions import (
    ADMINISTRATOR,
    BAN_MEMBERS,
    DOORKEEPER,
    MANAGE_ROLES,
    MENTION_EVERYONE,
)
from gating.errors import NeedsPerson, Refused, TryLater
from tests.doors.discord_stage import Stage, closed_stage, open_stage
from tests.doors.door_core import running


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with open_stage() as stage:
        yield stage


async def refused(stage: Stage, target: str, code: str) -> NeedsPerson:
    """The role is not given, for this reason; what Discord said a moment ago may be on its way."""
    found: NeedsPerson | None = None
    for _ in range(100):
        try:
            await stage.door.open(stage.account, target, "holds #17")
        except NeedsPerson as why:
            found = why
            break
        await stage.door.close(stage.account, target, "once more")
        await asyncio.sleep(0.02)
    assert found is not None, f"the role was given and never refused as {code}"
    assert found.code == code
    return found


def grants(stage: Stage) -> int:
    return sum(call.method == "PUT" and "/roles/" in call.template for call in stage.exchanges)


@pytest.mark.parametrize("power", [ADMINISTRATOR, BAN_MEMBERS, MANAGE_ROLES, MENTION_EVERYONE])
async def test_ch6_a_role_that_became_dangerous_is_not_given_and_asked_for_no_more(
    stage: Stage, power: int
) -> None:
    stage.server.set_permissions(stage.guild, stage.role, power)
    why = await refused(stage, stage.target, "E-ROLEPOWER")
    assert why.facts["rights"]
    asked = grants(stage)
    with pytest.raises(NeedsPerson, match="E-ROLEPOWER"):
        await stage.door.open(stage.account, stage.target, "holds #17")
    assert grants(stage) == asked
    assert stage.fan.roles() == []


async def test_ch6_a_role_that_was_made_harmless_again_is_given(stage: Stage) -> None:
    stage.server.set_permissions(stage.guild, stage.role, BAN_MEMBERS)
    await refused(stage, stage.target, "E-ROLEPOWER")
    stage.server.set_permissions(stage.guild, stage.role, 0)
    async with asyncio.timeout(5):
        while not stage.fan.roles():
            try:
                await stage.door.open(stage.account, stage.target, "holds #17")
            except NeedsPerson:
                await asyncio.sleep(0.02)


async def test_ch6_a_dangerous_role_can_still_be_taken_away(stage: Stage) -> None:
    await stage.door.open(stage.account, stage.target, "holds #17")
    stage.server.set_permissions(stage.guild, stage.role, BAN_MEMBERS)
    await stage.door.close(stage.account, stage.target, "sold #17")
    assert stage.fan.roles() == []


async def test_ch6_everyone_and_a_managed_role_are_never_given(stage: Stage) -> None:
    bot_role = stage.server.bot_role(stage.guild, stage.bot)
    with pytest.raises(NeedsPerson, match="E-ROLEMANAGED"):
        await stage.door.open(stage.account, str(bot_role), "holds #17")
    with pytest.raises(NeedsPerson, match="E-ROLEALL"):
        await stage.door.open(stage.account, str(stage.guild), "holds #17")
    assert grants(stage) == 0


async def test_ch6_a_role_dragged_above_the_bot_is_refused_without_asking_discord(
    stage: Stage,
) -> None:
    stage.server.move_role(stage.guild, stage.role, 50)
    await refused(stage, stage.target, "E-ROLEPOS")
    asked = grants(stage)
    with pytest.raises(NeedsPerson, match="E-ROLEPOS"):
        await stage.door.open(stage.account, stage.target, "holds #17")
    assert grants(stage) == asked


async def test_ch6_a_bot_that_lost_manage_roles_between_command_and_grant_needs_a_person(
    stage: Stage,
) -> None:
    bot_role = stage.server.bot_role(stage.guild, stage.bot)
    stage.server.set_permissions(stage.guild, bot_role, DOORKEEPER & ~MANAGE_ROLES)
    with pytest.raises(NeedsPerson, match="E-ROLEPOS"):
        await stage.door.open(stage.account, stage.target, "holds #17")
    assert stage.fan.roles() == []


async def test_ch6_a_dangerous_mapping_is_named_in_the_log_when_the_door_opens(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with closed_stage() as stage:
        stage.server.set_permissions(stage.guild, stage.role, BAN_MEMBERS)
        place = replace(stage.place, roles=(stage.target,))
        async with running(DiscordDoor(place, stage.core.inside())):
            pass
    said = capsys.readouterr().out
    assert "E-ROLEPOWER" in said
    assert stage.target in said


async def test_ch6_a_bot_that_was_put_out_of_the_server_needs_a_person(stage: Stage) -> None:
    stage.server.leave(stage.guild, stage.bot)
    for _ in range(2):  # by Discord's answer, or once its news has come
        with pytest.raises(NeedsPerson, match="E-DISCORDGUILD"):
            await stage.door.open(stage.account, stage.target, "holds #17")
        await asyncio.sleep(0.1)


async def test_ch8_after_an_error_of_hierarchy_the_same_grant_succeeds_once_it_is_mended(
    stage: Stage,
) -> None:
    stage.server.move_role(stage.guild, stage.role, 50)
    await refused(stage, stage.target, "E-ROLEPOS")
    stage.server.move_role(stage.guild, stage.role, 1)
    async with asyncio.timeout(5):
        while not stage.fan.roles():
            try:
                await stage.door.open(stage.account, stage.target, "holds #17")
            except NeedsPerson:
                await asyncio.sleep(0.02)
    assert stage.fan.roles() == ["Holder"]


async def test_ch8_a_member_who_left_is_refused_and_a_limit_is_for_later(stage: Stage) -> None:
    stage.server.faults.only = "/roles/"
    stage.server.faults.storm_next, stage.server.faults.storm_wait = 1, 0.1
    with suppress(TryLater):
        await stage.door.open(stage.account, stage.target, "holds #17")
    assert await stage.fan.until(lambda: stage.fan.roles() == ["Holder"])
    stage.server.leave(stage.guild, stage.fan.user_id)
    with pytest.raises(Refused, match="E-LEFT"):
        await stage.door.close(stage.account, stage.target, "sold #17")

"""What both doors tell of roles and chats that the platform manages itself."""

import pytest

from bot.dialogue import Reply, Span
from gating.errors import TryLater
from gating.model import Account, Platform
from tests.doors import discord_stage, telegram_stage
from tests.doors.door_core import running


async def test_discord_says_which_of_the_roles_a_member_has_without_any_intent() -> None:
    async with discord_stage.closed_stage() as stage:
        patron = stage.server.add_role(stage.guild, "Patron")
        stage.server.give_role(stage.guild, stage.fan.user_id, patron)
        async with running(stage.door):
            found = await stage.door.has(stage.account, {str(patron), stage.target})
        assert found == {str(patron): True, stage.target: False}


async def test_who_is_not_in_the_server_has_no_role_there() -> None:
    async with discord_stage.open_stage() as stage:
        stranger = Account(Platform.DISCORD, str(stage.server.add_user("stranger", "Stranger")))
        assert await stage.door.has(stranger, {stage.target}) == {stage.target: False}


async def test_while_the_door_is_shut_nothing_is_said_of_anybody() -> None:
    async with discord_stage.closed_stage() as stage:
        with pytest.raises(TryLater):
            await stage.door.has(stage.account, {stage.target})


async def test_the_roles_of_whoever_uses_the_bot_come_along() -> None:
    async with discord_stage.closed_stage() as stage:
        stage.core.answers["verify"] = Reply((Span("Here."),))
        stage.server.give_role(stage.guild, stage.fan.user_id, stage.role)
        async with running(stage.door):
            await stage.fan.command("verify")
            await stage.core.until(lambda core: len(core.requests) > 0)
        assert stage.core.shown == {stage.account: frozenset({stage.target})}
        assert stage.core.roles == {}


async def test_telegram_says_which_of_the_chats_somebody_is_in() -> None:
    async with telegram_stage.open_stage() as stage:
        other, foreign = stage.server.add_group("Patrons"), stage.server.add_group("Elsewhere")
        stage.server.make_admin(other, stage.bot)
        stage.server.add_member(other, stage.fan.user_id)
        found = await stage.door.has(stage.account, [str(other), stage.target, str(foreign)])
        assert found == {str(other): True, stage.target: False}  # the bot is not in the third

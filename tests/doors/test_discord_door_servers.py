"""The Discord door of a club with two servers: each has roles, commands and people of its own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import pytest

from bot.platforms.discord_platform import DiscordDoor
from bot.sandbox.discord_server.acting import Cannot
from bot.sandbox.discord_server.limits import Rule
from bot.sandbox.discord_server.permissions import BAN_MEMBERS, DOORKEEPER
from gating.errors import NeedsPerson, Refused, TryLater
from gating.model import Account, Platform
from tests.doors.discord_stage import Stage, closed_stage
from tests.doors.door_core import running, says

STUDIO = "studio"


@dataclass
class Two:
    """The stage, and a second server with a role."""

    stage: Stage
    guild: int
    role: int

    @property
    def target(self) -> str:
        return str(self.role)

    def join(self) -> None:
        self.stage.server.join(self.guild, self.stage.fan.user_id)

    def roles(self) -> list[str]:
        return self.stage.server.person(self.stage.fan.user_id, self.guild).roles()


@asynccontextmanager
async def two_servers(*, invited: bool = True) -> AsyncIterator[Two]:
    """`invited`: the bot is in the second one from the beginning."""
    async with closed_stage(members=True) as stage:
        guild = stage.server.add_guild("Studio", bot=stage.bot)
        role = stage.server.add_role(guild, "Guest")
        stage.server.add_channel(guild, "hall")
        homes = {stage.target: stage.guild, str(role): guild}
        stage.place = replace(
            stage.place, roles=tuple(homes), further={STUDIO: guild}, homes=homes
        )
        stage.door = DiscordDoor(stage.place, stage.core.inside())
        if not invited:
            stage.server.leave(guild, stage.bot)
        async with running(stage.door):
            yield Two(stage, guild, role)


@pytest.fixture
async def two() -> AsyncIterator[Two]:
    async with two_servers() as two:
        yield two


async def test_a_role_is_given_and_taken_in_the_server_in_which_it_stands(two: Two) -> None:
    two.join()
    stage = two.stage
    await stage.door.open(stage.account, two.target, "holds #17")
    assert (stage.fan.roles(), two.roles()) == ([], ["Guest"])
    await stage.door.open(stage.account, stage.target, "holds #17")
    await stage.door.close(stage.account, two.target, "sold #17")
    assert (stage.fan.roles(), two.roles()) == (["Holder"], [])


async def test_a_role_that_no_gate_opens_any_more_is_found_in_its_server(two: Two) -> None:
    two.join()
    stage = two.stage
    old = stage.server.add_role(two.guild, "Old")
    stage.server.give_role(two.guild, stage.fan.user_id, old)
    async with asyncio.timeout(5):
        while two.roles():
            try:
                await stage.door.close(stage.account, str(old), "the gate is gone")
            except NeedsPerson:  # what Discord said of the new role is still on its way
                await asyncio.sleep(0.02)


async def test_while_a_server_is_away_a_role_of_no_gate_is_not_looked_for_in_another(
    two: Two,
) -> None:
    client = two.stage.door._connected()
    guild = client.get_guild(two.guild)
    assert guild is not None
    guild.unavailable = True
    with pytest.raises(TryLater, match="E-DISCORDBUSY"):
        await two.stage.door.close(two.stage.account, "41", "the gate is gone")
    guild.unavailable = False
    with pytest.raises(NeedsPerson, match="E-ROLEGONE"):
        await two.stage.door.close(two.stage.account, "41", "the gate is gone")


async def test_who_is_in_one_server_only_has_left_the_other_and_nothing_else(two: Two) -> None:
    stage = two.stage
    with pytest.raises(Refused, match="E-LEFT"):
        await stage.door.open(stage.account, two.target, "holds #17")
    await stage.door.open(stage.account, stage.target, "holds #17")
    assert stage.fan.roles() == ["Holder"]


async def test_each_server_has_the_commands_and_answers_them(two: Two) -> None:
    two.join()
    stage = two.stage
    stage.core.answers["verify"] = says("Here")
    person = stage.server.person(stage.fan.user_id, two.guild)
    await person.command("verify")
    await person.sees("Here")
    await stage.fan.command("verify")
    await stage.fan.sees("Here")


async def test_who_joins_or_leaves_one_server_has_done_so_in_that_one(two: Two) -> None:
    two.join()
    fan = str(two.stage.fan.user_id)
    await two.stage.core.until(lambda core: ("joined", fan, str(two.guild)) in core.heard)
    two.stage.server.leave(two.guild, two.stage.fan.user_id)
    await two.stage.core.until(lambda core: ("left", fan, str(two.guild)) in core.heard)
    assert all(place == str(two.guild) for _, _, place in two.stage.core.heard)


async def test_roles_are_seen_server_by_server(two: Two) -> None:
    two.join()
    stage = two.stage
    stage.server.give_role(two.guild, stage.fan.user_id, two.role)
    stage.server.give_role(stage.guild, stage.fan.user_id, stage.role)
    async with asyncio.timeout(5):
        while len(stage.core.roles) < 2:  # noqa: ASYNC110  - the fake core tells nobody
            await asyncio.sleep(0.01)
    assert stage.core.roles == {
        (stage.account, str(two.guild)): {two.target},
        (stage.account, str(stage.guild)): {stage.target},
    }


async def test_a_role_with_power_is_refused_in_every_server(two: Two) -> None:
    two.join()
    two.stage.server.set_permissions(two.guild, two.role, BAN_MEMBERS)
    why: NeedsPerson | None = None
    async with asyncio.timeout(5):
        while why is None:
            try:
                await two.stage.door.open(two.stage.account, two.target, "holds #17")
                await asyncio.sleep(0.02)
            except NeedsPerson as refused:
                why = refused
    assert why.code == "E-ROLEPOWER"


async def test_a_server_without_the_bot_is_named_and_the_other_is_served() -> None:
    async with two_servers(invited=False) as two:
        stage = two.stage
        for ask in (stage.door.open, stage.door.close):
            with pytest.raises(NeedsPerson, match="E-DISCORDGUILD") as missing:
                await ask(stage.account, two.target, "holds #17")
            assert missing.value.facts["server"] == STUDIO
        await stage.door.open(stage.account, stage.target, "holds #17")
        assert stage.fan.roles() == ["Holder"]


async def test_a_bot_that_is_invited_later_knows_its_commands_there() -> None:
    async with two_servers(invited=False) as two:
        stage = two.stage
        two.join()
        role = stage.server.invite_bot(two.guild, stage.bot, permissions=DOORKEEPER)
        stage.server.move_role(two.guild, role, 50)
        stage.core.answers["verify"] = says("Here")
        person = stage.server.person(stage.fan.user_id, two.guild)
        async with asyncio.timeout(5):
            while True:
                try:
                    await person.command("verify")
                    break
                except Cannot:
                    await asyncio.sleep(0.02)
        await person.sees("Here")
        await stage.door.open(stage.account, two.target, "holds #17")
        assert two.roles() == ["Guest"]


async def test_a_server_at_its_limit_does_not_hold_up_another(two: Two) -> None:
    two.join()
    stage = two.stage
    stage.server.limits.role_rule = Rule(2, 3.0)
    crowd = []
    for number in range(30):
        user = stage.server.add_user(f"fan{number}", "Fan")
        stage.server.join(stage.guild, user)
        crowd.append(Account(Platform.DISCORD, str(user)))
    async with asyncio.TaskGroup() as group:
        busy = [
            group.create_task(stage.door.open(account, stage.target, "holds")) for account in crowd
        ]
        await asyncio.sleep(0.5)
        async with asyncio.timeout(2):
            await stage.door.open(stage.account, two.target, "holds #17")
        assert two.roles() == ["Guest"]
        for waiting in busy:
            waiting.cancel()

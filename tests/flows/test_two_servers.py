"""A club with further Discord servers: one that the fan is not in yet, and one without the bot."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from bot.sandbox.chain.album import sell_copy
from bot.sandbox.demo import Demo
from bot.sandbox.discord_server.server import LocalDiscord
from bot.sandbox.town import Town
from tests.flows.conftest import played
from tests.flows.house import Fan, eventually
from tests.flows.test_another_hand import person
from tests.flows.test_selling_ends_telegram_too import rows


@dataclass
class Studio:
    """The second server, its role, and the role of a third server without the bot."""

    guild: int = 0
    role: int = 0
    lost: int = 0

    def built(self, discord: LocalDiscord, town: Town) -> str:
        bot = town.server.bot
        self.guild = discord.add_guild("Studio", bot=bot)
        self.role = discord.add_role(self.guild, "Guest")
        lost = discord.add_guild("Lost", bot=bot)
        self.lost = discord.add_role(lost, "Finder")
        discord.leave(lost, bot)
        return f"""
[[gates]]
id = "studio"
name = "Studio"
discord_roles_in = {{ studio = [{self.role}], lost = [{self.lost}] }}

[discord.servers]
studio = {self.guild}
lost = {lost}
"""


@pytest.fixture(scope="module")
def studio() -> Studio:
    return Studio()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def demo(data: Path, studio: Studio) -> AsyncIterator[Demo]:
    async with played(data, more_servers=studio.built) as demo:
        yield demo


def studio_roles(demo: Demo, fan: Fan, studio: Studio) -> list[str]:
    return demo.discord.person(person(demo, fan), studio.guild).roles()


async def test_who_is_in_one_server_has_its_role_while_the_others_wait(
    fan: Fan, moderator: Fan, demo: Demo, studio: Studio
) -> None:
    await fan.verify_on_discord()
    await eventually(lambda: "Holder" in fan.discord.roles(), what="the role")
    told = await moderator.reads("I am not in the Discord server lost")
    assert "Retry" in told.buttons
    await eventually(lambda: only_the_lost_one_waits(demo, studio), what="everything else is done")


async def test_who_is_not_in_a_server_is_asked_for_once_and_not_at_every_pass(
    demo: Demo, studio: Studio
) -> None:
    tried = await asked(demo, studio)
    assert tried == 1
    await demo.house.services.refresh_everyone()
    await eventually(lambda: only_the_lost_one_waits(demo, studio), what="everything else is done")
    assert await asked(demo, studio) == tried


async def test_who_joins_the_other_server_gets_its_role_at_once(
    fan: Fan, demo: Demo, studio: Studio
) -> None:
    demo.discord.join(studio.guild, person(demo, fan))
    await eventually(lambda: "Guest" in studio_roles(demo, fan, studio), what="the other role")
    await eventually(lambda: only_the_lost_one_waits(demo, studio), what="everything else is done")


async def test_a_role_that_another_hand_takes_there_is_reported(
    fan: Fan, moderator: Fan, demo: Demo, studio: Studio
) -> None:
    demo.discord.take_role(studio.guild, person(demo, fan), studio.role)
    told = await moderator.reads("Somebody else took Studio from")
    await moderator.discord.press(told, "Give it back")
    await eventually(lambda: "Guest" in studio_roles(demo, fan, studio), what="given back")
    await eventually(lambda: only_the_lost_one_waits(demo, studio), what="everything else is done")
    assert await rows(demo, "SELECT count(*) FROM audit WHERE what = 'rival.took'") == [(1,)]


async def test_who_leaves_one_server_has_not_left_the_other(
    fan: Fan, demo: Demo, studio: Studio
) -> None:
    demo.discord.leave(demo.town.server.guild, person(demo, fan))
    await eventually(lambda: holds_only(demo, studio), what="the other server's role is kept")
    assert "Guest" in studio_roles(demo, fan, studio)
    demo.discord.join(demo.town.server.guild, person(demo, fan))
    await eventually(lambda: "Holder" in fan.discord.roles(), what="back in the first")


async def test_who_sells_loses_the_roles_of_every_server(
    fan: Fan, demo: Demo, studio: Studio
) -> None:
    for copy in (17, 204):
        await sell_copy(demo.chain, demo.album, copy, fan.wallet)
    await demo.chain.mine(2 + 2 * demo.chain.settings.epoch)
    await eventually(
        lambda: not fan.discord.roles() and not studio_roles(demo, fan, studio), what="both taken"
    )


async def asked(demo: Demo, studio: Studio) -> int:
    """How often the studio's role was to be given."""
    found = await rows(demo, "SELECT act->>'target' FROM outbox WHERE act->>'kind' = 'pass'")
    return found.count((str(studio.role),))


async def only_the_lost_one_waits(demo: Demo, studio: Studio) -> bool:
    waits = await rows(
        demo,
        "SELECT DISTINCT act->>'target' FROM outbox "
        "WHERE state IN ('due', 'stuck') AND act->>'kind' = 'pass'",
    )
    return waits == [(str(studio.lost),)]


async def holds_only(demo: Demo, studio: Studio) -> bool:
    held = await rows(demo, "SELECT target FROM held_pass WHERE platform = 'discord'")
    return {target for (target,) in held} == {str(studio.role), str(studio.lost)}

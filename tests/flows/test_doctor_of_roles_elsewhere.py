"""The doctor looks whether what rules ask of the platforms can be asked there."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest_asyncio

from bot.doctor.findings import is_healthy
from config.community import Club, read_club
from gating.model import Platform
from gating.model.rule import AnyOf, RoleElsewhere
from tests.flows.service import Outside, outside
from tests.flows.test_doctor import examined, lines, only


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def around(data: Path) -> AsyncIterator[Outside]:
    async with outside(data) as everything:
        yield everything


def asking(around: Outside, platform: Platform, target: int) -> Club:
    """The club, of which the first gate asks for this role or chat as well."""
    club = read_club(around.club_path)
    first, *others = club.gates
    rule = AnyOf((first.rule, RoleElsewhere(platform, str(target))))
    return replace(club, gates=(replace(first, rule=rule), *others))


async def test_a_role_that_the_server_does_not_have_is_a_fault(around: Outside) -> None:
    await around.chain.mine()
    there = asking(around, Platform.DISCORD, around.town.server.artist_role)
    found = await examined(around, club=there)
    assert is_healthy(found)
    assert len(lines(found, "doctor.role.asked")) == 1
    gone = asking(around, Platform.DISCORD, 123456789012345678)
    assert "123456789012345678" in only(await examined(around, club=gone), "E-ROLEASKED")


async def test_a_chat_in_which_the_bot_is_no_administrator_is_a_fault(around: Outside) -> None:
    await around.chain.mine()
    other, bot = around.telegram.add_group("Patrons"), around.town.groups.bot
    club = asking(around, Platform.TELEGRAM, other)
    only(await examined(around, club=club), "E-TGCHAT")
    around.telegram.add_member(other, bot)
    only(await examined(around, club=club), "E-TGASKED")
    around.telegram.make_admin(other, bot)
    found = await examined(around, club=club)
    assert is_healthy(found)
    assert len(lines(found, "doctor.chat.asked")) == 1

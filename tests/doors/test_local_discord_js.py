"""The second library: unmodified discord.js against the local Discord."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.doors.discord_support import TOKEN, Club, local_club, spec_or_skip

ROOT = Path(__file__).resolve().parents[2]
BOT = Path(__file__).with_name("discord_js_bot.cjs")


@pytest.fixture
async def club() -> AsyncIterator[Club]:
    """A club whose bot runs on discord.js."""
    node = shutil.which("node")
    if node is None or not (ROOT / "node_modules" / "discord.js").exists():
        pytest.skip("discord.js is not installed: npm install --no-save discord.js")
    async with local_club() as club:
        api = club.server.api_base.removesuffix("/v10")
        ids = map(str, (club.guild, club.lobby, club.fan_id, club.holder))
        process = await asyncio.create_subprocess_exec(node, str(BOT), api, TOKEN, *ids)
        try:
            yield club
        finally:
            process.terminate()
            await process.wait()


async def test_discord_js_cannot_tell_either(club: Club) -> None:
    spec = spec_or_skip()
    club.server.observers.append(spec.observe)
    fan = club.fan
    fan.here = "start-here"
    door = await fan.sees("Welcome from the other library", timeout=20)
    assert fan.roles() == ["Holder"]
    assert [c["name"] for c in await fan.autocomplete("ping", "word", "p")] == ["Pong"]
    await fan.command("ping", word="pong")
    assert (await fan.sees("said pong")).ephemeral
    assert (await fan.sees("and more")).ephemeral
    await fan.press(door, "Leave a note")
    await fan.submit_modal(words="ahoy")
    await fan.sees("noted ahoy")
    await fan.select(door, "Lisbon")
    await fan.sees("picked lisbon")
    club.server.faults.drop_gateway()
    await fan.send("start-here", "still there?")
    await fan.sees("heard still there?", timeout=20)
    assert len(club.server.hub.sessions) == 1
    assert spec.violations == [], "\n".join(spec.violations)

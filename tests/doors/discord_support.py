"""A club on a local Discord, and unmodified discord.py clients that log in to it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import discord
import pytest
import yarl

from bot.sandbox.discord_server.server import LocalDiscord, utc_now
from tests.doors.discord_spec import DiscordSpec

TOKEN = "local-bot-token"
SPEC = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "discord-openapi.json"


class Club:
    """Tide Club: a server, its bot, a fan and a few channels."""

    def __init__(self, server: LocalDiscord) -> None:
        self.server = server
        self.bot = server.add_application(token=TOKEN, name="Doorkeeper")
        self.guild = server.add_guild("Tide Club", bot=self.bot)
        self.holder = server.add_role(self.guild, "Holder", color=0x1F8B4C)
        self.lobby = server.add_channel(self.guild, "start-here", category="INFO")
        self.room = server.add_channel(self.guild, "listening-room", private_to=[self.holder])
        self.fan_id = server.add_user("fan", "Fan")
        server.join(self.guild, self.fan_id)
        self.fan = server.person(self.fan_id, self.guild)


@asynccontextmanager
async def local_club(
    *, role_limit: bool = False, clock: Callable[[], datetime] = utc_now
) -> AsyncIterator[Club]:
    """A running server with discord.py pointed at it."""
    server = LocalDiscord(role_limit=role_limit, clock=clock)
    await server.start()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(discord.http.Route, "BASE", server.api_base)
        gateway = yarl.URL(server.gateway_url)
        patch.setattr(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", gateway)
        try:
            yield Club(server)
        finally:
            await server.stop()


@asynccontextmanager
async def logged_in(client: discord.Client, token: str = TOKEN) -> AsyncIterator[discord.Client]:
    """The client, ready; closed at the end."""
    runner = asyncio.ensure_future(client.start(token))  # noqa: TID251  - the test is its guard
    ready = asyncio.ensure_future(_until_ready(client))  # noqa: TID251  - the test is its guard
    done, _ = await asyncio.wait({runner, ready}, timeout=10, return_when="FIRST_COMPLETED")
    try:
        for task in done:
            task.result()
        assert client.is_ready(), "the client did not become ready"
        yield client
    finally:
        ready.cancel()
        await client.close()
        await asyncio.wait({runner}, timeout=5)


async def _until_ready(client: discord.Client) -> None:
    while not client.is_ready():  # noqa: ASYNC110  - `wait_until_ready` only works after setup
        await asyncio.sleep(0.01)


def spec_or_skip() -> DiscordSpec:
    """Discord's description, or a loud skip where it is not at hand."""
    if not SPEC.exists():
        pytest.skip(f"Discord's OpenAPI description is missing: {SPEC}")
    return DiscordSpec(SPEC)

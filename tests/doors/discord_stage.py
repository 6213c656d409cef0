"""One club on a local Discord, with the door open: what the Discord door tests stand on."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from bot.platforms.discord_place import DiscordPlace
from bot.platforms.discord_platform import DiscordDoor
from bot.sandbox.discord_server.person import Person
from bot.sandbox.discord_server.server import LocalDiscord
from gating.model import Account, Platform
from tests.doors.door_core import DoorCore, running

TOKEN = "a.token.of-the-tests"


@dataclass(frozen=True, slots=True)
class Exchange:
    """One REST call that the door made."""

    method: str
    template: str
    headers: dict[str, str]
    body: Any
    status: int


@dataclass
class Stage:
    """The local Discord, its people, the core and the door under test."""

    server: LocalDiscord
    core: DoorCore
    bot: int
    guild: int
    channel: int
    role: int
    fan: Person
    place: DiscordPlace
    door: DiscordDoor
    exchanges: list[Exchange] = field(default_factory=list)

    @property
    def account(self) -> Account:
        return Account(Platform.DISCORD, str(self.fan.user_id))

    @property
    def target(self) -> str:
        return str(self.role)

    def bodies(self, *, of: str = "") -> list[Any]:
        return [each.body for each in self.exchanges if each.body and of in each.template]

    def note(self, *exchange: Any) -> None:
        method, template, _, _, headers, body, status, _ = exchange
        self.exchanges.append(Exchange(method, template, headers, body, status))


@asynccontextmanager
async def closed_stage(
    *, members: bool = False, patience: float = 10, **inside: Any
) -> AsyncIterator[Stage]:
    """The stage with its door made and not yet open; `inside` is handed to the door's core."""
    server = LocalDiscord()
    await server.start()
    bot = server.add_application(token=TOKEN, name="Tide")
    guild = server.add_guild("Tide Club", bot=bot)
    channel = server.add_channel(guild, "votes")
    role = server.add_role(guild, "Holder")
    user = server.add_user("fan", "Fan")
    server.join(guild, user)
    core = DoorCore()
    place = DiscordPlace(
        token=TOKEN,
        guild_id=guild,
        channels={"votes": channel},
        api_base=server.api_base,
        gateway_url=server.gateway_url,
        members=members,
        patience=patience,
    )
    door = DiscordDoor(place, core.inside(**inside))
    fan = server.person(user, guild)
    stage = Stage(server, core, bot, guild, channel, role, fan, place, door)
    server.observers.append(stage.note)
    yield stage
    await server.stop()


@asynccontextmanager
async def open_stage(**more: Any) -> AsyncIterator[Stage]:
    async with closed_stage(**more) as stage, running(stage.door):
        yield stage

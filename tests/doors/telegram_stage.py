"""One club on a local Telegram, with the door open: what the Telegram door tests stand on."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from bot.platforms.telegram_place import TelegramPlace
from bot.platforms.telegram_platform import TelegramDoor
from bot.sandbox.telegram_server.person import Person
from bot.sandbox.telegram_server.server import LocalTelegram
from gating.model import Account, Platform
from tests.doors.door_core import DoorCore, running

TOKEN = "4242:a-token-of-the-tests"


@dataclass
class Stage:
    """The local Telegram, its people, the core and the door under test."""

    server: LocalTelegram
    core: DoorCore
    bot: int
    group: int
    fan: Person
    door: TelegramDoor
    calls: list[tuple[str, dict[str, Any], bool]] = field(default_factory=list)

    @property
    def account(self) -> Account:
        return Account(Platform.TELEGRAM, str(self.fan.user_id))

    @property
    def target(self) -> str:
        return str(self.group)

    def called(self, method: str) -> list[dict[str, Any]]:
        return [values for name, values, _ in self.calls if name == method]

    def note(self, name: str, values: dict[str, Any], ok: bool, _: Any) -> None:
        self.calls.append((name, values, ok))


@asynccontextmanager
async def closed_stage(**inside: Any) -> AsyncIterator[Stage]:
    """The stage with its door made and not yet open; `inside` is handed to the door's core."""
    server = LocalTelegram()
    await server.start()
    bot = server.add_bot(token=TOKEN, username="tide_bot", name="Tide")
    group = server.add_group("Tide Club")
    server.make_admin(group, bot)
    fan = server.person(server.add_user("fan", "Fan"))
    core = DoorCore()
    stage = Stage(server, core, bot, group, fan, new_door(server, group, core, **inside))
    server.observers.append(stage.note)
    yield stage
    await server.stop()


@asynccontextmanager
async def open_stage(**inside: Any) -> AsyncIterator[Stage]:
    async with closed_stage(**inside) as stage, running(stage.door):
        yield stage


def new_door(server: LocalTelegram, group: int, core: DoorCore, **inside: Any) -> TelegramDoor:
    return TelegramDoor(place_of(server, group), core.inside(**inside))


def place_of(server: LocalTelegram, group: int) -> TelegramPlace:
    return TelegramPlace(
        token=TOKEN,
        chats={"votes": group},
        base_url=server.base_url,
        base_file_url=server.base_file_url,
    )

"""Builds everything from settings and the club file. The only room that knows all classes."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import aiohttp
from aiohttp import web

from bot.jobs import Jobs, Work
from bot.platforms.discord_platform import DiscordDoor
from bot.platforms.telegram_platform import TelegramDoor
from bot.services import Services
from bot.wiring.doors import doors_of
from bot.wiring.pages import web_of
from bot.wiring.parts import Parts
from bot.wiring.use_cases import use_cases
from bot.wiring.ways import settle_moves
from config.community import Club
from config.database import open_database
from config.folders import make_folder
from config.settings import Settings
from gating.access.gate_book import GateBook
from gating.adapters.recovery import must_be_fast
from gating.adapters.sql.store import SqlStore
from gating.adapters.sql.sweep import SqlSweep
from gating.model import Platform
from gating.ports import Clock
from governance.adapters.keys import club_key


def utc_now() -> datetime:
    """The one clock of a running house."""
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class House:
    """Everything built and not yet running."""

    services: Services
    doors: Mapping[Platform, DiscordDoor | TelegramDoor]
    jobs: Jobs
    web: web.Application
    reach: Callable[[str], tuple[Platform, ...]]
    """The platforms on which the club has this place (`votes`, `drops`, ...)."""


@asynccontextmanager
async def open_house(
    settings: Settings,
    club: Club,
    *,
    scripts: Sequence[str] = (),
    clock: Clock = utc_now,
) -> AsyncIterator[House]:
    """Open database, chain client and job engine, and build the house on them.

    `scripts` are further modules of the sign-in page (the demo's wallets). Raises `NeedsPerson`
    where a part cannot be opened.
    """
    must_be_fast()
    make_folder(settings.data)
    async with AsyncExitStack() as opened:
        url = settings.database_url.get_secret_value() if settings.database_url else None
        database = await opened.enter_async_context(open_database(url, settings.data))
        http = await opened.enter_async_context(aiohttp.ClientSession())
        platforms = platforms_of(settings)
        jobs = Jobs(database.url, platforms)
        await opened.enter_async_context(jobs.app.open_async())
        opened.push_async_callback(jobs.quiet)
        parts = Parts(
            database=database,
            http=http,
            key=await club_key(settings.data / "club.key"),
            data=settings.data,
            clock=clock,
            jobs=jobs,
            gates=GateBook(club.gates),
            reach=reach_of(club, platforms),
        )
        await settle_moves(club, SqlStore(database.sessions, clock))
        house = build(settings, club, parts, scripts)
        await house.services.rules.take_up()
        yield house


def platforms_of(settings: Settings) -> tuple[Platform, ...]:
    """The platforms for which there is a token."""
    tokens = {
        Platform.DISCORD: settings.discord_token,
        Platform.TELEGRAM: settings.telegram_token,
    }
    return tuple(platform for platform, token in tokens.items() if token)


def reach_of(club: Club, platforms: tuple[Platform, ...]) -> Callable[[str], tuple[Platform, ...]]:
    """Where a post to a place goes: only to platforms on which the club file names it."""
    named = {Platform.DISCORD: club.discord_places, Platform.TELEGRAM: club.telegram_places}
    return lambda place: tuple(platform for platform in platforms if place in named[platform])


def build(settings: Settings, club: Club, parts: Parts, scripts: Sequence[str]) -> House:
    """The use cases, then the doors on top of them."""
    services = use_cases(settings, club, parts)
    doors = doors_of(settings, club, parts, services)
    parts.doors.update(doors)
    parts.inviters.update({p: door for p, door in doors.items() if isinstance(door, TelegramDoor)})
    sweep = SqlSweep(parts.database.sessions, parts.clock, club.wallet_cooldown)

    async def tidy() -> None:
        await sweep()
        await services.ways.retire()

    parts.jobs.define(
        Work(
            deliver=services.deliver,
            close_due=services.backstage.close_due,
            refresh_everyone=services.refresh_everyone,
            look_when_due=services.look_when_due,
            ask_elsewhere=services.elsewhere.ask,
            reprove=services.reprove,
            sweep=tidy,
            polls=services.polls,
        )
    )
    return House(
        services=services,
        doors=doors,
        jobs=parts.jobs,
        web=web_of(settings, club, services, doors, scripts),
        reach=parts.reach,
    )

"""Everything the doctor looks at, side by side; settings and club file first."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp

from bot.doctor.chain_side import chain_findings
from bot.doctor.clock_side import clock_findings
from bot.doctor.database_side import database_findings
from bot.doctor.discord_side import discord_findings
from bot.doctor.findings import Finding, at_fault, ok
from bot.doctor.own_side import own_findings
from bot.doctor.telegram_side import telegram_findings
from bot.serving import must_be_complete
from bot.wiring.doors import discord_place, targets_of, telegram_place
from config.community import Club, read_club
from config.endpoints import endpoints_of
from config.settings import Settings, read_settings
from gating.access.elsewhere import asked_elsewhere
from gating.adapters.recovery import must_be_fast
from gating.errors import NeedsPerson
from gating.model import Platform
from gating.ports import Clock

DISCORD = "https://discord.com/api/"


def visit(path: Path) -> list[Finding]:
    """Every finding for the settings of the environment and the club of this file."""
    try:
        settings, club = read_settings(), read_club(path)
        must_be_complete(settings, club)
        must_be_fast()
    except NeedsPerson as error:
        return [at_fault("settings", error)]
    return asyncio.run(examine(settings, club, clock=lambda: datetime.now(UTC)))


async def examine(settings: Settings, club: Club, *, clock: Clock) -> list[Finding]:
    """Every finding for these settings and this club, in the order in which a person mends."""
    clubs = club.asset.chain_id
    urls = {
        chain_id: endpoints_of(settings.rpc_urls, chain_id, clubs=clubs)
        for chain_id in club.chains | {clubs}
    }
    async with aiohttp.ClientSession() as session:
        sides = [
            clock_findings(session, _who_tell_the_time(settings), clock),
            database_findings(settings),
            chain_findings(session, urls, club, clock),
        ]
        if settings.discord_token:
            sides.append(discord_findings(settings, discord_place(settings, club)))
        if settings.telegram_token:
            gated = targets_of(club, Platform.TELEGRAM)
            asked = asked_elsewhere(club.gates, Platform.TELEGRAM)
            sides.append(telegram_findings(telegram_place(settings, club), gated, asked))
        found = await asyncio.gather(*sides)
    own = [ok("settings", "doctor.settings"), *own_findings(settings, club)]
    return [*own, *(finding for side in found for finding in side)]


def _who_tell_the_time(settings: Settings) -> list[str]:
    """The platforms' addresses, without a token in them."""
    discord = [settings.discord_api or DISCORD] if settings.discord_token else []
    telegram = urlsplit(settings.telegram_api)
    root = f"{telegram.scheme}://{telegram.netloc}/"
    return [*discord, *([root] if settings.telegram_token else [])]

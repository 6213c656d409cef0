"""Run a real club: settings from the environment, the club from its file."""

import asyncio
import sys
from pathlib import Path

from config.community import Club, read_club
from config.database import migrate
from config.endpoints import all_of, endpoints_of
from config.logs import start_logging
from config.settings import Settings, read_settings
from gating.errors import NeedsPerson


def serve_club(path: Path) -> None:
    """Serve until a signal comes. Raises `NeedsPerson` for what an operator must mend."""
    settings, club = read_settings(), read_club(path)
    must_be_complete(settings, club)
    start_logging(as_json=settings.log_json, secrets=_secrets(settings), out=sys.stderr)
    asyncio.run(_serve(settings, club))


def migrate_only() -> None:
    """Bring the database to the newest schema. Raises `NeedsPerson` without an address."""
    url = read_settings().database_url
    if url is None:
        raise NeedsPerson("E-SETTINGS", key="STAGEDOOR_DATABASE_URL", cause="is not set")
    migrate(url.get_secret_value())


async def _serve(settings: Settings, club: Club) -> None:
    # a mistake in the set-up is told before the seconds that all libraries take
    from bot import app  # noqa: PLC0415 - see above
    from bot.wiring import open_house  # noqa: PLC0415 - see above

    stop = app.stop_on_signals()
    async with open_house(settings, club) as house:
        await app.run(house, app.Where(settings.host, settings.port), stop=stop)


def must_be_complete(settings: Settings, club: Club) -> None:
    """Raises `NeedsPerson` E-SETTINGS for the first setting that is missing beside the others."""
    _must_reach_every_chain(settings, club)
    if not settings.discord_token and not settings.telegram_token:
        cause = "is not set, and STAGEDOOR_TELEGRAM_TOKEN is not either"
        raise NeedsPerson("E-SETTINGS", key="STAGEDOOR_DISCORD_TOKEN", cause=cause)
    if settings.discord_token and club.discord_guild is None:
        cause = "is set, but the club file has no [discord] table"
        raise NeedsPerson("E-SETTINGS", key="STAGEDOOR_DISCORD_TOKEN", cause=cause)
    if bool(settings.discord_client_id) is not bool(settings.discord_client_secret):
        given, missing = "STAGEDOOR_DISCORD_CLIENT_SECRET", "STAGEDOOR_DISCORD_CLIENT_ID"
        if settings.discord_client_id:
            given, missing = missing, given
        raise NeedsPerson("E-SETTINGS", key=missing, cause=f"is not set, but {given} is")


def _must_reach_every_chain(settings: Settings, club: Club) -> None:
    if not settings.rpc_urls:
        raise NeedsPerson("E-SETTINGS", key="STAGEDOOR_RPC_URLS", cause="is not set")
    for chain_id in sorted(club.chains):
        if not endpoints_of(settings.rpc_urls, chain_id, clubs=club.asset.chain_id):
            cause = f"names no endpoint for chain {chain_id}; add {chain_id}=https://..."
            raise NeedsPerson("E-SETTINGS", key="STAGEDOOR_RPC_URLS", cause=cause)


def _secrets(settings: Settings) -> list[str]:
    hidden = [
        settings.database_url,
        settings.discord_token,
        settings.discord_client_secret,
        settings.telegram_token,
        settings.telegram_webhook_secret,
    ]
    return [
        secret.get_secret_value()
        for secret in (*hidden, *all_of(settings.rpc_urls))
        if secret is not None
    ]

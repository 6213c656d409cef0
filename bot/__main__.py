"""The command line: `python -m bot demo`, `run`, `verify-record`, `migrate`, `doctor`."""

import asyncio
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import click

from bot import app
from bot.dialogue import plain
from bot.sandbox.chain.binary import AnvilMissing
from bot.sandbox.chain.process import ChainStopped
from bot.sandbox.demo import DemoOptions, open_demo
from bot.texts.words import known, say
from bot.wiring import open_house
from config.community import read_club
from config.database import migrate as migrate_database
from config.logs import start_logging
from config.settings import Settings, read_settings
from gating.errors import NeedsPerson, NotDone
from governance.adapters.folder import RecordFolder
from governance.adapters.keys import recover
from governance.record.verifier import verify_record

CANNOT_START = 2


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Stagedoor: the fan club's own doorkeeper."""


@main.command()
@click.option("--port", default=8080, show_default=True, help="port of the one local address")
@click.option("--data", default=Path(".stagedoor/demo"), show_default=True, type=Path)
def demo(port: int, data: Path) -> None:
    """Run the whole house on this machine: test chain, two chats, real bots. Nothing leaves it."""
    start_logging(as_json=False, secrets=(), out=sys.stderr)
    _run(lambda: _demo(DemoOptions(data=data, port=port)))


@main.command()
@click.option("--club", "path", required=True, type=Path, help="the club's TOML file")
def run(path: Path) -> None:
    """Serve a club on Discord, Telegram and the web, with the settings of the environment."""
    _run(lambda: _serve(path))


@main.command()
def migrate() -> None:
    """Bring the database at STAGEDOOR_DATABASE_URL to the newest schema."""
    _guarded(_migrate)


def _migrate() -> None:
    url = read_settings().database_url
    if url is None:
        raise NeedsPerson("E-SETTINGS", key="STAGEDOOR_DATABASE_URL", cause="is not set")
    migrate_database(url.get_secret_value())
    print("The database has the newest schema.")


@main.command("verify-record")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--club-key", default=None, help="the club's address, where you know it")
def verify(folder: Path, club_key: str | None) -> None:
    """Check a vote's record from its files alone; exit code 0 only when every step passes."""
    key = club_key.lower() if club_key else None
    results = verify_record(RecordFolder(folder), recover, club_key=key)  # type: ignore[arg-type]
    for result in results:
        print(f"{'PASS' if result.ok else 'FAIL'}  {result.name}: {result.sentence}")
    sys.exit(0 if all(result.ok for result in results) else 1)


async def _demo(options: DemoOptions) -> None:
    stop = app.stop_on_signals()
    async with open_demo(options) as running:
        print(f"\n  Tide Club is open: {running.url}/\n\n  Stop it with Ctrl+C.\n", flush=True)
        await stop.wait()


async def _serve(path: Path) -> None:
    settings, club = read_settings(), read_club(path)
    start_logging(as_json=settings.log_json, secrets=_secrets(settings), out=sys.stderr)
    _must_be_complete(settings)
    stop = app.stop_on_signals()
    async with open_house(settings, club) as house:
        await app.run(house, app.Where(settings.host, settings.port), stop=stop)


def _must_be_complete(settings: Settings) -> None:
    if not settings.rpc_urls:
        raise NeedsPerson("E-SETTINGS", key="STAGEDOOR_RPC_URLS", cause="is not set")
    if not settings.discord_token and not settings.telegram_token:
        cause = "is not set, and STAGEDOOR_TELEGRAM_TOKEN is not either"
        raise NeedsPerson("E-SETTINGS", key="STAGEDOOR_DISCORD_TOKEN", cause=cause)


def _secrets(settings: Settings) -> list[str]:
    hidden = [settings.database_url, settings.discord_token, settings.telegram_token]
    return [
        secret.get_secret_value() for secret in (*hidden, *settings.rpc_urls) if secret is not None
    ]


def _run(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    _guarded(lambda: asyncio.run(work()))


def _guarded(work: Callable[[], None]) -> None:
    """Run `work`; what a person can mend is said in one sentence, with exit code 2."""
    try:
        work()
    except* (NotDone, AnvilMissing, ChainStopped) as stuck:
        _stop(_first(stuck))


def _first(group: BaseExceptionGroup[Exception]) -> Exception:
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error  # type: ignore[return-value]


def _stop(error: Exception) -> None:
    if isinstance(error, NotDone) and known(error.code):
        print(f"{plain(say(error.code, error.facts))} [{error.code}]", file=sys.stderr)
    else:
        print(str(error), file=sys.stderr)
    sys.exit(CANNOT_START)


if __name__ == "__main__":
    main()

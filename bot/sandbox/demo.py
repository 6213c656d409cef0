"""The whole house on one machine: a chain, two chat platforms, a database, and the real service.

The demo and the end-to-end tests open the same thing. Each start begins afresh: a new chain with
the album pressed on it, new chats, a new database; what an earlier start left is not touched.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree

from aiohttp import web
from pydantic import SecretStr

from bot import app
from bot.sandbox.chain.album import Album, deploy_album
from bot.sandbox.chain.anvil import ChainSettings, LocalChain
from bot.sandbox.chain.registry import place_registry
from bot.sandbox.chain.wallets import WALLETS, sign_text
from bot.sandbox.discord_server.server import LocalDiscord
from bot.sandbox.page.chain_controls import chain_controls
from bot.sandbox.page.fault_switches import discord_switches, telegram_switches
from bot.sandbox.page.page_app import sandbox_app
from bot.sandbox.page.world import SandboxWorld
from bot.sandbox.telegram_server.server import LocalTelegram
from bot.sandbox.town import Town, build_town, club_file
from bot.web.proving import BACK
from bot.wiring import House, open_house
from config.community import Club, read_club
from config.database import embedded, fresh_database
from config.folders import make_folder
from config.settings import Settings
from gating.model import Reading

DISCORD_TOKEN = "local.discord.token"  # noqa: S105 - known to the local server only
DISCORD_SECRET = "local-client-secret"  # noqa: S105 - known to the local server only
TELEGRAM_TOKEN = "7000001:local-telegram-token"  # noqa: S105 - known to the local server only
WEBHOOK_SECRET = "local-webhook-secret-of-the-demo-1"  # noqa: S105 - known here only
SCRIPTS = ("/sandbox/static/demo-wallet.js",)


@dataclass(frozen=True, kw_only=True)
class DemoOptions:
    """How the demo runs. `port` 0 takes a free one; `block_seconds` None mines on demand.

    `discord_sign_in`: the club uses Discord's OAuth2; without it a code goes to the chat.
    `telegram_webhook`: Telegram brings updates; without it they are fetched.
    `more_club` makes ready what else the club file speaks of, and gives its lines; `more_servers`
    does so for further Discord servers.
    `endpoints` stand before the node: where its chain is asked instead of at the node itself.
    `server` is a running PostgreSQL; without one the embedded server starts under `data`.
    """

    data: Path
    port: int = 0
    block_seconds: int | None = 2
    epoch: int = 2
    role_limit: bool = True
    flood_limits: bool = True
    discord_sign_in: bool = True
    telegram_webhook: bool = False
    server: str | None = None
    database: str = "demo"
    more_club: Callable[[LocalChain, Town], Awaitable[str]] | None = None
    endpoints: Callable[[LocalChain], Awaitable[tuple[str, ...]]] | None = None
    more_servers: Callable[[LocalDiscord, Town], str] | None = None


@dataclass(frozen=True, kw_only=True)
class Demo:
    """A house that is running, and the town around it."""

    url: str
    settings: Settings
    club: Club
    house: House
    chain: LocalChain
    album: Album
    discord: LocalDiscord
    telegram: LocalTelegram
    town: Town


@asynccontextmanager
async def open_demo(options: DemoOptions) -> AsyncIterator[Demo]:
    """Start everything, hand it out when fans can come in, stop everything at the end."""
    async with AsyncExitStack() as opened:
        chain, album = await _chain(options, opened)
        discord = LocalDiscord(role_limit=options.role_limit)
        telegram = LocalTelegram(flood_limits=options.flood_limits)
        for server in (discord, telegram):
            await server.start()
            opened.push_async_callback(server.stop)
        town = build_town(discord, telegram, DISCORD_TOKEN, TELEGRAM_TOKEN)
        settings = await _settings(options, chain, discord, telegram)
        if options.discord_sign_in:
            settings = with_discord_sign_in(settings, town, discord)
        further = options.more_servers(discord, town) if options.more_servers else ""
        club = await _club(options, town, album, chain, further)
        house = await opened.enter_async_context(open_house(settings, club, scripts=SCRIPTS))
        demo = Demo(
            url=settings.public_url,
            settings=settings,
            club=club,
            house=house,
            chain=chain,
            album=album,
            discord=discord,
            telegram=telegram,
            town=town,
        )
        _open_sandbox(demo)
        async with _running(demo):
            yield demo


async def _chain(options: DemoOptions, opened: AsyncExitStack) -> tuple[LocalChain, Album]:
    folder = make_folder(options.data) / "chain"
    await asyncio.to_thread(
        rmtree, folder, ignore_errors=True
    )  # each start presses the album anew
    settings = ChainSettings(
        folder=folder, block_seconds=options.block_seconds, epoch=options.epoch
    )
    chain = await opened.enter_async_context(LocalChain(settings))
    await place_registry(chain)
    album = await deploy_album(chain)
    # the album's own blocks must be final before anybody signs in
    await chain.mine(2 * options.epoch + 3)
    return chain, album


async def _settings(
    options: DemoOptions, chain: LocalChain, discord: LocalDiscord, telegram: LocalTelegram
) -> Settings:
    server = options.server or await embedded(options.data / "postgres")
    port = options.port or free_port()
    return Settings(
        data=options.data,
        database_url=SecretStr(await asyncio.to_thread(fresh_database, server, options.database)),
        public_url=f"http://127.0.0.1:{port}",
        port=port,
        rpc_urls={chain.settings.chain_id: await _endpoints(options, chain)},
        discord_token=SecretStr(DISCORD_TOKEN),
        discord_api=discord.api_base,
        discord_gateway=discord.gateway_url,
        telegram_token=SecretStr(TELEGRAM_TOKEN),
        telegram_api=telegram.base_url,
        telegram_files=telegram.base_file_url,
        telegram_webhook=options.telegram_webhook,
        telegram_webhook_secret=SecretStr(WEBHOOK_SECRET),
    )


async def _endpoints(options: DemoOptions, chain: LocalChain) -> tuple[SecretStr, ...]:
    urls = await options.endpoints(chain) if options.endpoints else (chain.rpc_url,)
    return tuple(map(SecretStr, urls))


def with_discord_sign_in(settings: Settings, town: Town, discord: LocalDiscord) -> Settings:
    """What an operator does in the developer portal, and puts into the settings."""
    discord.allow_sign_in(town.server.bot, f"{settings.public_url}{BACK}", secret=DISCORD_SECRET)
    return settings.model_copy(
        update={
            "discord_client_id": str(town.server.bot),
            "discord_client_secret": SecretStr(DISCORD_SECRET),
        }
    )


async def _club(
    options: DemoOptions, town: Town, album: Album, chain: LocalChain, further: str
) -> Club:
    """The club of the demo goes through its file, as every club does."""
    path = options.data / "club.toml"
    lines = club_file(town, album.address, chain.settings.chain_id, album.deployed_block)
    if options.more_club:
        lines += await options.more_club(chain, town)
    path.write_text(lines + further, encoding="utf-8")
    return read_club(path)


def _open_sandbox(demo: Demo) -> None:
    world = SandboxWorld(
        club=demo.club.name,
        people=demo.town.people,
        wallets=tuple(WALLETS[key] for key in ("holder", "second_holder", "newcomer", "artist")),
        sign=lambda wallet, text: sign_text(WALLETS[wallet.key], text),
        chain=chain_controls(demo.chain, demo.album),
        discord=demo.discord.client_app(),
        telegram=demo.telegram.client_app(),
        faults=(
            *discord_switches(demo.discord.faults),
            *telegram_switches(demo.telegram.faults),
        ),
    )
    demo.house.web.add_subapp("/sandbox/", sandbox_app(world))
    demo.house.web.router.add_get("/", _to_sandbox)


async def _to_sandbox(request: web.Request) -> web.Response:
    raise web.HTTPFound("/sandbox/")


@asynccontextmanager
async def _running(demo: Demo) -> AsyncIterator[None]:
    stop, ready = asyncio.Event(), asyncio.Event()

    async def fans_may_come() -> None:
        await _settled(demo)
        ready.set()

    where = app.Where(demo.settings.host, demo.settings.port)
    async with asyncio.TaskGroup() as group:
        group.create_task(app.run(demo.house, where, stop=stop, ready=fans_may_come))
        await ready.wait()
        try:
            yield
        finally:
            stop.set()


async def _settled(demo: Demo) -> None:
    reading = Reading(None, None)
    while reading.settled is None:
        await asyncio.sleep(0.05)
        async with demo.house.services.store() as tx:
            reading = await tx.ledger.reading(demo.club.asset, ())


def free_port() -> int:
    """A port of the loopback address that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

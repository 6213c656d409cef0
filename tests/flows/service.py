"""The town without the house, and the house beside it as the process that an operator starts."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.sandbox.chain.album import Album, deploy_album
from bot.sandbox.chain.anvil import ChainSettings, LocalChain
from bot.sandbox.chain.registry import place_registry
from bot.sandbox.demo import DISCORD_SECRET, DISCORD_TOKEN, TELEGRAM_TOKEN, free_port
from bot.sandbox.discord_server.server import LocalDiscord
from bot.sandbox.telegram_server.server import LocalTelegram
from bot.sandbox.town import Town, build_town, club_file
from bot.web.proving import BACK
from config.database import embedded, fresh_database, sqlalchemy_url
from tests.flows.house import eventually

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 30.0


@dataclass(kw_only=True)
class Outside:
    """Both platforms, the chain and the database, which all go on when the house dies.

    It has the names of `bot.sandbox.demo.Demo`, so that a `Fan` can live in it.
    """

    data: Path
    port: int
    chain: LocalChain
    album: Album
    discord: LocalDiscord
    telegram: LocalTelegram
    town: Town
    database_url: str
    database: AsyncEngine

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def club_path(self) -> Path:
        return self.data / "club.toml"

    def settings(self) -> dict[str, str]:
        """The environment of the house."""
        return {
            "STAGEDOOR_DATA": str(self.data / "kept"),
            "STAGEDOOR_DATABASE_URL": self.database_url,
            "STAGEDOOR_PUBLIC_URL": self.url,
            "STAGEDOOR_PORT": str(self.port),
            "STAGEDOOR_RPC_URLS": self.chain.rpc_url,
            "STAGEDOOR_DISCORD_TOKEN": DISCORD_TOKEN,
            "STAGEDOOR_DISCORD_API": self.discord.api_base,
            "STAGEDOOR_DISCORD_GATEWAY": self.discord.gateway_url,
            "STAGEDOOR_DISCORD_CLIENT_ID": str(self.town.server.bot),
            "STAGEDOOR_DISCORD_CLIENT_SECRET": DISCORD_SECRET,
            "STAGEDOOR_TELEGRAM_TOKEN": TELEGRAM_TOKEN,
            "STAGEDOOR_TELEGRAM_API": self.telegram.base_url,
            "STAGEDOOR_TELEGRAM_FILES": self.telegram.base_file_url,
        }

    async def rows(self, query: str, **values: object) -> list[tuple[Any, ...]]:
        async with self.database.connect() as link:
            return [tuple(row) for row in await link.execute(text(query), values)]

    async def count(self, query: str, **values: object) -> int:
        counted = await self.rows(f"SELECT count(*) FROM {query}", **values)  # noqa: S608  - fixed
        return int(counted[0][0])

    async def a_minute_passes(self) -> None:
        """What a killed process had leased may be taken by the next one."""
        async with self.database.begin() as link:
            await link.execute(
                text(
                    "UPDATE outbox SET leased_until = now() - interval '1 second'"
                    " WHERE leased_until IS NOT NULL AND state = 'due'"
                )
            )

    async def settles(self) -> None:
        """Wait until nothing is due any more; fail with what is."""
        try:
            await eventually(self._nothing_is_due)
        except AssertionError:
            due = "lane, attempts, code, due_at - now(), leased_until - now() FROM outbox"
            pytest.fail(str(await self.rows(f"SELECT {due} WHERE state = 'due'")))

    async def _nothing_is_due(self) -> bool:
        return await self.count("outbox WHERE state = 'due'") == 0


@asynccontextmanager
async def outside(data: Path) -> AsyncIterator[Outside]:
    """Open everything but the house."""
    async with AsyncExitStack() as opened:
        chain = await opened.enter_async_context(
            LocalChain(ChainSettings(folder=data / "chain", block_seconds=None, epoch=2))
        )
        await place_registry(chain)
        album = await deploy_album(chain)
        await chain.mine(2 * chain.settings.epoch + 3)
        discord, telegram = LocalDiscord(role_limit=False), LocalTelegram()
        for server in (discord, telegram):
            await server.start()
            opened.push_async_callback(server.stop)
        town = build_town(discord, telegram, DISCORD_TOKEN, TELEGRAM_TOKEN)
        url = await asyncio.to_thread(fresh_database, await embedded(data / "postgres"), "house")
        database = create_async_engine(sqlalchemy_url(url))
        opened.push_async_callback(database.dispose)
        around = Outside(
            data=data,
            port=free_port(),
            chain=chain,
            album=album,
            discord=discord,
            telegram=telegram,
            town=town,
            database_url=url,
            database=database,
        )
        contents = club_file(town, album.address, chain.settings.chain_id, album.deployed_block)
        back = f"{around.url}{BACK}"
        discord.allow_sign_in(town.server.bot, back, secret=DISCORD_SECRET)
        around.club_path.write_text(contents, encoding="utf-8")
        yield around


@dataclass
class Process:
    """`python -m bot run`, to be started, killed, and started again."""

    around: Outside
    running: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start, and wait until fans can come in on both platforms."""
        log = (self.around.data / "house.log").open("ab")
        self.running = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "run", "--club", str(self.around.club_path)),
            cwd=ROOT,
            env=self.settings(),
            stderr=log,
            stdout=log,
        )
        log.close()
        await eventually(self._serves, within=START_SECONDS, what=self._story())

    def settings(self) -> dict[str, str]:
        return self.around.settings()

    async def kill(self) -> None:
        """SIGKILL: nothing is said, nothing is tidied up."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> int:
        """SIGTERM, as an operator or a host does it; the exit code."""
        return await self._end(signal.SIGTERM)

    async def _end(self, how: signal.Signals) -> int:
        assert self.running is not None
        if self.running.returncode is None:
            self.running.send_signal(how)
        return await self.running.wait()

    async def _serves(self) -> bool:
        assert self.running is not None
        assert self.running.returncode is None, self._story()
        app = self.around.town.server.bot
        if not any(session.wire for session in self.around.discord.hub.of_app(app)):
            return False
        return await self._chain_is_read()

    async def _chain_is_read(self) -> bool:
        try:
            async with (
                aiohttp.ClientSession() as http,
                http.get(f"{self.around.url}/healthz") as said,
            ):
                return (await said.json()).get("chain") == "ok" and await self._has_settled()
        except aiohttp.ClientError:
            return False

    async def _has_settled(self) -> bool:
        return await self.around.count("ledger_marks WHERE final IS NOT NULL") == 1

    def _story(self) -> str:
        path = self.around.data / "house.log"
        return path.read_text(errors="replace")[-3_000:] if path.exists() else ""

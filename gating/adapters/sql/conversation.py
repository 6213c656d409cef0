"""One transaction, spoken in two ways over the same connection.

What every sign-in asks goes to the driver as fixed text: for a short question, building it and
reading its answer through SQLAlchemy costs several times what PostgreSQL takes. Everything else is
written with SQLAlchemy, which joins the transaction at its first use.
"""

from collections.abc import Mapping
from typing import Any, cast

from psycopg import AsyncConnection as Driver
from psycopg import AsyncCursor, OperationalError
from psycopg.rows import namedtuple_row
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession


class Conversation:
    """A transaction until `commit` or, without one, `close`."""

    def __init__(
        self, connection: AsyncConnection | None = None, session: AsyncSession | None = None
    ) -> None:
        self._connection = connection
        self._session = session
        self._driver: Driver[Any] | None = None
        self._cursor: AsyncCursor[Any] | None = None
        self.locked: set[str] = set()
        """The fans whom this transaction has locked already."""

    async def rows(self, query: str, values: Mapping[str, Any]) -> list[Any]:
        """What a fixed statement answers, as named tuples; for `%(name)s` stand the `values`."""
        return await (await self._asked(query, values)).fetchall()

    async def change(self, command: str, values: Mapping[str, Any]) -> int:
        """Run a fixed statement; how many rows it changed."""
        return (await self._asked(command, values)).rowcount

    async def execute(self, statement: Any, *values: Any, **options: Any) -> Any:
        return await self._joined().execute(statement, *values, **options)

    async def scalar(self, statement: Any, *values: Any, **options: Any) -> Any:
        return await self._joined().scalar(statement, *values, **options)

    async def scalars(self, statement: Any, *values: Any, **options: Any) -> Any:
        return await self._joined().scalars(statement, *values, **options)

    async def stream(self, statement: Any, *values: Any, **options: Any) -> Any:
        return await self._joined().stream(statement, *values, **options)

    async def driver(self) -> Driver[Any]:
        """The driver's own connection, inside this transaction."""
        return (self._cursor or await self._begun()).connection

    async def commit(self) -> None:
        if self._session is None:
            if self._driver is not None:
                await self._driver.commit()
        else:
            await self._session.commit()

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
        if self._connection is not None:
            await self._connection.close()

    def _joined(self) -> AsyncSession:
        if self._session is None:
            self._session = AsyncSession(self._connection, expire_on_commit=False)
        return self._session

    async def _asked(self, query: str, values: Mapping[str, Any]) -> AsyncCursor[Any]:
        cursor = self._cursor or await self._begun()
        try:
            return await cursor.execute(query, values)
        except OperationalError:
            if cursor.connection.closed and self._connection is not None:
                # the server has gone, and with it every other connection that waits in the pool
                await self._connection.invalidate()
                await self._connection.engine.dispose(close=False)
            raise

    async def _begun(self) -> AsyncCursor[Any]:
        connection = self._connection or await self._joined().connection()
        raw = await connection.get_raw_connection()
        driver = cast("Driver[Any]", raw.driver_connection)
        self._driver, self._cursor = driver, driver.cursor(row_factory=namedtuple_row)
        return self._cursor

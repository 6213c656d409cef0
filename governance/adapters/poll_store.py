"""One database transaction with polls, people and the outbox in it."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from gating.adapters.sql.kinds import DATABASE_ERRORS, as_ours
from gating.ports import Outbox, People
from governance.adapters.sql_polls import SqlPolls


@dataclass(frozen=True)
class SqlPollTransaction:
    """`governance.ports.Transaction` over one session."""

    polls: SqlPolls
    people: People
    outbox: Outbox


@dataclass(frozen=True, kw_only=True)
class SqlPollStore:
    """`governance.ports.Store`: committed when the block ends well, rolled back otherwise.

    A database that is away is `TryLater("E-DATABASE")`, a full disk `NeedsPerson("E-DISKFULL")`.
    """

    session_factory: async_sessionmaker[AsyncSession]
    outbox_of: Callable[[AsyncSession], Outbox]
    people_of: Callable[[AsyncSession], People]

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[SqlPollTransaction]:
        try:
            async with self.session_factory.begin() as session:
                yield SqlPollTransaction(
                    SqlPolls(session), self.people_of(session), self.outbox_of(session)
                )
        except DATABASE_ERRORS as error:
            raise as_ours(error) from error

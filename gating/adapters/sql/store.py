"""One database transaction with every store of access in it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from gating.adapters.sql.drops import SqlDrops
from gating.adapters.sql.endings import SqlEndings
from gating.adapters.sql.kinds import DATABASE_ERRORS, as_ours
from gating.adapters.sql.ledger import SqlLedger
from gating.adapters.sql.links import SqlLinks
from gating.adapters.sql.outbox import SqlOutbox
from gating.adapters.sql.passes import SqlAudit, SqlPasses
from gating.adapters.sql.people import SqlPeople
from gating.ports import (
    Audit,
    Clock,
    Drops,
    Endings,
    Ledger,
    Links,
    Outbox,
    Passes,
    People,
    Transaction,
)


@dataclass(frozen=True)
class SqlTransaction:
    """`gating.ports.Transaction` over one session."""

    links: Links
    people: People
    ledger: Ledger
    passes: Passes
    endings: Endings
    outbox: Outbox
    audit: Audit
    drops: Drops


@dataclass(frozen=True)
class SqlStore:
    """`gating.ports.Store`: committed when the block ends well, rolled back otherwise.

    A database that cannot be reached is `TryLater("E-DATABASE")`; a full disk is
    `NeedsPerson("E-DISKFULL")`.
    """

    sessions: async_sessionmaker[AsyncSession]
    clock: Clock

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[Transaction]:
        with_store = self.sessions.begin()
        try:
            async with with_store as session:
                yield self._stores(session)
        except DATABASE_ERRORS as error:
            raise as_ours(error) from error

    def _stores(self, session: AsyncSession) -> SqlTransaction:
        return SqlTransaction(
            links=SqlLinks(session, self.clock),
            people=SqlPeople(session, self.clock),
            ledger=SqlLedger(session),
            passes=SqlPasses(session),
            endings=SqlEndings(session, self.clock),
            outbox=SqlOutbox(session, self.clock),
            audit=SqlAudit(session, self.clock),
            drops=SqlDrops(session, self.clock),
        )

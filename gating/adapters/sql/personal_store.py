"""One database transaction with everything that is kept about one person in it."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from gating.adapters.sql.bonds import SqlBonds
from gating.adapters.sql.conversation import Conversation
from gating.adapters.sql.delegations import SqlDelegations
from gating.adapters.sql.kinds import DATABASE_ERRORS, as_ours
from gating.adapters.sql.outbox import SqlOutbox
from gating.adapters.sql.passes import SqlAudit
from gating.adapters.sql.people import SqlPeople
from gating.adapters.sql.personal import SqlTraces
from gating.identity.personal import OwnBallots, PersonalTransaction
from gating.model.servers import Servers
from gating.ports import Clock


@dataclass(frozen=True)
class SqlPersonalTransaction:
    """`gating.identity.personal.PersonalTransaction` over one session."""

    people: SqlPeople
    bonds: SqlBonds
    delegations: SqlDelegations
    outbox: SqlOutbox
    audit: SqlAudit
    traces: SqlTraces
    ballots: OwnBallots


@dataclass(frozen=True, kw_only=True)
class SqlPersonalStore:
    """`gating.identity.personal.PersonalStore`: saved whole or not at all; fails as `SqlStore`."""

    sessions: async_sessionmaker[AsyncSession]
    clock: Clock
    ballots_of: Callable[[AsyncSession], OwnBallots]
    servers: Servers = field(default_factory=Servers)

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[PersonalTransaction]:
        try:
            async with self.sessions.begin() as session:
                yield self._parts(session)
        except DATABASE_ERRORS as error:
            raise as_ours(error) from error

    def _parts(self, session: AsyncSession) -> SqlPersonalTransaction:
        talk = Conversation(session=session)
        return SqlPersonalTransaction(
            people=SqlPeople(talk, self.clock),
            bonds=SqlBonds(talk, self.clock),
            delegations=SqlDelegations(talk),
            outbox=SqlOutbox(talk, self.clock, self.servers),
            audit=SqlAudit(talk, self.clock),
            traces=SqlTraces(session, self.clock),
            ballots=self.ballots_of(session),
        )

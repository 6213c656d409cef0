"""One database transaction with every store of access in it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

from gating.adapters.sql.access import SqlAccess
from gating.adapters.sql.bonds import SqlBonds
from gating.adapters.sql.chats import SqlChats, SqlInvitations
from gating.adapters.sql.conversation import Conversation
from gating.adapters.sql.delegations import SqlDelegations
from gating.adapters.sql.drops import SqlDrops
from gating.adapters.sql.elsewhere import SqlElsewhere
from gating.adapters.sql.endings import SqlEndings
from gating.adapters.sql.guests import SqlGuests
from gating.adapters.sql.kinds import DATABASE_ERRORS, as_ours
from gating.adapters.sql.ledger import SqlLedger
from gating.adapters.sql.links import SqlLinks
from gating.adapters.sql.outbox import SqlOutbox
from gating.adapters.sql.passes import SqlAudit, SqlPasses
from gating.adapters.sql.people import SqlPeople
from gating.adapters.sql.rules import SqlRules
from gating.adapters.sql.visits import SqlVisits
from gating.model.servers import Servers
from gating.ports import (
    Access,
    Audit,
    Clock,
    Ledger,
    Links,
    Outbox,
    Passes,
    People,
    Transaction,
)
from gating.ports.chats import Chats, Invitations
from gating.ports.delegation import Delegations
from gating.ports.drops import Drops
from gating.ports.elsewhere import Elsewhere
from gating.ports.endings import Endings
from gating.ports.guests import Guests
from gating.ports.rules import Rules
from gating.ports.wallets import Bonds, Visits


@dataclass(frozen=True)
class SqlTransaction:
    """`gating.ports.Transaction` over one session."""

    links: Links
    people: People
    bonds: Bonds
    visits: Visits
    ledger: Ledger
    delegations: Delegations
    passes: Passes
    access: Access
    endings: Endings
    outbox: Outbox
    audit: Audit
    drops: Drops
    rules: Rules
    guests: Guests
    elsewhere: Elsewhere
    chats: Chats
    invitations: Invitations


@dataclass(frozen=True)
class SqlStore:
    """`gating.ports.Store`: committed when the block ends well, rolled back otherwise.

    A database that cannot be reached is `TryLater("E-DATABASE")`; a full disk is
    `NeedsPerson("E-DISKFULL")`.
    """

    sessions: async_sessionmaker[AsyncSession]
    clock: Clock
    servers: Servers = field(default_factory=Servers)

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[Transaction]:
        engine: AsyncEngine = self.sessions.kw["bind"]
        try:
            talk = Conversation(await engine.connect())
            try:
                yield self._stores(talk)
                await talk.commit()
            finally:
                await talk.close()
        except DATABASE_ERRORS as error:
            raise as_ours(error) from error

    def _stores(self, talk: Conversation) -> SqlTransaction:
        return SqlTransaction(
            links=SqlLinks(talk, self.clock),
            people=SqlPeople(talk, self.clock),
            bonds=SqlBonds(talk, self.clock),
            visits=SqlVisits(talk, self.clock),
            ledger=SqlLedger(talk),
            delegations=SqlDelegations(talk),
            passes=SqlPasses(talk, self.clock),
            endings=SqlEndings(talk, self.clock),
            access=SqlAccess(talk, self.clock, self.servers),
            outbox=SqlOutbox(talk, self.clock, self.servers),
            audit=SqlAudit(talk, self.clock),
            drops=SqlDrops(talk, self.clock),
            rules=SqlRules(talk),
            guests=SqlGuests(talk, self.clock),
            elsewhere=SqlElsewhere(talk, self.clock),
            chats=SqlChats(talk),
            invitations=SqlInvitations(talk, self.clock),
        )

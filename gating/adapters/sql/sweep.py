"""What has had its time is deleted: spent links, tickets, sessions, codes, done deliveries."""

from datetime import timedelta

from sqlalchemy import delete, func
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlmodel import col

from gating.adapters.sql.ledger_tables import FollowedRow, MarksRow
from gating.adapters.sql.tables import (
    CodeTryRow,
    JoinCodeRow,
    LinkRow,
    OutboxRow,
    PassRow,
    SessionRow,
    TicketRow,
    TrailRow,
    VisitRow,
)
from gating.identity.moving import COOLDOWN
from gating.ports import Clock

A_DAY = timedelta(days=1)
A_MONTH = timedelta(days=30)
KEPT_BLOCKS = 50_000
"""Hashes of followed blocks that are kept: far more than any chain has ever reorganised."""


class SqlSweep:
    """Delete what is over. The audit trail, drops and holdings stay.

    `rest` is how long a wallet that moved or was unlinked is remembered: no longer than it rests.
    """

    def __init__(
        self,
        sessions: async_sessionmaker[AsyncSession],
        clock: Clock,
        rest: timedelta = COOLDOWN,
    ) -> None:
        self._sessions = sessions
        self._clock = clock
        self._rest = rest

    async def __call__(self) -> None:
        now = self._clock()
        over = [
            delete(LinkRow).where(col(LinkRow.expires_at) < now - A_DAY),
            delete(TicketRow).where(col(TicketRow.expires_at) < now),
            delete(SessionRow).where(col(SessionRow.expires_at) < now - A_DAY),
            delete(VisitRow).where(col(VisitRow.expires_at) < now),
            delete(TrailRow).where(
                func.greatest(col(TrailRow.freed_at), col(TrailRow.moved_at)) <= now - self._rest
            ),
            delete(JoinCodeRow).where(col(JoinCodeRow.expires_at) < now),
            delete(CodeTryRow).where(col(CodeTryRow.tried_at) < now - A_DAY),
            # whoever was in no server then may have come since without our hearing of it
            delete(PassRow).where(col(PassRow.missed_at) < now - A_DAY),
            delete(OutboxRow).where(
                col(OutboxRow.state).in_(("done", "dropped")) | col(OutboxRow.erase),
                col(OutboxRow.due_at) < now - A_MONTH,
            ),
            delete(FollowedRow).where(
                col(FollowedRow.asset_id) == col(MarksRow.asset_id),
                col(FollowedRow.number) < MarksRow.final["number"].as_integer() - KEPT_BLOCKS,  # type: ignore[index]
            ),
        ]
        async with self._sessions.begin() as session:
            for statement in over:
                await session.execute(statement)

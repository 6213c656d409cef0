"""The audit trail, searched in PostgreSQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from gating.adapters.sql.kinds import DATABASE_ERRORS, as_ours
from gating.model.trail_line import TrailLine, TrailQuery
from gating.ports import Clock

# an entry of the outbox is written at the very moment of the decision that is noted; tried again
# it is due later, so the nearest one that fits is meant
_SEARCH = text("""
    SELECT audit.at, audit.what, audit.block_number, audit.facts,
      coalesce(named.names, '') AS who, entry.state, entry.code
    FROM audit
    LEFT JOIN LATERAL (
        SELECT string_agg(username, ', ' ORDER BY platform) AS names FROM account
        WHERE platform || ':' || user_id = audit.facts->>'account'
          OR (audit.facts->>'account' IS NULL AND account.fan_id = audit.fan_id)
    ) AS named ON true
    LEFT JOIN LATERAL (
        SELECT state, code FROM outbox
        WHERE audit.what IN ('pass.open', 'pass.close')
          AND lane = audit.facts->>'account' AND act->>'kind' = 'pass'
          AND 'pass.' || (act->>'step') = audit.what AND act->>'gate' = audit.facts->>'gate'
          AND act->>'target' = audit.facts->>'target' AND due_at >= audit.at
        ORDER BY due_at, id LIMIT 1
    ) AS entry ON true
    WHERE audit.at > :since AND starts_with(audit.what, :kind)
      AND (CAST(:gate AS varchar) IS NULL OR audit.facts->>'gate' = CAST(:gate AS varchar))
      AND (:name = '' OR EXISTS (
        SELECT 1 FROM account WHERE lower(username) = :name
          AND (platform || ':' || user_id = audit.facts->>'account'
               OR account.fan_id = audit.fan_id)))
    ORDER BY audit.at DESC, audit.id DESC LIMIT :most
    """)


@dataclass(frozen=True)
class SqlAuditTrail:
    """`gating.ports.audit.AuditTrail`."""

    sessions: async_sessionmaker[AsyncSession]
    clock: Clock

    async def search(self, asked: TrailQuery, *, most: int) -> Sequence[TrailLine]:
        values = {
            "since": self.clock() - asked.within,
            "kind": asked.kind,
            "gate": asked.gate,
            "name": asked.name.lower(),
            "most": most,
        }
        try:
            async with self.sessions() as session:
                return [_line(row) for row in await session.execute(_SEARCH, values)]
        except DATABASE_ERRORS as error:
            raise as_ours(error) from error


def _line(row: Any) -> TrailLine:
    outcome = " ".join(part for part in (row.state, row.code) if part)
    return TrailLine(row.at, row.what, row.who, row.block_number, outcome, row.facts)

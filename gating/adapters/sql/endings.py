"""Passes that come to their end, and pulled brakes, in PostgreSQL."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import col

from gating.adapters.sql.conversation import Conversation
from gating.adapters.sql.tables import AccountRow, BrakeRow, PassRow
from gating.model import Account, FanId, GateId, HeldPass, Platform
from gating.model.ending import BY_ITSELF, DueGate, DuePass
from gating.ports import Clock

_COUNTED = """
    WITH lost AS (
        SELECT facts->>'gate' AS gate, count(DISTINCT fan_id) AS fans FROM audit
        WHERE what = 'pass.close' AND at > %(since)s AND facts->>'why' = %(why)s
        GROUP BY 1
    )
    SELECT gate, count(DISTINCT account.fan_id) AS holders,
      coalesce((SELECT fans FROM lost WHERE lost.gate = held_pass.gate), 0) AS lately
    FROM held_pass JOIN account USING (platform, user_id)
    WHERE gate = ANY(%(gates)s) GROUP BY gate
    """
"""What the brake looks at, of gates that somebody has a pass of."""


class SqlEndings:
    """`gating.ports.Endings`."""

    def __init__(self, session: Conversation, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def due(self, *, within: timedelta) -> Sequence[DueGate]:
        stopped = set(await self._session.scalars(select(col(BrakeRow.gate))))
        passes = await self._passes(
            col(PassRow.ends_at) <= self._clock(),
            or_(col(PassRow.released), col(PassRow.gate).not_in(stopped)),
        )
        going = sorted({each.held.gate for each in passes} - stopped)
        counted = await self._counted(going, within) if going else {}
        return [
            DueGate(gate, tuple(those), *counted.get(gate, (0, 0)), stopped=gate in stopped)
            for gate, those in groupby(passes, key=lambda each: each.held.gate)
        ]

    async def _counted(
        self, gates: Sequence[GateId], within: timedelta
    ) -> Mapping[GateId, tuple[int, int]]:
        """How many fans have it, and how many lost it lately."""
        values = {"since": self._clock() - within, "why": BY_ITSELF, "gates": list(gates)}
        rows = await self._session.rows(_COUNTED, values)
        return {GateId(row.gate): (row.holders, row.lately) for row in rows}

    async def _passes(self, *which: ColumnElement[bool]) -> Sequence[DuePass]:
        rows = await self._session.execute(
            select(PassRow, col(AccountRow.fan_id))
            .join(AccountRow, _theirs())
            .where(*which)
            .order_by(col(PassRow.gate), col(PassRow.ends_at), col(PassRow.user_id))
        )
        return [DuePass(FanId(fan), _held(row), row.released) for row, fan in rows]

    async def holders(self, gate: GateId) -> int:
        found = await self._session.scalar(
            select(func.count(func.distinct(col(AccountRow.fan_id))))
            .select_from(PassRow)
            .join(AccountRow, _theirs())
            .where(col(PassRow.gate) == gate)
        )
        return found or 0

    async def pull(self, gate: GateId) -> datetime | None:
        pulled: datetime | None = await self._session.scalar(
            upsert(BrakeRow)
            .values(gate=gate, pulled_at=self._clock())
            .on_conflict_do_nothing()
            .returning(col(BrakeRow.pulled_at))
        )
        return pulled

    async def pulled(self, gate: GateId) -> datetime | None:
        since = select(col(BrakeRow.pulled_at)).where(col(BrakeRow.gate) == gate)
        found: datetime | None = await self._session.scalar(since.with_for_update())
        return found

    async def stopped(self, gate: GateId) -> Sequence[DuePass]:
        return await self._passes(
            col(PassRow.gate) == gate,
            col(PassRow.ends_at) <= self._clock(),
            col(PassRow.released).is_(False),
        )

    async def release(self, gate: GateId, *, wait: timedelta | None = None) -> None:
        now = self._clock()
        decided = {"ends_at": now + wait} if wait else {"released": True}
        await self._session.execute(
            update(PassRow)
            .where(col(PassRow.gate) == gate, col(PassRow.ends_at) <= now)
            .values(**decided)
        )
        await self._session.execute(delete(BrakeRow).where(col(BrakeRow.gate) == gate))


def _theirs() -> ColumnElement[bool]:
    return and_(
        col(PassRow.platform) == col(AccountRow.platform),
        col(PassRow.user_id) == col(AccountRow.user_id),
    )


def _held(row: PassRow) -> HeldPass:
    account = Account(Platform(row.platform), row.user_id)
    return HeldPass(account, GateId(row.gate), row.target, row.ends_at)

"""Rules that were changed from a chat, in PostgreSQL."""

from collections.abc import Sequence

from sqlalchemy import func, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from gating.adapters.sql.conversation import Conversation
from gating.adapters.sql.rule_tables import RuleChangeRow
from gating.model import Account, GateId, Platform
from gating.model.rule_change import RuleChange


class SqlRules:
    """`gating.ports.rules.Rules`."""

    def __init__(self, session: Conversation) -> None:
        self._session = session

    async def add(self, change: RuleChange) -> bool:
        added = await self._session.scalar(
            insert(RuleChangeRow)
            .values(
                gate=change.gate,
                number=change.number,
                rule=change.rule,
                filed=change.filed,
                previous=change.previous,
                platform=change.by.platform if change.by else None,
                user_id=change.by.user_id if change.by else None,
                who=change.who,
                changed_at=change.at,
            )
            .on_conflict_do_nothing()
            .returning(col(RuleChangeRow.number))
        )
        return added is not None

    async def newest(self) -> Sequence[RuleChange]:
        gate, number = col(RuleChangeRow.gate), col(RuleChangeRow.number)
        last = select(gate, func.max(number)).group_by(gate)
        rows = await self._session.scalars(
            select(RuleChangeRow).where(tuple_(gate, number).in_(last)).order_by(gate)
        )
        return [_change(row) for row in rows]

    async def get(self, gate: GateId, number: int) -> RuleChange:
        rows = await self._session.scalars(
            select(RuleChangeRow).where(
                col(RuleChangeRow.gate) == gate, col(RuleChangeRow.number) == number
            )
        )
        return _change(rows.one())

    async def of(self, gate: GateId, *, most: int) -> Sequence[RuleChange]:
        rows = await self._session.scalars(
            select(RuleChangeRow)
            .where(col(RuleChangeRow.gate) == gate)
            .order_by(col(RuleChangeRow.number).desc())
            .limit(most)
        )
        return [_change(row) for row in rows]


def _change(row: RuleChangeRow) -> RuleChange:
    by = Account(Platform(row.platform), row.user_id) if row.platform and row.user_id else None
    return RuleChange(
        gate=GateId(row.gate),
        number=row.number,
        rule=row.rule,
        filed=row.filed,
        previous=row.previous,
        by=by,
        who=row.who,
        at=row.changed_at,
    )

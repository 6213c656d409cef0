"""What we granted, who knocks, and the audit trail, in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, insert, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import col

from gating.adapters.sql.conversation import Conversation
from gating.adapters.sql.tables import AuditRow, KnockRow, PassRow
from gating.model import (
    Account,
    Block,
    Change,
    Fan,
    FanId,
    GateId,
    HeldPass,
    Platform,
    Step,
)
from gating.ports import Clock


class SqlPasses:
    """`gating.ports.Passes`."""

    def __init__(self, session: Conversation, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def of_fan(self, fan: Fan) -> Sequence[HeldPass]:
        theirs = [(account.platform, account.user_id) for account in fan.accounts]
        rows = await self._session.execute(
            select(
                col(PassRow.platform),
                col(PassRow.user_id),
                col(PassRow.gate),
                col(PassRow.target),
                col(PassRow.ends_at),
                col(PassRow.contested),
                col(PassRow.missed_at).is_not(None),
            ).where(tuple_(col(PassRow.platform), col(PassRow.user_id)).in_(theirs))
        )
        return [
            HeldPass(Account(Platform(platform), user), GateId(gate), target, *kept)
            for platform, user, gate, target, *kept in rows
        ]

    async def apply(self, changes: Sequence[Change]) -> None:
        for change in changes:
            if change.step is Step.OPEN:
                held = upsert(PassRow).values(**_key(change))
                given = held.on_conflict_do_update(
                    index_elements=list(_key(change)), set_={"missed_at": None}
                )
                await self._session.execute(given)
            else:
                await self._session.execute(
                    delete(PassRow).where(
                        *_of(PassRow, change.account),
                        col(PassRow.gate) == change.gate,
                        col(PassRow.target) == change.target,
                    )
                )

    async def contest(self, account: Account, target: str, *, contested: bool) -> None:
        await self._session.execute(
            update(PassRow)
            .where(*_of(PassRow, account), col(PassRow.target) == target)
            .values(contested=contested)
        )

    async def closed_since(self, account: Account, target: str, since: datetime) -> bool:
        facts = col(AuditRow.facts)
        found = await self._session.scalar(
            select(col(AuditRow.id))
            .where(
                col(AuditRow.what) == "pass.close",
                col(AuditRow.at) > since,
                facts["account"].astext == str(account),
                facts["target"].astext == target,
            )
            .limit(1)
        )
        return found is not None

    async def forget(self, account: Account, target: str | None = None) -> None:
        for table in (PassRow, KnockRow):
            gone = delete(table).where(*_of(table, account))
            await self._session.execute(
                gone if target is None else gone.where(col(table.target) == target)
            )

    async def miss(self, account: Account, target: str) -> None:
        await self._session.execute(
            update(PassRow)
            .where(*_of(PassRow, account), col(PassRow.target) == target)
            .values(missed_at=self._clock())
        )

    async def knock(self, account: Account, target: str) -> None:
        await self._session.execute(
            upsert(KnockRow)
            .values(platform=account.platform, user_id=account.user_id, target=target)
            .on_conflict_do_nothing()
        )


class SqlAudit:
    """`gating.ports.Audit`."""

    def __init__(self, session: Conversation, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def note(
        self, what: str, *, fan: FanId | None, at: Block | None, facts: dict[str, str]
    ) -> None:
        await self._session.execute(
            insert(AuditRow).values(
                at=self._clock(),
                what=what,
                fan_id=fan,
                chain_id=at.chain_id if at else None,
                block_number=at.number if at else None,
                block_hash=at.hash if at else None,
                facts=facts,
            )
        )


def _key(change: Change) -> dict[str, str]:
    return {
        "platform": change.account.platform,
        "user_id": change.account.user_id,
        "gate": change.gate,
        "target": change.target,
    }


def _of(
    table: type[PassRow] | type[KnockRow], account: Account
) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return col(table.platform) == account.platform, col(table.user_id) == account.user_id

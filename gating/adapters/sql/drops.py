"""Drops, drafts and listening in PostgreSQL."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import ColumnElement, delete, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import col

from gating.adapters.sql.conversation import Conversation
from gating.adapters.sql.secret import hashed
from gating.adapters.sql.tables import DraftRow, DropRow, SessionRow, TicketRow
from gating.model import Account, DropId, FanId, GateId
from gating.model.drop import Draft, Drop, ListenSession, Track
from gating.ports import Clock


class SqlDrops:
    """`gating.ports.Drops`."""

    def __init__(self, session: Conversation, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def save_draft(self, draft: Draft) -> None:
        words = {"title": draft.title, "note": draft.note, **asdict(draft.track)}
        await self._session.execute(
            upsert(DraftRow)
            .values(platform=draft.account.platform, user_id=draft.account.user_id, **words)
            .on_conflict_do_update(index_elements=["platform", "user_id"], set_=words)
        )

    async def draft_of(self, account: Account) -> Draft | None:
        row = await self._session.scalar(select(DraftRow).where(*_of(account)))
        return _draft(row, account) if row else None

    async def take_draft(self, account: Account) -> Draft | None:
        row = await self._session.scalar(delete(DraftRow).where(*_of(account)).returning(DraftRow))
        return _draft(row, account) if row else None

    async def publish(self, drop: Drop) -> None:
        await self._session.execute(
            insert(DropRow).values(
                id=drop.id,
                title=drop.title,
                note=drop.note,
                gate=drop.gate,
                published_at=drop.published_at,
                **asdict(drop.track),
            )
        )

    async def get(self, drop: DropId) -> Drop | None:
        row = await self._session.scalar(select(DropRow).where(col(DropRow.id) == drop))
        return _drop(row) if row else None

    async def add_ticket(self, token: str, drop: DropId, fan: FanId, until: datetime) -> None:
        await self._session.execute(
            insert(TicketRow).values(
                token_hash=hashed(token), drop_id=drop, fan_id=fan, expires_at=until
            )
        )

    async def redeem_ticket(self, token: str) -> tuple[DropId, FanId] | None:
        redeemed = await self._session.execute(
            delete(TicketRow)
            .where(
                col(TicketRow.token_hash) == hashed(token),
                col(TicketRow.expires_at) > self._clock(),
            )
            .returning(col(TicketRow.drop_id), col(TicketRow.fan_id))
        )
        row = redeemed.first()
        return (DropId(row[0]), FanId(row[1])) if row else None

    async def open_session(self, token: str, session: ListenSession) -> None:
        await self._session.execute(
            upsert(SessionRow)
            .values(
                token_hash=hashed(token),
                drop_id=session.drop,
                fan_id=session.fan,
                expires_at=session.expires_at,
            )
            .on_conflict_do_update(
                index_elements=["token_hash"], set_={"expires_at": session.expires_at}
            )
        )

    async def session(self, token: str) -> ListenSession | None:
        row = await self._session.scalar(
            select(SessionRow).where(col(SessionRow.token_hash) == hashed(token))
        )
        if row is None:
            return None
        return ListenSession(DropId(row.drop_id), FanId(row.fan_id), row.expires_at)


def _of(account: Account) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return (
        col(DraftRow.platform) == account.platform,
        col(DraftRow.user_id) == account.user_id,
    )


def _drop(row: DropRow) -> Drop:
    return Drop(
        DropId(row.id), row.title, row.note, _track(row), GateId(row.gate), row.published_at
    )


def _draft(row: DraftRow, account: Account) -> Draft:
    return Draft(account, _track(row), row.title, row.note)


def _track(row: DraftRow | DropRow) -> Track:
    return Track(row.digest, row.filename, row.media_type, row.size)

"""What the doors must remember: where a subject was posted, and forms half filled in."""

from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlmodel import col

from gating.adapters.sql.tables import FormRow, PostedRow
from gating.model import Account, Platform


class SqlPosted:
    """The platform's own reference of the message in which a subject was posted."""

    def __init__(self, sessions: async_sessionmaker[AsyncSession]) -> None:
        self._sessions = sessions

    async def get(self, platform: Platform, subject: str) -> str | None:
        async with self._sessions() as session:
            return await session.scalar(
                select(col(PostedRow.ref)).where(
                    col(PostedRow.platform) == platform, col(PostedRow.subject) == subject
                )
            )

    async def put(self, platform: Platform, subject: str, ref: str) -> None:
        async with self._sessions.begin() as session:
            await session.execute(
                upsert(PostedRow)
                .values(platform=platform, subject=subject, ref=ref)
                .on_conflict_do_update(index_elements=["platform", "subject"], set_={"ref": ref})
            )


class SqlForms:
    """How far a person has come in a form that is asked one question at a time."""

    def __init__(self, sessions: async_sessionmaker[AsyncSession]) -> None:
        self._sessions = sessions

    async def get(self, account: Account) -> dict[str, Any] | None:
        async with self._sessions() as session:
            return await session.scalar(
                select(col(FormRow.progress)).where(
                    col(FormRow.platform) == account.platform,
                    col(FormRow.user_id) == account.user_id,
                )
            )

    async def put(self, account: Account, progress: dict[str, Any]) -> None:
        async with self._sessions.begin() as session:
            await session.execute(
                upsert(FormRow)
                .values(platform=account.platform, user_id=account.user_id, progress=progress)
                .on_conflict_do_update(
                    index_elements=["platform", "user_id"], set_={"progress": progress}
                )
            )

    async def drop(self, account: Account) -> None:
        async with self._sessions.begin() as session:
            await session.execute(
                delete(FormRow).where(
                    col(FormRow.platform) == account.platform,
                    col(FormRow.user_id) == account.user_id,
                )
            )

"""Chats that moved, rights that were lost, and invitations, in PostgreSQL."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import col

from gating.adapters.sql.chat_tables import InvitationRow, LostRightRow, MovedChatRow
from gating.adapters.sql.conversation import Conversation
from gating.adapters.sql.tables import KnockRow, PassRow
from gating.model import Account, Platform
from gating.model.chats import Invitation
from gating.ports import Clock

_OURS = (PassRow, KnockRow, InvitationRow)
_QUEUED = """
    UPDATE outbox SET act = jsonb_set(act, '{target}', to_jsonb(%(now)s::text))
    WHERE platform = 'telegram' AND act->>'kind' = 'pass' AND act->>'target' = %(chat)s
    """
_TWINS = tuple(
    f"""
    DELETE FROM {table} AS old USING {table} AS new
    WHERE old.platform = 'telegram' AND old.target = %(chat)s AND new.target = %(now)s
      AND new.platform = old.platform AND new.user_id = old.user_id {same}
    """  # noqa: S608  - only our own words
    for table, same in (
        ("held_pass", "AND new.gate = old.gate"),
        ("knock", ""),
        ("invitation", ""),
    )
)
"""What stands under both numbers already stays under the new one."""


class SqlChats:
    """`gating.ports.chats.Chats`."""

    def __init__(self, session: Conversation) -> None:
        self._session = session

    async def moved(self, chat: str, now: str) -> bool:
        new = upsert(MovedChatRow).values(chat=chat, now=now, settled=False)
        return await self._changed(new.on_conflict_do_nothing().returning(col(MovedChatRow.chat)))

    async def now(self, chat: str) -> str:
        found = select(col(MovedChatRow.now)).where(col(MovedChatRow.chat) == chat)
        return await self._session.scalar(found) or chat

    async def before(self, chat: str) -> str:
        found = select(col(MovedChatRow.chat)).where(
            col(MovedChatRow.now) == chat, ~col(MovedChatRow.settled)
        )
        return await self._session.scalar(found) or chat

    async def settle(self, doors: Collection[str], posts: Collection[str]) -> int:
        chat, now = col(MovedChatRow.chat), col(MovedChatRow.now)
        moves = await self._session.execute(
            select(chat, now).where(
                ~col(MovedChatRow.settled),
                chat.not_in(doors),
                or_(now.in_(doors), and_(now.in_(posts), chat.not_in(posts))),
            )
        )
        moved = moves.all()
        for chat, now in moved:
            await self._follow(chat, now)
        return len(moved)

    async def _follow(self, chat: str, now: str) -> None:
        for twins in _TWINS:
            await self._session.change(twins, {"chat": chat, "now": now})
        for table in _OURS:
            ours = (col(table.platform) == Platform.TELEGRAM, col(table.target) == chat)
            await self._session.execute(update(table).where(*ours).values(target=now))
        await self._session.change(_QUEUED, {"chat": chat, "now": now})
        done = update(MovedChatRow).where(col(MovedChatRow.chat) == chat)
        await self._session.execute(done.values(settled=True))

    async def lose(self, chat: str, code: str) -> bool:
        new = upsert(LostRightRow).values(chat=chat, code=code)
        return await self._changed(new.on_conflict_do_nothing().returning(col(LostRightRow.chat)))

    async def regain(self, chat: str, code: str) -> bool:
        back = delete(LostRightRow).where(
            col(LostRightRow.chat) == chat, col(LostRightRow.code) == code
        )
        return await self._changed(back.returning(col(LostRightRow.chat)))

    async def _changed(self, statement: Any) -> bool:
        return (await self._session.execute(statement)).first() is not None


class SqlInvitations:
    """`gating.ports.chats.Invitations`."""

    def __init__(self, session: Conversation, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def of(self, account: Account, target: str) -> Invitation | None:
        found = await self._session.execute(
            select(
                col(InvitationRow.url), col(InvitationRow.title), col(InvitationRow.until)
            ).where(*_of(account, target), col(InvitationRow.until) > self._clock())
        )
        row = found.first()
        return Invitation(*row) if row else None

    async def keep(self, account: Account, target: str, made: Invitation) -> Invitation:
        values = {"url": made.url, "title": made.title, "until": made.until}
        key = {"platform": account.platform, "user_id": account.user_id, "target": target}
        until = col(InvitationRow.until)
        await self._session.execute(
            upsert(InvitationRow)
            .values(**key, **values, owed=False)
            .on_conflict_do_update(
                index_elements=list(key),
                set_=values,
                where=or_(until.is_(None), until <= self._clock()),
            )
        )
        return await self.of(account, target) or made

    async def use(self, account: Account, target: str) -> bool:
        link = (*_of(account, target), col(InvitationRow.url).is_not(None))
        used = await self._session.execute(
            update(InvitationRow)
            .where(*link)
            .values(until=self._clock())
            .returning(col(InvitationRow.target))
        )
        return used.first() is not None

    async def over(self) -> Sequence[tuple[Account, str, str]]:
        found = await self._session.execute(
            select(
                col(InvitationRow.platform),
                col(InvitationRow.user_id),
                col(InvitationRow.target),
                col(InvitationRow.url),
            ).where(col(InvitationRow.until) <= self._clock())
        )
        return [(Account(Platform(p), user), target, url) for p, user, target, url in found]

    async def drop(self, account: Account, target: str, url: str) -> None:
        this = (*_of(account, target), col(InvitationRow.url) == url)
        owed = col(InvitationRow.owed)
        await self._session.execute(delete(InvitationRow).where(*this, ~owed))
        await self._session.execute(
            update(InvitationRow).where(*this, owed).values(url=None, until=None)
        )


def _of(account: Account, target: str) -> tuple[ColumnElement[bool], ...]:
    return (
        col(InvitationRow.platform) == account.platform,
        col(InvitationRow.user_id) == account.user_id,
        col(InvitationRow.target) == target,
    )

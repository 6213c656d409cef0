"""What ties accounts and wallets to a fan, in PostgreSQL."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    String,
    any_,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import col

from gating.adapters.sql.conversation import Conversation
from gating.adapters.sql.person_tables import GuestRow
from gating.adapters.sql.tables import (
    AccountRow,
    FanRow,
    JoinCodeRow,
    SessionRow,
    TicketRow,
    TrailRow,
    WalletRow,
)
from gating.model import Account, Address, FanId, Platform, Profile
from gating.model.trail import Known, Trail
from gating.ports import Clock

_THEIRS = (AccountRow, WalletRow, TicketRow, SessionRow, GuestRow)
"""What goes along when a fan is merged. A code in the other chat's hands dies with its fan."""


_ON_BOTH = """
    DELETE FROM guest USING guest AS kept
    WHERE kept.guest_list = guest.guest_list AND (
        (guest.fan_id = %(fan)s AND kept.fan_id = %(into)s AND kept.off_at IS NOT NULL)
        OR (guest.fan_id = %(into)s AND kept.fan_id = %(fan)s AND kept.off_at IS NOT NULL
            AND guest.off_at IS NULL)
        OR (guest.fan_id = %(fan)s AND kept.fan_id = %(into)s AND guest.off_at IS NULL)
    )
    """
"""A fan stands on a guest list once. Who was taken off stays off by joining somebody who is on."""
_OFF_TOO = """
    INSERT INTO guest (fan_id, guest_list, code, since, off_at)
    SELECT %(alone)s, guest_list, code, since, off_at FROM guest
    JOIN account USING (fan_id)
    WHERE platform = %(platform)s AND user_id = %(account)s AND off_at IS NOT NULL
    """
"""Who was taken off with others stays off alone."""
_TRAIL = "SELECT * FROM wallet_trail WHERE address = %(wallet)s"


class SqlBonds:
    """`gating.ports.wallets.Bonds`."""

    def __init__(self, session: Conversation, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def turn(self, wallet: Address) -> None:
        turn = func.pg_advisory_xact_lock(func.hashtextextended(f"wallet:{wallet}", 0))
        await self._session.execute(select(turn))

    async def hold(self, *fans: FanId) -> None:
        # accounts before fans: who only renames an account has its row before the fan's
        await self._session.execute(
            select(col(AccountRow.user_id))
            .where(col(AccountRow.fan_id).in_(fans))
            .order_by(col(AccountRow.platform), col(AccountRow.user_id))
            .with_for_update()
        )
        await self._session.execute(
            select(col(FanRow.id))
            .where(col(FanRow.id).in_(fans))
            .order_by(col(FanRow.id))
            .with_for_update()
        )

    async def trail(self, wallet: Address) -> Trail | None:
        found = await self._session.rows(_TRAIL, {"wallet": wallet})
        return _trail(found[0]) if found else None

    async def resting(
        self, wallets: Iterable[Address], rest: timedelta
    ) -> Mapping[Address, FanId]:
        found = await self._session.execute(
            select(col(TrailRow.address), col(TrailRow.last)).where(
                col(TrailRow.address) == any_(literal(list(wallets), ARRAY(String))),
                col(TrailRow.freed_at) > self._clock() - rest,
            )
        )
        return {Address(wallet): FanId(last) for wallet, last in found}

    async def note(self, trail: Trail) -> None:
        kept = {
            "last": trail.last,
            "freed_at": trail.freed_at,
            "moved_at": trail.moved_at,
            "taken_from": trail.taken_from,
            "expelled": trail.expelled,
        }
        await self._session.execute(
            upsert(TrailRow)
            .values(address=trail.wallet, **kept)
            .on_conflict_do_update(index_elements=["address"], set_=kept)
        )

    async def release(self, fan: FanId, wallet: Address) -> bool:
        gone = await self._session.execute(
            delete(WalletRow).where(*_of(fan, wallet)).returning(col(WalletRow.address))
        )
        heard = update(SessionRow).where(col(SessionRow.fan_id) == fan)
        await self._session.execute(heard.values(expires_at=self._clock()))
        return gone.first() is not None

    async def label(self, fan: FanId, wallet: Address, label: str) -> bool:
        named = await self._session.execute(
            update(WalletRow)
            .where(*_of(fan, wallet))
            .values(label=label)
            .returning(col(WalletRow.address))
        )
        return named.first() is not None

    async def known(self, fan: FanId) -> Sequence[Known]:
        rows = await self._session.scalars(
            select(AccountRow)
            .where(col(AccountRow.fan_id) == fan)
            .order_by(col(AccountRow.platform), col(AccountRow.user_id)),
            execution_options={"populate_existing": True},
        )
        return [
            Known(
                Account(Platform(row.platform), row.user_id),
                Profile(row.username, row.display_name, row.picture),
            )
            for row in rows
        ]

    async def part(self, account: Account) -> FanId:
        its = (
            col(AccountRow.platform) == account.platform,
            col(AccountRow.user_id) == account.user_id,
        )
        left = select(col(AccountRow.fan_id)).where(*its).scalar_subquery()
        for theirs in (TicketRow, SessionRow, JoinCodeRow):
            await self._session.execute(delete(theirs).where(col(theirs.fan_id) == left))
        now, alone = self._clock(), FanId(uuid.uuid4().hex)
        await self._session.execute(
            update(FanRow).where(col(FanRow.id) == left).values(left_at=now)
        )
        await self._session.execute(insert(FanRow).values(id=alone, created_at=now))
        await self._session.change(
            _OFF_TOO, {"account": account.user_id, "alone": alone, "platform": account.platform}
        )
        await self._session.execute(update(AccountRow).where(*its).values(fan_id=alone))
        return alone

    async def left_at(self, *fans: FanId) -> datetime | None:
        latest = select(func.max(col(FanRow.left_at))).where(col(FanRow.id).in_(fans))
        at: datetime | None = await self._session.scalar(latest)
        return at

    async def merge(self, fan: FanId, *, into: FanId) -> None:
        await self._session.change(_ON_BOTH, {"fan": fan, "into": into})
        for table in _THEIRS:
            theirs = update(table).where(col(table.fan_id) == fan)
            await self._session.execute(theirs.values(fan_id=into))
        trails = update(TrailRow)
        await self._session.execute(trails.where(col(TrailRow.last) == fan).values(last=into))
        await self._session.execute(
            trails.where(col(TrailRow.taken_from) == fan).values(taken_from=into)
        )
        await self._session.execute(
            update(FanRow)
            .where(or_(col(FanRow.id) == fan, col(FanRow.merged_into) == fan))
            .values(merged_into=into)
        )


def _of(fan: FanId, wallet: Address) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return col(WalletRow.address) == wallet, col(WalletRow.fan_id) == fan


def _trail(row: Any) -> Trail:
    return Trail(
        Address(row.address),
        FanId(row.last),
        row.freed_at,
        row.moved_at,
        FanId(row.taken_from) if row.taken_from else None,
        row.expelled,
    )

"""Guest lists in PostgreSQL."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, String, any_, insert, literal, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import col

from gating.adapters.sql.conversation import Conversation
from gating.adapters.sql.guessing import must_not_guess, note_wrong
from gating.adapters.sql.person_tables import GuestCodeRow, GuestRow
from gating.model import Account, FanId
from gating.model.guests import Guest, GuestCode
from gating.ports import Clock


class SqlGuests:
    """`gating.ports.guests.Guests`."""

    def __init__(self, session: Conversation, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def must_not_guess(self, by: Account) -> None:
        await must_not_guess(self._session, by, self._clock())

    async def note_wrong(self, by: Account) -> None:
        await note_wrong(self._session, by, self._clock())

    async def add(self, list_: str, seal: bytes, *, places: int, until: datetime) -> GuestCode:
        kept = {"seal": seal, "places": places, "used": 0, "expires_at": until, "stopped": False}
        made = await self._session.scalars(
            insert(GuestCodeRow)
            .values(guest_list=list_, made_at=self._clock(), **kept)
            .returning(GuestCodeRow)
        )
        return _code(made.one())

    async def in_time(self) -> Sequence[GuestCode]:
        rows = await self._session.scalars(
            select(GuestCodeRow).where(
                col(GuestCodeRow.stopped).is_(False),
                col(GuestCodeRow.expires_at) > self._clock(),
            )
        )
        return [_code(row) for row in rows]

    async def codes(self, list_: str) -> Sequence[GuestCode]:
        rows = await self._session.scalars(
            select(GuestCodeRow)
            .where(col(GuestCodeRow.guest_list) == list_)
            .order_by(col(GuestCodeRow.number).desc())
        )
        return [_code(row) for row in rows]

    async def take(self, number: int) -> bool:
        taken = await self._session.execute(
            update(GuestCodeRow)
            .where(
                col(GuestCodeRow.number) == number,
                col(GuestCodeRow.used) < col(GuestCodeRow.places),
                col(GuestCodeRow.stopped).is_(False),
                col(GuestCodeRow.expires_at) > self._clock(),
            )
            .values(used=GuestCodeRow.used + 1)
            .returning(col(GuestCodeRow.number))
        )
        return taken.first() is not None

    async def find(self, fan: FanId, list_: str) -> Guest | None:
        row = await self._session.scalar(
            select(GuestRow).where(col(GuestRow.fan_id) == fan, col(GuestRow.guest_list) == list_),
            execution_options={"populate_existing": True},
        )
        return _guest(row) if row else None

    async def put(self, fan: FanId, code: GuestCode) -> bool:
        entered = {"code": code.number, "since": self._clock(), "off_at": None}
        done = await self._session.execute(
            upsert(GuestRow)
            .values(fan_id=fan, guest_list=code.list, **entered)
            .on_conflict_do_update(
                index_elements=["fan_id", "guest_list"],
                set_=entered,
                where=col(GuestRow.off_at).is_not(None),
            )
            .returning(col(GuestRow.fan_id))
        )
        return done.first() is not None

    async def since(
        self, fans: Iterable[FanId], lists: Iterable[str]
    ) -> Mapping[tuple[FanId, str], datetime]:
        rows = await self._session.execute(
            select(col(GuestRow.fan_id), col(GuestRow.guest_list), col(GuestRow.since)).where(
                col(GuestRow.fan_id) == _any(fans),
                col(GuestRow.guest_list) == _any(lists),
                col(GuestRow.off_at).is_(None),
            )
        )
        return {(FanId(fan), list_): since for fan, list_, since in rows}

    async def is_guest(self, fan: FanId) -> bool:
        found = await self._session.scalar(
            select(col(GuestRow.fan_id))
            .where(col(GuestRow.fan_id) == fan, col(GuestRow.off_at).is_(None))
            .limit(1)
        )
        return found is not None

    async def on(self, list_: str) -> Sequence[Guest]:
        rows = await self._session.scalars(
            select(GuestRow)
            .where(col(GuestRow.guest_list) == list_, col(GuestRow.off_at).is_(None))
            .order_by(col(GuestRow.since).desc(), col(GuestRow.fan_id))
        )
        return [_guest(row) for row in rows]

    async def take_off(self, fan: FanId, list_: str | None) -> Sequence[Guest]:
        this = () if list_ is None else (col(GuestRow.guest_list) == list_,)
        return await self._off(col(GuestRow.fan_id) == fan, *this)

    async def stop(self, number: int) -> GuestCode | None:
        rows = await self._session.scalars(
            update(GuestCodeRow)
            .where(col(GuestCodeRow.number) == number)
            .values(stopped=True)
            .returning(GuestCodeRow)
        )
        row = rows.first()
        return _code(row) if row else None

    async def take_all_off(self, number: int) -> Sequence[Guest]:
        return await self._off(col(GuestRow.code) == number)

    async def _off(self, *whose: ColumnElement[bool]) -> Sequence[Guest]:
        rows = await self._session.scalars(
            update(GuestRow)
            .where(*whose, col(GuestRow.off_at).is_(None))
            .values(off_at=self._clock())
            .returning(GuestRow)
        )
        return [_guest(row) for row in rows]


def _any(values: Iterable[str]) -> Any:
    """One array and not a list of values: PostgreSQL takes 65,535 values at most."""
    return any_(literal(list(values), ARRAY(String)))


def _code(row: Any) -> GuestCode:
    return GuestCode(
        row.number,
        row.guest_list,
        row.seal,
        row.places,
        row.used,
        row.made_at,
        row.expires_at,
        row.stopped,
    )


def _guest(row: Any) -> Guest:
    return Guest(FanId(row.fan_id), row.guest_list, row.code, row.since, row.off_at)

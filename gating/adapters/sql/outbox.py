"""The outbox in PostgreSQL.

A lane is a line in front of one account or one post: only its first open row can be claimed, so
order holds however many workers claim. A row that is `stuck` keeps its lane waiting, because what
follows it would speak of something that has not happened. Among people who wait alike a pass goes
before a message, for what everybody waits for is the door, and what is said aside (how long it
will take) before both.
"""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select, text, update
from sqlalchemy.engine import RowMapping
from sqlmodel import col

from gating.adapters.sql.acts import read, written
from gating.adapters.sql.conversation import Conversation
from gating.adapters.sql.tables import OutboxRow
from gating.model import Account, Entry, EntryId, PassChange, Platform, Tell, Urgency
from gating.ports import Clock

_CLAIM = text(
    """
    WITH first AS MATERIALIZED (
        SELECT id, leased_until IS NOT NULL AS lapsed FROM outbox AS mine
        WHERE platform = :platform AND state = 'due' AND due_at <= :now
          AND (leased_until IS NULL OR leased_until <= :now)
          AND NOT EXISTS (
              SELECT 1 FROM outbox AS ahead
              WHERE ahead.lane = mine.lane AND ahead.state IN ('due', 'stuck')
                AND ahead.id < mine.id
          )
        ORDER BY urgency, id
        LIMIT :most
        FOR UPDATE SKIP LOCKED
    )
    UPDATE outbox SET leased_until = :until, attempts = attempts + 1
    FROM first WHERE outbox.id = first.id
    RETURNING outbox.id, act, urgency, attempts, lapsed
    """
)


ROWS = """
    INSERT INTO outbox (platform, lane, urgency, act, due_at, state, attempts, erase)
    SELECT platform, lane, urgency, act, due_at, 'due', 0, false
    FROM json_to_recordset(%(entries)s::json)
      AS entry(platform text, lane text, urgency int, act jsonb, due_at timestamptz)
    """
"""Adds all of `entries` (JSON of `row_of`), in their order."""
RANKS = 10
"""The stored urgency has room for ranks within one: it stands in the index that claims use."""


class SqlOutbox:
    """`gating.ports.Outbox`."""

    def __init__(self, session: Conversation, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def add(self, *entries: Entry) -> None:
        now = self._clock()
        rows = [row_of(entry, now) for entry in entries]
        if rows:
            await self._session.change(ROWS, {"entries": json.dumps(rows)})

    async def claim(self, platform: Platform, *, limit: int, lease: timedelta) -> Sequence[Entry]:
        now = self._clock()
        rows = await self._session.execute(
            _CLAIM, {"platform": platform, "now": now, "until": now + lease, "most": limit}
        )
        return sorted((_entry(row) for row in rows.mappings()), key=_in_order)

    async def done(self, entry: EntryId) -> None:
        await self._end(_is(entry), state="done", leased_until=None, code=None)

    async def again(self, entry: EntryId, *, after: float, code: str) -> None:
        due = self._clock() + timedelta(seconds=after)
        await self._set(entry, due_at=due, leased_until=None, code=code)

    async def stick(self, entry: EntryId, *, code: str) -> None:
        await self._set(entry, state="stuck", leased_until=None, code=code)

    async def drop(self, entry: EntryId, *, code: str) -> None:
        lane = select(col(OutboxRow.lane)).where(col(OutboxRow.id) == entry).scalar_subquery()
        told_after = (
            col(OutboxRow.lane) == lane,
            col(OutboxRow.state) == "due",
            col(OutboxRow.id) > entry,
            col(OutboxRow.act)["kind"].astext == "tell",
        )
        await self._end(*told_after, state="dropped", code=code)
        await self._end(_is(entry), state="dropped", leased_until=None, code=code)

    async def settle(self, platform: Platform, *, code: str) -> int:
        return await self._end(
            col(OutboxRow.platform) == platform,
            col(OutboxRow.state) == "stuck",
            col(OutboxRow.code) == code,
            state="done",
            leased_until=None,
        )

    async def resume(self, platform: Platform, *, code: str | None = None) -> int:
        stopped = [col(OutboxRow.platform) == platform, col(OutboxRow.state) == "stuck"]
        if code is not None:
            stopped.append(col(OutboxRow.code) == code)
        resumed = await self._session.execute(
            update(OutboxRow)
            .where(*stopped)
            .values(state="due", due_at=self._clock(), code="resumed")
            .returning(col(OutboxRow.id))
        )
        return len(resumed.all())

    async def until_last_of(self, account: Account) -> int:
        theirs = select(func.max(col(OutboxRow.id))).where(
            col(OutboxRow.lane) == str(account), *_open_passes(account.platform)
        )
        counted = await self._session.scalar(
            select(func.count())
            .select_from(OutboxRow)
            .where(*_open_passes(account.platform), col(OutboxRow.id) <= theirs.scalar_subquery())
        )
        return counted or 0

    async def _end(self, *which: ColumnElement[bool], **values: Any) -> int:
        """How many; nothing stays of an entry whose account asked to be forgotten."""
        number = col(OutboxRow.id)
        gone = await self._session.execute(
            delete(OutboxRow).where(*which, col(OutboxRow.erase)).returning(number)
        )
        over = await self._session.execute(
            update(OutboxRow).where(*which).values(**values).returning(number)
        )
        return len(gone.all()) + len(over.all())

    async def _set(self, entry: EntryId, **values: Any) -> None:
        await self._session.execute(update(OutboxRow).where(_is(entry)).values(**values))


def row_of(entry: Entry, now: datetime) -> dict[str, Any]:
    """The entry as `ROWS` reads it."""
    return {
        "platform": entry.platform,
        "lane": entry.lane,
        "urgency": _rank(entry),
        "act": written(entry.act),
        "due_at": (now + timedelta(seconds=entry.wait)).isoformat(),
    }


def _is(entry: EntryId) -> ColumnElement[bool]:
    return col(OutboxRow.id) == entry


def _open_passes(platform: Platform) -> tuple[ColumnElement[bool], ...]:
    return (
        col(OutboxRow.platform) == platform,
        col(OutboxRow.state).in_(("due", "stuck")),
        col(OutboxRow.act)["kind"].astext == "pass",
    )


def _entry(row: RowMapping) -> Entry:
    # whoever answers takes the lease away, so one that is still there belonged to a dead worker
    return Entry(
        read(row["act"]),
        Urgency(row["urgency"] // RANKS),
        EntryId(row["id"]),
        row["attempts"],
        in_doubt=row["lapsed"],
    )


def _rank(entry: Entry) -> int:
    """How urgent, and within that: first how long it takes, then doors, then other words."""
    if isinstance(entry.act, Tell) and entry.act.aside:
        kind = 0
    else:
        kind = 1 if isinstance(entry.act, PassChange) else 2
    return entry.urgency * RANKS + kind


def _in_order(entry: Entry) -> tuple[int, int]:
    return _rank(entry), entry.id or 0

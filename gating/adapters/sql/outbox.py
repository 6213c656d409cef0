"""The outbox in PostgreSQL.

A lane is a line in front of one account or one post: only its first open row can be claimed, so
order holds however many workers claim. A row that is `stuck` keeps its lane waiting, because what
follows it would speak of something that has not happened; only a role in another server does not
wait for it. A queue is what a platform's limits hold up together (`gating.model.servers`): from
each so many are claimed as it has room for, so that none waits behind another. Among people who
wait alike a pass goes before a message, for what everybody waits for is the door, and what is said
aside (how long it will take) before both.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, update
from sqlmodel import col

from gating.adapters.sql.acts import read, written
from gating.adapters.sql.conversation import Conversation
from gating.adapters.sql.tables import OutboxRow
from gating.model import Account, EntryId, Platform
from gating.model.entries import Entry, PassChange, Tell, Urgency, Wait
from gating.model.servers import Servers
from gating.ports import Clock

_QUEUES = """
    WITH RECURSIVE found AS (
        SELECT min(queue) AS queue FROM outbox WHERE platform = %(platform)s AND state = 'due'
      UNION ALL
        SELECT (
            SELECT min(queue) FROM outbox
            WHERE platform = %(platform)s AND state = 'due' AND queue > found.queue
        ) FROM found WHERE queue IS NOT NULL
    )
    """
"""Every queue of a platform in which something is due, at the cost of so many look-ups."""
_ONE_QUEUE = "WITH found AS (SELECT %(queue)s::text AS queue)"
_FIRST = """
    , first AS MATERIALIZED (
        SELECT claimed.id, claimed.lapsed FROM found CROSS JOIN LATERAL (
            SELECT id, leased_until IS NOT NULL AS lapsed FROM outbox AS mine
            WHERE platform = %(platform)s AND queue = found.queue AND state = 'due'
              AND due_at <= %(now)s AND (leased_until IS NULL OR leased_until <= %(now)s)
              AND NOT EXISTS (
                  SELECT 1 FROM outbox AS ahead
                  WHERE ahead.lane = mine.lane AND ahead.state IN ('due', 'stuck')
                    AND ahead.id < mine.id
                    AND (
                        ahead.queue = mine.queue OR mine.queue = mine.platform
                        OR ahead.act->>'target' = mine.act->>'target'
                    )
              )
            ORDER BY urgency, id
            LIMIT greatest(0, %(most)s - coalesce((%(taken)s::json->>found.queue)::int, 0))
            FOR UPDATE SKIP LOCKED
        ) AS claimed
        WHERE found.queue IS NOT NULL
    )
    UPDATE outbox SET leased_until = %(until)s, attempts = attempts + 1
    FROM first WHERE outbox.id = first.id
    RETURNING outbox.id, act, queue, urgency, attempts, lapsed
    """
_CLAIM, _CLAIM_NEXT = _QUEUES + _FIRST, _ONE_QUEUE + _FIRST
_DONE = """
    WITH gone AS (DELETE FROM outbox WHERE id = %(entry)s AND erase)
    UPDATE outbox SET state = 'done', leased_until = NULL, code = NULL
    WHERE id = %(entry)s AND NOT erase
    """
_ALONE = """
    SELECT pg_advisory_xact_lock(hashtext(lane)) FROM outbox WHERE id = %(entry)s
    """
"""Of two that are dropped at once for one account, the later must see what the first one did."""
_TOLD_AFTER = """
    WITH gone AS (SELECT id, lane FROM outbox WHERE id = %(entry)s), before AS (
        SELECT coalesce(max(told.id), 0) AS id FROM outbox AS told, gone
        WHERE told.lane = gone.lane AND told.id < gone.id AND told.act->>'kind' = 'tell'
    )
    UPDATE outbox AS told SET state = 'dropped', code = %(code)s FROM gone, before
    WHERE told.lane = gone.lane AND told.state = 'due' AND told.id > gone.id
      AND told.act->>'kind' = 'tell' AND NOT EXISTS (
          SELECT 1 FROM outbox AS other
          WHERE other.lane = gone.lane AND other.id > before.id AND other.id < told.id
            AND other.id <> gone.id AND other.state <> 'dropped' AND other.act->>'kind' = 'pass'
      )
    """
"""Words that speak of nothing but what could not be done: no other pass was decided with it."""
_FORGOTTEN = """
    DELETE FROM outbox AS told USING outbox AS gone
    WHERE gone.id = %(entry)s AND told.lane = gone.lane AND told.state = 'dropped' AND told.erase
    """
_WAITS = """
    SELECT queue, CASE WHEN stuck THEN 0 ELSE (
        SELECT count(*) FROM outbox AS ahead
        WHERE ahead.platform = mine.platform AND ahead.queue = mine.queue
          AND ahead.state = 'due' AND (
              (ahead.urgency, ahead.id) <= (mine.urgency, mine.id)
              OR ahead.leased_until IS NOT NULL  -- under way, and not called back
          )
          AND ahead.act->>'kind' = 'pass'
    ) END AS place
    FROM (
        SELECT DISTINCT ON (queue) platform, queue, urgency, id, bool_or(state = 'stuck')
          OVER (PARTITION BY queue) AS stuck
        FROM outbox
        WHERE lane = %(lane)s AND state IN ('due', 'stuck') AND act->>'kind' = 'pass'
        ORDER BY queue, urgency DESC, id DESC
    ) AS mine
    """


ROWS = """
    INSERT INTO outbox (platform, queue, lane, urgency, act, due_at, state, attempts, erase)
    SELECT platform, queue, lane, urgency, act, due_at, 'due', 0, false
    FROM json_to_recordset(%(entries)s::json)
      AS entry(platform text, queue text, lane text, urgency int, act jsonb, due_at timestamptz)
    """
"""Adds all of `entries` (JSON of `rows_of`), in their order."""
RANKS = 10
"""The stored urgency has room for ranks within one: it stands in the index that claims use."""


class SqlOutbox:
    """`gating.ports.Outbox`."""

    def __init__(
        self, session: Conversation, clock: Clock, servers: Servers | None = None
    ) -> None:
        self._session = session
        self._clock = clock
        self._servers = servers or Servers()

    async def add(self, *entries: Entry) -> None:
        now = self._clock()
        rows = rows_of(entries, now, self._servers)
        if rows:
            await self._session.change(ROWS, {"entries": json.dumps(rows)})

    async def claim(
        self,
        platform: Platform,
        *,
        limit: int,
        lease: timedelta,
        taken: Mapping[str, int] | None = None,
    ) -> Sequence[Entry]:
        values = {"platform": platform, "most": limit, "taken": json.dumps(dict(taken or {}))}
        return await self._claimed(_CLAIM, values, lease)

    async def claim_next(
        self, platform: Platform, queue: str, *, lease: timedelta
    ) -> Sequence[Entry]:
        values = {"platform": platform, "queue": queue, "most": 1, "taken": "{}"}
        return await self._claimed(_CLAIM_NEXT, values, lease)

    async def _claimed(
        self, query: str, values: Mapping[str, Any], lease: timedelta
    ) -> Sequence[Entry]:
        now = self._clock()
        rows = await self._session.rows(query, {**values, "now": now, "until": now + lease})
        return sorted((_entry(row) for row in rows), key=_in_order)

    async def done(self, entry: EntryId) -> None:
        await self._session.change(_DONE, {"entry": entry})

    async def again(self, entry: EntryId, *, after: float, code: str) -> None:
        due = self._clock() + timedelta(seconds=after)
        await self._set(entry, due_at=due, leased_until=None, code=code)

    async def stick(self, entry: EntryId, *, code: str) -> None:
        await self._set(entry, state="stuck", leased_until=None, code=code)

    async def drop(self, entry: EntryId, *, code: str) -> None:
        await self._session.rows(_ALONE, {"entry": entry})
        await self._session.change(_TOLD_AFTER, {"entry": entry, "code": code})
        await self._session.change(_FORGOTTEN, {"entry": entry})
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

    async def waits_of(self, account: Account) -> Sequence[Wait]:
        rows = await self._session.rows(_WAITS, {"lane": str(account)})
        return [Wait(row.queue, row.place) for row in rows]

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


def rows_of(entries: Iterable[Entry], now: datetime, servers: Servers) -> list[dict[str, Any]]:
    """The entries as `ROWS` reads them."""
    return [
        {
            "platform": entry.platform,
            "queue": servers.queue_of(entry),
            "lane": entry.lane,
            "urgency": _rank(entry),
            "act": written(entry.act),
            "due_at": (now + timedelta(seconds=entry.wait)).isoformat(),
        }
        for entry in entries
    ]


def _is(entry: EntryId) -> ColumnElement[bool]:
    return col(OutboxRow.id) == entry


def _entry(row: Any) -> Entry:
    # whoever answers takes the lease away, so one that is still there belonged to a dead worker
    return Entry(
        read(row.act),
        Urgency(row.urgency // RANKS),
        EntryId(row.id),
        row.attempts,
        in_doubt=row.lapsed,
        queue=row.queue,
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

"""What a look at one fan's access reads, and what it decides: one statement each."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from gating.adapters.sql.conversation import Conversation
from gating.adapters.sql.outbox import ROWS, rows_of
from gating.errors import Refused
from gating.model import (
    Account,
    Address,
    Change,
    Fan,
    FanId,
    GateId,
    HeldPass,
    Known,
    Platform,
    Wallet,
    WalletKind,
)
from gating.model.entries import Decision
from gating.model.servers import Servers
from gating.ports import Clock

_LOCK = "SELECT id FROM fan WHERE id = %(fan)s FOR UPDATE"
_READ = """
    SELECT fan.id AS fan, look_at,
      (SELECT json_agg(json_build_array(platform, user_id) ORDER BY platform, user_id)
       FROM account WHERE fan_id = fan.id) AS accounts,
      (SELECT json_agg(
         json_build_array(address, linked_at, kind, proof_chain, label) ORDER BY linked_at, address
       ) FROM wallet WHERE fan_id = fan.id) AS wallets,
      (SELECT json_agg(json_build_array(platform, user_id, gate, target, ends_at, contested,
         missed_at IS NOT NULL))
       FROM account JOIN held_pass USING (platform, user_id) WHERE fan_id = fan.id) AS held,
      (SELECT json_agg(json_build_array(platform, user_id, target))
       FROM account JOIN knock USING (platform, user_id) WHERE fan_id = fan.id) AS knocks,
      (SELECT json_agg(json_build_array(platform, user_id, target))
       FROM account JOIN invitation USING (platform, user_id)
       WHERE fan_id = fan.id AND owed) AS owed,
      (SELECT count(*) FROM (
         SELECT 1 FROM outbox WHERE platform = %(queue)s
           AND state IN ('due', 'stuck') AND act->>'kind' = 'pass' LIMIT %(most)s
       ) AS ahead) AS ahead
    FROM fan WHERE merged_into IS NULL
    """
_KNOWN = f"{_READ} AND id = %(fan)s"
# who lost the last wallet while the chain was silent still has passes to be looked at
_OF_ACCOUNT = f"""{_READ} AND id = (
      SELECT fan_id FROM account WHERE platform = %(platform)s AND user_id = %(user)s
    )"""  # noqa: S608  - only our own words
_EVERYONE = f"""{_READ} AND (
      EXISTS (SELECT FROM wallet WHERE fan_id = fan.id)
      OR EXISTS (SELECT FROM account JOIN seen_role USING (platform, user_id)
                 WHERE fan_id = fan.id AND has)
      OR EXISTS (SELECT FROM guest WHERE guest.fan_id = fan.id AND off_at IS NULL)
      OR EXISTS (SELECT FROM account JOIN held_pass USING (platform, user_id)
                 WHERE fan_id = fan.id)
    ) AND (%(after)s::text IS NULL OR id > %(after)s) ORDER BY id LIMIT %(page)s"""  # noqa: S608  - only our own words
_DUE = """
    UPDATE fan SET look_at = %(until)s WHERE id IN (
        SELECT id FROM fan WHERE look_at <= %(now)s AND merged_into IS NULL
        ORDER BY look_at LIMIT %(most)s FOR UPDATE SKIP LOCKED
    ) RETURNING id
    """
_THESE = f"{_READ} AND fan.id = ANY(%(fans)s) ORDER BY id"
_LOOK_AT = """
    UPDATE fan SET look_at = due.look_at FROM (
        SELECT id, due.look_at FROM fan
        JOIN json_to_recordset(%(due)s::json) AS due(fan text, look_at timestamptz)
          ON fan.id = due.fan
        ORDER BY id FOR UPDATE OF fan SKIP LOCKED
    ) AS due WHERE fan.id = due.id
    """
_KEPT = """
    WITH opened AS (
        INSERT INTO held_pass (platform, user_id, gate, target, released, contested)
        SELECT platform, user_id, gate, target, false, false
        FROM json_to_recordset(%(changes)s::json)
          AS change(step text, platform text, user_id text, gate text, target text)
        WHERE step = 'open'
        ON CONFLICT (platform, user_id, gate, target) DO UPDATE SET missed_at = NULL
    ), closed AS (
        DELETE FROM held_pass USING json_to_recordset(%(changes)s::json)
          AS change(step text, platform text, user_id text, gate text, target text)
        WHERE step = 'close' AND held_pass.platform = change.platform
          AND held_pass.user_id = change.user_id AND held_pass.gate = change.gate
          AND held_pass.target = change.target
    ), ending AS (
        UPDATE held_pass SET ends_at = CASE WHEN change.step = 'end'
            THEN coalesce(ends_at, %(now)s::timestamptz + change.after) END,
          released = released AND change.step = 'end'
        FROM json_to_recordset(%(changes)s::json)
          AS change(step text, platform text, user_id text, gate text, target text, after interval)
        WHERE step IN ('end', 'keep') AND held_pass.platform = change.platform
          AND held_pass.user_id = change.user_id AND held_pass.gate = change.gate
          AND held_pass.target = change.target
    ), answered AS (
        DELETE FROM knock USING json_to_recordset(%(changes)s::json)
          AS change(step text, platform text, user_id text, target text)
        WHERE step = 'open' AND change.platform = 'telegram' AND knock.platform = change.platform
          AND knock.user_id = change.user_id AND knock.target = change.target
    ), owed AS (
        INSERT INTO invitation (platform, user_id, target, owed, title)
        SELECT DISTINCT platform, user_id, target, true, ''
        FROM json_to_recordset(%(changes)s::json)
          AS change(step text, platform text, user_id text, target text)
        WHERE step = 'close' AND platform = 'telegram'
        ON CONFLICT (platform, user_id, target) DO UPDATE SET owed = true
    ), settled AS (
        UPDATE invitation SET owed = false
        FROM json_to_recordset(%(changes)s::json)
          AS change(step text, platform text, user_id text, target text)
        WHERE step IN ('open', 'invite') AND invitation.platform = change.platform
          AND invitation.user_id = change.user_id AND invitation.target = change.target
    ), noted AS (
        INSERT INTO audit (at, what, fan_id, chain_id, block_number, block_hash, facts)
        SELECT %(now)s, 'pass.' || (note->>'step'), %(fan)s, %(chain)s, %(block)s, %(hash)s,
          jsonb_build_object(
            'gate', note->>'gate', 'target', note->>'target', 'why', %(why)s::text,
            'account', (note->>'platform') || ':' || (note->>'user_id')
          )
        FROM json_array_elements(%(changes)s::json) AS note
    )
    """
_DECIDED = "".join((_KEPT, ROWS))


class SqlAccess:
    """`gating.ports.Access`."""

    def __init__(self, session: Conversation, clock: Clock, servers: Servers) -> None:
        self._session = session
        self._clock = clock
        self._servers = servers

    async def known(self, fan: FanId, *, queue: Platform | None, most: int) -> Known:
        values = {"fan": fan, "queue": queue, "most": most}
        if fan not in self._session.locked:
            await self._session.rows(_LOCK, values)
            self._session.locked.add(fan)
        return await self._read(fan, values)

    async def seen(self, fan: FanId) -> Known:
        return await self._read(fan, {"fan": fan, "queue": None, "most": 0})

    async def of_account(self, account: Account) -> Known | None:
        values = {"platform": account.platform, "user": account.user_id}
        found = await self._session.rows(_OF_ACCOUNT, {**values, "queue": None, "most": 0})
        return _known(found[0]) if found else None

    async def _read(self, fan: FanId, values: Mapping[str, Any]) -> Known:
        found = await self._session.rows(_KNOWN, values)
        if not found:
            raise Refused("E-NOFAN")
        return _known(found[0])

    async def everyone(
        self, *, after: FanId | None = None, most: int | None = None
    ) -> Sequence[Known]:
        asked = {"queue": None, "most": 0, "after": after, "page": most}
        rows = await self._session.rows(_EVERYONE, asked)
        return [_known(row) for row in rows]

    async def due(self, *, most: int, lease: timedelta) -> Sequence[Known]:
        now = self._clock()
        claimed = await self._session.rows(_DUE, {"now": now, "until": now + lease, "most": most})
        if not claimed:
            return ()
        return await self.these([row.id for row in claimed])

    async def these(self, fans: Collection[FanId]) -> Sequence[Known]:
        asked = {"fans": list(fans), "queue": None, "most": 0}
        rows = await self._session.rows(_THESE, asked)
        return [_known(row) for row in rows]

    async def look_at(self, when: Mapping[FanId, datetime | None]) -> None:
        if when:
            due = [
                {"fan": fan, "look_at": at.isoformat() if at else None} for fan, at in when.items()
            ]
            await self._session.change(_LOOK_AT, {"due": json.dumps(due)})

    async def decided(self, decision: Decision) -> None:
        if not decision.changes and not decision.entries:
            return
        now, at = self._clock(), decision.at
        await self._session.change(
            _DECIDED,
            {
                "fan": decision.fan,
                "now": now,
                "why": decision.why,
                "changes": json.dumps([_row(change) for change in decision.changes]),
                "entries": json.dumps(rows_of(decision.entries, now, self._servers)),
                "chain": at.chain_id if at else None,
                "block": at.number if at else None,
                "hash": at.hash if at else None,
            },
        )


def _known(row: Any) -> Known:
    by_key = {
        (platform, number): _account(platform, number) for platform, number in row.accounts or ()
    }
    accounts = tuple(by_key.values())
    return Known(
        Fan(FanId(row.fan), accounts, tuple([_wallet(*wallet) for wallet in row.wallets or ()])),
        tuple([_held(by_key[each[0], each[1]], *each[2:]) for each in row.held or ()]),
        _by_account(accounts, row.knocks or ()),
        row.ahead,
        row.look_at,
        _by_account(accounts, row.owed) if row.owed else {},
    )


def _account(platform: str, user_id: str) -> Account:
    return Account(_PLATFORMS[platform], user_id)


_PLATFORMS = {platform.value: platform for platform in Platform}
_KINDS = {kind.value: kind for kind in WalletKind}
"""A word looked up here is an enum's in a fifth of the time of asking the enum."""


def _wallet(
    address: str, linked_at: str, kind: str, proof_chain: int | None, label: str
) -> Wallet:
    at = datetime.fromisoformat(linked_at)
    return Wallet(Address(address), at, _KINDS[kind], proof_chain, label)


def _held(account: Account, gate: str, target: str, ends_at: str | None, *marks: bool) -> HeldPass:
    ends = datetime.fromisoformat(ends_at) if ends_at else None
    return HeldPass(account, GateId(gate), target, ends, *marks)


def _by_account(
    accounts: Iterable[Account], targets: Sequence[tuple[str, str, str]]
) -> dict[Account, frozenset[str]]:
    if not targets:
        return dict.fromkeys(accounts, _NOWHERE)
    return {
        account: frozenset(
            target
            for platform, user_id, target in targets
            if (platform, user_id) == (account.platform, account.user_id)
        )
        for account in accounts
    }


_NOWHERE: frozenset[str] = frozenset()


def _row(change: Change) -> dict[str, str]:
    account = change.account
    return {
        "step": change.step,
        "platform": account.platform,
        "user_id": account.user_id,
        "gate": change.gate,
        "target": change.target,
        "after": f"{change.after.total_seconds()} seconds",
    }

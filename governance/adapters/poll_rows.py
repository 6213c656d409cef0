"""Rows of the poll tables as values, and values as rows."""

from datetime import UTC, datetime
from typing import Any

from gating.model import Address, FanId
from governance.adapters.tables import BallotRow, PollRow
from governance.hashing import to_hash
from governance.model import (
    BallotLine,
    Cancelled,
    ChoiceId,
    Commit,
    Electorate,
    Hash,
    LogHead,
    LogLine,
    Poll,
    PollId,
    PollState,
    Receipt,
    RecordId,
    Signed,
    Vote,
)
from governance.ports import Kept
from governance.record.canonical import canonical, decode
from governance.record.documents import definition_doc, read_definition
from governance.record.log import line_doc, read_line
from governance.typed_data import ballot_digest


def poll_values(poll: Poll) -> dict[str, Any]:
    """The columns that are fixed when a poll is announced."""
    return {
        "id": poll.id,
        "definition": canonical(definition_doc(poll.definition)),
        "signature": poll.signed.signature,
        "body": poll.body,
        "census_root": poll.electorate.root,
        "census_wallets": poll.electorate.wallets,
        "census_power": poll.electorate.power,
        "census_people": poll.electorate.people,
        "opens": _time(poll.definition.window.opens),
        "closes": _time(poll.definition.window.closes),
    }


def progress_values(poll: Poll) -> dict[str, Any]:
    """The columns that change while a poll lives."""
    record, cancelled = poll.record, poll.cancelled
    return {
        "state": poll.state.value,
        "log_size": poll.log.size,
        "log_head": poll.log.head,
        "closed_at": _time(poll.closed_at),
        "record_hash": record.hash if record else None,
        "record_cid": record.cid if record else None,
        "winners": list(record.winners) if record else None,
        "cancelled_by": cancelled.by if cancelled else None,
        "cancelled_at": _time(cancelled.at) if cancelled else None,
        "cancel_reason": cancelled.reason if cancelled else None,
    }


def poll_in(row: PollRow) -> Poll:
    definition = decode(row.definition, read_definition, definition_doc)
    return Poll(
        id=PollId(row.id),
        definition=definition,
        signed=Signed("club", definition.club_key, row.signature),
        body=row.body,
        state=PollState(row.state),
        electorate=Electorate(
            Hash(row.census_root), row.census_wallets, row.census_power, row.census_people
        ),
        log=LogHead(row.log_size, Hash(row.log_head)),
        closed_at=_seconds(row.closed_at),
        record=_record(row),
        cancelled=_cancelled(row),
    )


def ballot_in(line: bytes) -> LogLine:
    return decode(line, read_line, line_doc)


def kept_in(row: BallotRow) -> Kept:
    line = ballot_in(row.line)
    if not isinstance(line, BallotLine):
        raise TypeError(f"line {row.seq} of {row.poll_id} is no ballot")
    receipt = Receipt(
        poll=PollId(row.poll_id),
        seq=line.seq,
        ballot_hash=to_hash(ballot_digest(line.ballot)),
        head=line.head,
        received_at=line.received_at,
        signature=row.receipt or "",
    )
    fan, salt = FanId(row.fan_id or ""), row.salt or b""
    return Kept(line, fan, receipt, row.power or 0, row.weight or 0, salt)


def vote_in(row: BallotRow) -> Vote:
    kept = kept_in(row)
    return Vote(
        seq=row.seq,
        voter=Address(row.voter or ""),
        picks=kept.line.ballot.picks,
        wallets=len(kept.line.claims),
        power=kept.power,
        weight=kept.weight,
    )


def _record(row: PollRow) -> RecordId | None:
    if row.record_hash is None or row.record_cid is None:
        return None
    return RecordId(Hash(row.record_hash), row.record_cid, tuple(map(ChoiceId, row.winners or ())))


def _cancelled(row: PollRow) -> Cancelled | None:
    at = _seconds(row.cancelled_at)
    if at is None or row.cancelled_by is None:
        return None
    return Cancelled(Commit(row.cancelled_by), at, row.cancel_reason or "")


def _time(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _seconds(time: datetime | None) -> int | None:
    return None if time is None else int(time.timestamp())

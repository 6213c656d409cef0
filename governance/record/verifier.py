"""Checking a record with nothing but its five files: one step per promise, one sentence each.

What the files cannot show by themselves is who the club is: compare the key, the poll id and the
record hash with what the club announced in its chats.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from gating.errors import Refused
from gating.model import Address
from governance.definition import check
from governance.labels import LONGEST_TITLE, shown
from governance.model import BallotLine, CloseLine, LogLine, Window
from governance.ports import Files, Recover
from governance.record.canonical import Malformed, canonical
from governance.record.cid import cid
from governance.record.documents import poll_id
from governance.record.log import genesis, head_of
from governance.record.merkle import census_root
from governance.record.opened import Opened, Unreadable
from governance.record.tally_file import tally_doc
from governance.record.writer import (
    BALLOTS,
    CENSUS,
    POLL,
    RECORD,
    TALLY,
    counted_root,
    record_hash,
)
from governance.typed_data import ballot_digest, hash_digest


@dataclass(frozen=True, slots=True)
class StepResult:
    """One step of a check: passed or not, and what that means, in words."""

    name: str
    ok: bool
    sentence: str


class Fails(Exception):
    """A promise of the record that does not hold."""


@dataclass(frozen=True, slots=True)
class Check:
    """What a step needs: the opened files, and who signed what."""

    opened: Opened
    recover: Recover
    club_key: Address | None


def verify_record(
    files: Files, recover: Recover, *, club_key: Address | None = None
) -> list[StepResult]:
    """Every step, in order; the record is good when all are `ok`.

    Without `club_key` the key named in `poll.json` is taken, and said, so that a person can
    compare it.
    """
    checking = Check(Opened.of(files), recover, club_key)
    return [_run(name, step, checking) for name, step in STEPS]


def _run(name: str, step: Callable[[Check], str], checking: Check) -> StepResult:
    try:
        return StepResult(name, True, step(checking))
    except (Fails, Unreadable, Malformed) as fault:
        return StepResult(name, False, str(fault))
    except Refused as refused:
        return StepResult(name, False, f"A rule of polls is broken: {refused}.")


def _poll(checking: Check) -> str:
    definition, signed = checking.opened.poll
    check(definition)
    if signed.role != "club" or signed.address != definition.club_key:
        raise Fails("poll.json is signed by somebody who is not the club.")
    return f"The question is “{definition.title}”, with {len(definition.choices)} choices."


def _census(checking: Check) -> str:
    lines = checking.opened.census
    definition, _ = checking.opened.poll
    addresses = [line.address for line in lines]
    if addresses != sorted(set(addresses)):
        raise Fails("The census is not in order of address, or names an address twice.")
    if any(line.power == 0 for line in lines):
        raise Fails("The census lists an address that held nothing.")
    if set(addresses) & set(definition.power.exclude):
        raise Fails("The census lists an address that the poll excludes.")
    return f"{len(lines)} wallets are listed, each once."


def _readable_ballots(checking: Check) -> str:
    return f"{len(checking.opened.log)} lines can be read."


def _readable_tally(checking: Check) -> str:
    return f"It gives {len(checking.opened.tally.totals)} totals."


def _readable_record(checking: Check) -> str:
    seal, _ = checking.opened.record
    if seal.software != shown(seal.software)[:LONGEST_TITLE]:
        raise Fails("record.json names a software with letters that hide or forge text.")
    return f"It was written by {seal.software}."


def _file_hashes(checking: Check) -> str:
    seal, _ = checking.opened.record
    for name in (POLL, CENSUS, BALLOTS, TALLY):
        data = checking.opened.raw(name)
        if seal.files[name] != (sha256(data).hexdigest(), len(data)):
            raise Fails(f"{name} is not the file that record.json names: it was changed.")
    return "Each file has the size and SHA-256 that record.json names."


def _poll_id(checking: Check) -> str:
    found = poll_id(checking.opened.poll[0])
    if found != checking.opened.record[0].poll:
        raise Fails(f"The rules hash to {found}, which is not the poll id of this record.")
    return f"The rules hash to the poll id {found}."


def _poll_signature(checking: Check) -> str:
    definition, signed = checking.opened.poll
    _signed_by(checking, hash_digest(poll_id(definition)), signed.signature, "The rules")
    return f"The rules are signed by the club key {definition.club_key}."


def _record_signature(checking: Check) -> str:
    seal, signed = checking.opened.record
    if signed.role != "club" or signed.address != checking.opened.poll[0].club_key:
        raise Fails("record.json is signed by somebody who is not the club.")
    found = record_hash(seal)
    _signed_by(checking, hash_digest(found), signed.signature, "The record")
    return f"Record hash {found}, CID {cid(checking.opened.raw(RECORD))}, signed by the club."


def _signed_by(checking: Check, digest: bytes, signature: str, what: str) -> None:
    club_key = checking.opened.poll[0].club_key
    if checking.club_key not in (None, club_key):
        raise Fails(f"{what} names the club key {club_key}, not the expected one.")
    if checking.recover(digest, signature) != club_key:
        raise Fails(f"{what} is not signed by the club key {club_key}.")


def _census_root(checking: Check) -> str:
    lines, tally = checking.opened.census, checking.opened.tally
    root = census_root(lines)
    if root != checking.opened.record[0].census_root:
        raise Fails("The census is not the one that was fixed before the vote: its root differs.")
    total = sum(line.power for line in lines)
    if (len(lines), total) != (tally.wallets, tally.power):
        raise Fails("The tally counts other wallets or copies than the census.")
    return f"{len(lines)} wallets with {total} copies, root {root}."


def _log_chain(checking: Check) -> str:
    seal, log = checking.opened.record[0], checking.opened.log
    before = genesis(seal.poll, seal.census_root).head
    for at, line in enumerate(log, start=1):
        if line.seq != at:
            raise Fails(f"Line {at} of the log has number {line.seq}: a line is missing or moved.")
        if line.prev != before or line.head != head_of(line):
            raise Fails(f"Line {at} of the log does not follow from the lines before it.")
        before = line.head
    _check_end(log, window=checking.opened.poll[0].window)
    if (len(log), before) != (seal.log.size, seal.log.head):
        raise Fails("The log does not end where record.json says.")
    if log[-1].received_at != seal.closed_at:
        raise Fails("record.json names another closing time than the log.")
    return f"{len(log)} lines follow from each other without a gap."


def _check_end(log: Sequence[LogLine], *, window: Window) -> None:
    ends = [line for line in log if isinstance(line, CloseLine)]
    if len(ends) != 1 or ends[0] is not log[-1]:
        raise Fails("The log does not end with its one closing line.")
    in_time = ends[0].received_at > window.closes or window.early_close
    if ends[0].closes != window.closes or not in_time:
        raise Fails("The log was closed at another time than announced.")


def _ballot_signatures(checking: Check) -> str:
    club_key = checking.opened.poll[0].club_key
    ballots = [line for line in checking.opened.log if isinstance(line, BallotLine)]
    for line in ballots:
        if checking.recover(ballot_digest(line.ballot), line.signature) != club_key:
            raise Fails(f"Ballot {line.seq} is not signed by the club.")
    return f"{len(ballots)} ballots carry the club's signature."


def _ballot_rules(checking: Check) -> str:
    counted = checking.opened.counted
    people = len(counted.standing.votes)
    return f"{people} people's ballots count; {counted.standing.replaced} were replaced by them."


def _ballots_root(checking: Check) -> str:
    root = counted_root(checking.opened.log, checking.opened.counted.standing)
    if root != checking.opened.record[0].ballots_root:
        raise Fails("The ballots that count are not those that record.json names.")
    return f"The ballots that count have the root {root}."


def _tally(checking: Check) -> str:
    again = canonical(tally_doc(checking.opened.counted.tally))
    written = checking.opened.raw(TALLY)
    if again != written:
        raise Fails("Counting again gives another result than tally.json.")
    if sha256(written).hexdigest() != checking.opened.record[0].tally_sha256:
        raise Fails("record.json names another tally.json.")
    return "Counting again gives tally.json, byte for byte."


STEPS: tuple[tuple[str, Callable[[Check], str]], ...] = (
    (POLL, _poll),
    (CENSUS, _census),
    (BALLOTS, _readable_ballots),
    (TALLY, _readable_tally),
    (RECORD, _readable_record),
    ("file hashes", _file_hashes),
    ("poll id", _poll_id),
    ("poll signature", _poll_signature),
    ("record signature", _record_signature),
    ("census root", _census_root),
    ("log chain", _log_chain),
    ("ballot signatures", _ballot_signatures),
    ("ballot rules", _ballot_rules),
    ("ballots root", _ballots_root),
    ("tally", _tally),
)
"""The steps, each with a name by which a person can ask about it."""

"""The record of a closed poll, as files. The same poll gives the same bytes each time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from governance.ballots import standing
from governance.hashing import keccak, to_hash
from governance.model import (
    BallotLine,
    CensusLine,
    Definition,
    Hash,
    LogHead,
    LogLine,
    Poll,
    PollId,
    RecordId,
    Signed,
    Standing,
    Tally,
)
from governance.record.canonical import Doc, canonical, ndjson
from governance.record.cid import cid
from governance.record.documents import census_doc, signature_doc, signed_doc
from governance.record.log import line_doc
from governance.record.merkle import ballots_root
from governance.record.tally_file import tally_doc
from governance.tally import tally
from governance.typed_data import ballot_digest, hash_digest

SCHEMA = "stagedoor-record/1"
POLL, CENSUS, BALLOTS, TALLY = "poll.json", "census.ndjson", "ballots.ndjson", "tally.json"
RECORD = "record.json"


@dataclass(frozen=True, slots=True)
class Written:
    """A record that is ready to be kept: its files by name, its identity, and the result."""

    files: Mapping[str, bytes]
    id: RecordId
    tally: Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """What `record.json` says: one hash for each thing that can be checked."""

    poll: PollId
    census_root: Hash
    ballots_root: Hash
    log: LogHead
    tally_sha256: str
    closed_at: int
    software: str
    files: Mapping[str, tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who signs records: the program that made them, and the club's key."""

    software: str
    sign: Callable[[bytes], str]


def write_record(
    poll: Poll, census: Sequence[CensusLine], log: Sequence[LogLine], publisher: Publisher
) -> Written:
    """Count the log and put everything that decided the result into files."""
    counted = recount(poll.definition, poll.id, census, log)
    files = {
        POLL: canonical(signed_doc(poll.definition, poll.signed)),
        CENSUS: ndjson([canonical(census_doc(line)) for line in census]),
        BALLOTS: ndjson([canonical(line_doc(line)) for line in log]),
        TALLY: canonical(tally_doc(counted.tally)),
    }
    closing = log[-1]
    seal = Seal(
        poll=poll.id,
        census_root=poll.electorate.root,
        ballots_root=counted_root(log, counted.standing),
        log=LogHead(closing.seq, closing.head),
        tally_sha256=sha256(files[TALLY]).hexdigest(),
        closed_at=closing.received_at,
        software=publisher.software,
        files={name: (sha256(data).hexdigest(), len(data)) for name, data in files.items()},
    )
    signature = publisher.sign(hash_digest(record_hash(seal)))
    signed = Signed("club", poll.definition.club_key, signature)
    files[RECORD] = canonical(record_doc(seal, signed))
    identity = RecordId(record_hash(seal), cid(files[RECORD]), counted.tally.outcome.winners)
    return Written(files, identity, counted.tally)


@dataclass(frozen=True, slots=True)
class Counted:
    """The ballots that count, and the result they give."""

    standing: Standing
    tally: Tally


def recount(
    definition: Definition, poll: PollId, census: Sequence[CensusLine], log: Sequence[LogLine]
) -> Counted:
    """Count from nothing but the record's own content; refused (`E-BALLOT`) if a line is bad."""
    powers = {line.address: line.power for line in census}
    ballots = [line for line in log if isinstance(line, BallotLine)]
    counting = standing(definition, poll, powers, ballots)
    total = sum(powers.values())
    return Counted(counting, tally(definition, poll, counting, wallets=len(census), power=total))


def counted_root(log: Sequence[LogLine], counting: Standing) -> Hash:
    """The Merkle root over the ballots that count, each with its weight."""
    hashes = {
        line.seq: to_hash(ballot_digest(line.ballot))
        for line in log
        if isinstance(line, BallotLine)
    }
    return ballots_root(
        (str(vote.seq), vote.voter, hashes[vote.seq], str(vote.weight)) for vote in counting.votes
    )


def record_hash(seal: Seal) -> Hash:
    """keccak256 of `record.json` without its signatures and anchors."""
    return to_hash(keccak(canonical(seal_doc(seal))))


def seal_doc(seal: Seal) -> Doc:
    return {
        "schema": SCHEMA,
        "poll_id": seal.poll,
        "census_root": seal.census_root,
        "ballots_root": seal.ballots_root,
        "log_head": seal.log.head,
        "log_size": str(seal.log.size),
        "tally_sha256": seal.tally_sha256,
        "closed_at": str(seal.closed_at),
        "software": seal.software,
        "files": {
            name: {"sha256": digest, "size": str(size)}
            for name, (digest, size) in seal.files.items()
        },
    }


def record_doc(seal: Seal, signed: Signed) -> Doc:
    """`record.json`; anchors on a chain come later and are empty here."""
    return {**seal_doc(seal), "signatures": [signature_doc(signed)], "anchors": []}

"""The log of ballots: each line's hash covers all lines before it.

`head_n = sha256(head_{n-1} || sha256(line n without head))`; the first `prev` is
`sha256(poll_id || census_root)`, so that every receipt also pins the census.
"""

from dataclasses import replace
from hashlib import sha256
from typing import TypeVar

from gating.model import Address
from governance.hashing import from_hex, to_hash
from governance.model import (
    Ballot,
    BallotLine,
    ChoiceId,
    CloseLine,
    Commit,
    Hash,
    LogHead,
    LogLine,
    Pick,
    PollId,
    ProofLevel,
)
from governance.record.canonical import Doc, address, canonical, hash32, number, text_of

Line = TypeVar("Line", BallotLine, CloseLine)


def genesis(poll: PollId, census_root: Hash) -> LogHead:
    """The head of a log without lines."""
    digest = sha256(from_hex(poll) + from_hex(census_root)).digest()
    return LogHead(0, to_hash(digest))


def sealed(line: Line) -> Line:
    """The line with its head, which depends on `prev` and on everything else in it."""
    return replace(line, head=head_of(line))


def head_of(line: LogLine) -> Hash:
    body = line_doc(line)
    del body["head"]
    return to_hash(sha256(from_hex(line.prev) + sha256(canonical(body)).digest()).digest())


def ballot_line(
    head: LogHead,
    ballot: Ballot,
    *,
    received_at: int,
    account: Commit,
    claims: tuple[Address, ...],
    signature: str,
) -> BallotLine:
    """The next line of the log that has this head: a tap in a chat, signed by the club."""
    return sealed(
        BallotLine(
            seq=head.size + 1,
            received_at=received_at,
            ballot=ballot,
            proof_level=ProofLevel.CHAT,
            account_commit=account,
            claims=claims,
            signature=signature,
            prev=head.head,
        )
    )


def close_line(head: LogHead, *, closes: int, received_at: int) -> CloseLine:
    """The last line of the log that has this head."""
    seq = head.size + 1
    return sealed(CloseLine(seq=seq, received_at=received_at, closes=closes, prev=head.head))


def line_doc(line: LogLine) -> Doc:
    """A line as it stands in `ballots.ndjson`."""
    place = {
        "seq": str(line.seq),
        "received_at": str(line.received_at),
        "prev": line.prev,
        "head": line.head,
    }
    if isinstance(line, CloseLine):
        return {**place, "close": {"closes": str(line.closes)}}
    return {
        **place,
        "ballot": ballot_doc(line.ballot),
        "proof_level": line.proof_level.value,
        "account_commit": line.account_commit,
        "claims": list(line.claims),
        "sig": line.signature,
    }


def read_line(doc: Doc) -> LogLine:
    """The line in such a document."""
    seq, received_at = _count(doc["seq"]), _count(doc["received_at"])
    prev, head = Hash(hash32(doc["prev"])), Hash(hash32(doc["head"]))
    if "close" in doc:
        closes = _count(doc["close"]["closes"])
        return CloseLine(seq=seq, received_at=received_at, closes=closes, prev=prev, head=head)
    return BallotLine(
        seq=seq,
        received_at=received_at,
        ballot=_read_ballot(doc["ballot"]),
        proof_level=ProofLevel(doc["proof_level"]),
        account_commit=Commit(hash32(doc["account_commit"])),
        claims=tuple(Address(address(text)) for text in doc["claims"]),
        signature=text_of(doc["sig"]),
        prev=prev,
        head=head,
    )


def ballot_doc(ballot: Ballot) -> Doc:
    """The EIP-712 message, under the names of its type, so that any wallet library hashes it."""
    return {
        "voter": ballot.voter,
        "pollId": ballot.poll,
        "nonce": str(ballot.nonce),
        "castAt": str(ballot.cast_at),
        "choices": [{"id": str(pick.id), "value": str(pick.value)} for pick in ballot.picks],
        "summary": ballot.summary,
    }


def _read_ballot(doc: Doc) -> Ballot:
    return Ballot(
        voter=Address(address(doc["voter"])),
        poll=PollId(hash32(doc["pollId"])),
        nonce=_count(doc["nonce"]),
        cast_at=_count(doc["castAt"]),
        picks=tuple(map(_read_pick, doc["choices"])),
        summary=text_of(doc["summary"]),
    )


def _read_pick(doc: Doc) -> Pick:
    return Pick(ChoiceId(number(doc["id"], bits=32)), number(doc["value"], bits=32))


def _count(text: str) -> int:
    return number(text, bits=64)

"""Receipts: the club's signed word for each ballot, which a fan can hold against the record.

Two receipts for one `seq` with different heads, or a receipt whose line the published log does
not have, prove that the club changed its log.
"""

from collections.abc import Sequence
from dataclasses import replace

from gating.model import Address
from governance.hashing import keccak, to_hash
from governance.model import BallotLine, LogLine, PollId, Receipt
from governance.ports import Recover, Signing
from governance.record.canonical import canonical
from governance.typed_data import ballot_digest, hash_digest

SCHEMA = "stagedoor-receipt/1"


def receipt_for(poll: PollId, line: BallotLine, signing: Signing) -> Receipt:
    """The signed receipt of this line."""
    unsigned = Receipt(
        poll=poll,
        seq=line.seq,
        ballot_hash=to_hash(ballot_digest(line.ballot)),
        head=line.head,
        received_at=line.received_at,
        signature="",
    )
    return replace(unsigned, signature=signing.sign(_digest(unsigned)))


def receipt_bytes(receipt: Receipt) -> bytes:
    """The receipt as a file for the fan."""
    return canonical({**_document(receipt), "signature": receipt.signature})


def is_genuine(receipt: Receipt, club_key: Address, recover: Recover) -> bool:
    """Whether the club signed this receipt."""
    return recover(_digest(receipt), receipt.signature) == club_key


def is_kept(receipt: Receipt, log: Sequence[LogLine]) -> bool:
    """Whether the published log has the ballot where the receipt says."""
    if not 1 <= receipt.seq <= len(log):
        return False
    line = log[receipt.seq - 1]
    return line.head == receipt.head and line.received_at == receipt.received_at


def _document(receipt: Receipt) -> dict[str, str]:
    return {
        "schema": SCHEMA,
        "poll_id": receipt.poll,
        "seq": str(receipt.seq),
        "ballot_hash": receipt.ballot_hash,
        "head": receipt.head,
        "received_at": str(receipt.received_at),
    }


def _digest(receipt: Receipt) -> bytes:
    return hash_digest(to_hash(keccak(canonical(_document(receipt)))))

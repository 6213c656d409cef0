"""The exact bytes that wallets and the club key sign.

EIP-712 for ballots, EIP-191 (`personal_sign`) for hashes of documents. The domain has no chain id:
the poll id already binds chain, block hash and deployment, and wallets refuse typed data of
another network.
"""

from governance.hashing import from_hex, keccak, padded, word
from governance.model import Ballot, Pick

_CHOICE = b"Choice(uint32 id,uint32 value)"
_BALLOT = (
    b"Ballot(address voter,bytes32 pollId,uint64 nonce,uint64 castAt,"
    b"Choice[] choices,string summary)"
)
_CHOICE_TYPE = keccak(_CHOICE)
_BALLOT_TYPE = keccak(_BALLOT + _CHOICE)
_DOMAIN = keccak(
    keccak(b"EIP712Domain(string name,string version)") + keccak(b"Stagedoor") + keccak(b"1")
)


def ballot_digest(ballot: Ballot) -> bytes:
    """What is signed for a ballot; also its `ballot_hash` in receipts and in the ballots root."""
    struct = (
        _BALLOT_TYPE
        + padded(ballot.voter)
        + padded(ballot.poll)
        + word(ballot.nonce)
        + word(ballot.cast_at)
        + keccak(b"".join(map(_pick_hash, ballot.picks)))
        + keccak(ballot.summary.encode())
    )
    return keccak(b"\x19\x01" + _DOMAIN + keccak(struct))


def message_digest(message: bytes) -> bytes:
    """What `personal_sign` signs for `message` (EIP-191, version 0x45)."""
    return keccak(b"\x19Ethereum Signed Message:\n" + str(len(message)).encode() + message)


def hash_digest(document_hash: str) -> bytes:
    """What is signed for a document of which this is the hash."""
    return message_digest(from_hex(document_hash))


def _pick_hash(pick: Pick) -> bytes:
    return keccak(_CHOICE_TYPE + word(pick.id) + word(pick.value))

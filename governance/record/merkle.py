"""Merkle trees as OpenZeppelin's `StandardMerkleTree` builds them ("standard-v1").

Leaves are double-hashed ABI encodings, sorted; inner nodes hash their children in sorted order.
Proofs verify in Solidity's `MerkleProof`.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from governance.hashing import NOTHING, keccak, padded, to_hash, word
from governance.model import CensusLine, Hash

CENSUS_LEAF = ("address", "uint256")
BALLOT_LEAF = ("uint64", "address", "bytes32", "uint256")


def leaf_hash(types: Sequence[str], values: Sequence[str]) -> bytes:
    """The leaf of static ABI values, given as decimal or `0x` text."""
    return keccak(keccak(b"".join(map(_encoded, types, values))))


def census_root(lines: Iterable[CensusLine]) -> Hash:
    """The root over `(address voter, uint256 power)`; 32 zero bytes for nobody."""
    return _root([keccak(keccak(padded(line.address) + word(line.power))) for line in lines])


def ballots_root(leaves: Iterable[tuple[str, str, str, str]]) -> Hash:
    """The root over `(uint64 seq, address voter, bytes32 ballotHash, uint256 power)`."""
    return _root([leaf_hash(BALLOT_LEAF, leaf) for leaf in leaves])


def dump(types: Sequence[str], values: Sequence[Sequence[str]]) -> dict[str, Any]:
    """What `StandardMerkleTree.load` of `@openzeppelin/merkle-tree` reads."""
    hashes = [leaf_hash(types, value) for value in values]
    nodes = _nodes(hashes)
    place = {node: at for at, node in enumerate(nodes)}
    return {
        "format": "standard-v1",
        "leafEncoding": list(types),
        "tree": [to_hash(node) for node in nodes],
        "values": [
            {"value": list(value), "treeIndex": place[leaf]}
            for value, leaf in zip(values, hashes, strict=True)
        ],
    }


def _encoded(kind: str, value: str) -> bytes:
    return word(int(value)) if kind.startswith("uint") else padded(value)


def _root(leaves: list[bytes]) -> Hash:
    return to_hash(_nodes(leaves)[0]) if leaves else NOTHING


def _nodes(leaves: Sequence[bytes]) -> list[bytes]:
    """The whole tree, root first, as a heap: children of node i stand at 2i+1 and 2i+2."""
    count = len(leaves)
    nodes = [b""] * (count - 1) + sorted(leaves, reverse=True)
    for at in range(count - 2, -1, -1):
        left, right = sorted(nodes[2 * at + 1 : 2 * at + 3])
        nodes[at] = keccak(left + right)
    return nodes

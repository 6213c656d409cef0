"""The formats of a record are those that other software already reads."""

import json
from hashlib import sha256

import pytest
from eth_account import Account as EthAccount
from eth_account.messages import encode_defunct, encode_typed_data
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.adapters.keys import recover
from governance.model import Ballot, CensusLine, Pick
from governance.record.canonical import Malformed, canonical, decode
from governance.record.cid import cid
from governance.record.documents import definition_doc, read_definition
from governance.record.log import ballot_doc
from governance.record.merkle import BALLOT_LEAF, ballots_root, census_root, dump
from governance.typed_data import ballot_digest
from tests.unit.governance_kit import (
    KEY,
    definition,
    small_box,
    wallet,
)

BOX = small_box()
WRITTEN = BOX.record()
FILES = dict(WRITTEN.files)
NAMES = sorted(FILES)


@given(
    voter=st.integers(0, 2**160 - 1),
    nonce=st.integers(0, 2**64 - 1),
    cast_at=st.integers(0, 2**64 - 1),
    picks=st.lists(st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1)), max_size=4),
    text=st.text(st.characters(exclude_categories=("Cs",)), max_size=40),
)
@settings(max_examples=60, deadline=None)
def test_wallet_libraries_hash_a_ballot_to_the_same_digest(
    voter: int, nonce: int, cast_at: int, picks: list[tuple[int, int]], text: str
) -> None:
    ballot = Ballot(
        wallet(voter), BOX.id, nonce, cast_at, tuple(Pick(*pair) for pair in picks), text
    )
    types = {
        "Ballot": [
            {"name": "voter", "type": "address"},
            {"name": "pollId", "type": "bytes32"},
            {"name": "nonce", "type": "uint64"},
            {"name": "castAt", "type": "uint64"},
            {"name": "choices", "type": "Choice[]"},
            {"name": "summary", "type": "string"},
        ],
        "Choice": [{"name": "id", "type": "uint32"}, {"name": "value", "type": "uint32"}],
    }
    message = {
        **ballot_doc(ballot),
        "nonce": nonce,
        "castAt": cast_at,
        "choices": [{"id": at, "value": value} for at, value in picks],
    }
    signable = encode_typed_data({"name": "Stagedoor", "version": "1"}, types, message)
    signed = EthAccount.sign_message(signable, b"\x05" * 32)
    assert recover(ballot_digest(ballot), "0x" + signed.signature.hex()) == (
        EthAccount.from_key(b"\x05" * 32).address.lower()
    )


def test_personal_sign_in_a_wallet_covers_the_record_hash() -> None:
    signable = encode_defunct(hexstr=WRITTEN.id.hash)
    signature = json.loads(FILES["record.json"])["signatures"][0]["signature"]
    assert EthAccount.recover_message(signable, signature=signature).lower() == KEY.address


# Printed by npm @openzeppelin/merkle-tree 1.0.8: StandardMerkleTree.of over the addresses
# 1, 2, ... with powers 7, 14, ..., types ["address", "uint256"].
OPENZEPPELIN_ROOTS = {
    1: "0xb2401e68d452ad3af4aed95d6e19d1a690ed00a9a5bee1b2b0a83b6028446a4f",
    2: "0x8f3a1712272b14e3e25adc67072f1b4f2e467dd37d6525ff58b4124e1780f7c2",
    3: "0xc0ae9f97ab36eb29beb715341d45c21308bf35e2c9627b103baa185c59f18cba",
    5: "0x3d901f3e8c386a38c2639ee7fee0f35ecb7acb4ba988946c5894c1e1b1275c1b",
}
# The same package over three ballots, types ["uint64", "address", "bytes32", "uint256"].
BALLOTS = [
    ("1", wallet(1), "0x" + "11" * 32, "2"),
    ("2", wallet(2), "0x" + "22" * 32, str(2**255)),
    ("3", wallet(3), "0x" + "33" * 32, "3"),
]
OPENZEPPELIN_TREE = [
    "0xb2b0af8526db850b1e5fa8693827f4022b1b2fd58dcd7a531de30661ec8bd71b",
    "0xb82e84cfd7d284a763445df1e9900d73fd5774cd392fa512a1748873daab569c",
    "0xa8136b92595defda946a7cb9adc83ed346a429627d1982c244c218d59181cd1c",
    "0x99412ec66cc025383e370f329a4a5271771e7f3d9f14c6b71cac53370b801aa2",
    "0x5f7d95c1a678bac66a870414f28b4697463de5ae89d1627cf202b04b59f15113",
]


@pytest.mark.parametrize("count", OPENZEPPELIN_ROOTS)
def test_the_census_root_is_openzeppelins(count: int) -> None:
    lines = [CensusLine(wallet(at), at * 7) for at in range(1, count + 1)]
    assert census_root(lines) == OPENZEPPELIN_ROOTS[count]
    assert census_root(reversed(lines)) == OPENZEPPELIN_ROOTS[count]


def test_the_dumped_ballots_tree_is_openzeppelins() -> None:
    dumped = dump(BALLOT_LEAF, BALLOTS)
    assert dumped["tree"] == OPENZEPPELIN_TREE
    assert [entry["treeIndex"] for entry in dumped["values"]] == [2, 4, 3]
    assert ballots_root(BALLOTS) == OPENZEPPELIN_TREE[0]


def test_the_cid_is_the_one_that_ipfs_gives() -> None:
    # Printed by npm multiformats 14.0.5: CID.create(1, raw.code, sha256 of "hello world").
    hello = cid(b"hello world")
    assert hello == "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e"


def test_a_definition_survives_being_written_and_read() -> None:
    rules = definition(transform="cap:5", exclude=(wallet(8), wallet(9)))
    data = canonical(definition_doc(rules))
    assert decode(data, read_definition, definition_doc) == rules


def test_the_files_are_named_by_plain_sha256() -> None:
    named = json.loads(FILES["record.json"])["files"]
    for name, entry in named.items():
        assert entry["sha256"] == sha256(FILES[name]).hexdigest()


def test_numbers_in_json_are_refused_because_readers_round_them() -> None:
    with pytest.raises(Malformed, match="bare number"):
        decode(b'{"a":1}', lambda doc: doc, lambda doc: doc)

"""The record: anyone can check it, and nothing in it can be changed unnoticed."""

import json
from dataclasses import replace

import pytest
from coincurve import PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from governance.adapters.keys import recover
from governance.model import Hash, Pick
from governance.receipts import is_genuine, is_kept, receipt_for
from governance.record.canonical import canonical
from governance.record.log import line_doc
from governance.record.verifier import STEPS, verify_record
from governance.typed_data import hash_digest
from tests.unit.governance_kit import (
    CLOSES,
    KEY,
    OPENS,
    Box,
    Folder,
    census,
    definition,
    small_box,
    wallet,
)

BOX = small_box()
WRITTEN = BOX.record()
FILES = dict(WRITTEN.files)
NAMES = sorted(FILES)


def failing(files: dict[str, bytes]) -> dict[str, str]:
    return {
        step.name: step.sentence for step in verify_record(Folder(files), recover) if not step.ok
    }


def resealed(box: Box) -> dict[str, bytes]:
    """The files as a club would publish them that signs whatever its log says."""
    return dict(box.record().files)


def test_an_untouched_record_passes_every_step_and_says_so_in_words() -> None:
    steps = verify_record(Folder(FILES), recover, club_key=KEY.address)
    assert [step.name for step in steps] == [name for name, _ in STEPS]
    assert all(step.ok for step in steps)
    assert all(step.sentence.endswith(".") for step in steps)


def test_the_record_is_five_files_of_canonical_json() -> None:
    assert NAMES == ["ballots.ndjson", "census.ndjson", "poll.json", "record.json", "tally.json"]
    for data in FILES.values():
        for line in data.splitlines():
            assert canonical(json.loads(line)) == line


def test_the_same_poll_gives_the_same_record_again() -> None:
    assert dict(small_box().record().files) == FILES


def test_the_result_counts_copies_at_the_snapshot_once_per_person() -> None:
    tally = json.loads(FILES["tally.json"])
    assert [total["weight"] for total in tally["totals"]] == ["4", "7", "0"]
    assert [total["people"] for total in tally["totals"]] == ["1", "2", "0"]
    assert tally["winners"] == ["2"]
    assert tally["turnout"] == {"people": "3", "power": "11", "wallets": "4"}
    assert tally["rejected"] == {"replaced": "1"}


def test_no_name_and_no_chat_id_stands_in_the_record() -> None:
    everything = b"".join(FILES.values())
    assert b"discord" not in everything
    assert b"telegram" not in everything
    assert b"fan" not in everything


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.differing_executors])
@given(data=st.data())
def test_any_flipped_byte_in_any_file_fails_with_the_step_named(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(NAMES))
    at = data.draw(st.integers(0, len(FILES[name]) - 1))
    flip = data.draw(st.integers(1, 255))
    changed = bytearray(FILES[name])
    changed[at] ^= flip
    failed = failing({**FILES, name: bytes(changed)})
    assert failed
    assert "file hashes" in failed or name == "record.json"


def test_every_single_bit_flip_in_the_signatures_and_seal_fails() -> None:
    record = FILES["record.json"]
    for at in range(0, len(record), 3):
        changed = record[:at] + bytes((record[at] ^ 0x20,)) + record[at + 1 :]
        assert failing({**FILES, "record.json": changed}), at


def test_every_byte_of_the_rules_is_guarded() -> None:
    rules = FILES["poll.json"]
    for at, byte in enumerate(rules):
        changed = rules[:at] + bytes((byte ^ 1,)) + rules[at + 1 :]
        assert "file hashes" in failing({**FILES, "poll.json": changed}), at


@settings(max_examples=60, deadline=None)
@given(name=st.sampled_from(NAMES), junk=st.binary(max_size=200))
def test_a_malformed_file_is_a_sentence_and_never_a_traceback(name: str, junk: bytes) -> None:
    assert failing({**FILES, name: junk})


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "junk",
    [
        b"[" * 100_000,
        b"{}\n",
        b"[]",
        b"null",
        b"1e999",
        b'{"a":"\\ud800"}',
        b'{"a":NaN}',
        b"\xff\xfe",
        b'"' + b"9" * 5000 + b'"',
    ],
)
def test_hostile_json_is_a_failed_step(name: str, junk: bytes) -> None:
    assert name in failing({**FILES, name: junk})


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_file_fails_and_leaves_no_dependent_step_passed(name: str) -> None:
    files = {known: data for known, data in FILES.items() if known != name}
    failed = failing(files)
    assert "missing" in failed[name]
    assert len(failed) > 1


def test_hostile_values_inside_a_well_formed_file_are_failed_steps() -> None:
    tried = 0
    for name in ("poll.json", "tally.json", "record.json"):
        document = json.loads(FILES[name])
        for key in document:
            for value in (None, [], {}, "x", "-1", str(2**300), "\uff19", [None], {"a": []}, True):
                changed = canonical({**document, key: value})
                if changed != FILES[name]:
                    assert failing({**FILES, name: changed}), (name, key, value)
                    tried += 1
    assert tried > 200


def _lines(name: str) -> list[bytes]:
    return FILES[name].splitlines(keepends=True)


def _edited(lines: list[bytes]) -> list[bytes]:
    return [lines[0].replace(b'"id":"1"', b'"id":"2"', 1), *lines[1:]]


@pytest.mark.parametrize(
    "change",
    [
        _edited,
        lambda lines: lines[1:],
        lambda lines: [lines[0], *lines[2:]],
        lambda lines: [lines[1], lines[0], *lines[2:]],
        lambda lines: [lines[0], lines[0], *lines[1:]],
        lambda lines: lines[:-1],
        lambda lines: [*lines[:-1], lines[-1], lines[0]],
    ],
    ids=["edited", "first dropped", "dropped", "reordered", "inserted", "unclosed", "after end"],
)
def test_a_log_line_cannot_be_edited_dropped_moved_or_added(change: object) -> None:
    lines = change(_lines("ballots.ndjson"))
    failed = failing({**FILES, "ballots.ndjson": b"".join(lines)})
    assert "log chain" in failed
    assert "file hashes" in failed


def test_a_census_with_a_line_removed_fails_at_its_root() -> None:
    failed = failing({**FILES, "census.ndjson": b"".join(_lines("census.ndjson")[:-1])})
    assert "fixed before the vote" in failed["census root"]


def test_a_record_signed_by_another_key_is_not_the_clubs() -> None:
    signature = PrivateKey(b"\x07" * 32).sign_recoverable(
        hash_digest(WRITTEN.id.hash), hasher=None
    )
    forged = "0x" + (signature[:64] + bytes((signature[64] + 27,))).hex()
    document = json.loads(FILES["record.json"])
    document["signatures"][0]["signature"] = forged
    failed = failing({**FILES, "record.json": canonical(document)})
    assert list(failed) == ["record signature"]


def test_a_whole_record_of_another_club_is_told_from_ours_by_its_key() -> None:
    steps = verify_record(Folder(FILES), recover, club_key=wallet(9))
    assert {step.name for step in steps if not step.ok} == {"poll signature", "record signature"}


def test_the_mirrored_form_of_a_signature_is_refused() -> None:
    order = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
    digest = hash_digest(WRITTEN.id.hash)
    signature = KEY.sign(digest)
    mirrored = order - int(signature[66:130], 16)
    flipped_v = "1b" if signature[130:] == "1c" else "1c"
    assert recover(digest, signature) == KEY.address
    assert recover(digest, signature[:66] + f"{mirrored:064x}" + flipped_v) is None
    assert recover(digest, signature.upper().replace("X", "x")) is None


def _rule_broken(box: Box) -> str:
    """What a reader is told when the club itself publishes a log that breaks a rule."""
    good = small_box().record()
    box.close()
    lines = b"".join(canonical(document) + b"\n" for document in map(line_doc, box.lines))
    return failing({**good.files, "ballots.ndjson": lines})["ballot rules"]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda line: replace(line, received_at=CLOSES + 1), "outside the voting time"),
        (lambda line: replace(line, received_at=OPENS - 1), "outside the voting time"),
        (lambda line: replace(line, received_at=OPENS), "received before it was cast"),
        (lambda line: replace(line, claims=(wallet(77),)), "leave out the voter"),
        (lambda line: replace(line, claims=(wallet(1), wallet(99))), "not in the census"),
        (
            lambda line: replace(line, ballot=replace(line.ballot, picks=(Pick(4),))),
            "a choice that is not there",
        ),
        (
            lambda line: replace(line, ballot=replace(line.ballot, picks=(Pick(1), Pick(2)))),
            "a choice that is not there",
        ),
        (
            lambda line: replace(line, ballot=replace(line.ballot, picks=(Pick(1, 2**31),))),
            "a choice that is not there",
        ),
        (
            lambda line: replace(line, ballot=replace(line.ballot, summary="Lisbon")),
            "something else than its choice",
        ),
        (
            lambda line: replace(line, ballot=replace(line.ballot, poll=Hash("0x" + "11" * 32))),
            "another poll",
        ),
    ],
)
def test_even_the_club_cannot_count_a_ballot_against_the_rules(change: object, why: str) -> None:
    box = Box(definition(), census({1: 3, 2: 1, 3: 2, 4: 5, 5: 1}))
    box.cast([1], 1, change=change)
    assert why in _rule_broken(box)


def test_a_stale_ballot_cannot_replace_a_newer_one() -> None:
    box = Box(definition(), census({1: 3, 2: 1, 3: 2, 4: 5, 5: 1}))
    first = box.cast([1], 1)
    box.cast([1], 2, earlier=first)
    box.cast([1], 1, earlier=first)
    assert "older than the ballot" in _rule_broken(box)


def test_a_wallet_counts_once_whoever_links_it_later() -> None:
    box = Box(definition(), census({1: 3, 2: 1, 3: 2, 4: 5, 5: 1}))
    box.cast([1, 4], 1)
    box.cast([2, 4], 2)
    assert "another voter has used" in _rule_broken(box)


def test_a_voter_cannot_drop_a_used_wallet_so_that_another_can_use_it() -> None:
    box = Box(definition(), census({1: 3, 2: 1, 3: 2, 4: 5, 5: 1}))
    first = box.cast([1, 4], 1)
    box.cast([1], 1, earlier=first)
    assert "lets go of a wallet" in _rule_broken(box)


def test_a_ballot_at_the_closing_second_counts() -> None:
    assert BOX.lines[3].received_at == CLOSES
    assert json.loads(FILES["tally.json"])["rejected"] == {"replaced": "1"}


def test_a_poll_without_ballots_still_has_a_record_that_passes() -> None:
    box = Box(definition(), census({1: 3}))
    box.close()
    assert failing(resealed(box)) == {}
    assert json.loads(box.record().files["tally.json"])["winners"] == []


def test_a_receipt_is_kept_by_the_log_and_a_forged_one_is_not() -> None:
    line = BOX.lines[2]
    receipt = receipt_for(BOX.id, line, KEY)
    assert is_genuine(receipt, KEY.address, recover)
    assert is_kept(receipt, BOX.lines)
    for forged in (
        replace(receipt, head=Hash("0x" + "ab" * 32)),
        replace(receipt, seq=2),
        replace(receipt, seq=99),
        replace(receipt, received_at=receipt.received_at - 1),
    ):
        assert not is_genuine(forged, KEY.address, recover)
        assert not is_kept(forged, BOX.lines)


def test_a_receipt_shows_that_its_ballot_was_left_out_of_the_log() -> None:
    receipt = receipt_for(BOX.id, BOX.lines[2], KEY)
    other = Box(definition(), census({1: 3, 2: 1, 3: 2, 4: 5, 5: 1}))
    other.cast([1, 2], 1)
    other.cast([3], 1, at=OPENS + 70)
    other.cast([5], 2, at=OPENS + 80)
    assert not is_kept(receipt, other.lines)

"""A club that signs a record which is not true: each lie is named by the step that finds it."""

import json
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.__main__ import main
from governance.adapters.keys import ClubKey, recover
from governance.model import CensusLine, CloseLine, Definition, Hash, LogHead, Method, Signed
from governance.record.canonical import canonical
from governance.record.log import close_line, line_doc, sealed
from governance.record.opened import Opened
from governance.record.verifier import STEPS, verify_record
from governance.record.writer import Seal, record_doc, record_hash
from governance.typed_data import hash_digest
from tests.unit.governance_kit import (
    CLOSES,
    KEY,
    Box,
    Folder,
    census,
    definition,
    small_box,
    wallet,
)

FILES = dict(small_box().record().files)
WRONG = Hash("0x" + "ab" * 32)
OTHER = ClubKey(sha256(b"somebody else").digest())
HOLDERS = {1: 3, 2: 1, 3: 2, 4: 5, 5: 1}


def failing(files: dict[str, bytes]) -> set[str]:
    return {step.name for step in verify_record(Folder(files), recover) if not step.ok}


def signed_again(files: dict[str, bytes], change: Callable[[Seal], Seal]) -> dict[str, bytes]:
    """The same files under a `record.json` that was changed and signed by the club."""
    seal, _ = Opened.of(Folder(files)).record
    lie = change(seal)
    signature = KEY.sign(hash_digest(record_hash(lie)))
    document = record_doc(lie, Signed("club", KEY.address, signature))
    return {**files, "record.json": canonical(document)}


def published_with(name: str, data: bytes) -> dict[str, bytes]:
    """The record with one other file, correctly named and signed."""
    entry = (sha256(data).hexdigest(), len(data))

    def named(seal: Seal) -> Seal:
        digest = entry[0] if name == "tally.json" else seal.tally_sha256
        return replace(seal, files={**seal.files, name: entry}, tally_sha256=digest)

    return signed_again({**FILES, name: data}, named)


@pytest.mark.parametrize(
    ("field", "lie", "steps"),
    [
        ("ballots_root", WRONG, {"ballots root"}),
        ("census_root", WRONG, {"census root", "log chain"}),
        ("log", LogHead(5, WRONG), {"log chain"}),
        ("closed_at", CLOSES + 2, {"log chain"}),
        ("tally_sha256", "ab" * 32, {"tally"}),
        ("poll", WRONG, {"poll id", "log chain", "ballot rules", "ballots root", "tally"}),
    ],
)
def test_a_signed_seal_that_does_not_fit_is_found(
    field: str, lie: object, steps: set[str]
) -> None:
    assert failing(signed_again(FILES, lambda seal: replace(seal, **{field: lie}))) == steps


def test_a_signed_seal_over_other_files_is_found() -> None:
    def elsewhere(seal: Seal) -> Seal:
        return replace(seal, files={**seal.files, "tally.json": ("ab" * 32, 1)})

    assert failing(signed_again(FILES, elsewhere)) == {"file hashes"}


def test_a_seal_that_only_names_other_software_is_true() -> None:
    assert failing(signed_again(FILES, lambda seal: replace(seal, software="other/1"))) == set()


FORGED = "stagedoor/0.1.0.\nPASS  record signature: Signed by the club."


@pytest.mark.parametrize("software", [FORGED, "\x1b[1A\x1b[2K", "\u202e", "x" * 201])
def test_a_software_name_that_could_forge_a_line_is_refused(software: str) -> None:
    changed = signed_again(FILES, lambda seal: replace(seal, software=software))
    assert "record.json" in " ".join(failing(changed))


def test_nothing_in_a_record_can_print_a_line_of_its_own_or_steer_the_terminal(
    tmp_path: Path,
) -> None:
    rules = json.loads(FILES["poll.json"])
    rules["power"]["transform"] = f"{FORGED}\x1b[2K"
    lied = signed_again(FILES, lambda seal: replace(seal, software=FORGED))
    for name, data in {**lied, "poll.json": canonical(rules)}.items():
        (tmp_path / name).write_bytes(data)
    ended = CliRunner().invoke(main, ["verify-record", str(tmp_path)])
    lines = ended.output.split("\n")
    assert ended.exit_code == 1
    assert len(lines) == len(STEPS) + 1
    assert [line for line in lines if "signature: Signed by" in line and line[0] == "P"] == []
    assert "\x1b" not in ended.output


def test_a_seal_signed_by_somebody_else_is_found() -> None:
    seal, signed = Opened.of(Folder(FILES)).record
    forged = OTHER.sign(hash_digest(record_hash(seal)))
    for lie in (replace(signed, signature=forged), Signed("club", OTHER.address, forged)):
        document = canonical(record_doc(seal, lie))
        assert failing({**FILES, "record.json": document}) == {"record signature"}


@pytest.mark.parametrize(
    ("field", "steps"),
    [
        ("winners", {"tally"}),
        ("electorate", {"tally", "census root"}),
        ("rejected", {"tally"}),
        ("quorum_met", {"tally"}),
    ],
)
def test_a_false_result_is_found_by_counting_again(field: str, steps: set[str]) -> None:
    lies = {
        "winners": ["1"],
        "electorate": {"wallets": "5", "power": "13"},
        "rejected": {"replaced": "0"},
        "quorum_met": False,
    }
    document = {**json.loads(FILES["tally.json"]), field: lies[field]}
    assert failing(published_with("tally.json", canonical(document))) == steps


def test_a_result_with_weights_moved_between_choices_is_found() -> None:
    document = json.loads(FILES["tally.json"])
    first, second, *_ = document["totals"]
    first["weight"], second["weight"] = second["weight"], first["weight"]
    assert failing(published_with("tally.json", canonical(document))) == {"tally"}


def _record_of(rules: Definition, holders: list[CensusLine], **box: object) -> set[str]:
    made = Box(rules, holders, **box)
    made.cast([1], 1)
    made.close()
    return failing(dict(made.record().files))


def test_a_census_with_an_excluded_address_is_found() -> None:
    rules = definition(exclude=(wallet(5),))
    assert _record_of(rules, census(HOLDERS)) == {"census.ndjson"}
    assert _record_of(rules, census({1: 3})) == set()


def test_a_census_out_of_order_or_with_empty_wallets_is_found() -> None:
    assert _record_of(definition(), census(HOLDERS)[::-1]) == {"census.ndjson"}
    assert _record_of(definition(), census({1: 3, 2: 0})) == {"census.ndjson"}


def test_rules_that_nobody_could_have_announced_are_found() -> None:
    counting = {"ballot rules", "ballots root", "tally"}
    for method in (Method(seats=9), Method(tie_break=("coin",))):
        absurd = replace(definition(), method=method)
        assert _record_of(absurd, census(HOLDERS)) == {"poll.json", *counting}
    document = json.loads(FILES["poll.json"])
    document["method"]["seats"] = "0"
    assert counting < failing(published_with("poll.json", canonical(document)))


def test_a_weight_that_no_contract_could_hold_is_found_and_not_a_crash() -> None:
    box = Box(definition(), census({1: 2**256 - 1, 2: 1}))
    box.cast([1], 1)
    box.close()
    honest = Opened.of(Folder(dict(box.record().files)))
    ballot = replace(honest.log[0], claims=(wallet(1), wallet(2)))
    end = close_line(LogHead(1, sealed(ballot).head), closes=CLOSES, received_at=CLOSES + 1)
    log = b"".join(canonical(line_doc(line)) + b"\n" for line in (sealed(ballot), end))
    found = failing({**honest.files, "ballots.ndjson": log})
    assert {"ballot rules", "ballots root", "tally"} <= found


def test_ballots_that_the_club_did_not_sign_are_found() -> None:
    assert _record_of(definition(), census(HOLDERS), sign=OTHER.sign) == {"ballot signatures"}


def test_rules_that_the_club_did_not_sign_are_found() -> None:
    box = Box(definition(), census(HOLDERS))
    document = json.loads(FILES["poll.json"])
    forged = OTHER.sign(hash_digest(box.id))
    document["signatures"][0]["signature"] = forged
    assert failing(published_with("poll.json", canonical(document))) == {"poll signature"}
    document["signatures"][0]["role"] = "creator"
    found = failing(published_with("poll.json", canonical(document)))
    assert found == {"poll.json", "poll signature"}


def test_a_log_that_was_closed_early_or_never_is_found() -> None:
    for ending in ("early", "never", "twice", "for another time"):
        box = Box(definition(), census(HOLDERS))
        box.cast([1], 1)
        box.lines.extend(_ends(box, ending))
        assert failing(dict(box.record().files)) == {"log chain"}, ending


def _ends(box: Box, ending: str) -> list[CloseLine]:
    if ending == "never":
        return []
    at, closes = (CLOSES, CLOSES) if ending == "early" else (CLOSES + 1, CLOSES)
    first = close_line(box.head, closes=closes - (ending == "for another time"), received_at=at)
    if ending != "twice":
        return [first]
    head = LogHead(first.seq, first.head)
    return [first, close_line(head, closes=CLOSES, received_at=CLOSES + 1)]


def test_a_log_whose_numbers_have_a_gap_is_found_though_its_hashes_fit() -> None:
    box = Box(definition(), census(HOLDERS))
    box.cast([1], 1, change=lambda line: replace(line, seq=2))
    box.close()
    assert failing(dict(box.record().files)) == {"log chain"}


def test_a_line_that_forgets_the_lines_before_it_is_found() -> None:
    box = small_box()
    before = box.lines[:-2]
    moved = sealed(replace(box.lines[-2], prev=box.start.head))
    end = close_line(LogHead(moved.seq, moved.head), closes=CLOSES, received_at=CLOSES + 1)
    box.lines = [*before, moved, end]
    assert failing(dict(box.record().files)) == {"log chain"}


def test_a_line_whose_head_is_not_its_hash_is_found() -> None:
    box = small_box()
    lines = [*box.lines[:-1], replace(box.lines[-1], head=WRONG)]
    data = b"".join(canonical(line_doc(line)) + b"\n" for line in lines)
    files = published_with("ballots.ndjson", data)
    again = signed_again(files, lambda seal: replace(seal, log=LogHead(5, WRONG)))
    assert failing(again) == {"log chain"}

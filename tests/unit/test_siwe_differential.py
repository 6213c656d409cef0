"""Our reading of sign-in texts against the grammar of `siwe` 4.4.0, a mistake at a time.

A file of its own, so that another worker may run it: that grammar takes 5 to 30 ms for a text.
"""

import random
from collections import Counter

import pytest

from tests.unit.siwe_kit import (
    BASES,
    FULL,
    VALUES,
    as_the_standards_say,
    ours,
    refusal,
    spoilt,
    theirs,
)

SPOILT = 640


def test_sw1_of_640_spoilt_texts_ours_and_the_grammar_of_siwe_read_all_alike() -> None:
    """But for the policies in `docs/siwe.md`, and where that grammar is narrower than EIP-4361."""
    chance = random.Random(4361)  # noqa: S311  - the same mistakes each time
    seen = Counter(_compared(spoilt(chance.choice(BASES), chance)) for _ in range(SPOILT))
    assert [kind for kind in seen if kind.startswith("DISAGREE")] == []
    assert sum(seen.values()) == SPOILT
    assert seen["both read it"] > 100  # else the mistakes are too coarse to prove anything
    assert seen["both refuse it"] > 100
    assert seen["only the standards read it"] < SPOILT // 20


@pytest.mark.parametrize("label", VALUES)
def test_sw1_values_of_every_shape_are_read_as_the_grammar_reads_them(label: str) -> None:
    whole = next(text for text in BASES if f"\n{label}" in text)
    line = next(line for line in whole.split("\n") if line.startswith(label))
    old = line.removeprefix(label) if label else line.partition(" wants")[0]
    kinds = [_compared(whole.replace(label + old, label + new, 1)) for new in VALUES[label]]
    assert [kind for kind in kinds if kind.startswith("DISAGREE")] == []
    assert {"both read it", "both refuse it"} <= set(kinds)


def _compared(text: str) -> str:
    mine, grammar = ours(text), theirs(text)
    if mine == grammar:
        return "both read it" if mine else "both refuse it"
    if mine is None:
        why = refusal(text)
        assert why is not None
        return _POLICIES.get((why.facts["part"], why.facts["reason"]), f"DISAGREE: {text!r}")
    with as_the_standards_say():
        alike = theirs(text) == mine
    return "only the standards read it" if alike else f"DISAGREE: {text!r}"


_POLICIES = {
    ("address", "is not an address in EIP-55 capitals"): "EIP-55",
    ("domain", "is missing"): "a domain is required",
}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("club.example:8443", "127.0.0.1.nip.example"),
        ("club.example:8443", "1.2.3.4a"),
        ("Link this wallet to the Discord account fan (id 81234) in Tide Club.", ""),
    ],
    ids=[
        "a name that begins as an IPv4 address",
        "four numbers and a letter",
        "an empty statement",
    ],
)
def test_sw1_where_siwe_is_narrower_than_the_standards_we_read_what_they_say(
    old: str, new: str
) -> None:
    text = FULL.replace(old, new, 1)
    assert theirs(text) is None
    with as_the_standards_say():
        assert theirs(text) == ours(text) != None  # noqa: E711  - one chain of three

"""A search of the audit trail: a few words in any order, and a kind refusal of others."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from gating.access.trail import KINDS, query_of
from gating.errors import Refused
from gating.model import GateId
from gating.model.trail_line import TrailQuery
from tests.unit.test_access_rules import GATES

WORDS = {
    "holder": {"gate": GateId("holder")},
    "closed": {"kind": "pass.close"},
    "7d": {"within": timedelta(days=7)},
    "@fan": {"name": "fan"},
}


@given(some.sets(some.sampled_from(sorted(WORDS))), some.randoms())
def test_words_narrow_a_search_down_in_any_order(words: set[str], order: object) -> None:
    said = list(words)
    order.shuffle(said)  # type: ignore[attr-defined]
    asked = {name: value for word in words for name, value in WORDS[word].items()}
    assert query_of(" ".join(said), GATES) == TrailQuery(**asked)  # type: ignore[arg-type]


@pytest.mark.parametrize("word", sorted(KINDS))
def test_each_kind_of_event_has_its_word(word: str) -> None:
    assert query_of(word.upper(), GATES).kind == KINDS[word]


@pytest.mark.parametrize("word", ["holders", "0d", "9999d", "-1d", "@", "x" * 500, "'; DROP", "%"])
def test_a_word_that_means_nothing_is_named_in_the_refusal(word: str) -> None:
    with pytest.raises(Refused, match="E-AUDITWORD"):
        query_of(word, GATES)

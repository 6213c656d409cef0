"""When a moderator who was shown what a rule does must be shown it again before it counts."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from gating.access.gate_book import GateBook
from gating.access.trials import Effect, is_another
from gating.model import FanId, Gate, GateId, Platform
from gating.model.rule import Linked


def fans(*numbers: int) -> frozenset[FanId]:
    return frozenset(FanId(str(number)) for number in numbers)


SHOWN = Effect(gains=fans(*range(100)), loses=fans(*range(200, 300)), unsure=fans(500))
SETS = some.frozensets(some.sampled_from([FanId(str(number)) for number in range(9)]))
EFFECTS = some.builds(Effect, SETS, SETS, SETS)


def test_who_reads_an_earlier_change_late_takes_nothing_back() -> None:
    gate = Gate(GateId("holder"), "Holder", Linked(Platform.DISCORD), ())
    book = GateBook((gate,))
    book.stand(gate.id, Linked(Platform.TELEGRAM), number=2)
    book.stand(gate.id, None, number=1)
    assert (book[0].rule, book.number(gate.id)) == (Linked(Platform.TELEGRAM), 2)


@given(EFFECTS)
def test_the_same_effect_is_never_asked_about_twice(effect: Effect) -> None:
    assert not is_another(effect, effect)


@given(EFFECTS, EFFECTS)
def test_whoever_loses_unasked_was_named_before(shown: Effect, now: Effect) -> None:
    if not is_another(shown, now):
        assert now.loses | now.unsure <= shown.loses | shown.unsure


def test_one_more_who_loses_is_asked_about_however_many_there_are() -> None:
    assert is_another(SHOWN, replace(SHOWN, loses=SHOWN.loses | fans(900)))


def test_whoever_may_lose_because_the_chain_fell_silent_is_asked_about() -> None:
    assert is_another(SHOWN, replace(SHOWN, unsure=SHOWN.unsure | fans(900)))


def test_somebody_whose_answer_became_known_is_not_asked_about() -> None:
    known = replace(SHOWN, unsure=fans(), loses=SHOWN.loses | fans(500))
    assert not is_another(SHOWN, known)


@pytest.mark.parametrize(("more", "asked"), [(3, False), (10, False), (11, True)])
def test_others_who_gain_are_asked_about_beyond_a_tenth(more: int, asked: bool) -> None:
    now = replace(SHOWN, gains=SHOWN.gains | fans(*range(900, 900 + more)))
    assert is_another(SHOWN, now) is asked


@pytest.mark.parametrize(("gain", "asked"), [(3, False), (4, True)])
def test_in_a_small_club_three_more_are_no_other_answer(gain: int, asked: bool) -> None:
    nobody = Effect(fans(), fans(), fans())
    assert is_another(nobody, replace(nobody, gains=fans(*range(gain)))) is asked

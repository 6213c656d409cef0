"""How a pass ends: told first, taken later, and never too many at once without asking."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from gating.access.brake import may_go, pulls
from gating.access.notices import news_for
from gating.access.plan import GRACE, Taking, plan
from gating.access.standing import Standing
from gating.model import Change, Fan, FanId, GateId, HeldPass, Platform, Step
from gating.model.ending import DueGate, DuePass, Limits
from gating.model.rule import Linked
from tests.unit.test_access_rules import HERE, HOLDER, SALE, judge, reading

LATER = datetime(2026, 6, 2, tzinfo=UTC)
MINE = HeldPass(HERE, HOLDER.id, "51")
NOBODY = judge((HOLDER,), reading(set(), set()))


def test_a_sale_sets_an_end_and_only_a_released_pass_is_taken() -> None:
    assert plan(NOBODY, (HERE,), {MINE}, {}) == (Change(Step.END, HERE, HOLDER.id, "51"),)
    ending = replace(MINE, ends_at=LATER)
    assert plan(NOBODY, (HERE,), {ending}, {}) == ()
    taken = plan(NOBODY, (HERE,), {ending}, {}, taking=Taking(released=frozenset({MINE})))
    assert taken == (Change(Step.CLOSE, HERE, HOLDER.id, "51"),)


def test_what_a_fan_gave_up_is_taken_at_once() -> None:
    taken = plan(NOBODY, (HERE,), {MINE}, {}, taking=Taking(at_once=True))
    assert taken == (Change(Step.CLOSE, HERE, HOLDER.id, "51"),)


def test_who_holds_again_before_the_end_keeps_the_pass() -> None:
    again = judge((HOLDER,), reading({204}, set()))
    ending = replace(MINE, ends_at=LATER)
    kept = (Change(Step.KEEP, HERE, HOLDER.id, "51"),)
    assert plan(again, (HERE,), {ending}, {}) == kept
    assert plan(again, (HERE,), {ending}, {}, taking=Taking(released=frozenset({MINE}))) == kept


def test_a_pass_that_no_gate_leads_to_any_more_ends_too() -> None:
    stray = HeldPass(HERE, GateId("gone"), "99")
    holding = judge((HOLDER,), reading({204}, {204}))
    assert plan(holding, (HERE,), {MINE, stray}, {}) == (
        Change(Step.END, HERE, GateId("gone"), "99", GRACE),
    )


def test_a_protected_account_loses_nothing_but_what_it_gives_up() -> None:
    safe = Taking(released=frozenset({MINE}), protected=frozenset({HERE}))
    assert plan(NOBODY, (HERE,), {MINE}, {}, taking=safe) == ()
    given_up = replace(safe, at_once=True)
    assert plan(NOBODY, (HERE,), {MINE}, {}, taking=given_up) == (
        Change(Step.CLOSE, HERE, HOLDER.id, "51"),
    )


SOME = Limits(fans=20, percent=5, few=3)


def due(waiting: int, *, holders: int, lately: int = 0, released: int = 0) -> DueGate:
    passes = tuple(
        DuePass(FanId(str(number)), MINE, released=number < released) for number in range(waiting)
    )
    return DueGate(HOLDER.id, passes, holders, lately, stopped=False)


@pytest.mark.parametrize(
    ("found", "pulled"),
    [
        (due(0, holders=100), False),
        (due(3, holders=3), False),
        (due(4, holders=4), True),
        (due(5, holders=100), False),
        (due(6, holders=100), True),
        (due(1, holders=95, lately=5), True),
        (due(1, holders=96, lately=4), False),
        (due(20, holders=10_000), False),
        (due(21, holders=10_000), True),
        (due(1, holders=9_980, lately=20), True),
        (due(50, holders=50, released=50), False),
        (due(51, holders=51, released=50), False),
        (due(54, holders=54, released=50), True),
    ],
)
def test_the_brake_is_pulled_by_more_than_goes_without_asking(
    found: DueGate, pulled: bool
) -> None:
    assert pulls(found, SOME) == pulled


def test_at_the_brake_only_what_a_moderator_let_go_goes() -> None:
    stopped = due(54, holders=54, released=50)
    assert len(may_go(stopped, SOME)) == len(may_go(replace(stopped, stopped=True), SOME)) == 50
    assert len(may_go(due(5, holders=100), SOME)) == 5


def test_before_an_end_a_fan_is_told_what_ends_when_and_again_if_it_does_not() -> None:
    patient = replace(HOLDER, grace=timedelta(hours=24))
    fan = Fan(FanId("f"), (HERE,))
    none, some_copy = reading(set(), set()), reading({204}, set())
    for sale, key in ((SALE, "access.ending"), (None, "access.ending.over")):
        ending = (Change(Step.END, HERE, HOLDER.id, "51"),)
        stood = Standing(fan, none, judge((patient,), none), ending, (MINE,))
        [(_, notice)] = news_for(stood, (patient,), sale=sale, waiting=None)
        assert (notice.key, notice.facts["hours"], notice.facts["ended"]) == (key, 24, "Holder")
        assert list(news_for(stood, (HOLDER,), sale=sale, waiting=None)) == []
    kept = (Change(Step.KEEP, HERE, HOLDER.id, "51"),)
    stood = Standing(fan, some_copy, judge((patient,), some_copy), kept, (MINE,))
    [(_, notice)] = news_for(stood, (patient,), sale=None, waiting=None)
    assert (notice.key, notice.facts["gates"]) == ("access.stays", "Holder")


def test_an_end_that_no_copy_explains_is_told_without_a_word_of_copies() -> None:
    fan, none = Fan(FanId("f"), (HERE,)), reading(set(), set())
    friends = replace(HOLDER, rule=Linked(Platform.TELEGRAM), grace=timedelta(hours=24))
    for step, key in ((Step.END, "access.ending.unmet"), (Step.KEEP, "access.stays.met")):
        change = (Change(step, HERE, HOLDER.id, "51"),)
        stood = Standing(fan, none, judge((friends,), none), change, (MINE,))
        [(_, notice)] = news_for(stood, (friends,), sale=SALE, waiting=None)
        assert (notice.key, notice.facts.get("copy", "")) == (key, "")

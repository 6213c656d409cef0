"""What trees of rules answer, when that changes by itself, and what doors are told."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from gating.model import Address, Asset, No, Platform, Transfer, Yes
from gating.model.rule import (
    MOST,
    Across,
    AllOf,
    AnyOf,
    AtLeast,
    Code,
    ExpiringKey,
    HeldContinuously,
    Holds,
    Ids,
    Linked,
    Not,
    Rule,
    Tier,
    TokenIds,
    Wanted,
)
from gating.rules.evaluate import evaluate
from gating.rules.evidence import (
    Accounts,
    Evidence,
    Expiries,
    GaveCode,
    HeldNow,
    History,
    KeysNow,
    Need,
    Stay,
    needs,
)
from gating.rules.finding import Outcome, outcome_of
from gating.rules.history import stays_in
from gating.rules.reason import answer_of
from gating.rules.rulebook import Rulebook
from tests.unit.rule_world import (
    AT,
    DAY,
    HELD,
    ONE,
    PASS,
    RULES,
    STAYED,
    TIDE,
    TWO,
    balances,
    both,
    copies,
    known_for,
    outcome,
    stayed,
    wanted,
    without,
)

YES, NO, UNKNOWN = Outcome.YES, Outcome.NO, Outcome.UNKNOWN
KEYS = KeysNow(PASS.asset)

# --- trees --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (AnyOf((Code("yes"), Code("?"))), YES),
        (AnyOf((Code("no"), Code("?"))), UNKNOWN),
        (AnyOf((Code("no"), Code("no"))), NO),
        (AllOf((Code("no"), Code("?"))), NO),
        (AllOf((Code("yes"), Code("?"))), UNKNOWN),
        (AllOf((Code("yes"), Code("yes"))), YES),
        (Not(Code("?")), UNKNOWN),
        (Not(Code("no")), YES),
        (AtLeast(2, (Code("yes"), Code("yes"), Code("?"))), YES),
        (AtLeast(2, (Code("yes"), Code("no"), Code("?"))), UNKNOWN),
        (AtLeast(2, (Code("no"), Code("no"), Code("?"))), NO),
    ],
)
def test_what_is_unknown_never_hides_a_yes_or_a_no_that_stands_without_it(
    rule: Rule, expected: Outcome
) -> None:
    known = (GaveCode("yes"), 1_700_000_000), (GaveCode("no"), None)
    assert outcome(rule, *known) is expected


def plainly(rule: Rule, evidence: Evidence) -> bool:
    """The same by true and false alone, for trees in which everything is known."""
    match rule:
        case AllOf(parts):
            return all(plainly(part, evidence) for part in parts)
        case AnyOf(parts):
            return any(plainly(part, evidence) for part in parts)
        case AtLeast(needed, parts):
            return sum(plainly(part, evidence) for part in parts) >= needed
        case Not(part):
            return not plainly(part, evidence)
    return evaluate(rule, evidence).outcome is YES


@settings(max_examples=300, deadline=None)
@given(some.data())
def test_where_all_is_known_a_tree_is_plain_logic(data: some.DataObject) -> None:
    rule = data.draw(RULES)
    evidence = data.draw(known_for(rule))
    found = evaluate(rule, evidence)
    if all(part.outcome is not UNKNOWN for part in leaves(found)):
        assert found.outcome is (YES if plainly(rule, evidence) else NO)


def leaves(found: Any) -> list[Any]:
    return [leaf for part in found.parts for leaf in leaves(part)] or [found]


@settings(max_examples=300, deadline=None)
@given(some.data())
def test_learning_more_never_turns_a_yes_or_a_no_round(data: some.DataObject) -> None:
    rule = data.draw(RULES)
    known = data.draw(known_for(rule))
    asked = sorted(known.pieces, key=repr)
    hidden = data.draw(some.sets(some.sampled_from(asked))) if asked else set()
    less = evaluate(rule, without(known, hidden)).outcome
    more = evaluate(rule, known).outcome
    assert less in (UNKNOWN, more)


@settings(max_examples=300, deadline=None)
@given(some.data())
def test_the_pass_over_everybody_answers_as_a_look_with_reasons_does(
    data: some.DataObject,
) -> None:
    rules = data.draw(some.lists(RULES, min_size=1, max_size=4))
    rules += [AllOf(tuple(rules)), Not(rules[0]), rules[0]]
    known = data.draw(known_for(AllOf(tuple(rules))))
    asked = sorted(known.pieces, key=repr)
    hidden = data.draw(some.sets(some.sampled_from(asked))) if asked else set()
    less = without(known, hidden)
    book = Rulebook(rules)
    assert book.needs == needs(AllOf(tuple(rules)))
    assert list(map(outcome_of, book.answers(less))) == [
        evaluate(rule, less).outcome for rule in rules
    ]
    turns = book.turns(less) or (None,) * len(rules)
    assert list(turns) == [evaluate(rule, less).changes_at for rule in rules]


@settings(max_examples=200, deadline=None)
@given(some.data())
def test_what_a_rule_needs_is_all_that_it_looks_at(data: some.DataObject) -> None:
    rule = data.draw(RULES)
    evidence = data.draw(known_for(rule))
    besides = {HeldNow(Asset(9, Address("0x9"))): balances(copies(1))}
    more = replace(evidence, pieces={**evidence.pieces, **besides})
    assert evaluate(rule, more) == evaluate(rule, evidence)
    assert {leaf.code for leaf in leaves(evaluate(rule, evidence))} <= {
        "",
        "E-NOMINT",
        "E-BLOCKAHEAD",
    }


@given(
    some.lists(some.sets(some.integers(0, 20), max_size=4), max_size=3),
    some.integers(0, 4),
    some.none() | some.integers(0, 3),
)
def test_the_three_ways_to_count_wallets_agree_with_their_words(
    sets: list[set[int]], least: int, more: int | None
) -> None:
    most = None if more is None else least + more
    held = HELD, balances(*(copies(*tokens) for tokens in sets))
    sizes = [len(tokens) for tokens in sets] or [0]

    def fits(amount: int) -> bool:
        return least <= amount <= (MOST if most is None else most)

    expected = {
        Across.SUM: fits(sum(sizes)),
        Across.MAX: fits(max(sizes)),
        Across.ANY: any(map(fits, sizes)),
    }
    for across, met in expected.items():
        assert outcome(Holds(TIDE, Wanted(least, most, across)), held) is (YES if met else NO)


# --- time ---------------------------------------------------------------------------------------


def test_a_holding_time_says_when_it_will_be_long_enough() -> None:
    rule = HeldContinuously(TIDE, 30, min=2)
    stays = {1: (Stay(1, 60 * DAY),), 2: (Stay(2, 80 * DAY),), 3: (Stay(3, 95 * DAY),)}
    found = evaluate(rule, Evidence({STAYED: History(AT, stays)}))
    assert (found.outcome, found.amount, found.changes_at) == (NO, 1, 110 * DAY)
    later = replace(AT, timestamp=110 * DAY)
    assert evaluate(rule, Evidence({STAYED: History(later, stays)})).outcome is YES


def test_a_key_says_until_when_it_is_good_and_a_tree_says_the_soonest() -> None:
    key = KEYS, Expiries(AT, (AT.timestamp + 5, AT.timestamp + 9))
    held = stayed(Stay(1, 71 * DAY))
    rule = AnyOf((ExpiringKey(PASS), HeldContinuously(TIDE, 30)))
    found = evaluate(rule, Evidence(dict([key, held])))
    assert found.parts[0].changes_at == AT.timestamp + 9
    assert found.parts[1].changes_at == 101 * DAY
    assert found.changes_at == AT.timestamp + 9
    for_ever = evaluate(ExpiringKey(PASS), Evidence({KEYS: Expiries(AT, (MOST,))}))
    assert for_ever.changes_at is None


THIRD = Address("0x" + "03" * 20)


def move(block: int, sender: Address, receiver: Address, token: int = 1) -> Transfer:
    return Transfer(
        TIDE.asset, block, hex(block), 0, token, sender, receiver, block_time=block * 10
    )


def test_a_token_between_a_fans_own_wallets_stays_and_one_that_comes_back_begins_anew() -> None:
    log = [
        move(1, THIRD, ONE),
        move(2, ONE, TWO),
        move(3, TWO, THIRD),
        move(4, THIRD, ONE),
        move(5, THIRD, ONE, token=2),
        move(6, ONE, ONE, token=2),
    ]
    assert stays_in(log, {ONE, TWO}) == {
        1: (Stay(1, 10, 3), Stay(4, 40)),
        2: (Stay(5, 50),),
    }
    assert stays_in(log, {TWO}) == {1: (Stay(2, 20, 3),)}


@given(
    some.lists(some.tuples(some.sampled_from([ONE, TWO, THIRD]), some.integers(1, 2)), max_size=9)
)
def test_the_stays_of_a_token_are_the_blocks_at_which_a_wallet_of_the_fan_had_it(
    steps: list[tuple[Address, int]],
) -> None:
    owner = dict.fromkeys((1, 2), THIRD)
    log, had = [], []
    for block, (receiver, token) in enumerate(steps, 1):
        log.append(move(block, owner[token], receiver, token))
        owner[token] = receiver
        had += [(block, each) for each in owner if owner[each] in {ONE, TWO}]
    stays = stays_in(log, {ONE, TWO})
    told = [
        (block, token)
        for token, each in stays.items()
        for stay in each
        for block in range(stay.since, stay.left or len(steps) + 1)
    ]
    assert sorted(told) == sorted(had)


# --- the answer that doors act on ----------------------------------------------------------------


def answer(rule: Rule, *pieces: tuple[Need[Any], Any]) -> Any:
    evidence = Evidence(dict(pieces), AT)
    return answer_of(evaluate(rule, evidence), evidence)


def test_a_refusal_names_the_one_thing_that_is_missing() -> None:
    few = answer(Holds(TIDE, wanted(2)), both((7,), ()))
    assert few == No("E-NOHOLD", AT, {"count": 1, "needed": 2, "album": "Tide", "block": 1_000})
    ids = TokenIds(TIDE, Ids(((1, 100), (777, 777))))
    other = answer(ids, both((204,), ()))
    said = {"held": "#204", "wanted": "#1 to #100 and #777", "block": 1_000}
    assert other == No("E-EDITION", AT, said)
    inside = AllOf((Holds(TIDE), AnyOf((ids,))))
    assert answer(inside, both((204,), ())) == other
    soon = answer(HeldContinuously(TIDE, 30), stayed(Stay(1, 88 * DAY)))
    assert (soon.code, soon.facts["held"], soon.facts["opens"]) == ("E-HOLDTIME", 12, 118 * DAY)


def test_where_several_things_are_missing_no_single_one_is_blamed() -> None:
    rule = AnyOf((Holds(TIDE, wanted(3)), Tier(TIDE, "gold")))
    assert answer(rule, both((11,), ())).code == "E-RULE"
    assert answer(Not(Holds(TIDE)), both((11,), ())).code == "E-RULE"


def test_a_yes_carries_the_copies_that_count_and_the_block() -> None:
    rule = AllOf((TokenIds(TIDE, Ids(((1, 100),))), Not(Tier(TIDE, "gold"))))
    assert answer(rule, both((17, 204), (30,))) == Yes((17, 30), AT)


def test_an_answer_without_any_chain_is_as_of_the_block_at_which_the_fan_is_judged() -> None:
    assert answer(Linked(Platform.DISCORD), (Accounts(), frozenset(Platform))) == Yes((), AT)
    nowhere = Evidence({Accounts(): frozenset(Platform)})
    assert answer_of(evaluate(Linked(Platform.DISCORD), nowhere), nowhere) == Yes((), None)

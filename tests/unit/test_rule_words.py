"""What people read about rules: why a door is open or shut, and what a change would do."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from bot.commands.why import MOST_LINES, explained
from bot.dialogue import plain
from bot.texts.english import SENTENCES
from gating.access.evidence import evidence_of
from gating.access.plan import judge
from gating.access.standing import Standing
from gating.model import Fan, FanId, Gate, GateId, Holding, Notice, Reading, Unknown
from gating.model.rule import (
    AllOf,
    AnyOf,
    Code,
    Denylist,
    Erc20,
    ExpiringKey,
    HeldContinuously,
    Holds,
    Ids,
    MintRank,
    RankOf,
    Rule,
    TokenIds,
    Wanted,
)
from gating.rules.dry_run import Candidate, dry_run
from gating.rules.evaluate import evaluate
from gating.rules.evidence import (
    Balance,
    Evidence,
    Expiries,
    GaveCode,
    HeldNow,
    History,
    KeysNow,
    Linkage,
    Mints,
    OnList,
    Stay,
)
from gating.rules.explain import explain
from tests.unit.rule_world import (
    AT,
    DAY,
    HELD,
    MINTED,
    ONE,
    PASS,
    RULES,
    STAYED,
    TIDE,
    WAVE,
    balances,
    both,
    copies,
    known_for,
    without,
)


def gate(name: str, rule: Rule) -> Gate:
    return Gate(GateId(name.lower()), name, rule, ())


def said(rule: Rule, evidence: Evidence) -> str:
    """The whole of `/why` for one gate."""
    gates = (gate("Circle", rule),)
    stood = Standing(
        Fan(FanId("f")), Reading(AT, AT), judge(gates, evidence, evidence), evidence=evidence
    )
    return plain(explained(stood)).replace("\N{NO-BREAK SPACE}", " ").strip()


FACT = re.compile(r"\{(\w+)(?::time)?\}")


def unfilled(notice: Notice) -> set[str]:
    return set(FACT.findall(SENTENCES[notice.key])) - set(notice.facts)


@settings(max_examples=300, deadline=None)
@given(some.data())
def test_whatever_is_found_every_line_has_its_words_and_all_that_fills_them(
    data: some.DataObject,
) -> None:
    rule = data.draw(RULES)
    known = data.draw(known_for(rule))
    hidden = data.draw(some.sets(some.sampled_from(sorted(known.pieces, key=repr))))
    for line in explain(evaluate(rule, without(known, hidden))):
        for notice in (*line.asks, *line.found, *line.change):
            assert unfilled(notice) == set()


def test_why_reads_from_the_whole_to_its_parts_with_what_is_missing() -> None:
    rule = AnyOf(
        (Holds(TIDE, Wanted(3)), AllOf((TokenIds(TIDE, Ids(((1, 100),))), Code("guests"))))
    )
    evidence = Evidence(dict([both((204,), (310,)), (GaveCode("guests"), 1_700_000_000)]), AT)
    blank = "\N{EM SPACE}\N{EM SPACE}"
    assert said(rule, evidence).splitlines() == [
        "Circle: shut.",
        "No: one of these:",
        f"{blank}No: 3 or more of Tide. Found: 2 (#204 and #310), 1 missing",
        f"{blank}No: all of these:",
        f"{blank * 2}No: 1 or more of Tide, numbered #1 to #100. "
        "Found: 0; held are #204 and #310, 1 missing",
        f"{blank * 2}Yes: on the guest list guests since 1700000000",
        f"Looked at block 1 000 ({AT.timestamp}), final.",
    ]


WAVES = HeldNow(WAVE.asset)
UNSEEN = "\nYes: no wallet on the list banned. Found: none"


@pytest.mark.parametrize(
    ("rule", "pieces", "words"),
    [
        (
            Erc20(WAVE, Wanted(2 * 10**18)),
            {WAVES: balances(Balance(ONE, 1))},
            "No: 2 Wave-20 or more. Found: 0.000000000000000001, 1.999999999999999999 missing",
        ),
        (
            Holds(TIDE, Wanted(1, 2)),
            {HELD: balances(copies(1, 2, 3))},
            "No: 1 to 2 of Tide. Found: 3 (#1, #2 and #3), 1 too many",
        ),
        (
            HeldContinuously(TIDE, 30),
            {STAYED: History(AT, {7: (Stay(1, 88 * DAY),)})},
            f"held for 30 days without a break. Found: 0; held are #7. "
            f"Opens by itself {118 * DAY}",
        ),
        (
            HeldContinuously(TIDE, 30),
            {STAYED: History(AT, {7: (Stay(1, 0),), 8: (Stay(1, 0),)})},
            "Yes: 1 or more of Tide, held for 30 days without a break. Found: 2 (#7 and #8)\n",
        ),
        (
            ExpiringKey(PASS),
            {KeysNow(PASS.asset): Expiries(AT, (AT.timestamp + 9,))},
            f"Yes: a key of Season-Pass that is not over. Good until {AT.timestamp + 9}",
        ),
        (
            MintRank(TIDE, 5, RankOf.WALLETS),
            {MINTED: Mints(AT, {}, {ONE: 7})},
            "No: one of the first 5 wallets that Tide was made for. Found: place 7",
        ),
        (Denylist("banned"), {Linkage(): (ONE,), OnList("banned"): frozenset()}, UNSEEN),
        (
            Denylist("banned"),
            {Linkage(): (ONE,), OnList("banned"): frozenset({ONE})},
            "No: no wallet on the list banned. Found: 0x0101…0101",
        ),
        (
            Holds(TIDE),
            {HELD: Unknown("E-CHAINDOWN")},
            "Not known: 1 or more of Tide. The chain servers are silent.",
        ),
        (
            Code("guests"),
            {},
            "Not known: on the guest list guests. A rule asks for something that I cannot",
        ),
    ],
)
def test_each_line_says_what_was_found_and_what_would_change_it(
    rule: Rule, pieces: dict[object, object], words: str
) -> None:
    assert words in said(rule, Evidence(pieces, AT))  # type: ignore[arg-type]


def test_a_block_that_is_not_final_is_said_to_be_none() -> None:
    holding = Holding(ONE, TIDE.asset, frozenset({7}), AT)
    final = replace(AT, number=AT.number - 1)
    settled, _ = evidence_of(Reading(AT, final, (holding,)), TIDE.asset, {})
    assert said(Holds(TIDE), settled).endswith("not final yet.")
    settled, _ = evidence_of(Reading(AT, AT, (holding,)), TIDE.asset, {})
    assert said(Holds(TIDE), settled).endswith(", final.")


def test_an_answer_of_many_lines_is_cut_and_says_so() -> None:
    text = said(AnyOf((Code("guests"),) * 100), Evidence({GaveCode("guests"): None}))
    assert len(text.splitlines()) == MOST_LINES + 1
    assert text.endswith(f"{102 - MOST_LINES} more lines.")


# --- the dry run --------------------------------------------------------------------------------


def fan(name: str, *tokens: int, silent: bool = False) -> Candidate:
    held = Unknown("E-CHAINDOWN") if silent else balances(copies(*tokens))
    return Candidate(FanId(name), name, Evidence({HELD: held}, AT))


FANS = (
    fan("none"),
    fan("one", 204),
    fan("first", 17),
    fan("many", 1, 2, 3),
    fan("?", silent=True),
)
ONE_COPY, THREE = Holds(TIDE), Holds(TIDE, Wanted(3))
FIRST = TokenIds(TIDE, Ids(((1, 100),)))


def names(candidates: tuple[Candidate, ...]) -> list[str]:
    return [each.name for each in candidates]


def test_a_dry_run_names_who_gains_and_who_loses_and_counts_the_rest() -> None:
    old = (gate("Holder", ONE_COPY), gate("First", FIRST), gate("Gone", FIRST))
    new = (gate("Holder", ONE_COPY), gate("First", THREE), gate("New", FIRST))
    first, gone, fresh = dry_run(old, new, iter(FANS))
    assert (first.gate, names(first.gains), names(first.loses)) == ("first", [], ["first"])
    assert (first.keeps, first.stays_out, names(first.unsure)) == (1, 2, ["?"])
    assert (gone.gate, names(gone.loses)) == ("gone", ["first", "many"])
    assert (fresh.gate, names(fresh.gains)) == ("new", ["first", "many"])
    assert names(gone.unsure) == names(fresh.unsure) == ["?"]


def test_a_dry_run_of_the_same_rules_is_empty() -> None:
    gates = (gate("Holder", ONE_COPY), gate("First", FIRST))
    assert dry_run(gates, gates, FANS) == ()


@given(RULES, RULES, some.data())
@settings(max_examples=60, deadline=None)
def test_a_dry_run_sorts_every_fan_once_and_back_again_the_other_way(
    old: Rule, new: Rule, data: some.DataObject
) -> None:
    both_rules = AnyOf((old, new))
    fans = [Candidate(FanId(str(n)), str(n), data.draw(known_for(both_rules))) for n in range(3)]
    there = dry_run((gate("G", old),), (gate("G", new),), fans)
    back = dry_run((gate("G", new),), (gate("G", old),), fans)
    assert bool(there) == (old != new)
    for one, other in zip(there, back, strict=True):
        sorted_out = len(one.gains) + len(one.loses) + len(one.unsure) + one.keeps + one.stays_out
        assert sorted_out == len(fans)
        assert (one.gains, one.loses, one.unsure) == (other.loses, other.gains, other.unsure)

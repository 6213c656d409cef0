"""Who may enter, what is given and taken, and what is said of it: rules that need no platform."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as some

from gating.access.evidence import evidence_of, who
from gating.access.notices import news_for
from gating.access.plan import Taking, Verdict, names_of, plan
from gating.access.plan import judge as judge_by
from gating.access.standing import Standing
from gating.model import (
    Account,
    Address,
    Answer,
    Asset,
    Block,
    Change,
    Fan,
    FanId,
    Gate,
    GateId,
    HeldPass,
    Holding,
    No,
    Notice,
    Pass,
    Platform,
    Reading,
    Step,
    Transfer,
    Unknown,
    Yes,
)
from gating.model.rule import AllOf, Linked
from gating.rules.naming import numbers
from tests.rule_kit import holds

TIDE = Asset(31337, Address("0x" + "a1" * 20), "Tide")
SETTLED = Block(31337, 20, "0x20", 240)
FINAL = Block(31337, 16, "0x16", 192)
ONE, TWO = Address("0x" + "01" * 20), Address("0x" + "02" * 20)
HERE, THERE = Account(Platform.DISCORD, "1"), Account(Platform.TELEGRAM, "2")
CHAT = "-1001"


def gate(name: str, *, role: str = "", chat: str = "", **rule: int) -> Gate:
    key = GateId(name.lower().replace(" ", "-"))
    passes = [Pass(key, Platform.DISCORD, role, name)] if role else []
    passes += [Pass(key, Platform.TELEGRAM, chat, name)] if chat else []
    return Gate(key, name, holds(TIDE, **rule), tuple(passes))


HOLDER = gate("Holder", role="51", chat=CHAT)
FIRST = gate("First 100", role="52", lowest=1, highest=100)
SHARED = gate("Collector", role="51", at_least=3)
GATES = (HOLDER, FIRST, SHARED)


def held(*copies: int, wallet: Address = ONE, at: Block = SETTLED) -> Holding:
    return Holding(wallet, TIDE, frozenset(copies), at)


@pytest.mark.parametrize(
    ("copies", "said"),
    [
        ((), ""),
        ((17,), "#17"),
        ((204, 17), "#17 and #204"),
        ((3, 1, 2), "#1, #2 and #3"),
        (tuple(range(1, 9)), "#1, #2, #3, #4, #5, #6, #7 and #8"),
        (tuple(range(1, 11)), "#1, #2, #3, #4, #5, #6, #7 and 3 more"),
    ],
)
def test_copies_are_named_as_people_name_them(copies: tuple[int, ...], said: str) -> None:
    assert numbers(copies) == said


ANSWERS: dict[str, Answer] = {
    "yes": Yes((1,), SETTLED),
    "no": No("E-NOHOLD", SETTLED),
    "unknown": Unknown("E-CHAINDOWN"),
}


@pytest.mark.parametrize(("now", "final"), list(product(ANSWERS, ANSWERS)))
def test_additions_act_at_once_and_removals_only_on_two_sure_answers(now: str, final: str) -> None:
    verdict = Verdict(HOLDER, ANSWERS[now], ANSWERS[final])
    assert verdict.opens == (now == "yes")
    assert verdict.closes == (now == final == "no")


def reading(now: set[int], final: set[int], silent: str | None = None) -> Reading:
    return Reading(SETTLED, FINAL, (held(*now),), (held(*final, at=FINAL),), silent)


def judge(gates: Sequence[Gate], read: Reading) -> tuple[Verdict, ...]:
    return judge_by(gates, *evidence_of(read, TIDE, {}))


HOLDINGS = some.sets(some.integers(1, 120), max_size=4)
HELD = some.sets(
    some.sampled_from(
        [
            HeldPass(account, each.id, way.target)
            for each in GATES
            for way in each.passes
            for account in (HERE, THERE)
            if way.platform is account.platform
        ]
    )
)
KNOCKS = some.sampled_from([{}, {THERE: frozenset({CHAT})}])


@given(HELD, KNOCKS, HOLDINGS, HOLDINGS)
def test_a_silent_chain_opens_nothing_and_closes_nothing(
    ours: set[HeldPass], knocks: dict[Account, frozenset[str]], now: set[int], final: set[int]
) -> None:
    verdicts = judge(GATES, reading(now, final, "E-CHAINDOWN"))
    assert plan(verdicts, (HERE, THERE), ours, knocks) == ()
    assert plan(verdicts, (HERE, THERE), ours, knocks, again=frozenset({HERE})) == ()


@given(HELD, HOLDINGS)
def test_a_chain_that_was_never_read_changes_nothing(ours: set[HeldPass], now: set[int]) -> None:
    verdicts = judge(GATES, Reading(None, None))
    assert plan(verdicts, (HERE, THERE), ours, {}) == ()


LATER = datetime(2026, 6, 2, tzinfo=UTC)


def pass_of(change: Change, ends_at: datetime | None = None) -> HeldPass:
    return HeldPass(change.account, change.gate, change.target, ends_at)


def applied(ours: set[HeldPass], changes: tuple[Change, ...]) -> set[HeldPass]:
    """What we granted once these changes are made."""
    after = {one: one for one in ours}
    for change in changes:
        after.pop(pass_of(change), None)
        if change.step is not Step.CLOSE:
            ends_at = LATER if change.step is Step.END else None
            one = pass_of(change, ends_at)
            after[one] = one
    return set(after.values())


@given(HELD, KNOCKS, HOLDINGS, HOLDINGS)
def test_planning_again_on_its_own_result_changes_nothing(
    ours: set[HeldPass], knocks: dict[Account, frozenset[str]], now: set[int], final: set[int]
) -> None:
    verdicts = judge(GATES, reading(now, final))
    changes = plan(verdicts, (HERE, THERE), ours, knocks)
    assert plan(verdicts, (HERE, THERE), applied(ours, changes), {}) == ()


@given(HELD, KNOCKS, HOLDINGS, HOLDINGS)
def test_only_what_we_granted_is_ever_taken(
    ours: set[HeldPass], knocks: dict[Account, frozenset[str]], now: set[int], final: set[int]
) -> None:
    for taking in (Taking(), Taking(at_once=True), Taking(released=frozenset(ours))):
        verdicts = judge(GATES, reading(now, final))
        changes = plan(verdicts, (HERE, THERE), ours, knocks, taking=taking)
        assert {pass_of(c) for c in changes if c.step is not Step.OPEN} <= ours
    nothing_ours = plan(judge(GATES, reading(now, final)), (HERE, THERE), (), knocks)
    assert all(change.step is Step.OPEN for change in nothing_ours)


@given(HELD, HOLDINGS)
def test_a_fan_who_holds_enough_at_either_block_loses_nothing(
    ours: set[HeldPass], copies: set[int]
) -> None:
    for now, final in ((copies | {1, 2, 3}, set()), (set(), copies | {1, 2, 3})):
        for taking in (Taking(), Taking(at_once=True), Taking(released=frozenset(ours))):
            verdicts = judge(GATES, reading(now, final))
            changes = plan(verdicts, (HERE, THERE), ours, {}, taking=taking)
            assert not [c for c in changes if c.step in {Step.CLOSE, Step.END}]


def test_a_telegram_chat_opens_only_to_who_knocks_and_a_role_without_asking() -> None:
    verdicts = judge((HOLDER,), reading({204}, {204}))
    quiet = plan(verdicts, (HERE, THERE), (), {})
    knocking = plan(verdicts, (HERE, THERE), (), {THERE: frozenset({CHAT})})
    other = plan(verdicts, (HERE, THERE), (), {THERE: frozenset({"-1002"})})
    role = Change(Step.OPEN, HERE, HOLDER.id, "51")
    assert quiet == other == (role,)
    assert knocking == (role, Change(Step.OPEN, THERE, HOLDER.id, CHAT))


def test_who_lost_what_we_gave_gets_it_once_more() -> None:
    verdicts = judge((HOLDER,), reading({204}, {204}))
    mine = HeldPass(HERE, HOLDER.id, "51")
    assert plan(verdicts, (HERE,), {mine}, {}) == ()
    again = plan(verdicts, (HERE,), {mine}, {}, again=frozenset({HERE}))
    assert again == (Change(Step.OPEN, HERE, HOLDER.id, "51"),)


def test_a_role_that_another_gate_still_opens_is_not_taken() -> None:
    verdicts = judge((HOLDER, SHARED), reading({204}, {204}))
    ours = {HeldPass(HERE, HOLDER.id, "51"), HeldPass(HERE, SHARED.id, "51")}
    assert plan(verdicts, (HERE,), ours, {}, taking=Taking(released=frozenset(ours))) == ()


def standing(
    now: set[int], final: set[int], *, ours: set[HeldPass], silent: str | None = None
) -> Standing:
    fan = Fan(FanId("f"), (HERE,))
    verdicts = judge((HOLDER, FIRST), reading(now, final, silent))
    changes = plan(verdicts, (HERE,), ours, {}, taking=Taking(released=frozenset(ours)))
    return Standing(fan, reading(now, final, silent), verdicts, changes, tuple(ours))


BOTH = {HeldPass(HERE, HOLDER.id, "51"), HeldPass(HERE, FIRST.id, "52")}
SALE = Transfer(TIDE, 15, "0x15", 0, 17, ONE, TWO)


def told(stood: Standing, *, waiting: bool = False, sale: Transfer | None = None) -> list[str]:
    notices = news_for(stood, (HOLDER, FIRST), sale=sale, waiting=HERE if waiting else None)
    return [notice.key for _, notice in notices]


@pytest.mark.parametrize(
    ("stood", "waiting", "keys"),
    [
        (standing({17}, {17}, ours=set()), False, ["access.granted"]),
        (standing({17}, {17}, ours=BOTH), False, []),
        (standing({17}, {17}, ours=BOTH), True, ["access.same"]),
        (standing(set(), {17}, ours=BOTH), False, []),
        (standing(set(), set(), ours=BOTH), False, ["access.over"]),
        (standing({204}, {204}, ours=BOTH), False, ["access.over.kept"]),
        (standing(set(), set(), ours=set()), False, []),
        (standing(set(), set(), ours=set()), True, ["E-NOHOLD"]),
        (standing(set(), set(), ours=BOTH, silent="E-CHAINDOWN"), True, ["E-CHAINDOWN"]),
        (standing(set(), set(), ours=BOTH, silent="E-CHAINDOWN"), False, []),
    ],
)
def test_a_fan_hears_what_changed_and_an_asking_fan_always_hears_something(
    stood: Standing, waiting: bool, keys: list[str]
) -> None:
    assert told(stood, waiting=waiting) == keys


def test_an_end_by_a_sale_says_so_and_one_without_a_sale_does_not() -> None:
    for left, sold, over in (
        (set(), "access.ended", "access.over"),
        ({204}, "access.ended.kept", "access.over.kept"),
    ):
        stood = standing(left, left, ours=BOTH)
        assert told(stood, sale=SALE) == [sold]
        assert told(stood) == [over]


def test_who_still_holds_a_copy_is_not_told_to_link_one_but_to_ask_why() -> None:
    two = replace(HOLDER, rule=holds(TIDE, at_least=2))
    fan, one_copy = Fan(FanId("f"), (HERE,)), reading({17}, {17})
    ended = (Change(Step.CLOSE, HERE, two.id, "51"),)
    stood = Standing(fan, one_copy, judge((two,), one_copy), ended, ())
    [(_, notice)] = news_for(stood, (two,), sale=None, waiting=None)
    assert notice.key == "access.unmet"
    both = replace(
        stood, verdicts=judge((two, FIRST), one_copy), held=(HeldPass(HERE, FIRST.id, "52"),)
    )
    [(_, notice)] = news_for(both, (two, FIRST), sale=None, waiting=None)
    assert notice.key == "access.unmet.kept"
    ends = replace(stood, changes=(Change(Step.END, HERE, two.id, "51"),))
    [(_, notice)] = news_for(
        ends, (replace(two, grace=timedelta(hours=2)),), sale=None, waiting=None
    )
    assert (notice.key, notice.facts["hours"]) == ("access.ending.unmet", 2)


def test_an_end_that_a_sale_cannot_explain_is_not_blamed_on_one() -> None:
    friends = replace(FIRST, rule=AllOf((HOLDER.rule, Linked(Platform.TELEGRAM))))
    fan = Fan(FanId("f"), (HERE,))
    read = reading({17}, {17})
    verdicts = judge_by((HOLDER, friends), *evidence_of(read, TIDE, who(fan)))
    changes = plan(verdicts, (HERE,), BOTH, {}, taking=Taking(released=frozenset(BOTH)))
    stood = Standing(fan, read, verdicts, changes, tuple(BOTH))
    [(_, notice)] = news_for(stood, (HOLDER, friends), sale=SALE, waiting=None)
    assert (notice.key, notice.facts["copy"]) == ("access.unmet.kept", "")


def test_a_sale_of_another_asset_explains_no_end() -> None:
    stood = standing(set(), set(), ours=BOTH)
    ebb = SALE._replace(asset=Asset(31337, Address("0x" + "b2" * 20), "Ebb"))
    assert told(stood, sale=ebb) == ["access.unmet"]


def test_a_silent_chain_hides_no_gate_that_asks_no_chain() -> None:
    linked = replace(FIRST, rule=Linked(Platform.DISCORD))
    silent = evidence_of(reading(set(), set(), "E-CHAINDOWN"), TIDE, who(Fan(FanId("f"), (HERE,))))
    verdicts = judge_by((HOLDER, linked), *silent)
    assert [verdict.opens for verdict in verdicts] == [False, True]
    stood = Standing(Fan(FanId("f"), (HERE,)), reading(set(), set()), verdicts)
    [(_, notice)] = news_for(stood, (HOLDER, linked), sale=None, waiting=HERE)
    assert notice == Notice("access.knock.met", {"copies": "no copies", "gates": "First 100"})


def test_the_words_of_an_end_name_copy_block_what_ended_and_what_stays() -> None:
    stood = standing({204}, {204}, ours=BOTH)
    [(who, notice)] = news_for(stood, (HOLDER, FIRST), sale=SALE, waiting=None)
    assert who == HERE
    assert notice.facts == {
        "copy": "#17",
        "block": 15,
        "ended": "First 100",
        "kept": "Holder",
        "copies": "#204",
    }


@given(HOLDINGS, HOLDINGS, some.booleans(), some.sampled_from([None, "E-CHAINDOWN"]))
def test_who_waits_gets_exactly_one_message_per_account_whatever_is_the_case(
    now: set[int], final: set[int], both: bool, silent: str | None
) -> None:
    stood = standing(now, final, ours=BOTH if both else set(), silent=silent)
    assert len(told(stood, waiting=True)) == 1
    assert len(told(replace(stood, changes=()), waiting=True)) == 1


def test_gates_are_named_in_the_order_of_the_club_file() -> None:
    assert names_of(GATES, [SHARED.id, HOLDER.id]) == "Holder, Collector"

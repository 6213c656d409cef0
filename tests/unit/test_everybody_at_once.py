"""The pass over everybody remembers what it planned, and plans as for each fan alone."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as some

from gating.access.inviting import ways_back
from gating.access.plan import Taking, judge, plan
from gating.access.sorting import Sorting
from gating.model import (
    Account,
    Fan,
    FanId,
    Gate,
    GateId,
    HeldPass,
    Known,
    Pass,
    Platform,
    Unknown,
)
from gating.model.rule import AllOf, Code, Not
from gating.rules.evidence import Evidence, GaveCode
from gating.rules.rulebook import Rulebook

DISCORD, TELEGRAM = Platform.DISCORD, Platform.TELEGRAM
A, B = Code("a"), Code("b")
ROLES = (("holder", "1"), ("first", "2"), ("shared", "1"))
CHAT = "-100"


def gate(name: str, rule: Code | AllOf | Not, *targets: tuple[Platform, str]) -> Gate:
    gate_id = GateId(name)
    ways = tuple(Pass(gate_id, platform, target, name) for platform, target in targets)
    return Gate(gate_id, name, rule, ways, grace=timedelta(hours=1))


GATES = (
    gate("holder", A, (DISCORD, "1"), (TELEGRAM, CHAT)),
    gate("first", AllOf((A, B)), (DISCORD, "2")),
    gate("shared", Not(B), (DISCORD, "1")),
)
HERE = Account(DISCORD, "1"), Account(DISCORD, "2"), Account(TELEGRAM, "1")
PROTECTED = frozenset({Account(DISCORD, "2")})
SAID = some.sampled_from([7, None, Unknown("E-NOEVIDENCE")])
EVIDENCE = some.builds(lambda a, b: Evidence({GaveCode("a"): a, GaveCode("b"): b}), SAID, SAID)


@dataclass(frozen=True)
class Somebody:
    known: Known
    settled: Evidence
    final: Evidence


@some.composite
def somebody(draw: some.DrawFn) -> Somebody:
    accounts = tuple(draw(some.lists(some.sampled_from(HERE), unique=True)))
    ways = [(GateId(name), target) for name, target in ROLES] + [(GateId("gone"), "9")]
    held = [
        HeldPass(account, GateId("holder"), CHAT)
        if account.platform is TELEGRAM
        else HeldPass(account, *draw(some.sampled_from(ways)), ends_at=draw(ENDS))
        for account in accounts
        if draw(some.booleans())
    ]
    chat = frozenset({CHAT})
    knocks = {one: chat if draw(some.integers(0, 3)) == 0 else frozenset() for one in accounts}
    owed = {one: chat for one in accounts if one.platform is TELEGRAM and draw(some.booleans())}
    known = Known(Fan(FanId("f"), accounts), tuple(held), knocks, 0, owed=owed)
    return Somebody(known, draw(EVIDENCE), draw(EVIDENCE))


ENDS = some.sampled_from([None, datetime(2026, 6, 1, tzinfo=UTC)])


@settings(max_examples=300, deadline=None)
@given(some.lists(somebody(), min_size=1, max_size=12))
def test_what_is_planned_for_many_is_what_is_planned_for_each_alone(many: list[Somebody]) -> None:
    sort_out = Sorting(GATES, Rulebook(gate.rule for gate in GATES), PROTECTED)
    for one in many:
        fan = one.known.fan
        verdicts, changes = sort_out(one.known, one.settled, lambda one=one: one.final)
        alone = judge(GATES, one.settled, one.final)
        assert [type(each.now) for each in verdicts] == [type(each.now) for each in alone]
        safe = Taking(protected=PROTECTED)
        planned = plan(alone, fan.accounts, one.known.held, one.known.knocks, taking=safe)
        assert changes == planned + ways_back(alone, one.known)


def test_the_final_block_is_asked_only_where_a_pass_may_end() -> None:
    sort_out = Sorting(GATES, Rulebook(gate.rule for gate in GATES), frozenset())
    yes = Evidence({GaveCode("a"): 7, GaveCode("b"): 7})
    no = Evidence({GaveCode("a"): None, GaveCode("b"): 7})
    fan, mine = Fan(FanId("f"), HERE[:1]), HeldPass(HERE[0], GateId("holder"), "1")
    asked: list[str] = []

    def final() -> Evidence:
        asked.append("final")
        return no

    sort_out(Known(fan, (), {}, 0), no, final)
    sort_out(Known(fan, (mine,), {}, 0), yes, final)
    assert asked == []
    sort_out(Known(fan, (mine,), {}, 0), no, final)
    assert asked == ["final"]

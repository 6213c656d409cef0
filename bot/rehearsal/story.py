"""What a changed club file would do, in lines for the operator."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.commands.kept_rules import FORGOTTEN
from bot.commands.rules import AN_HOUR, who_and_how_many
from bot.dialogue import plain
from bot.rehearsal.sides import Side
from bot.texts.words import say
from gating.access.brake import pulls
from gating.access.plan import GRACE
from gating.errors import Fact
from gating.model import Account, Gate, GateId, Known
from gating.model.ending import DueGate, DuePass
from gating.rules.dry_run import GateDifference
from gating.rules.write import written

PEOPLE = ("moderators", "artists", "protected")


@dataclass(frozen=True, kw_only=True)
class Rehearsal:
    """The gates before and after, what becomes of each, and everybody as they stand."""

    before: Side
    after: Side
    told: Sequence[GateDifference]
    everyone: Sequence[Known]


def story(seen: Rehearsal) -> list[str]:
    """Gate by gate in the order of the changed file, then what is said of the whole club."""
    return [*_gates(seen), *_contracts(seen), *_ways(seen), *_people(seen), _end(seen)]


def _gates(seen: Rehearsal) -> Iterator[str]:
    before = {gate.id: gate for gate in seen.before.gates}
    after = {gate.id: gate for gate in seen.after.gates}
    told = {each.gate: each for each in seen.told}
    for each in {**after, **before}:
        lines = [*_facts(before.get(each), after.get(each)), *_numbers(seen, told[each])]
        if each not in before:
            key = "club.new"
        elif each not in after:
            key = "club.gone"
        else:
            key = "club.changed" if lines or each in seen.after.overtaken else "club.same"
        yield _line(key, gate=told[each].name, id=each, hours=_hours(GRACE))
        yield from (*lines, *_chat(seen, each))


def _facts(before: Gate | None, after: Gate | None) -> Iterator[str]:
    """What the two files say of the gate, where they differ."""
    if before and after and before.name != after.name:
        yield _line("club.name", before=before.name, after=after.name)
    if before is None or after is None or before.rule != after.rule:
        if before:
            yield _line("club.rule.before", rule=written(before.rule))
        if after:
            yield _line("club.rule.after", rule=written(after.rule))
    if before and after and before.grace != after.grace:
        yield _line("club.grace", before=_hours(before.grace), after=_hours(after.grace))
    was, will = _opened(before), _opened(after)
    yield from (_line("club.opens", way=way) for way in will if way not in was)
    yield from (_line("club.shuts", way=way) for way in was if way not in will)


def _chat(seen: Rehearsal, gate: GateId) -> Iterator[str]:
    for key, changes in (
        ("club.chat.counts", seen.after.counting),
        ("club.chat.overtaken", seen.after.overtaken),
    ):
        if gate in changes:
            change = changes[gate]
            who = change.who or FORGOTTEN
            yield _line(key, who=who, when=change.when, rule=str(change.rule))


def _numbers(seen: Rehearsal, told: GateDifference) -> Iterator[str]:
    if told.changes_nothing:
        return
    yield _line(
        "club.numbers",
        gains=who_and_how_many(told.gains),
        loses=who_and_how_many(told.loses),
        unsure=who_and_how_many(told.unsure),
        keeps=told.keeps,
        out=told.stays_out,
    )
    if pulls(_due(seen.everyone, told), seen.after.club.limits):
        yield _line("club.brake")


def _due(everyone: Iterable[Known], told: GateDifference) -> DueGate:
    """As the brake will see the gate once the grace of all who lose it is over."""
    losing = {each.fan for each in told.loses}
    passes = [
        DuePass(known.fan.id, held)
        for known in everyone
        for held in known.held
        if held.gate == told.gate
    ]
    going = tuple(each for each in passes if each.fan in losing)
    holders = len({each.fan for each in passes})
    return DueGate(told.gate, going, holders=holders, lately=0, stopped=False)


def _contracts(seen: Rehearsal) -> Iterator[str]:
    old = set(seen.before.club.assets)
    for contract in seen.after.club.contracts:
        if contract.asset in seen.after.club.assets and contract.asset not in old:
            yield _line("club.contract", contract=contract.name)


def _ways(seen: Rehearsal) -> Iterator[str]:
    """What we gave that no gate opens any more."""
    kept = {way for gate in seen.after.gates for way in _opened(gate)}
    given = Counter(
        f"{held.account.platform} {held.target}" for known in seen.everyone for held in known.held
    )
    for way, count in sorted(given.items()):
        if way not in kept:
            yield _line("club.ways", way=way, count=count)


def _people(seen: Rehearsal) -> Iterator[str]:
    for who in PEOPLE:
        was: frozenset[Account] = getattr(seen.before.club, who)
        will: frozenset[Account] = getattr(seen.after.club, who)
        if was != will:
            come, go = _listed(will - was), _listed(was - will)
            yield _line("club.people", who=who.capitalize(), come=come, go=go)


def _listed(accounts: Iterable[Account]) -> str:
    return ", ".join(sorted(map(str, accounts))) or "none"


def _end(seen: Rehearsal) -> str:
    return _line("club.end", fans=len(seen.everyone))


def _opened(gate: Gate | None) -> tuple[str, ...]:
    return tuple(f"{way.platform} {way.target}" for way in gate.passes) if gate else ()


def _hours(span: timedelta) -> int:
    return span // AN_HOUR


def _line(key: str, /, **facts: Fact) -> str:
    return plain(say(key, facts))

"""What a change of rules would do, before it is made: who gains and who loses which gate. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from gating.model import FanId, Gate, GateId
from gating.rules.evaluate import evaluate
from gating.rules.evidence import Evidence
from gating.rules.finding import Outcome

Outcomes = Mapping[GateId, Outcome]
"""How each gate answers one fan."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A fan with a name that a moderator knows, and what is known of the fan now."""

    fan: FanId
    name: str = ""
    evidence: Evidence = field(default_factory=Evidence)


@dataclass(frozen=True, slots=True)
class GateDifference:
    """What becomes of one gate. `unsure`: fans for whom the old or the new answer is unknown and
    who may gain or lose; nothing is done to them until it is known."""

    gate: GateId
    name: str
    gains: tuple[Candidate, ...] = ()
    loses: tuple[Candidate, ...] = ()
    unsure: tuple[Candidate, ...] = ()
    keeps: int = 0
    stays_out: int = 0

    @property
    def changes_nothing(self) -> bool:
        return not (self.gains or self.loses or self.unsure)


def dry_run(
    old: Sequence[Gate], new: Sequence[Gate], fans: Iterable[Candidate]
) -> tuple[GateDifference, ...]:
    """The difference between two sets of gates for these fans, gate by gate.

    A gate that is only in one of them is closed to everybody in the other. Gates that read the
    same in both are left out.
    """
    before, after = _by_id(old), _by_id(new)
    changed = {each for each in {**before, **after} if _rule(before, each) != _rule(after, each)}
    judged = (
        (fan, _outcomes(before, changed, fan.evidence), _outcomes(after, changed, fan.evidence))
        for fan in fans
    )
    named = [gate for gate in {**before, **after}.values() if gate.id in changed]
    return differences(named, judged)


def differences(
    gates: Iterable[Gate], judged: Iterable[tuple[Candidate, Outcomes, Outcomes]]
) -> tuple[GateDifference, ...]:
    """What becomes of each of these gates, for fans who were judged before and after.

    A gate that nothing is said of is closed.
    """
    fates: dict[GateId, dict[str, list[Candidate]]] = {gate.id: {} for gate in gates}
    names = {gate.id: gate.name for gate in gates}
    for fan, was, will in judged:
        for each, sorted_out in fates.items():
            turn = was.get(each, Outcome.NO), will.get(each, Outcome.NO)
            sorted_out.setdefault(_FATE.get(turn, "unsure"), []).append(fan)
    return tuple(_difference(each, names[each], fates[each]) for each in fates)


def _by_id(gates: Sequence[Gate]) -> dict[GateId, Gate]:
    return {gate.id: gate for gate in gates}


def _rule(gates: Mapping[GateId, Gate], gate: GateId) -> object:
    found = gates.get(gate)
    return found.rule if found else None


def _outcomes(
    gates: Mapping[GateId, Gate], wanted: Iterable[GateId], evidence: Evidence
) -> Outcomes:
    found = (gates[each] for each in wanted if each in gates)
    return {gate.id: evaluate(gate.rule, evidence).outcome for gate in found}


def _difference(gate: GateId, name: str, fates: Mapping[str, list[Candidate]]) -> GateDifference:
    return GateDifference(
        gate,
        name,
        gains=tuple(fates.get("gains", ())),
        loses=tuple(fates.get("loses", ())),
        unsure=tuple(fates.get("unsure", ())),
        keeps=len(fates.get("keeps", ())),
        stays_out=len(fates.get("stays out", ())),
    )


_FATE = {
    (Outcome.YES, Outcome.YES): "keeps",
    (Outcome.YES, Outcome.NO): "loses",
    (Outcome.NO, Outcome.YES): "gains",
    (Outcome.NO, Outcome.NO): "stays out",
}

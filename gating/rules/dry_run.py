"""What a change of rules would do, before it is made: who gains and who loses which gate. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gating.model import FanId, Gate, GateId
from gating.rules.evaluate import evaluate
from gating.rules.evidence import Evidence
from gating.rules.finding import Outcome


@dataclass(frozen=True, slots=True)
class Candidate:
    """A fan with a name that a moderator knows, and what is known of the fan now."""

    fan: FanId
    name: str
    evidence: Evidence


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
    changed = [each for each in {**before, **after} if _rule(before, each) != _rule(after, each)]
    sorted_out: Mapping[GateId, dict[str, list[Candidate]]] = {each: {} for each in changed}
    for fan in fans:
        for each in changed:
            was, will = (_outcome(gates.get(each), fan.evidence) for gates in (before, after))
            sorted_out[each].setdefault(_FATE.get((was, will), "unsure"), []).append(fan)
    return tuple(
        _difference(after.get(each) or before[each], sorted_out[each]) for each in changed
    )


def _by_id(gates: Sequence[Gate]) -> dict[GateId, Gate]:
    return {gate.id: gate for gate in gates}


def _rule(gates: Mapping[GateId, Gate], gate: GateId) -> object:
    found = gates.get(gate)
    return found.rule if found else None


def _outcome(gate: Gate | None, evidence: Evidence) -> Outcome:
    return evaluate(gate.rule, evidence).outcome if gate else Outcome.NO


def _difference(gate: Gate, fates: Mapping[str, list[Candidate]]) -> GateDifference:
    return GateDifference(
        gate.id,
        gate.name,
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

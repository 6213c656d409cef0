"""The difference between what a fan has from us and what the fan should have. Pure.

Desired state is compared with what we granted, never with everything that a platform shows:
roles given by hand or by other bots are not ours to take.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gating.model import (
    Account,
    Answer,
    Change,
    Gate,
    GateId,
    HeldPass,
    No,
    Platform,
    Step,
    Yes,
)
from gating.rules.evaluate import evaluate
from gating.rules.evidence import Evidence
from gating.rules.reason import answer_of


@dataclass(frozen=True, slots=True)
class Verdict:
    """One gate for one fan: the answer now, and the answer at the last final block.

    `final` is None where it decides nothing: only a no of now waits to be a no for good.
    """

    gate: Gate
    now: Answer
    final: Answer | None

    @property
    def opens(self) -> bool:
        """Additions act at once: the newest settled block is enough."""
        return isinstance(self.now, Yes)

    @property
    def closes(self) -> bool:
        """Removals act at finality, and only on two sure answers."""
        return isinstance(self.now, No) and isinstance(self.final, No)


def judge(gates: Sequence[Gate], settled: Evidence, final: Evidence) -> tuple[Verdict, ...]:
    """Every gate for a fan with this evidence at the settled and at the final block."""
    return tuple([_verdict(gate, settled, final) for gate in gates])


def _verdict(gate: Gate, settled: Evidence, final: Evidence) -> Verdict:
    now = answer_of(evaluate(gate.rule, settled), settled)
    if not isinstance(now, No):
        return Verdict(gate, now, None)
    return Verdict(gate, now, answer_of(evaluate(gate.rule, final), final))


def plan(
    verdicts: Sequence[Verdict],
    accounts: Sequence[Account],
    held: Iterable[HeldPass],
    knocks: Mapping[Account, frozenset[str]],
    *,
    again: frozenset[Account] = frozenset(),
) -> tuple[Change, ...]:
    """What to open and close. Accounts in `again` get what they should have once more.

    A Telegram chat can only be opened to an account that knocks (asked to join). What two gates
    open is closed only when both say so.
    """
    ours = tuple(held)
    changes: list[Change] = []
    for account, target, leading in _ways_in(verdicts, accounts):
        mine = [one for one in ours if (one.account, one.target) == (account, target)]
        knocking = target in knocks.get(account, frozenset())
        opening = [verdict.gate.id for verdict in leading if verdict.opens]
        if opening and _can_enter(account, knocking):
            if not mine or account in again or knocking:
                changes.append(Change(Step.OPEN, account, opening[0], target))
        elif all(verdict.closes for verdict in leading):
            changes.extend(Change(Step.CLOSE, account, one.gate, target) for one in mine)
    return tuple(changes)


def _ways_in(
    verdicts: Sequence[Verdict], accounts: Sequence[Account]
) -> Iterable[tuple[Account, str, list[Verdict]]]:
    """Every target that an account could have, with all gates that lead to it."""
    for account in accounts:
        leading: dict[str, list[Verdict]] = {}
        for verdict in verdicts:
            for opened in verdict.gate.passes:
                if opened.platform is account.platform:
                    leading.setdefault(opened.target, []).append(verdict)
        for target, those in leading.items():
            yield account, target, those


def _can_enter(account: Account, knocking: bool) -> bool:
    return account.platform is not Platform.TELEGRAM or knocking


def names_of(gates: Sequence[Gate], ids: Iterable[GateId]) -> str:
    """Gates as people read them, in the order of the club file."""
    wanted = set(ids)
    return ", ".join(gate.name for gate in gates if gate.id in wanted)

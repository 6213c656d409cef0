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
    Reading,
    Step,
    Unknown,
    Yes,
)
from gating.rules.check import check


@dataclass(frozen=True, slots=True)
class Verdict:
    """One gate for one fan: the answer now, and the answer at the last final block."""

    gate: Gate
    now: Answer
    final: Answer

    @property
    def opens(self) -> bool:
        """Additions act at once: the newest settled block is enough."""
        return isinstance(self.now, Yes)

    @property
    def closes(self) -> bool:
        """Removals act at finality, and only on two sure answers."""
        return isinstance(self.now, No) and isinstance(self.final, No)


def judge(gates: Sequence[Gate], reading: Reading) -> tuple[Verdict, ...]:
    """Every gate for a fan with this reading. A silent chain makes every answer unknown."""
    if reading.silent:
        unknown = Unknown(reading.silent)
        return tuple(Verdict(gate, unknown, unknown) for gate in gates)
    return tuple(
        Verdict(
            gate,
            check(gate.rule, reading.at_settled, reading.settled),
            check(gate.rule, reading.at_final, reading.final),
        )
        for gate in gates
    )


def plan(
    verdicts: Sequence[Verdict],
    accounts: Sequence[Account],
    held: Iterable[HeldPass],
    knocks: Mapping[Account, frozenset[str]],
    *,
    again: frozenset[Account] = frozenset(),
) -> tuple[Change, ...]:
    """What to open and close. Accounts in `again` get what they should have once more.

    A Telegram chat can only be opened to an account that knocks (asked to join).
    """
    ours = set(held)
    changes: list[Change] = []
    for verdict in verdicts:
        for account, target in _reach(verdict.gate, accounts):
            mine = HeldPass(account, verdict.gate.id, target)
            knocking = target in knocks.get(account, frozenset())
            wanted = verdict.opens and _can_enter(account, knocking)
            if wanted and (mine not in ours or account in again or knocking):
                changes.append(Change(Step.OPEN, account, verdict.gate.id, target))
            elif verdict.closes and mine in ours:
                changes.append(Change(Step.CLOSE, account, verdict.gate.id, target))
    return tuple(changes)


def _reach(gate: Gate, accounts: Sequence[Account]) -> Iterable[tuple[Account, str]]:
    for account in accounts:
        for opened in gate.passes:
            if opened.platform is account.platform:
                yield account, opened.target


def _can_enter(account: Account, knocking: bool) -> bool:
    return account.platform is not Platform.TELEGRAM or knocking


def names_of(gates: Sequence[Gate], ids: Iterable[GateId]) -> str:
    """Gates as people read them, in the order of the club file."""
    wanted = set(ids)
    return ", ".join(gate.name for gate in gates if gate.id in wanted)

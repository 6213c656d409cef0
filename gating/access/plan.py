"""The difference between what a fan has from us and what the fan should have. Pure.

Desired state is compared with what we granted, never with everything that a platform shows:
roles given by hand or by other bots are not ours to take.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from gating.model import (
    Account,
    Answer,
    Change,
    Gate,
    GateId,
    HeldPass,
    No,
    Pass,
    Platform,
    Step,
    Yes,
)
from gating.rules.evaluate import evaluate
from gating.rules.evidence import Evidence
from gating.rules.finding import Finding
from gating.rules.reason import answer_of


@dataclass(frozen=True, slots=True)
class Verdict:
    """One gate for one fan: the answer now, and the answer at the last final block.

    `final` is None where it decides nothing: only a no of now waits to be a no for good.
    `turns_at`: the UTC second at which one of the two turns by itself.
    """

    gate: Gate
    now: Answer
    final: Answer | None
    turns_at: int | None = None

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
    found = evaluate(gate.rule, settled)
    now = answer_of(found, settled)
    if not isinstance(now, No):
        return Verdict(gate, now, None, found.changes_at)
    last = evaluate(gate.rule, final)
    return Verdict(gate, now, answer_of(last, final), _sooner(found, last))


def _sooner(found: Finding, last: Finding) -> int | None:
    return min([one.changes_at for one in (found, last) if one.changes_at], default=None)


@dataclass(frozen=True, slots=True)
class Taking:
    """On what terms passes may be taken.

    `at_once`: the fan gave up what opened them (unlinked a wallet), so nothing is waited for.
    `released`: these passes' time has come, and no brake holds them. `protected` accounts keep
    what they have, whatever their wallets hold.
    """

    at_once: bool = False
    released: frozenset[HeldPass] = frozenset()
    protected: frozenset[Account] = frozenset()


NOTHING_TAKEN, AT_ONCE = Taking(), Taking(at_once=True)


def plan(
    verdicts: Sequence[Verdict],
    accounts: Sequence[Account],
    held: Iterable[HeldPass],
    knocks: Mapping[Account, frozenset[str]],
    *,
    again: frozenset[Account] = frozenset(),
    taking: Taking = NOTHING_TAKEN,
) -> tuple[Change, ...]:
    """What to open, to end, to keep and to close. Accounts in `again` get their own once more.

    A Telegram chat can only be opened to an account that knocks (asked to join). What two gates
    open ends only when both say so; what no gate opens any more ends too.
    """
    ours = tuple(held)
    graces = {verdict.gate.id: verdict.gate.grace for verdict in verdicts}
    changes: list[Change] = []
    led_to: set[tuple[Account, str]] = set()
    for account, target, leading in ways_in(verdicts, accounts):
        led_to.add((account, target))
        mine = [one for one in ours if (one.account, one.target) == (account, target)]
        opening = [verdict.gate.id for verdict in leading if verdict.opens]
        if opening:
            knocking = target in knocks.get(account, frozenset())
            contested = any(one.contested for one in mine)
            due = not mine or (not contested and (account in again or knocking))
            if due and _can_enter(account, knocking):
                changes.append(Change(Step.OPEN, account, opening[0], target))
            changes.extend(_change(Step.KEEP, one) for one in mine if one.ends_at)
        elif all(verdict.closes for verdict in leading):
            changes.extend(_ends(mine, graces, taking))
    stray = (one for one in ours if one.account in accounts)
    changes.extend(_ends([one for one in stray if _way_of(one) not in led_to], graces, taking))
    return tuple(changes)


GRACE = timedelta(hours=24)
"""For a pass whose gate stands in the club file no more."""


def _ends(
    passes: Iterable[HeldPass], graces: Mapping[GateId, timedelta], taking: Taking
) -> Iterable[Change]:
    for one in passes:
        if taking.at_once:
            yield _change(Step.CLOSE, one)
        elif one.account in taking.protected:
            continue
        elif one in taking.released:
            yield _change(Step.CLOSE, one)
        elif one.ends_at is None:
            yield replace(_change(Step.END, one), after=graces.get(one.gate, GRACE))


def _change(step: Step, one: HeldPass) -> Change:
    return Change(step, one.account, one.gate, one.target)


def _way_of(one: HeldPass) -> tuple[Account, str]:
    return one.account, one.target


def ways_in(
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


def ways_of(gates: Iterable[Gate], platform: Platform) -> tuple[Pass, ...]:
    """Everything of this platform that gates open, in the order of the club file."""
    return tuple(way for gate in gates for way in gate.passes if way.platform is platform)


def names_of(gates: Sequence[Gate], ids: Iterable[GateId]) -> str:
    """Gates as people read them, in the order of the club file."""
    wanted = set(ids)
    return ", ".join(gate.name for gate in gates if gate.id in wanted)

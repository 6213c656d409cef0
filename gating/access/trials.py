"""Rules that were tried and may be applied for a while. In memory: they can be tried again."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from gating.errors import Refused
from gating.model import FanId, Gate
from gating.model.rule import Rule
from gating.ports import Clock
from gating.rules.dry_run import GateDifference

GOOD_FOR = timedelta(minutes=15)
A_FEW = 3
"""Fans more or fewer that are no other answer."""
A_TENTH = 10


@dataclass(frozen=True, slots=True)
class Effect:
    """Whom a rule would let in, put out, or leave in doubt."""

    gains: frozenset[FanId]
    loses: frozenset[FanId]
    unsure: frozenset[FanId]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A rule that a moderator tried for a gate, and what it would have done then.

    `rule` None: the club file's own. `number`: how often the gate's rule had been changed.
    """

    id: str
    gate: Gate
    rule: Rule | None
    number: int
    effect: Effect
    until: datetime


def effect_of(told: GateDifference) -> Effect:
    gains, loses, unsure = (
        frozenset(each.fan for each in part) for part in (told.gains, told.loses, told.unsure)
    )
    return Effect(gains, loses, unsure)


def is_another(shown: Effect, now: Effect) -> bool:
    """Whether a moderator who was shown the one must be shown the other before it happens.

    Nobody may lose, or may come to lose, who was not among those who were shown.
    """
    threatened = (now.loses | now.unsure) - (shown.loses | shown.unsure)
    return bool(threatened) or any(
        _differs(before, after)
        for before, after in ((shown.gains, now.gains), (shown.loses, now.loses))
    )


def _differs(before: frozenset[FanId], after: frozenset[FanId]) -> bool:
    return len(before ^ after) > max(A_FEW, len(before) // A_TENTH)


@dataclass(frozen=True)
class Trials:
    """The trials of the last quarter of an hour, each to be taken once."""

    clock: Clock
    _kept: dict[str, Trial] = field(default_factory=dict)

    def keep(self, trial: Trial) -> None:
        now = self.clock()
        for old in [each.id for each in self._kept.values() if each.until <= now]:
            del self._kept[old]
        self._kept[trial.id] = trial

    def take(self, trial: str) -> Trial:
        """Of two who take it at once one gets it. Raises `Refused("E-TRIALGONE")`."""
        found = self._kept.pop(trial, None)
        if found is None or found.until <= self.clock():
            raise Refused("E-TRIALGONE")
        return found

"""When somebody must be looked at because an answer turns by itself: a key ends, a month is full.

Blocks follow the clock, and the final block follows late: so a look at the very second may come
too early, and is repeated, ever more slowly, until the chain has reached that second. Pure.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from gating.access.plan import Verdict
from gating.model import Unknown
from gating.model.rule import predicates_of
from gating.rules.times import Timed

SOON, SLOWEST = timedelta(seconds=2), timedelta(seconds=30)
PART = 4
"""Who has waited for the chain for so many seconds is looked at again after a fourth of them."""


def next_look(verdicts: Sequence[Verdict], due: datetime | None) -> datetime | None:
    """When these answers turn. While one that may turn is not known, `due` is kept as well."""
    turns = [verdict.turns_at for verdict in verdicts if verdict.turns_at]
    times = [datetime.fromtimestamp(at, UTC) for at in turns]
    if due and any(map(_may_turn, verdicts)):
        times.append(due)
    return min(times, default=None)


def _may_turn(verdict: Verdict) -> bool:
    """Nothing is known now of a gate that asks for a time."""
    if not (isinstance(verdict.now, Unknown) or isinstance(verdict.final, Unknown)):
        return False
    return any(isinstance(part, Timed) for part in predicates_of(verdict.gate.rule))


def paced(at: datetime | None, now: datetime) -> datetime | None:
    """That moment; if it is past already, a while from now."""
    if at is None or at > now:
        return at
    return now + min(max((now - at) / PART, SOON), SLOWEST)

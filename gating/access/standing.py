"""Where a fan stands at the doors of the club."""

from dataclasses import dataclass, field

from gating.access.plan import Verdict
from gating.model import Change, Fan, HeldPass, Reading
from gating.rules.evidence import Evidence


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a fan stands: what was read, what each gate answers, what is being changed, what we
    had granted before, and the evidence of the answers now."""

    fan: Fan
    reading: Reading
    verdicts: tuple[Verdict, ...]
    changes: tuple[Change, ...] = ()
    held: tuple[HeldPass, ...] = ()
    evidence: Evidence = field(default_factory=Evidence)

    @property
    def copies(self) -> tuple[int, ...]:
        found = {copy for holding in self.reading.at_settled for copy in holding.copies}
        return tuple(sorted(found))


@dataclass(frozen=True, slots=True)
class Glance:
    """The same as the pass over everybody sees it: what each gate answers, without reasons."""

    fan: Fan
    verdicts: tuple[Verdict, ...]
    changes: tuple[Change, ...]
    held: tuple[HeldPass, ...]
    evidence: Evidence

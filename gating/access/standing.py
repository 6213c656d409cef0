"""Where a fan stands at the doors of the club."""

from dataclasses import dataclass

from gating.access.plan import Verdict
from gating.model import Change, Fan, HeldPass, Reading


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a fan stands: what was read, what each gate answers, what is being changed, and what
    we had granted before."""

    fan: Fan
    reading: Reading
    verdicts: tuple[Verdict, ...]
    changes: tuple[Change, ...] = ()
    held: tuple[HeldPass, ...] = ()

    @property
    def copies(self) -> tuple[int, ...]:
        found = {copy for holding in self.reading.at_settled for copy in holding.copies}
        return tuple(sorted(found))

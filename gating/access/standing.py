"""Where a fan stands at the doors of the club."""

from dataclasses import dataclass

from gating.access.plan import Verdict
from gating.model import Change, Fan, Reading


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a fan stands: what was read, what each gate answers, and what is being changed."""

    fan: Fan
    reading: Reading
    verdicts: tuple[Verdict, ...]
    changes: tuple[Change, ...] = ()

    @property
    def copies(self) -> tuple[int, ...]:
        found = {copy for holding in self.reading.at_settled for copy in holding.copies}
        return tuple(sorted(found))

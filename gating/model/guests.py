"""Guest lists: people whom moderators let in by a code, whatever they hold."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from gating.model import FanId, Gate
from gating.model.rule import Code, predicates_of

GUEST_CODE_LENGTH = 16
"""Letters and digits of a code, without the dashes: 31**16, or some 79 bits."""


@dataclass(frozen=True, slots=True)
class GuestCode:
    """A code of a guest list as it is kept: by its number and its seal, never by its letters.

    `used` counts everybody who ever entered it: who is taken off frees no place.
    """

    number: int
    list: str
    seal: bytes = field(repr=False)
    places: int
    used: int
    made_at: datetime
    expires_at: datetime
    stopped: bool = False

    def open_at(self, now: datetime) -> bool:
        return not self.stopped and now < self.expires_at and self.used < self.places


@dataclass(frozen=True, slots=True)
class Guest:
    """A fan on a guest list, by one of its codes; `off_at`: a moderator took the fan off then."""

    fan: FanId
    list: str
    code: int
    since: datetime
    off_at: datetime | None = None


def guest_lists(gates: Iterable[Gate]) -> tuple[str, ...]:
    """The guest lists that some gate asks for, in the order of the club file."""
    asked = (part for gate in gates for part in predicates_of(gate.rule))
    return tuple(dict.fromkeys(part.name for part in asked if isinstance(part, Code)))

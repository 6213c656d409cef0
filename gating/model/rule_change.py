"""A gate's rule that a moderator changed from a chat, as it is kept."""

from dataclasses import dataclass
from datetime import UTC, datetime

from gating.model import Account, GateId


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleChange:
    """From then on this rule counts for the gate; without `rule` the one of the club file.

    Rules are the text of their inline table. `filed` is what the club file said at that time, and
    `previous` what counted until then. `number` counts the changes of one gate, from 1. Nobody did
    it (`by` is None) where the house saw at its start that the file had changed; `who` is how the
    account was called then.
    """

    gate: GateId
    number: int
    rule: str | None
    filed: str
    previous: str
    by: Account | None
    who: str
    at: datetime

    @property
    def when(self) -> str:
        """To the minute, in UTC."""
        return f"{self.at.astimezone(UTC):%Y-%m-%d %H:%M}"

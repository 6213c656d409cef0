"""What rules that are changed from a chat need from the outside."""

from collections.abc import Sequence
from typing import Protocol

from gating.model import GateId
from gating.model.rule_change import RuleChange


class Rules(Protocol):
    """Every change of a gate's rule that was made from a chat."""

    async def add(self, change: RuleChange) -> bool:
        """False, and nothing is kept, where the gate has a change of this number already."""
        ...

    async def newest(self) -> Sequence[RuleChange]:
        """The newest change of each gate that was ever changed."""
        ...

    async def get(self, gate: GateId, number: int) -> RuleChange:
        """One change; it must be there, for none is ever taken away."""
        ...

    async def of(self, gate: GateId, *, most: int) -> Sequence[RuleChange]:
        """The changes of one gate, the newest first."""
        ...

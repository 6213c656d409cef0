"""What a search of the audit trail needs from the outside."""

from collections.abc import Sequence
from typing import Protocol

from gating.model.trail_line import TrailLine, TrailQuery


class AuditTrail(Protocol):
    """The trail that `gating.ports.Audit` writes, read."""

    async def search(self, asked: TrailQuery, *, most: int) -> Sequence[TrailLine]:
        """The newest lines that fit, at most so many. Raises `TryLater("E-DATABASE")`."""
        ...

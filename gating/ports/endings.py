"""What the end of passes needs from the outside: which are due, and the brake."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from gating.model import GateId
from gating.model.ending import DueGate, DuePass


class Endings(Protocol):
    """Passes whose end was told, and the brake that stops too many from ending at once."""

    async def due(self, *, within: timedelta) -> Sequence[DueGate]:
        """Every gate of which passes may be taken now; `within` counts what it lost lately."""
        ...

    async def pull(self, gate: GateId) -> datetime | None:
        """Stop taking this gate's passes, from now on. None if they are stopped already."""
        ...

    async def pulled(self, gate: GateId) -> datetime | None:
        """Since when its brake is pulled, locked until the end; None if it is not."""
        ...

    async def stopped(self, gate: GateId) -> Sequence[DuePass]:
        """What would be taken now if no brake held it."""
        ...

    async def holders(self, gate: GateId) -> int:
        """How many fans have a pass of this gate."""
        ...

    async def release(self, gate: GateId, *, wait: timedelta | None = None) -> None:
        """Let go of the brake: what waits there is taken, or looked at anew after `wait`."""
        ...

"""How fast a history is read, for whoever waits for it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from gating.model import Asset
from gating.model.holdings import Progress
from gating.ports import Clock


@dataclass
class Pace:
    """Progress of each asset since this process began to read it."""

    clock: Clock
    _begun: dict[Asset, tuple[datetime, int]] = field(default_factory=dict)
    _now: dict[Asset, Progress] = field(default_factory=dict)

    def note(self, asset: Asset, *, done: int, total: int) -> None:
        """`done` of `total` blocks are stored."""
        started, before = self._begun.setdefault(asset, (self.clock(), done))
        seconds = (self.clock() - started).total_seconds()
        rate = (done - before) / seconds if seconds > 0 else 0.0
        self._now[asset] = Progress(asset, done, total, rate)

    def __call__(self) -> Sequence[Progress]:
        return tuple(self._now.values())

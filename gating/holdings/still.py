"""What lasts too long is noticed: a head that stands still, an endpoint that nobody confirms.

A node that froze would say for ever that nothing happens.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from gating.errors import TryLater
from gating.model import Block
from gating.ports import Clock

A_MINUTE = timedelta(minutes=1)
"""By how much our clock and a chain's may differ."""


@dataclass
class HeadWatch:
    """Remembers when the head last moved. `after` None: this chain may stand still."""

    clock: Clock
    after: timedelta | None
    number: int = -1
    moved_at: datetime | None = field(default=None)

    def must_move(self, head: Block) -> None:
        """Raises `TryLater("E-HEADSTILL")` for a head that is too old, by its time or by ours."""
        now = self.clock()
        if head.number != self.number or self.moved_at is None:
            self.number, self.moved_at = head.number, now
        if self.after is None:
            return
        aged = timedelta(seconds=now.timestamp() - head.timestamp) - A_MINUTE
        if max(aged, now - self.moved_at) > self.after:
            minutes = int(self.after.total_seconds() // 60)
            raise TryLater("E-HEADSTILL", after=5, block=head.number, minutes=minutes)


@dataclass
class FinalWatch:
    """Remembers when a block last became final, and where the head was then.

    With two endpoints final is what the slower one calls so: one that stands and still answers
    would keep every sale from counting, and nothing else would show it.
    """

    clock: Clock
    after: timedelta
    final: int = -1
    head: int = -1
    since: datetime | None = None

    def stands(self, head: Block, final: Block) -> bool:
        """Whether the chain has gone on for so long without anything becoming final."""
        now = self.clock()
        if final.number != self.final or self.since is None:
            self.final, self.head, self.since = final.number, head.number, now
        return head.number > self.head and now - self.since >= self.after


@dataclass
class Lasting:
    """Whether something has been so for a while."""

    clock: Clock
    after: timedelta
    since: datetime | None = None

    def __call__(self, so: bool) -> bool:
        """Say how it is now; True once it has lasted."""
        if not so:
            self.since = None
            return False
        self.since = self.since or self.clock()
        return self.clock() - self.since >= self.after

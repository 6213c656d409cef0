"""How fast each queue of a platform moved lately, for people to be told how long they wait."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

LATELY = 60.0
"""Seconds that are looked back."""
AT_FIRST, FIRST_SECONDS = 10, 10.0
"""What is assumed before anything is measured, and counts less the more is measured: others found
about ten role changes in ten seconds for a server, all ten of them at once."""
A_REST = 5.0
"""Seconds with nothing to do, after which it is measured anew."""


@dataclass
class _Queue:
    since: float
    under_way: int = 0
    rested: float = 0.0
    done: deque[float] = field(default_factory=deque)


@dataclass
class Throughput:
    """What was done in each queue of this process, while there was something to do.

    `now` gives seconds of a clock that only runs forward.
    """

    now: Callable[[], float] = monotonic
    _queues: dict[str, _Queue] = field(default_factory=dict)

    def begins(self, queue: str) -> None:
        """One change is tried there."""
        now = self.now()
        known = self._queues.get(queue)
        if known is None or (not known.under_way and now - known.rested > A_REST):
            known = self._queues[queue] = _Queue(since=now)
        known.under_way += 1

    def ends(self, queue: str, *, done: bool) -> None:
        """It was made, or was not."""
        known, now = self._queues[queue], self.now()
        known.under_way -= 1
        known.rested = now
        if done:
            known.done.append(now)

    def seconds(self, queue: str, changes: int) -> float:
        """How long so many changes take there, as things went lately."""
        known, now = self._queues.get(queue), self.now()
        if known is None:
            return changes * FIRST_SECONDS / AT_FIRST
        while known.done and known.done[0] < now - LATELY:
            known.done.popleft()
        measured = min(LATELY, now - known.since)
        return changes * (measured + FIRST_SECONDS) / (len(known.done) + AT_FIRST)

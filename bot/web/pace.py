"""So many in any minute, for each network by itself. Pure but for what it remembers."""

from collections import deque


class Pace:
    """At most `most` in any span of `seconds`; what is refused does not count.

    Who was not seen for a whole span is forgotten, so its size follows the last minute's visitors.
    """

    def __init__(self, most: int, *, seconds: float) -> None:
        self._most = most
        self._seconds = seconds
        self._seen: dict[str, deque[float]] = {}
        self._tidied = float("-inf")

    def allows(self, name: str, now: float) -> bool:
        """Whether `name` may go on at `now` (seconds of a clock that never goes back)."""
        self._tidy(now)
        times = self._seen.setdefault(name, deque())
        while times and times[0] <= now - self._seconds:
            times.popleft()
        if len(times) >= self._most:
            return False
        times.append(now)
        return True

    def _tidy(self, now: float) -> None:
        if now - self._tidied < self._seconds:
            return
        self._tidied, oldest = now, now - self._seconds
        self._seen = {name: times for name, times in self._seen.items() if times[-1] > oldest}

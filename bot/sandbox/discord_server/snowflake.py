"""Discord's ids: time in the high bits, so that sorting ids sorts by age (Discord: Snowflakes)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

EPOCH = datetime(2015, 1, 1, tzinfo=UTC)


class Snowflakes:
    """Hands out ids that never repeat and never go back, even if the clock does."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._last = 0

    def __call__(self) -> int:
        millis = (self._clock() - EPOCH) // timedelta(milliseconds=1)
        self._last = max(self._last + 1, millis << 22)
        return self._last


def created_at(snowflake: int) -> datetime:
    """When the thing with this id was made (UTC)."""
    return EPOCH + timedelta(milliseconds=snowflake >> 22)

"""Flood limits on messages (Telegram: Bots FAQ, broadcasting). Other calls are not counted."""

import math
from dataclasses import dataclass, field

from bot.sandbox.telegram_server.errors import too_many

CHAT_BURST = 5.0  # "short bursts" over 1/s are tolerated; Telegram names no number
GROUP_PER_MINUTE = 20.0
OVERALL_PER_SECOND = 30.0


@dataclass
class Bucket:
    """A bucket of tokens that fills by `rate` per second up to `size`."""

    size: float
    rate: float
    level: float
    at: float

    def wait(self, now: float, need: float) -> float:
        """Seconds until `need` tokens are there; zero if they are there now."""
        self.level = min(self.size, self.level + (now - self.at) * self.rate)
        self.at = now
        return max(0.0, (min(need, self.size) - self.level) / self.rate)


@dataclass
class FloodLimits:
    """The buckets of one bot."""

    buckets: dict[str, Bucket] = field(default_factory=dict)

    def count(self, chat: int, messages: int, now: float) -> None:
        """Count messages to a chat; refused with 429 when a bucket is too low."""
        wanted = [self._bucket("all", OVERALL_PER_SECOND, OVERALL_PER_SECOND, now)]
        if chat < 0:
            wanted.append(self._bucket(f"g{chat}", GROUP_PER_MINUTE, GROUP_PER_MINUTE / 60, now))
        else:
            wanted.append(self._bucket(f"c{chat}", CHAT_BURST, 1.0, now))
        wait = max(bucket.wait(now, messages) for bucket in wanted)
        if wait > 0:
            raise too_many(math.ceil(wait))
        for bucket in wanted:
            bucket.level -= messages

    def _bucket(self, name: str, size: float, rate: float, now: float) -> Bucket:
        return self.buckets.setdefault(name, Bucket(size, rate, size, now))

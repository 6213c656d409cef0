"""How many role calls a server still takes, as its own answers say (Discord: Rate Limits).

discord.py counts calls when they begin, but here they may wait for their turn afterwards and leave
in a later window than the one they were counted in. So they are counted once more as they leave.
"""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

ROLE_CALL = re.compile(r"/guilds/(\d+)/members/\d+/roles/\d+$")
LIMIT, LEFT, RESETS = (f"X-RateLimit-{name}" for name in ("Limit", "Remaining", "Reset-After"))


@dataclass
class Room:
    """What one server takes in this window; the first call goes alone, to learn it."""

    limit: int = 1
    left: int = 1
    resets_at: float | None = None
    """In seconds of the loop; None until a call of this window was answered."""
    under_way: int = 0
    _answer: asyncio.Event = field(default_factory=asyncio.Event)

    async def opens(self) -> None:
        """Wait until there seems to be room."""
        while not self._look():
            if self.resets_at is None:
                self._answer.clear()
                await self._answer.wait()
            else:
                await asyncio.sleep(self.resets_at - _now())

    def take(self) -> bool:
        """Leave now, if there is room."""
        if not self._look():
            return False
        self.left -= 1
        self.under_way += 1
        return True

    def answered(self, headers: Mapping[str, str]) -> None:
        """Believe the answer; those under way may be in its count already, or not yet.

        One without a count says no more than `Retry-After`, if it refuses.
        """
        self.under_way -= 1
        counted = _counted(headers)
        if counted is None:
            self.left = max(self.left, 1)
        else:
            self.limit, left, seconds = counted
            self.left, self.resets_at = left - self.under_way, _now() + seconds
        self._answer.set()

    def _look(self) -> bool:
        if self.resets_at is not None and self.resets_at <= _now():
            self.left, self.resets_at = self.limit - self.under_way, None
        return self.left > 0


def _counted(headers: Mapping[str, str]) -> tuple[int, int, float] | None:
    """What a window takes, what is left of it, and in how many seconds the next begins."""
    try:
        if LIMIT in headers and RESETS in headers:
            return int(headers[LIMIT]), int(headers.get(LEFT, 0)), float(headers[RESETS])
        if "Retry-After" in headers:
            return 1, 0, float(headers["Retry-After"])
    except ValueError:
        return None
    return None


def _now() -> float:
    return asyncio.get_running_loop().time()

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
        """Believe the answer; those under way may be in its count already, or not yet."""
        self.under_way -= 1
        if RESETS in headers and LIMIT in headers:
            self.limit = int(headers[LIMIT])
            self.left = int(headers.get(LEFT, 0)) - self.under_way
            self.resets_at = _now() + float(headers[RESETS])
        else:
            self.left = max(self.left, 1)
        self._answer.set()

    def _look(self) -> bool:
        if self.resets_at is not None and self.resets_at <= _now():
            self.left, self.resets_at = self.limit - self.under_way, None
        return self.left > 0


def _now() -> float:
    return asyncio.get_running_loop().time()

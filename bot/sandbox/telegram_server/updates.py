"""The queue of updates of one bot (Bot API: Getting updates)."""

import asyncio
from typing import Any

from bot.sandbox.telegram_server.errors import conflict

OFF_UNLESS_ASKED = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
Update = dict[str, Any]


class Inbox:
    """Updates waiting for one bot, whichever way it fetches them."""

    def __init__(self, first_id: int) -> None:
        self.pending: list[Update] = []
        self.allowed: frozenset[str] = frozenset()
        self.webhook: dict[str, Any] = {}
        self.arrived = asyncio.Event()
        self._next_id = first_id
        self._poll = 0

    def wants(self, kind: str) -> bool:
        """Whether the bot asked for this kind; an empty list is all but three kinds."""
        return kind in self.allowed if self.allowed else kind not in OFF_UNLESS_ASKED

    def put(self, kind: str, payload: Update) -> None:
        """Queue one update unless the bot did not ask for its kind."""
        if not self.wants(kind):
            return
        self.pending.append({"update_id": self._next_id, kind: payload})
        self._next_id += 1
        self.arrived.set()

    def forget_before(self, offset: int) -> None:
        """Confirm updates below `offset`; a negative one keeps the last `-offset`."""
        if offset < 0:
            self.pending = self.pending[offset:]
        elif offset > 0:
            self.pending = [each for each in self.pending if each["update_id"] >= offset]

    async def wait(self, *, offset: int, limit: int, seconds: float) -> list[Update]:
        """Long poll. A newer poll ends an older one with a conflict."""
        self._poll += 1
        mine = self._poll
        self.arrived.set()  # wakes an older poll, which then finds that it is no longer alone
        await asyncio.sleep(0)
        self.forget_before(offset)
        deadline = asyncio.get_running_loop().time() + seconds
        while not self.pending:
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0 or not await self._woken(left):
                break
            if mine != self._poll:
                raise conflict(
                    "terminated by other getUpdates request; "
                    "make sure that only one bot instance is running"
                )
        return self.pending[:limit]

    async def _woken(self, seconds: float) -> bool:
        self.arrived.clear()
        try:
            await asyncio.wait_for(self.arrived.wait(), seconds)
        except TimeoutError:
            return False
        return True

"""How fast the bot may talk (Telegram: Bots FAQ, "My bot is hitting limits").

About 30 requests a second overall; one message a second to one chat, in bursts of five; 20
messages a minute to one group. Bans and approvals are no messages: only the first counts them.
"""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

Json = dict[str, Any]
Answer = bool | Json | list[Json]

MESSAGES = ("send", "copy", "forward", "edit")
UNCOUNTED = frozenset({"answerCallbackQuery", "sendChatAction", "getMe"})
MAX_CHATS = 5000


@dataclass
class Window:
    """At most `limit` turns in any `seconds`; turns are given in the order of asking."""

    limit: int
    seconds: float
    _turns: deque[float] = field(default_factory=deque)
    _closed_until: float = 0.0

    def take(self, now: float) -> float:
        """Seconds to wait for the turn that is now taken."""
        at = max(now, self._closed_until)
        if len(self._turns) == self.limit:
            at = max(at, self._turns.popleft() + self.seconds)
        self._turns.append(at)
        return at - now

    def shut(self, until: float) -> None:
        """No turn before `until`."""
        self._closed_until = max(self._closed_until, until)


@dataclass
class Bucket:
    """`burst` turns at once, then one every `seconds`; turns are given in the order of asking."""

    burst: int
    seconds: float
    _free_at: float = 0.0
    """When the bucket will be full again."""

    def take(self, now: float) -> float:
        """Seconds to wait for the turn that is now taken."""
        self._free_at = max(self._free_at, now) + self.seconds
        return max(0.0, self._free_at - self.burst * self.seconds - now)

    def shut(self, until: float) -> None:
        """No turn before `until`."""
        self._free_at = max(self._free_at, until + (self.burst - 1) * self.seconds)


Pace = Window | Bucket


class MessageLimits(BaseRateLimiter[int]):
    """Spaces the bot's requests; with `rate_limit_args=n` a 429 is waited out up to n times."""

    def __init__(self) -> None:
        self._overall = Window(30, 1.0)
        self._chats: OrderedDict[int, Pace] = OrderedDict()

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to let go of."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Answer]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: int | None,
    ) -> Answer:
        chat = self._chat_of(endpoint, data)
        for _ in range(rate_limit_args or 0):
            try:
                return await self._in_turn(callback, args, kwargs, endpoint, chat)
            except RetryAfter as error:
                self._hold(chat, seconds_to_wait(error))
        try:
            return await self._in_turn(callback, args, kwargs, endpoint, chat)
        except RetryAfter as error:
            self._hold(chat, seconds_to_wait(error))
            raise

    async def _in_turn(
        self,
        callback: Callable[..., Coroutine[Any, Any, Answer]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        chat: Pace | None,
    ) -> Answer:
        if chat is not None:
            await _wait_for(chat)
        if endpoint not in UNCOUNTED:
            await _wait_for(self._overall)
        return await callback(*args, **kwargs)

    def _chat_of(self, endpoint: str, data: Json) -> Pace | None:
        """The chat's pace if this is a message to one."""
        chat = data.get("chat_id")
        if endpoint in UNCOUNTED or not endpoint.startswith(MESSAGES) or chat is None:
            return None
        pace = self._chats.get(int(chat))
        if pace is None:
            pace = Window(20, 60.0) if int(chat) < 0 else Bucket(5, 1.0)
            self._chats[int(chat)] = pace
        self._chats.move_to_end(int(chat))
        while len(self._chats) > MAX_CHATS:
            self._chats.popitem(last=False)
        return pace

    def _hold(self, chat: Pace | None, seconds: float) -> None:
        pace = chat or self._overall
        pace.shut(asyncio.get_running_loop().time() + seconds)


def seconds_to_wait(error: RetryAfter) -> float:
    """What a 429 asks for; the library gives it as a number or as a span of time."""
    after = error.retry_after
    return after.total_seconds() if isinstance(after, timedelta) else float(after)


async def _wait_for(pace: Pace) -> None:
    await asyncio.sleep(pace.take(asyncio.get_running_loop().time()))

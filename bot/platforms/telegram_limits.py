"""How fast the bot may talk (Telegram: Bots FAQ, "My bot is hitting limits").

About 30 requests a second overall; one message a second to one chat, in bursts of five; 20
messages a minute to one group. Bans and approvals are no messages: only the first counts them.
"""

import asyncio
import math
from collections import OrderedDict, deque
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

Json = dict[str, Any]
Answer = bool | Json | list[Json]
Call = Callable[..., Coroutine[Any, Any, Answer]]

MESSAGES = ("send", "copy", "forward", "edit")
UNCOUNTED = frozenset({"answerCallbackQuery", "sendChatAction", "getMe"})
MAX_CHATS = 5000
LONGEST_TURN = 30.0
"""Seconds that a call waits for its turn where nobody would wait out a 429 for it: what must wait
longer is refused as Telegram would, so that whoever queues it can do something else meanwhile."""


@dataclass
class Window:
    """At most `limit` turns in any `seconds`; turns are given in the order of asking."""

    limit: int
    seconds: float
    _turns: deque[float] = field(default_factory=deque)
    _closed_until: float = 0.0

    def due(self, now: float) -> float:
        """Seconds to wait for the next turn."""
        at = max(now, self._closed_until)
        if len(self._turns) == self.limit:
            at = max(at, self._turns[0] + self.seconds)
        return at - now

    def take(self, now: float) -> float:
        """Seconds to wait for the turn that is now taken."""
        wait = self.due(now)
        if len(self._turns) == self.limit:
            self._turns.popleft()
        self._turns.append(now + wait)
        return wait

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

    def due(self, now: float) -> float:
        """Seconds to wait for the next turn."""
        free_at = max(self._free_at, now) + self.seconds
        return max(0.0, free_at - self.burst * self.seconds - now)

    def take(self, now: float) -> float:
        """Seconds to wait for the turn that is now taken."""
        wait = self.due(now)
        self._free_at = max(self._free_at, now) + self.seconds
        return wait

    def shut(self, until: float) -> None:
        """No turn before `until`."""
        self._free_at = max(self._free_at, until + (self.burst - 1) * self.seconds)


@dataclass
class Pause:
    """Any number of turns, but none before a moment: for calls that are no messages."""

    _closed_until: float = 0.0

    def due(self, now: float) -> float:
        """Seconds to wait for the next turn."""
        return max(0.0, self._closed_until - now)

    take = due

    def shut(self, until: float) -> None:
        """No turn before `until`."""
        self._closed_until = max(self._closed_until, until)


Pace = Window | Bucket | Pause


class MessageLimits(BaseRateLimiter[int]):
    """Spaces the bot's requests; with `rate_limit_args=n` a 429 is waited out up to n times.

    A 429 holds back the chat that it is about, and everything only where it is about none.
    """

    def __init__(self) -> None:
        self._overall = Window(30, 1.0)
        self._chats: OrderedDict[tuple[int, bool], Pace] = OrderedDict()
        """Per chat, for messages and for everything else."""

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to let go of."""

    async def process_request(
        self,
        callback: Call,
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: int | None,
    ) -> Answer:
        paces = self._paces(endpoint, data)
        for _ in range(rate_limit_args or 0):
            with suppress(RetryAfter):
                return await _in_turn(paces, callback, args, kwargs)
        _refuse_long_wait(paces)
        return await _in_turn(paces, callback, args, kwargs)

    def _paces(self, endpoint: str, data: Json) -> tuple[Pace, ...]:
        """Whose turns the call takes; the first is what a 429 to it holds back."""
        if endpoint in UNCOUNTED:
            return (Pause(),)
        chat = data.get("chat_id")
        if chat is None:
            return (self._overall,)
        return self._chat(int(chat), message=endpoint.startswith(MESSAGES)), self._overall

    def _chat(self, chat: int, *, message: bool) -> Pace:
        pace = self._chats.get((chat, message))
        if pace is None:
            pace = _fresh(chat) if message else Pause()
            self._chats[chat, message] = pace
        self._chats.move_to_end((chat, message))
        while len(self._chats) > MAX_CHATS:
            self._chats.popitem(last=False)
        return pace


def seconds_to_wait(error: RetryAfter) -> float:
    """What a 429 asks for; the library gives it as a number or as a span of time."""
    after = error.retry_after
    return after.total_seconds() if isinstance(after, timedelta) else float(after)


def _fresh(chat: int) -> Pace:
    return Window(20, 60.0) if chat < 0 else Bucket(5, 1.0)


def _refuse_long_wait(paces: Sequence[Pace]) -> None:
    wait = max(pace.due(_now()) for pace in paces)
    if wait > LONGEST_TURN:
        raise RetryAfter(math.ceil(wait))


async def _in_turn(paces: Sequence[Pace], callback: Call, args: Any, kwargs: Json) -> Answer:
    for pace in paces:
        await asyncio.sleep(pace.take(_now()))
    try:
        return await callback(*args, **kwargs)
    except RetryAfter as error:
        paces[0].shut(_now() + seconds_to_wait(error))
        raise


def _now() -> float:
    return asyncio.get_running_loop().time()

"""A small core for the door tests: one answer per command, and a memory of what it was told."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import structlog

from bot import tasks
from bot.dialogue import Reply, Request, Span, Style
from bot.platforms.inside import Inside
from bot.platforms.words import CommandWord
from gating.errors import NotDone, TryLater
from gating.model import Account, Notice, Platform, Profile
from gating.model.chats import Powers

structlog.configure(
    processors=[
        structlog.processors.add_log_level,
        # the default draws every local value of a traceback, which takes seconds here
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
    ]
)

WORDS = (
    CommandWord("verify", "Show your copy"),
    CommandWord("vote", "Vote in a poll", (("choice", "Your choice", False),)),
    CommandWord("note", "Write a note"),
)

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f64540"
    "0000000049454e44ae426082"
)
"""A picture of one pixel."""

Answer = Callable[[Request], Awaitable[Reply] | Reply]


class Door(Protocol):
    ready: asyncio.Event

    async def run(self) -> None: ...


@dataclass
class DoorCore:
    """What a door calls. `answers` maps a command to what is replied."""

    answers: dict[str, Answer | Reply] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    heard: list[tuple[str, str, str]] = field(default_factory=list)
    refs: dict[tuple[Platform, str], str] = field(default_factory=dict)
    presented: dict[str, Reply] = field(default_factory=dict)
    late: timedelta = timedelta()
    roles: dict[tuple[Account, str], frozenset[str]] = field(default_factory=dict)
    shown: dict[Account, frozenset[str]] = field(default_factory=dict)
    moves: dict[str, str] = field(default_factory=dict)
    powers: list[tuple[str, Powers]] = field(default_factory=list)
    outages: int = 0
    """How many of the next happenings are refused, as while the database is away."""
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def inside(self, **more: Any) -> Inside:
        return Inside(
            handle=self.handle,
            explain=self.explain,
            present=self.present,
            happenings=self,
            posted=self,
            moves=self,
            clock=self.clock,
            words=WORDS,
            **more,
        )

    def clock(self) -> datetime:
        return datetime.now(UTC) + self.late

    async def handle(self, request: Request) -> Reply:
        self.requests.append(request)
        self.news.set()
        answer = self.answers[request.command]
        if isinstance(answer, Reply):
            return answer
        reply = answer(request)
        return reply if isinstance(reply, Reply) else await reply

    @staticmethod
    def explain(error: NotDone) -> Reply:
        facts = " ".join(f"{name}={value}" for name, value in error.facts.items())
        return Reply((Span("Sorry: "), Span(error.code, Style.CODE), Span(f" {facts}")))

    async def present(self, notice: Notice, account: Account | None) -> Reply:
        return self.presented.get(notice.key) or Reply((Span(notice.key),))

    async def knocked(self, account: Account, profile: Profile, target: str) -> None:
        self._hear(("knocked", account.user_id, target))

    async def joined(self, account: Account, profile: Profile, place: str) -> None:
        self._hear(("joined", account.user_id, place))

    async def roles_seen(self, account: Account, server: str, roles: frozenset[str]) -> None:
        self.roles[account, server] = roles

    async def roles_shown(self, account: Account, has: Mapping[str, bool]) -> None:
        self.shown[account] = frozenset(role for role, there in has.items() if there)

    async def moved(self, chat: str, now: str) -> None:
        self.moves[chat] = now
        self._hear(("moved", chat, now))

    async def powers_changed(self, chat: str, powers: Powers) -> None:
        self.powers.append((chat, powers))
        self.news.set()

    async def now(self, chat: str) -> str:
        return self.moves.get(chat, chat)

    async def left(self, account: Account, place: str) -> None:
        self._hear(("left", account.user_id, place))

    async def get(self, platform: Platform, subject: str) -> str | None:
        return self.refs.get((platform, subject))

    async def put(self, platform: Platform, subject: str, ref: str) -> None:
        self.refs[platform, subject] = ref

    def _hear(self, event: tuple[str, str, str]) -> None:
        self.news.set()
        if self.outages:
            self.outages -= 1
            raise TryLater("E-DATABASE")
        self.heard.append(event)

    async def until(self, condition: Callable[["DoorCore"], bool], seconds: float = 15) -> None:
        """Wait until the core was told something."""
        async with asyncio.timeout(seconds):
            while not condition(self):
                self.news.clear()
                await self.news.wait()


def says(words: str, **more: Any) -> Reply:
    """A reply in plain words."""
    return Reply((Span(words),), **more)


@asynccontextmanager
async def running(door: Door, seconds: float = 10) -> AsyncIterator[None]:
    """The door is open inside the block."""
    task = tasks.start("door under test", door.run())
    try:
        async with asyncio.timeout(seconds):
            await door.ready.wait()
        yield
    finally:
        await tasks.stop(task)

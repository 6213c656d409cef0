"""What stands behind a chat door: everything that the lead hands to either of them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol

from bot.dialogue import Reply, Request
from bot.platforms.forms import Forms, FormsInMemory, FormWords
from bot.platforms.happenings import Happenings
from bot.platforms.words import CommandWord
from gating.errors import NotDone
from gating.model import Account, Notice, Platform
from gating.ports import Clock

Handle = Callable[[Request], Awaitable[Reply]]
"""Answers one request. May raise `NotDone`, which is explained to the person."""
Present = Callable[[Notice, Account | None], Awaitable[Reply]]
"""The words of a notice, for one account or (None) for everybody."""
Explain = Callable[[NotDone], Reply]
"""The words for something that did not happen."""


class PostedRefs(Protocol):
    """Which message shows which subject, so that a later post redraws it."""

    async def get(self, platform: Platform, subject: str) -> str | None: ...

    async def put(self, platform: Platform, subject: str, ref: str) -> None: ...


class Moves(Protocol):
    """Where chats are now whose platform gave them another number (Telegram: supergroups).

    Everywhere inside a chat has the number that the club file gives it.
    """

    async def now(self, chat: str) -> str: ...


class NoMoves:
    """`Moves` where nothing ever moved."""

    async def now(self, chat: str) -> str:
        return chat


@dataclass(frozen=True, slots=True, kw_only=True)
class Inside:
    """The core as a door sees it."""

    handle: Handle
    explain: Explain
    present: Present
    happenings: Happenings
    posted: PostedRefs
    clock: Clock
    moves: Moves = field(default_factory=NoMoves)
    words: tuple[CommandWord, ...] = ()
    forms: Forms = field(default_factory=FormsInMemory)
    form_words: FormWords = field(default_factory=FormWords)
    may_send: Callable[[Account], bool] = lambda _: True
    """Whose files are worth fetching; those of others come without their bytes."""

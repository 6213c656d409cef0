"""Chats that get another number, and what the bot may do in them: heard, told once, gone on."""

from dataclasses import dataclass

from gating.model import Notice, Platform
from gating.model.chats import Powers
from gating.model.telling import stopped, told_backstage
from gating.ports import Store, Transaction, Wake

RIGHTS, POSTING = "E-TGRIGHTS", "E-TGPOST"


@dataclass(frozen=True, kw_only=True)
class FollowChat:
    """A chat has another number from now on. Nothing of ours changes until the club file does.

    `doors` and `posts` are the chats as the club file calls them, which may know already.
    """

    store: Store
    doors: frozenset[str]
    posts: frozenset[str]
    platforms: tuple[Platform, ...]
    wake: Wake

    async def __call__(self, chat: str, now: str) -> None:
        async with self.store() as tx:
            if not await tx.chats.moved(chat, now):
                return
            if await tx.chats.settle(self.doors, self.posts):
                return  # the move came late: the club file has the new number
            notice = Notice("E-TGMOVED", {"chat": chat, "now": now})
            await tx.outbox.add(*told_backstage(self.platforms, f"moved:{chat}", notice))
        await self.wake()

    async def before(self, chat: str) -> str:
        """What the club file calls the chat that has this number outside."""
        async with self.store() as tx:
            return await tx.chats.before(chat)

    async def is_past(self, chat: str) -> bool:
        """Whether this number is nobody's any more, outside."""
        async with self.store() as tx:
            return await tx.chats.now(chat) != chat


@dataclass(frozen=True, kw_only=True)
class SeePowers:
    """What the bot may do in a Telegram chat has changed.

    What stops by it is told to moderators once; when it is back, what had stopped goes on by
    itself. `doors` are the chats that gates open, `posts` those in which the bot posts.
    """

    store: Store
    doors: frozenset[str]
    posts: frozenset[str]
    platforms: tuple[Platform, ...]
    wake: Wake

    async def __call__(self, chat: str, powers: Powers) -> None:
        async with self.store() as tx:
            if chat in self.doors:
                await self._see(tx, chat, RIGHTS, has=powers.door)
            if chat in self.posts:
                await self._see(tx, chat, POSTING, has=powers.post)
        await self.wake()

    async def _see(self, tx: Transaction, chat: str, code: str, *, has: bool) -> None:
        if not has:
            news = await tx.chats.lose(chat, code)
        else:
            resumed = await tx.outbox.resume(Platform.TELEGRAM, code=code)
            news = await tx.chats.regain(chat, code) or resumed > 0
        if news:
            notice = Notice("chat.regained" if has else code, {"chat": chat})
            subject = stopped(code, notice.facts)
            await tx.outbox.add(*told_backstage(self.platforms, subject, notice))

"""Moves that survive a restart."""

from dataclasses import dataclass

from gating.ports import Store


@dataclass(frozen=True, slots=True)
class KeptMoves:
    """`bot.platforms.inside.Moves`."""

    store: Store

    async def now(self, chat: str) -> str:
        async with self.store() as tx:
            return await tx.chats.now(chat)

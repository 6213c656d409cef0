"""Groups that become supergroups get another number, and are followed there."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from telegram import Message
from telegram.error import ChatMigrated

from bot.platforms.inside import Inside

T = TypeVar("T")


async def follow(inside: Inside, chat: int, act: Callable[[int], Awaitable[T]]) -> T:
    """Do it where the chat is now, and remember where that is (Bot API: ResponseParameters)."""
    there = int(await inside.moves.now(str(chat)))
    try:
        return await act(there)
    except ChatMigrated as error:
        await inside.happenings.moved(str(chat), str(error.new_chat_id))
        return await act(error.new_chat_id)


async def hear_move(inside: Inside, message: Message) -> bool:
    """Remember what a service message says of it (Bot API: Message.migrate_to_chat_id)."""
    if message.migrate_to_chat_id is None:
        return False
    await inside.happenings.moved(str(message.chat.id), str(message.migrate_to_chat_id))
    return True

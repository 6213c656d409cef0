"""Who is inside a chat, as far as a bot may know: a number, and people asked for by name."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress

from telegram import ChatMember
from telegram.error import BadRequest

from bot.platforms.telegram_errors import UNKNOWN_PERSON, in_chat, says
from bot.platforms.telegram_hear import is_inside
from bot.platforms.telegram_write import Bot
from gating.errors import NeedsPerson
from gating.model import Account
from gating.model.roll import Roll


async def who_is_inside(bot: Bot, chat: int, known: Sequence[Account]) -> Roll:
    """How many are inside, and which of the known accounts are; the bot itself is not counted.

    Telegram tells bots no list of members (Bot API: getChatMember, getChatMemberCount).
    """
    with in_chat(str(chat)):
        total = await bot.get_chat_member_count(chat) - 1
        inside = [account for account in known if await _inside(bot, chat, account)]
    return Roll(total, frozenset(inside), complete=False)


async def member_of(bot: Bot, chat: int, user: int) -> ChatMember | None:
    """What the chat knows of the person; None if it has never seen them."""
    try:
        return await bot.get_chat_member(chat, user)
    except BadRequest as error:
        if says(error, UNKNOWN_PERSON):
            return None
        raise


async def chats_of(bot: Bot, account: Account, chats: Collection[str]) -> Mapping[str, bool]:
    """Which of these chats the account is in.

    A chat that the bot may not look into is left out (Bot API: getChatMember, which is sure only
    where the bot is an administrator); if that is all of them it raises `NeedsPerson` E-TGRIGHTS.
    """
    found: dict[str, bool] = {}
    for chat in chats:
        with suppress(NeedsPerson), in_chat(chat):
            found[chat] = await _inside(bot, int(chat), account)
    if not found:
        raise NeedsPerson("E-TGRIGHTS", chat=", ".join(chats))
    return found


async def _inside(bot: Bot, chat: int, account: Account) -> bool:
    member = await member_of(bot, chat, int(account.user_id))
    return member is not None and is_inside(member)

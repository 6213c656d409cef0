"""A look at the Telegram chats, which changes nothing: for the doctor."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from telegram import Bot
from telegram.constants import ChatType
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, TelegramError

from bot.platforms.telegram_errors import BUSY
from bot.platforms.telegram_place import TelegramPlace
from bot.platforms.telegram_powers import Rights, rights_of
from gating.errors import NeedsPerson, TryLater


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatView:
    """What the bot may do in one chat. `moved` is its new number, if it has one."""

    title: str = ""
    is_channel: bool = False
    is_forum: bool = False
    rights: Rights = field(default_factory=Rights)
    moved: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramView:
    """The bot and its chats as they are now."""

    bot: str
    webhook: str
    """The address to which Telegram brings updates; empty where they are fetched."""
    webhook_error: str
    chats: Mapping[int, ChatView]


async def look_at_telegram(place: TelegramPlace, chats: Iterable[int]) -> TelegramView:
    """Raises `NeedsPerson` E-TELEGRAMTOKEN or `TryLater` E-TELEGRAMBUSY."""
    bot = Bot(place.token, base_url=place.base_url, base_file_url=place.base_file_url)
    try:
        async with bot:
            hook = await bot.get_webhook_info()
            return TelegramView(
                bot=bot.username,
                webhook=hook.url,
                webhook_error=hook.last_error_message or "",
                chats={chat: await _chat(bot, chat) for chat in chats},
            )
    except InvalidToken as error:
        raise NeedsPerson("E-TELEGRAMTOKEN") from error
    except TelegramError as error:
        raise TryLater(BUSY) from error


async def _chat(bot: Bot, number: int) -> ChatView:
    try:
        chat = await bot.get_chat(number)
        me = await bot.get_chat_member(number, bot.id)
    except ChatMigrated as error:
        return ChatView(moved=error.new_chat_id)
    except (BadRequest, Forbidden):
        return ChatView()
    is_channel = chat.type == ChatType.CHANNEL
    return ChatView(
        title=chat.title or "",
        is_channel=is_channel,
        is_forum=bool(chat.is_forum),
        rights=rights_of(me, channel=is_channel),
    )

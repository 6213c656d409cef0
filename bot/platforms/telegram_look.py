"""A look at the Telegram chats, which changes nothing: for the doctor."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from telegram import Bot, ChatMember, ChatMemberAdministrator, ChatMemberOwner
from telegram.constants import ChatType
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, TelegramError

from bot.platforms.telegram_errors import BUSY
from bot.platforms.telegram_hear import is_inside
from bot.platforms.telegram_place import TelegramPlace
from gating.errors import NeedsPerson, TryLater


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatView:
    """What the bot may do in one chat. `moved` is its new number, if it has one."""

    title: str = ""
    inside: bool = False
    admin: bool = False
    may_invite: bool = False
    may_ban: bool = False
    may_post: bool = False
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
    owner, admin = isinstance(me, ChatMemberOwner), _admin(me)
    is_channel = chat.type == ChatType.CHANNEL
    return ChatView(
        title=chat.title or "",
        inside=is_inside(me),
        admin=owner or admin is not None,
        may_invite=owner or (admin is not None and admin.can_invite_users),
        may_ban=owner or (admin is not None and admin.can_restrict_members),
        may_post=owner or (bool(admin and admin.can_post_messages) if is_channel else True),
    )


def _admin(member: ChatMember) -> ChatMemberAdministrator | None:
    return member if isinstance(member, ChatMemberAdministrator) else None

"""Telegram's side of access and news: requests approved, people let go, told, posts redrawn."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from telegram.constants import ChatMemberStatus
from telegram.error import BadRequest

from bot.platforms.inside import Inside
from bot.platforms.telegram_draw import draw, is_blank
from bot.platforms.telegram_errors import (
    NO_REQUEST,
    UNKNOWN_PERSON,
    in_chat,
    said_once,
    says,
    to_person,
)
from bot.platforms.telegram_hear import is_inside
from bot.platforms.telegram_place import TelegramPlace
from bot.platforms.telegram_roll import chats_of, member_of, who_is_inside
from bot.platforms.telegram_write import Bot, rewrite, write
from gating.errors import NeedsPerson, Refused
from gating.model import Account, Notice, Platform, Post
from gating.model.roll import Roll
from gating.ports import Clock

BAN = timedelta(seconds=60)
"""How long a removal lasts if lifting it is lost; under 30 s Telegram takes it as for ever
(Bot API: banChatMember)."""
KNOCK_WINDOW = timedelta(minutes=5)
"""How long the bot may write to somebody who asked to join (Bot API: ChatJoinRequest)."""
ADMINISTRATORS = frozenset({ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR})


@dataclass
class Knocks:
    """Where to write to people who asked to join a moment ago and never opened the bot."""

    clock: Clock
    _chats: dict[Account, tuple[int, datetime]] = field(default_factory=dict)

    def note(self, account: Account, chat: int) -> None:
        now = self.clock()
        self._chats = {who: knock for who, knock in self._chats.items() if knock[1] > now}
        self._chats[account] = (chat, now + KNOCK_WINDOW)

    def chat(self, account: Account) -> int:
        """The chat to write to: the one from the request while it may be used, else their own."""
        chat, until = self._chats.get(account, (0, None))
        return chat if until and until > self.clock() else int(account.user_id)


@dataclass(frozen=True, slots=True)
class TelegramKeeper:
    """`gating.ports.doors.Doorkeeper` of Telegram chats; a target is a chat's id."""

    place: TelegramPlace
    inside: Inside
    knocks: Knocks
    connected: Callable[[], Bot]
    """The bot that is running; raises `TryLater` while there is none."""

    async def open(self, account: Account, target: str, reason: str) -> None:
        """Approve the join request. Repeating it changes nothing.

        Raises `Refused` E-NOKNOCK if there is none and the person is no member, `NeedsPerson`
        E-TGRIGHTS, or `TryLater` E-TELEGRAMBUSY.
        """
        bot, chat, user = self.connected(), _chat_id(target), int(account.user_id)
        with in_chat(target):
            try:
                await bot.approve_chat_join_request(chat, user)
            except BadRequest as error:
                if not says(error, (*NO_REQUEST, *UNKNOWN_PERSON)):
                    raise
                member = await member_of(bot, chat, user)
                if member is None or not is_inside(member):
                    raise Refused("E-NOKNOCK", chat=target) from error

    async def close(self, account: Account, target: str, reason: str) -> None:
        """Remove the person without a lasting ban; a ban that was there stays.

        Repeating it changes nothing. Raises `Refused` E-TGADMIN for an administrator, whom only
        the owner can remove, `NeedsPerson` E-TGRIGHTS, or `TryLater` E-TELEGRAMBUSY.
        """
        bot, chat, user = self.connected(), _chat_id(target), int(account.user_id)
        with in_chat(target):
            member = await member_of(bot, chat, user)
            if member is None or not is_inside(member):
                return
            if member.status in ADMINISTRATORS:
                raise Refused("E-TGADMIN", chat=target)
            await bot.ban_chat_member(chat, user, until_date=self.inside.clock() + BAN)
            await bot.unban_chat_member(chat, user, only_if_banned=True)

    async def roll(self, target: str, known: Sequence[Account]) -> Roll:
        """Who is inside; raises `NeedsPerson` E-TGRIGHTS, or `TryLater` E-TELEGRAMBUSY."""
        return await who_is_inside(self.connected(), _chat_id(target), known)

    async def has(self, account: Account, targets: Collection[str]) -> Mapping[str, bool]:
        """Which of these chats the account is in; those where the bot is not are left out.

        Raises `NeedsPerson` E-TGRIGHTS where that is all of them, or `TryLater` E-TELEGRAMBUSY.
        """
        return await chats_of(self.connected(), account, targets)

    async def tell(self, account: Account, notice: Notice) -> None:
        """Write to one person in the private chat.

        Not repeatable: Telegram has no key for it, so a repeat after a timeout may say it twice;
        the outbox decides. Raises `Refused` E-DMCLOSED, or `TryLater` E-TELEGRAMBUSY.
        """
        bot = self.connected()
        drawn = draw(await self.inside.present(notice, account))
        if not is_blank(drawn):
            with to_person():
                await write(bot, self.knocks.chat(account), drawn)

    async def post(self, post: Post, *, key: str) -> None:
        """Publish in the place's chat, or redraw the message that shows the subject.

        The first publication is not repeatable, as with `tell`; redrawing is. Raises
        `NeedsPerson` E-PLACE, E-TGRIGHTS, or E-UNSURE where the first publication got no answer;
        or `TryLater` E-TELEGRAMBUSY.
        """
        bot = self.connected()
        drawn = draw(await self.inside.present(post.notice, None))
        if is_blank(drawn):
            return
        ref = await self.inside.posted.get(Platform.TELEGRAM, post.subject)
        with in_chat(post.place):
            if ref and await rewrite(bot, ref, drawn):
                return
            chat = self.place.chats.get(post.place)
            if chat is None:
                raise NeedsPerson("E-PLACE", place=post.place)
            with said_once(post.subject):
                ref = await write(bot, chat, drawn)
        await self.inside.posted.put(Platform.TELEGRAM, post.subject, ref)


def _chat_id(target: str) -> int:
    if not target.removeprefix("-").isdecimal():
        raise NeedsPerson("E-TGRIGHTS", chat=target)
    return int(target)

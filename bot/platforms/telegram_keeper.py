"""Telegram's side of access and news: requests approved, people let go, told, posts redrawn."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from telegram.constants import ChatMemberStatus
from telegram.error import BadRequest

from bot.platforms.inside import Inside
from bot.platforms.telegram_draw import draw, is_blank
from bot.platforms.telegram_errors import (
    KEEPS_NOBODY_OUT,
    NO_LINK,
    NO_REQUEST,
    UNKNOWN_PERSON,
    in_chat,
    in_place,
    said_once,
    says,
    to_person,
)
from bot.platforms.telegram_hear import is_inside
from bot.platforms.telegram_moves import follow
from bot.platforms.telegram_place import Spot, TelegramPlace
from bot.platforms.telegram_roll import chats_of, member_of, who_is_inside
from bot.platforms.telegram_write import Bot, rewrite, write
from gating.errors import NeedsPerson, Refused
from gating.model import Account, Notice, Platform
from gating.model.chats import Invitation
from gating.model.entries import Post
from gating.model.roll import Roll
from gating.ports import Clock

T = TypeVar("T")
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

        Raises `Refused` E-NOKNOCK if there is none and the person is no member, or E-TGBANNED
        if a moderator put the person out; `NeedsPerson` E-TGRIGHTS, or `TryLater`
        E-TELEGRAMBUSY.
        """
        bot, user = self.connected(), int(account.user_id)

        async def approve(chat: int) -> None:
            try:
                await bot.approve_chat_join_request(chat, user)
            except BadRequest as error:
                if not says(error, (*NO_REQUEST, *UNKNOWN_PERSON)):
                    raise
                if not await self._inside(bot, chat, user):
                    raise Refused("E-NOKNOCK", chat=target) from error

        await self._at(target, approve)

    async def close(self, account: Account, target: str, reason: str) -> None:
        """Remove the person without a lasting ban; a ban that was there stays.

        Repeating it changes nothing. Raises `Refused` E-TGADMIN for an administrator, whom only
        the owner can remove, `NeedsPerson` E-TGRIGHTS, or `TryLater` E-TELEGRAMBUSY.
        """
        bot, user = self.connected(), int(account.user_id)

        async def remove(chat: int) -> None:
            member = await member_of(bot, chat, user)
            if member is None or not is_inside(member):
                return
            if member.status in ADMINISTRATORS:
                raise Refused("E-TGADMIN", chat=target, who=member.user.full_name)
            await bot.ban_chat_member(chat, user, until_date=self.inside.clock() + BAN)
            await lift(bot, chat, user)

        await self._at(target, remove)

    async def invite(self, account: Account, target: str, until: datetime) -> Invitation | None:
        """A link of the account's own by which it asks to join; None for who is inside already.

        Joining by it is asked for and answered like any other knock, so a link that is passed on
        lets nobody in (Bot API: createChatInviteLink, creates_join_request). Raises as `open`.
        """
        bot, user = self.connected(), int(account.user_id)

        async def make(chat: int) -> Invitation | None:
            if await self._inside(bot, chat, user):
                return None
            link = await bot.create_chat_invite_link(
                chat, name=f"fan {user}", expire_date=until, creates_join_request=True
            )
            title = (await bot.get_chat(chat)).title or ""
            return Invitation(link.invite_link, title, until)

        return await self._at(target, make)

    async def revoke(self, target: str, url: str) -> None:
        """End a link. Repeating it changes nothing; one that is gone is ended."""
        bot = self.connected()

        async def end(chat: int) -> None:
            try:
                await bot.revoke_chat_invite_link(chat, url)
            except BadRequest as error:
                if not says(error, NO_LINK):
                    raise

        await self._at(target, end)

    async def roll(self, target: str, known: Sequence[Account]) -> Roll:
        """Who is inside; raises `NeedsPerson` E-TGRIGHTS, or `TryLater` E-TELEGRAMBUSY."""
        bot = self.connected()
        return await self._at(target, lambda chat: who_is_inside(bot, chat, known))

    async def has(self, account: Account, targets: Collection[str]) -> Mapping[str, bool]:
        """Which of these chats the account is in; those where the bot is not are left out.

        Raises `NeedsPerson` E-TGRIGHTS where that is all of them, or `TryLater` E-TELEGRAMBUSY.
        """
        bot = self.connected()
        now = {await self.inside.moves.now(target): target for target in targets}
        found = await chats_of(bot, account, list(now))
        return {now[chat]: inside for chat, inside in found.items()}

    async def tell(self, account: Account, notice: Notice) -> None:
        """Write to one person in the private chat.

        Not repeatable: Telegram has no key for it, so a repeat after a timeout may say it twice;
        the outbox decides. Raises `Refused` E-DMCLOSED, or `TryLater` E-TELEGRAMBUSY.
        """
        bot = self.connected()
        drawn = draw(await self.inside.present(notice, account))
        if not is_blank(drawn):
            with to_person():
                await write(bot, Spot(self.knocks.chat(account)), drawn)

    async def post(self, post: Post, *, key: str) -> None:
        """Publish in the place's chat, or redraw the message that shows the subject.

        The first publication is not repeatable, as with `tell`; redrawing is. Raises
        `NeedsPerson` E-PLACE, E-TGPOST, E-TGTOPIC or E-TGTOPICCLOSED, or E-UNSURE where the
        first publication got no answer; or `TryLater` E-TELEGRAMBUSY.
        """
        bot = self.connected()
        drawn = draw(await self.inside.present(post.notice, None))
        if is_blank(drawn):
            return
        named = self.place.chats.get(post.place)
        ref = await self.inside.posted.get(Platform.TELEGRAM, post.subject)

        async def publish(chat: int) -> str:
            with said_once(post.subject):
                return await write(bot, Spot(chat, self.place.topic(post.place)), drawn)

        with in_place(post.place, str(named)):
            if ref and await rewrite(bot, ref, drawn):
                return
            if named is None:
                raise NeedsPerson("E-PLACE", place=post.place)
            ref = await follow(self.inside, named, publish)
        await self.inside.posted.put(Platform.TELEGRAM, post.subject, ref)

    async def _at(self, target: str, act: Callable[[int], Awaitable[T]]) -> T:
        """Do it in the chat, wherever that is now."""
        with in_chat(target):
            return await follow(self.inside, _chat_id(target), act)

    async def _inside(self, bot: Bot, chat: int, user: int) -> bool:
        """Raises `Refused` E-TGBANNED: what a moderator did by hand is not undone."""
        member = await member_of(bot, chat, user)
        if member is not None and member.status == ChatMemberStatus.BANNED:
            raise Refused("E-TGBANNED", chat=chat)
        return member is not None and is_inside(member)


async def lift(bot: Bot, chat: int, user: int) -> None:
    """Lift the ban that was set a moment ago; a small group has none."""
    try:
        await bot.unban_chat_member(chat, user, only_if_banned=True)
    except BadRequest as error:
        if not says(error, KEEPS_NOBODY_OUT):
            raise


def _chat_id(target: str) -> int:
    if not target.removeprefix("-").isdecimal():
        raise NeedsPerson("E-TGRIGHTS", chat=target)
    return int(target)

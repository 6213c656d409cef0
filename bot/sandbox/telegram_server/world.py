"""Everything that exists on the local Telegram, and who is told when it changes."""

import base64
import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime

from bot.sandbox.telegram_server.rights import ADMIN_RIGHTS
from bot.sandbox.telegram_server.state import (
    Account,
    BotProfile,
    CallbackQuery,
    Chat,
    JoinRequest,
    Json,
    Membership,
    Message,
    StoredFile,
)
from bot.sandbox.telegram_server.updates import Inbox

COLORS = ("#4f7cac", "#b5533c", "#4b8b5b", "#7a5c9e", "#b0852e", "#3f8f8f", "#a34d76")
FIRST_GROUP = -1001000000000
FIRST_SMALL_GROUP = -4000000


class World:
    """Accounts, chats and files by id. Holds state and passes on changes; decides nothing."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.clock = clock
        self.accounts: dict[int, Account] = {}
        self.profiles: dict[int, BotProfile] = {}
        self.inboxes: dict[int, Inbox] = {}
        self.rooms: dict[int, Chat] = {}
        self.talks: dict[tuple[int, int], Chat] = {}
        self.files: dict[str, StoredFile] = {}
        self.callbacks: dict[str, CallbackQuery] = {}
        self.queries: dict[str, tuple[Chat, JoinRequest, int]] = {}
        self.known_links: dict[int, list[str]] = {}
        self.unread_from: dict[tuple[int, int], int] = {}
        self.last_press: dict[int, CallbackQuery] = {}
        self.opened_page: dict[int, Json] = {}
        self.web_app_queries: dict[str, tuple[int, int]] = {}
        self.listeners: set[Callable[[], None]] = set()
        self._numbers = itertools.count(1)
        self._user_ids = itertools.count(1001)
        self._group_ids = itertools.count(1)

    def now(self) -> float:
        """Unix time by the server's clock, in seconds."""
        return self.clock().timestamp()

    def number(self) -> int:
        """A number never given before."""
        return next(self._numbers)

    def changed(self) -> None:
        """Tell every view that something is different."""
        for listener in list(self.listeners):
            listener()

    # accounts

    def add_account(self, account: Account) -> int:
        """Keep a new account; its colour follows from its id unless it has one."""
        if not account.color:
            account.color = COLORS[account.id % len(COLORS)]
        self.accounts[account.id] = account
        self.changed()
        return account.id

    def next_user_id(self) -> int:
        """An id for a new person."""
        return next(self._user_ids)

    def bot_by_token(self, token: str) -> int:
        """The bot with this token, or 0."""
        for bot, profile in self.profiles.items():
            if profile.token == token:
                return bot
        return 0

    def by_username(self, username: str) -> int:
        """The account or chat of a @username, or 0."""
        wanted = username.lstrip("@").lower()
        holders: list[Account | Chat] = [*self.accounts.values(), *self.rooms.values()]
        for holder in holders:
            if holder.username and holder.username.lower() == wanted:
                return holder.id
        return 0

    # chats

    def add_room(self, kind: str, title: str, owner: int, username: str = "") -> Chat:
        """A new group, supergroup or channel with its owner in it."""
        first = FIRST_SMALL_GROUP if kind == "group" else FIRST_GROUP
        number = first - next(self._group_ids)
        room = Chat(id=number, kind=kind, title=title, username=username)
        room.color = COLORS[number % len(COLORS)]
        room.members[owner] = Membership(status="creator", rights=ADMIN_RIGHTS)
        self.rooms[number] = room
        self.changed()
        return room

    def talk(self, bot: int, user: int) -> Chat:
        """The private chat of a person with a bot, made when first needed."""
        key = (bot, user)
        if key not in self.talks:
            person = self.accounts[user]
            self.talks[key] = Chat(user, "private", bot=bot, username=person.username)
        return self.talks[key]

    def member(self, chat: Chat, account: int) -> Membership:
        """The membership now: bans and restrictions whose time is over have lapsed."""
        found = chat.member(account)
        if not found.until or found.until > self.now():
            return found
        if found.status == "kicked":
            return Membership()
        if found.status == "restricted":
            return replace(Membership("member" if found.inside else "left"), tag=found.tag)
        return found

    def bots_in(self, chat: Chat) -> Iterator[int]:
        """Bots that are in the chat at this moment."""
        if chat.bot:
            yield chat.bot
            return
        for bot in list(self.profiles):
            if bot in chat.members and self.member(chat, bot).is_inside:
                yield bot

    def shares_chat(self, bot: int, user: int) -> bool:
        """Whether the bot has ever met the person."""
        return (bot, user) in self.talks or any(
            bot in room.members and user in room.members for room in self.rooms.values()
        )

    def next_message_id(self, chat: Chat) -> int:
        """Numbers run per supergroup, and per bot over all its private chats."""
        holder: Chat | BotProfile = self.profiles[chat.bot] if chat.bot else chat
        number = holder.next_message
        holder.next_message = number + 1
        return number

    def message(self, chat: Chat, number: int) -> Message | None:
        """The message with this id, or None if it is gone."""
        return chat.messages.get(number)

    # files

    def file_id(self, file: StoredFile, bot: int) -> str:
        """The id under which one bot knows a file; another bot cannot use it."""
        raw = f"{bot}:{file.key}".encode()
        return base64.urlsafe_b64encode(raw).decode().rstrip("=")

    def file_by_id(self, file_id: str, bot: int) -> StoredFile | None:
        """The file a bot means by this id."""
        try:
            raw = base64.urlsafe_b64decode(file_id + "=" * (-len(file_id) % 4)).decode()
        except ValueError:
            return None
        holder, _, key = raw.partition(":")
        return self.files.get(key) if holder == str(bot) else None

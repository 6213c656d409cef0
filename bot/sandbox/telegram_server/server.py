"""The local Telegram: bots, people, groups and channels in one process, no account needed."""

from collections.abc import Callable
from datetime import UTC, datetime

from aiohttp import web

from bot.sandbox.telegram_server import init_data, joining, topics, upgrading
from bot.sandbox.telegram_server.api import BotApi, Observer
from bot.sandbox.telegram_server.client_app import build_client_app
from bot.sandbox.telegram_server.faults import Faults
from bot.sandbox.telegram_server.person import Person
from bot.sandbox.telegram_server.rights import rights_in
from bot.sandbox.telegram_server.state import Account, BotProfile, Membership
from bot.sandbox.telegram_server.updates import Inbox
from bot.sandbox.telegram_server.world import World

BOT_RIGHTS = ("can_manage_chat", "can_invite_users", "can_restrict_members", "can_manage_tags")
FIRST_UPDATE = 700_000_000


def utc_now() -> datetime:
    """The time of this machine."""
    return datetime.now(UTC)


class LocalTelegram:
    """A Bot API server on this machine, and the people who talk to its bots."""

    def __init__(
        self, *, clock: Callable[[], datetime] = utc_now, flood_limits: bool = True
    ) -> None:
        self.world = World(clock)
        self._api = BotApi(self.world, flood_limits=flood_limits)
        self._runner: web.AppRunner | None = None
        self._founder = 0
        self.base_url = ""
        self.base_file_url = ""
        self.public_key = init_data.public_key()

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listen; `base_url` and `base_file_url` hold what a bot library needs."""
        self._runner = web.AppRunner(
            self._api.application(), handler_cancellation=True, shutdown_timeout=0.2
        )
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        bound = self._runner.addresses[0][1]
        self.base_url = f"http://{host}:{bound}/bot"
        self.base_file_url = f"http://{host}:{bound}/file/bot"

    async def stop(self) -> None:
        """Stop listening and end the webhook deliveries."""
        await self._api.stop()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    @property
    def faults(self) -> Faults:
        """What is to go wrong."""
        return self._api.faults

    @property
    def observers(self) -> list[Observer]:
        """Called with every method, its parameters, whether it worked, and what came back."""
        return self._api.observers

    @property
    def flood_limits(self) -> bool:
        """Whether messages are limited; may be switched at any time."""
        return self._api.flood_limits

    @flood_limits.setter
    def flood_limits(self, value: bool) -> None:
        self._api.flood_limits = value

    def add_bot(self, *, token: str, username: str, name: str) -> int:
        """A bot; its id is the number before the colon of its token."""
        number = int(token.partition(":")[0])
        self.world.add_account(Account(number, True, name, username, color=""))
        self.world.profiles[number] = BotProfile(token)
        self.world.inboxes[number] = Inbox(FIRST_UPDATE + number % 1000 * 1000)
        return number

    def add_user(
        self, username: str, first_name: str, *, language: str = "en", color: str = ""
    ) -> int:
        """A person."""
        number = self.world.next_user_id()
        return self.world.add_account(
            Account(number, False, first_name, username, color=color, language=language)
        )

    def add_group(self, title: str, *, private: bool = True, owner: int | None = None) -> int:
        """A supergroup; a public one gets a username from its title."""
        username = "" if private else _username(title)
        return self.world.add_room("supergroup", title, self._owner(owner), username).id

    def add_small_group(self, title: str, *, owner: int | None = None) -> int:
        """A group of the old kind, which becomes a supergroup by `upgrade`."""
        return self.world.add_room("group", title, self._owner(owner)).id

    def upgrade(self, group: int, *, told: bool = True) -> int:
        """Let the owner make a supergroup of it: its new number. Bots hear of it unless not
        `told`, as when the message got lost."""
        owner = self.owner_of(group)
        return upgrading.upgrade(self.world, self.world.rooms[group], owner, told=told).id

    def add_topic(self, group: int, name: str) -> int:
        """Let the owner begin a topic, which makes the group a forum: its number."""
        return topics.begin(self.world, self.world.rooms[group], self.owner_of(group), name)

    def close_topic(self, group: int, topic: int, *, closed: bool = True) -> None:
        """Let the owner close a topic, or open it again."""
        topics.close(self.world, self.world.rooms[group], topic, closed=closed)

    def delete_topic(self, group: int, topic: int) -> None:
        """Let the owner delete a topic with all its messages."""
        topics.delete(self.world, self.world.rooms[group], topic)

    def add_channel(self, title: str, *, private: bool = True, owner: int | None = None) -> int:
        """A channel."""
        username = "" if private else _username(title)
        return self.world.add_room("channel", title, self._owner(owner), username).id

    def _owner(self, owner: int | None) -> int:
        if owner is not None:
            return owner
        if not self._founder:
            self._founder = self.add_user("artist", "Artist")
        return self._founder

    def make_admin(self, chat: int, user_or_bot: int, **rights: bool) -> None:
        """Let the owner make somebody an administrator with exactly these rights.

        Without any, a bot gets what a doorkeeper needs. `is_anonymous=True` hides a person.
        """
        room = self.world.rooms[chat]
        anonymous = rights.pop("is_anonymous", False)
        wanted = {name for name, given in rights.items() if given} or set(BOT_RIGHTS)
        unknown = wanted - set(rights_in(room.kind))
        if unknown:
            raise ValueError(f"no such rights in a {room.kind}: {sorted(unknown)}")
        new = Membership(
            "administrator", rights=frozenset(wanted | {"can_manage_chat"}), anonymous=anonymous
        )
        self._change(chat, user_or_bot, new)

    def add_member(self, chat: int, user_or_bot: int) -> None:
        """Let the owner add somebody as an ordinary member, or take an administrator's rights."""
        self._change(chat, user_or_bot, Membership("member"))

    def remove(self, chat: int, user_or_bot: int) -> None:
        """Let the owner ban somebody, a bot too."""
        room = self.world.rooms[chat]
        joining.ban(self.world, room, user_or_bot, actor=self.owner_of(chat), until=0)

    def _change(self, chat: int, account: int, new: Membership) -> None:
        room = self.world.rooms[chat]
        joining.change_member(self.world, room, account, new, actor=self.owner_of(chat))

    def owner_of(self, chat: int) -> int:
        """The owner's id."""
        members = self.world.rooms[chat].members
        return next(each for each, member in members.items() if member.status == "creator")

    def invite_link(self, chat: int, *, creates_join_request: bool, name: str = "") -> str:
        """A link made by the owner, in the form `https://t.me/+...`."""
        link = joining.new_link(self.world, self.world.rooms[chat], self.owner_of(chat))
        link.creates_join_request = creates_join_request
        link.name = name
        return link.url

    def acquaint(self, user: int, *, bot: int | None = None, link: str = "") -> None:
        """Let a person know a bot, or an invite link, before they did anything: it is listed."""
        if bot is not None:
            self.world.talk(bot, user)
        if link:
            joining.remember_link(self.world, user, link)
        self.world.changed()

    def set_guard(self, chat: int, bot: int) -> None:
        """Let this bot process join requests by query (Bot API 10.1: ChatFullInfo.guard_bot)."""
        self.world.rooms[chat].guard = bot

    def link_channel(self, channel: int, group: int) -> None:
        """Make the group the channel's discussion group: posts appear in it by themselves."""
        self.world.rooms[channel].linked = group
        self.world.rooms[group].linked = channel

    def protect(self, chat: int, *, protected: bool = True) -> None:
        """Forbid forwarding and saving for the whole chat."""
        self.world.rooms[chat].protected = protected

    def client_app(self) -> web.Application:
        """What the chat pages of people talk to; mount it under any prefix."""
        return build_client_app(self.world)

    def person(self, user: int) -> Person:
        """The person behind a user id."""
        return Person(self.world, user)


def _username(title: str) -> str:
    return "".join(part for part in title.lower() if part.isalnum()) or "group"

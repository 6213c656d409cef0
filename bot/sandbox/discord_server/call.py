"""One REST call as its handler sees it, and the checks that most handlers begin with."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.sandbox.discord_server.compose import Draft, Upload
from bot.sandbox.discord_server.errors import (
    ApiError,
    missing_access,
    missing_permissions,
    unknown,
)
from bot.sandbox.discord_server.interactions import Interactions
from bot.sandbox.discord_server.messages import Messages
from bot.sandbox.discord_server.permissions import (
    VIEW_CHANNEL,
    base_permissions,
    channel_permissions,
)
from bot.sandbox.discord_server.state import (
    App,
    Channel,
    Grant,
    Guild,
    Member,
    Message,
    Role,
    State,
)
from bot.sandbox.discord_server.world import World

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Core:
    """The parts of a running server that handlers use."""

    state: State
    world: World
    messages: Messages
    interactions: Interactions


@dataclass(frozen=True, slots=True)
class Answer:
    """What a handler gives back; `body` None means an empty answer."""

    body: Any = None
    status: int = 200


NOTHING = Answer(None, 204)


@dataclass(frozen=True, slots=True)
class Call:
    """A request that is who it says: `app` is the caller (for token routes, the token's owner)."""

    core: Core
    app: App
    params: dict[str, str]
    query: dict[str, str]
    body: Any
    files: tuple[Upload, ...]
    reason: str | None
    bearer: Grant | None = None  # on behalf of a person, where the route allows it

    @property
    def state(self) -> State:
        return self.core.state

    @property
    def draft(self) -> Draft:
        return Draft(self.body, self.files)

    def number(self, name: str) -> int:
        """A path parameter as an id; 50035 if it is not one."""
        return as_id(self.params[name], name)

    def asked(self, name: str) -> bool:
        """A yes in the query, in the spellings that Discord takes."""
        return self.query.get(name, "").lower() in ("true", "1")

    def limit(self, default: int, highest: int) -> int:
        text = self.query.get("limit", str(default))
        return min(max(int(text), 1), highest) if text.isdigit() else default

    def guild(self) -> Guild:
        return self.core.world.guild(self.number("guild_id"), seen_by=self.app.id)

    def guild_with(self, right: int) -> Guild:
        """The guild, if the bot has this right in it."""
        guild = self.guild()
        if not base_permissions(guild, self.me(guild)) & right:
            raise missing_permissions()
        return guild

    def me(self, guild: Guild) -> Member:
        return guild.members[self.app.id]

    def member(self, guild: Guild) -> Member:
        """The member of the path: 10013 for no such user, 10007 for one who is not in."""
        user_id = self.number("user_id")
        if user_id not in self.state.users:
            raise unknown("user")
        if user_id not in guild.members:
            raise unknown("member")
        return guild.members[user_id]

    def role(self, guild: Guild) -> Role:
        role = guild.roles.get(self.number("role_id"))
        if role is None:
            raise unknown("role")
        return role

    def channel(self, *rights: int) -> Channel:
        """The channel of the path if the bot sees it (50001) and has the rights (50013)."""
        channel = self.state.channels.get(self.number("channel_id"))
        if channel is None:
            raise unknown("channel")
        require(self, channel, *rights)
        return channel

    def message(self, channel: Channel) -> Message:
        """The message of the path; private answers do not exist for this way of asking."""
        message = channel.messages.get(self.number("message_id"))
        if message is None or message.only_for is not None:
            raise unknown("message")
        return message


def as_id(text: str, field: str) -> int:
    if not text.isdigit():
        code, words = "NUMBER_TYPE_COERCE", f'Value "{text}" is not snowflake.'
        tree = {field: {"_errors": [{"code": code, "message": words}]}}
        raise ApiError(400, 50035, "Invalid Form Body", tree)
    return int(text)


def require(call: Call, channel: Channel, *rights: int) -> None:
    """Raise unless the bot sees the channel and has every one of the rights there."""
    if channel.recipients:
        if channel.recipients[0] != call.app.id:
            raise missing_access()
        return
    guild = call.state.guild_of(channel)
    if guild is None or call.app.id not in guild.members:
        raise missing_access()
    granted = channel_permissions(guild, call.me(guild), channel)
    if not granted & VIEW_CHANNEL:
        raise missing_access()
    if any(not granted & right for right in rights):
        raise missing_permissions()


Handler = Callable[[Call], Answer]


@dataclass(frozen=True, slots=True)
class Route:
    """A way in: method, path as Discord's specification writes it, and who may come."""

    method: str
    path: str
    handler: Handler
    by_token: bool = False  # the path carries a token; no bot authorization is asked for
    scope: str = ""  # what a person's bearer token must allow; empty: for bots only

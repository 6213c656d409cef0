"""Everything the local Discord knows: plain records, and the shelf they stand on."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.sandbox.discord_server.snowflake import Snowflakes

Json = dict[str, Any]

EPHEMERAL = 1 << 6
LOADING = 1 << 7
COMPONENTS_V2 = 1 << 15
TEXT, DM, CATEGORY, THREAD = 0, 1, 4, 11


@dataclass(slots=True, eq=False)
class User:
    id: int
    username: str
    name: str
    color: str
    bot: bool = False
    dms_open: bool = True
    locale: str = "en-US"


@dataclass(slots=True, eq=False)
class App:
    """An application with its bot user; `privileged` are the intents its owner switched on."""

    id: int
    token: str
    name: str
    privileged: int = (1 << 1) | (1 << 8) | (1 << 15)
    commands: dict[int, Json] = field(default_factory=dict)
    secret: str = ""  # of the OAuth2 client; empty: nobody can sign in through it
    redirect_uris: tuple[str, ...] = ()


@dataclass(slots=True, frozen=True)
class Grant:
    """What a bearer token may see of one person."""

    app_id: int
    user_id: int
    scopes: frozenset[str]
    expires: datetime


@dataclass(slots=True, eq=False)
class Role:
    id: int
    guild_id: int
    name: str
    permissions: int = 0
    position: int = 0
    color: int = 0
    hoist: bool = False
    mentionable: bool = False
    managed: bool = False
    bot_id: int | None = None


@dataclass(slots=True, eq=False)
class Member:
    user_id: int
    guild_id: int
    joined_at: datetime
    roles: set[int] = field(default_factory=set)
    nick: str | None = None
    muted_until: str | None = None


@dataclass(slots=True, frozen=True)
class Overwrite:
    """What a role (type 0) or member (type 1) may do in a channel, against its own rights."""

    id: int
    type: int
    allow: int
    deny: int


@dataclass(slots=True, eq=False)
class Channel:
    id: int
    type: int
    name: str
    guild_id: int | None = None
    topic: str | None = None
    parent_id: int | None = None
    position: int = 0
    nsfw: bool = False
    slowmode: int = 0
    overwrites: dict[int, Overwrite] = field(default_factory=dict)
    recipients: tuple[int, int] | None = None  # DM: the bot and the person
    owner_id: int | None = None  # thread: who opened it
    archived: bool = False
    messages: dict[int, "Message"] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Attachment:
    id: int
    channel_id: int
    filename: str
    content_type: str
    data: bytes
    description: str = ""
    width: int | None = None
    height: int | None = None


@dataclass(slots=True, eq=False)
class Message:
    id: int
    channel_id: int
    author_id: int
    content: str
    created: datetime
    type: int = 0
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    flags: int = 0
    edited: datetime | None = None
    mention_users: list[int] = field(default_factory=list)
    mention_roles: list[int] = field(default_factory=list)
    mention_everyone: bool = False
    nonce: str | int | None = None
    reply_to: int | None = None
    pinned: datetime | None = None
    reactions: dict[str, list[int]] = field(default_factory=dict)
    only_for: int | None = None  # ephemeral: the one person who sees it
    application_id: int | None = None
    webhook_id: int | None = None
    interaction: Json | None = None  # interaction_metadata
    command_name: str | None = None
    webhook_name: str | None = None


@dataclass(slots=True, eq=False)
class Interaction:
    """One act of a person that a bot has to answer, from the press to the end of its token."""

    id: int
    token: str
    app_id: int
    kind: int  # 2 command, 3 component, 4 autocomplete, 5 form
    user_id: int
    channel_id: int
    guild_id: int | None
    created: datetime
    deadline: float  # in the loop's time
    answered: "asyncio.Future[int]"
    message_id: int | None = None  # the message whose component was used
    original_id: int | None = None  # the answer
    command_name: str | None = None
    choices: list[Json] = field(default_factory=list)
    opened_by: Json | None = None  # a submitted form: what made the bot show it


@dataclass(slots=True, eq=False)
class OpenForm:
    """A modal in front of a person."""

    app_id: int
    channel_id: int
    guild_id: int | None
    message_id: int | None
    data: Json
    opened_by: Json
    error: str | None = None


@dataclass(slots=True, eq=False)
class Desk:
    """What belongs to one person's own client: read marks, dismissed messages, the open form."""

    read: dict[int, int] = field(default_factory=dict)
    dismissed: set[int] = field(default_factory=set)
    form: OpenForm | None = None
    failed: dict[int, str] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class AuditEntry:
    id: int
    action: int
    user_id: int
    target_id: int | None
    reason: str | None
    changes: list[Json]


@dataclass(slots=True, eq=False)
class Webhook:
    id: int
    token: str
    name: str
    channel_id: int
    guild_id: int
    app_id: int


@dataclass(slots=True, eq=False)
class Invite:
    code: str
    channel_id: int
    guild_id: int
    inviter_id: int
    created: datetime
    max_age: int
    max_uses: int
    uses: int = 0


@dataclass(slots=True, eq=False)
class Guild:
    id: int
    name: str
    owner_id: int
    roles: dict[int, Role] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)
    bans: dict[int, str | None] = field(default_factory=dict)
    audit: list[AuditEntry] = field(default_factory=list)
    commands: dict[int, dict[int, Json]] = field(default_factory=dict)  # by application


class State:
    """The shelf: every record by id, and who waits to hear that something changed."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.clock = clock
        self.new_id = Snowflakes(clock)
        self.users: dict[int, User] = {}
        self.apps: dict[int, App] = {}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.interactions: dict[str, Interaction] = {}
        self.webhooks: dict[int, Webhook] = {}
        self.invites: dict[str, Invite] = {}
        self.files: dict[int, Attachment] = {}
        self.grants: dict[str, Grant] = {}
        self.base_url = ""
        self._desks: dict[int, Desk] = {}
        self._listeners: set[asyncio.Event] = set()

    def desk(self, user_id: int) -> Desk:
        return self._desks.setdefault(user_id, Desk())

    def app_by_token(self, token: str) -> App | None:
        return next((app for app in self.apps.values() if app.token == token), None)

    def grant(self, token: str) -> Grant | None:
        """What a bearer token stands for, while it lasts."""
        grant = self.grants.get(token)
        return grant if grant and self.clock() < grant.expires else None

    def dm(self, bot_id: int, user_id: int) -> Channel:
        """The private channel of a bot and a person, opened if need be."""
        for channel in self.channels.values():
            if channel.recipients == (bot_id, user_id):
                return channel
        channel = Channel(self.new_id(), DM, "", recipients=(bot_id, user_id))
        self.channels[channel.id] = channel
        return channel

    def guild_of(self, channel: Channel) -> Guild | None:
        return self.guilds.get(channel.guild_id) if channel.guild_id else None

    def find_message(self, message_id: int) -> Message | None:
        found = (c.messages.get(message_id) for c in self.channels.values())
        return next((m for m in found if m is not None), None)

    def changed(self) -> None:
        """Wake everybody who looks at the state."""
        for event in self._listeners:
            event.set()

    @contextmanager
    def listen(self) -> Iterator[asyncio.Event]:
        """An event that is set at each change, as long as the block lasts."""
        event = asyncio.Event()
        self._listeners.add(event)
        try:
            yield event
        finally:
            self._listeners.discard(event)

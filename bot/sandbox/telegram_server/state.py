"""What exists: accounts, chats, members, messages, links, files. Values only, no rules."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.telegram_server.rights import DEFAULT_PERMISSIONS

Json = dict[str, Any]


@dataclass
class Account:
    """A person or a bot."""

    id: int
    is_bot: bool
    first_name: str
    username: str
    color: str = "#4f7cac"
    language: str = "en"


@dataclass
class BotProfile:
    """What a bot has told Telegram about itself."""

    token: str
    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    short_descriptions: dict[str, str] = field(default_factory=dict)
    menu_buttons: dict[int, Json] = field(default_factory=dict)
    default_rights: dict[bool, Json] = field(default_factory=dict)
    next_message: int = 1


@dataclass(frozen=True)
class Membership:
    """One account in one group or channel, in the words of ChatMember."""

    status: str = "left"
    rights: frozenset[str] = frozenset()
    permissions: frozenset[str] = frozenset()
    inside: bool = False
    until: int = 0
    tag: str = ""
    title: str = ""
    anonymous: bool = False
    promoted_by: int = 0

    @property
    def is_inside(self) -> bool:
        """Whether the account is in the chat at this moment."""
        if self.status == "restricted":
            return self.inside
        return self.status in ("creator", "administrator", "member")

    @property
    def is_admin(self) -> bool:
        """Owner or administrator."""
        return self.status in ("creator", "administrator")


@dataclass
class Link:
    """An invite link and who came by it."""

    url: str
    chat: int
    creator: int
    name: str = ""
    expire_date: int = 0
    member_limit: int = 0
    creates_join_request: bool = False
    is_primary: bool = False
    is_revoked: bool = False
    joined: set[int] = field(default_factory=set)


@dataclass
class Topic:
    """A thread of its own in a forum; its number is that of the message that began it."""

    name: str
    closed: bool = False


@dataclass
class JoinRequest:
    """Somebody asked to be let in."""

    user: int
    date: int
    link: str
    query_id: str = ""
    answer_by: float = 0.0


@dataclass
class StoredFile:
    """Bytes once uploaded, with what is known about them."""

    key: str
    data: bytes
    kind: str
    name: str
    mime: str
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Message:
    """One message as everybody in the chat sees it."""

    id: int
    chat: "Chat"
    date: int
    sender: int = 0
    sender_chat: int = 0
    text: str = ""
    entities: list[Json] = field(default_factory=list)
    media: StoredFile | None = None
    spoiler: bool = False
    caption_above: bool = False
    buttons: Json | None = None
    reply_to: int = 0
    quote: Json | None = None
    edit_date: int = 0
    protected: bool = False
    album: str = ""
    origin: Json | None = None
    preview: Json | None = None
    service: Json | None = None
    signature: str = ""
    automatic: bool = False
    topic: int = 0
    reactions: dict[int, list[Json]] = field(default_factory=dict)


@dataclass
class Chat:
    """A private chat (`id` is the person, `bot` the other side), a group, a supergroup or a
    channel."""

    id: int
    kind: str
    title: str = ""
    username: str = ""
    color: str = "#7a5c9e"
    bot: int = 0
    messages: dict[int, Message] = field(default_factory=dict)
    pinned: list[int] = field(default_factory=list)
    # private chats
    started: bool = False
    blocked: bool = False
    write_until: float = 0.0
    keyboard: Json | None = None
    ask_reply: tuple[int, str] | None = None
    # groups and channels
    members: dict[int, Membership] = field(default_factory=dict)
    links: dict[str, Link] = field(default_factory=dict)
    requests: dict[int, JoinRequest] = field(default_factory=dict)
    permissions: frozenset[str] = DEFAULT_PERMISSIONS
    protected: bool = False
    description: str = ""
    guard: int = 0
    linked: int = 0
    topics: dict[int, Topic] = field(default_factory=dict)
    moved_to: int = 0
    """The supergroup that this group became."""
    next_message: int = 1

    def member(self, account: int) -> Membership:
        """The membership; somebody never seen here has left."""
        return self.members.get(account, Membership())


@dataclass
class CallbackQuery:
    """A press of an inline button, and the bot's one answer to it."""

    id: str
    bot: int
    user: int
    message: Message
    data: str
    asked_at: float
    answer: Json | None = None

"""Where the Telegram door stands, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where Telegram brings updates, and the secret that it shows with each."""

    address: str
    secret: str = field(repr=False)


GENERAL = 1
"""The topic General has no thread that could be named (tdlib/telegram-bot-api, issue 798)."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a message goes: into a chat, or into one topic of a forum."""

    chat: int
    topic: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramPlace:
    """The bot's own token and its chats.

    `chats` gives the chat of each place of the club (`votes`, `drops`, ...), and `topics` the
    topic of those that are one of a forum. The token is put behind `base_url` and
    `base_file_url`, which are Telegram's own if not given. Without a `webhook` updates are
    fetched by long polling.
    """

    token: str = field(repr=False)
    chats: Mapping[str, int] = field(default_factory=dict)
    topics: Mapping[str, int] = field(default_factory=dict)
    base_url: str = "https://api.telegram.org/bot"
    base_file_url: str = "https://api.telegram.org/file/bot"
    webhook: Webhook | None = None

    def topic(self, place: str) -> int | None:
        """The thread to name for this place, if it is one."""
        number = self.topics.get(place)
        return None if number == GENERAL else number

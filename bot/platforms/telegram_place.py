"""Where the Telegram door stands, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where Telegram brings updates, and the secret that it shows with each."""

    address: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramPlace:
    """The bot's own token and its chats.

    `chats` gives the chat of each place of the club (`votes`, `drops`, ...). The token is put
    behind `base_url` and `base_file_url`, which are Telegram's own if not given. Without a
    `webhook` updates are fetched by long polling.
    """

    token: str = field(repr=False)
    chats: Mapping[str, int] = field(default_factory=dict)
    base_url: str = "https://api.telegram.org/bot"
    base_file_url: str = "https://api.telegram.org/file/bot"
    webhook: Webhook | None = None

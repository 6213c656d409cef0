"""Every method by its name; names are not case sensitive (Bot API: Making requests)."""

from collections.abc import Callable
from typing import Any

from bot.sandbox.telegram_server.calls import Call
from bot.sandbox.telegram_server.methods import (
    answers,
    editing,
    links,
    members,
    profile,
    sending,
)

METHODS: dict[str, Callable[[Call], Any]] = {
    **answers.METHODS,
    **editing.METHODS,
    **links.METHODS,
    **members.METHODS,
    **profile.METHODS,
    **sending.METHODS,
}
FETCHING = ("getUpdates", "setWebhook", "deleteWebhook", "getWebhookInfo")
NAMES = {name.lower(): name for name in (*METHODS, *FETCHING)}
# Methods that put a message into a chat; only these count for the flood limits.
MESSAGES = frozenset(sending.METHODS) | {"copyMessage", "forwardMessage"}

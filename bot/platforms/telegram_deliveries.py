"""Updates that Telegram brings itself (Bot API: setWebhook), each taken once."""

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from telegram import Update
from telegram.ext import Application

from bot.platforms.telegram_errors import BUSY
from gating.errors import Refused, TryLater

App = Application[Any, Any, Any, Any, Any, Any]
REMEMBERED = 10_000
"""Telegram repeats an update until it is answered 200, so a repeat follows soon."""


class Deliveries:
    """Hands what the web service was brought to the application that runs at the moment."""

    def __init__(self) -> None:
        self._app: App | None = None
        self._taken: OrderedDict[int, None] = OrderedDict()

    def begin(self, app: App) -> None:
        self._app = app

    def end(self) -> None:
        self._app = None

    async def take(self, found: Mapping[str, Any]) -> None:
        """Queue one update; one that was taken before changes nothing.

        Raises `TryLater` E-TELEGRAMBUSY while nothing runs (Telegram brings it again), and
        `Refused` E-BADREQUEST for what is no update.
        """
        if self._app is None:
            raise TryLater(BUSY)
        number = found.get("update_id")
        if type(number) is not int:
            raise Refused("E-BADREQUEST")
        if number in self._taken:
            return
        try:
            update = Update.de_json(dict(found), self._app.bot)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise Refused("E-BADREQUEST") from error
        self._taken[number] = None
        if len(self._taken) > REMEMBERED:
            self._taken.popitem(last=False)
        await self._app.update_queue.put(update)

"""The address to which Telegram brings updates, in webhook mode only."""

import hmac

from aiohttp import web

from bot.web.bodies import read_object
from bot.web.guards import CALLED_BY_TELEGRAM
from bot.web.services import SERVICES, TelegramUpdates
from gating.errors import Refused

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  - the name of a header
MOST_BYTES = 512 * 1024
"""An update holds two messages at most, of 4,096 letters with 100 entities each (Bot API)."""


async def take_update(request: web.Request) -> web.Response:
    """Who does not show the secret is told nothing and their body is never read (Bot API:
    setWebhook, secret_token)."""
    updates = request.app[SERVICES].telegram_updates
    if updates is None or not _shows(request, updates):
        raise Refused("E-WEBHOOK")
    await updates.take(await read_object(request, most=MOST_BYTES))
    return web.Response()


def _shows(request: web.Request, updates: TelegramUpdates) -> bool:
    shown = request.headers.get(SECRET_HEADER, "")
    return hmac.compare_digest(shown.encode(errors="surrogateescape"), updates.secret.encode())


routes = [web.post(CALLED_BY_TELEGRAM, take_update)]

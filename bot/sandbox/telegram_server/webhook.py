"""Delivers updates by webhook (Bot API: setWebhook)."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from bot.sandbox.telegram_server.errors import bad
from bot.sandbox.telegram_server.faults import Faults
from bot.sandbox.telegram_server.keyboards import LOOPBACK
from bot.sandbox.telegram_server.params import Params
from bot.sandbox.telegram_server.updates import Inbox, Update

ATTEMPTS = 20
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0  # seconds between attempts
SECRET = re.compile(r"^[A-Za-z0-9_-]{1,256}$")
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  - the name of a header

Reply = Callable[[dict[str, Any]], Awaitable[None]]


def configure(inbox: Inbox, params: Params, now: float) -> None:
    """Keep what setWebhook asked for; an empty address ends the webhook."""
    url = params.text("url")
    if url:
        _check_url(url)
    secret = params.text("secret_token")
    if secret and not SECRET.match(secret):
        raise bad("secret token contains unallowed characters")
    limit_updates(inbox, params)
    if params.flag("drop_pending_updates"):
        inbox.pending.clear()
    inbox.webhook = (
        {}
        if not url
        else {
            "url": url,
            "secret": secret,
            "max_connections": params.number("max_connections", 40),
            "since": now,
        }
    )


def _check_url(url: str) -> None:
    parts = urlsplit(url)
    # As the Bot API server in local mode, plain HTTP is allowed; here to this machine only.
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")


def limit_updates(inbox: Inbox, params: Params) -> None:
    """Take over allowed_updates; if it was not sent, the earlier setting stays."""
    allowed = params.data("allowed_updates")
    if allowed is not None:
        inbox.allowed = frozenset(allowed)


def info(inbox: Inbox) -> dict[str, Any]:
    """WebhookInfo."""
    kept = inbox.webhook
    body = {
        "url": kept.get("url", ""),
        "has_custom_certificate": False,
        "pending_update_count": len(inbox.pending),
    }
    for name in ("max_connections", "last_error_date", "last_error_message"):
        if name in kept:
            body[name] = kept[name]
    if inbox.allowed:
        body["allowed_updates"] = sorted(inbox.allowed)
    return body


class WebhookSender:
    """Posts one bot's updates in order; tries again when the bot answers with an error."""

    def __init__(
        self,
        inbox: Inbox,
        *,
        now: Callable[[], float],
        faults: Faults,
        on_reply: Reply,
        on_sent: Callable[[Update], None],
    ) -> None:
        self._inbox = inbox
        self._faults = faults
        self._now = now
        self._on_reply = on_reply
        self._on_sent = on_sent

    async def run(self) -> None:
        """Deliver until cancelled."""
        async with aiohttp.ClientSession() as session:
            while True:
                if not self._inbox.pending:
                    self._inbox.arrived.clear()
                    await self._inbox.arrived.wait()
                    continue
                update = self._inbox.pending[-1 if self._faults.reorder_updates else 0]
                await self._deliver(session, update)
                if self._faults.take("duplicate_updates"):
                    await self._deliver(session, update)
                if update in self._inbox.pending:
                    self._inbox.pending.remove(update)

    async def _deliver(self, session: aiohttp.ClientSession, update: Update) -> None:
        pause = FIRST_PAUSE
        for _ in range(ATTEMPTS):
            if await self._attempt(session, update):
                return
            await asyncio.sleep(pause)
            pause = min(LONGEST_PAUSE, pause * 2)

    async def _attempt(self, session: aiohttp.ClientSession, update: Update) -> bool:
        kept = self._inbox.webhook
        headers = {SECRET_HEADER: kept["secret"]} if kept["secret"] else {}
        timeout = aiohttp.ClientTimeout(total=60)
        try:
            async with session.post(
                kept["url"], json=update, headers=headers, timeout=timeout
            ) as response:
                if not response.ok:
                    self._failed(
                        f"Wrong response from the webhook: {response.status} {response.reason}"
                    )
                    return False
                body = await response.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            self._failed(f"Connection failed: {type(error).__name__}")
            return False
        self._on_sent(update)
        await self._reply(body, response.content_type)
        return True

    def _failed(self, words: str) -> None:
        self._inbox.webhook |= {"last_error_date": int(self._now()), "last_error_message": words}

    async def _reply(self, body: bytes, kind: str) -> None:
        """A method call in the answer (Bot API: Making requests when getting updates)."""
        if kind != "application/json" or not body:
            return
        try:
            answer = json.loads(body)
        except ValueError:
            return
        if isinstance(answer, dict) and "method" in answer:
            await self._on_reply(answer)

"""The HTTP face of the Bot API: addresses, tokens, faults, limits, observers."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from aiohttp import web

from bot import tasks
from bot.sandbox.telegram_server import webhook
from bot.sandbox.telegram_server.calls import Call
from bot.sandbox.telegram_server.errors import ApiError, bad, conflict, too_many
from bot.sandbox.telegram_server.faults import Faults
from bot.sandbox.telegram_server.limits import FloodLimits
from bot.sandbox.telegram_server.methods.answers import DOWNLOAD_LIMIT
from bot.sandbox.telegram_server.methods.table import MESSAGES, METHODS, NAMES
from bot.sandbox.telegram_server.params import UPLOAD_LIMIT, Params, read_params
from bot.sandbox.telegram_server.updates import Inbox
from bot.sandbox.telegram_server.world import World

Observer = Callable[[str, dict[str, Any], bool, Any], None]
LONGEST_POLL = 50  # seconds
BATCH = 100
SLACK = 4 * 1024 * 1024  # bytes of a body beside its file
WORDS = {500: "Internal Server Error", 502: "Bad Gateway"}


class BotApi:
    """Answers bots."""

    def __init__(self, world: World, *, flood_limits: bool) -> None:
        self.world = world
        self.flood_limits = flood_limits
        self.faults = Faults()
        self.observers: list[Observer] = []
        self._limits: dict[int, FloodLimits] = {}
        self._senders: dict[int, asyncio.Task[Any]] = {}

    def application(self) -> web.Application:
        """The routes a bot library uses."""
        app = web.Application(client_max_size=UPLOAD_LIMIT + SLACK)
        app.router.add_route("*", "/bot{token:[^/]+}/{method}", self.answer)
        app.router.add_get("/file/bot{token:[^/]+}/{path:.+}", self.download)
        return app

    async def stop(self) -> None:
        """End the webhook deliveries."""
        await tasks.stop(*self._senders.values())
        self._senders.clear()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """One method call, with whatever is to go wrong on its way."""
        name = request.match_info["method"]
        method = NAMES.get(name.lower(), name)
        if method == "getUpdates" and self.faults.take("drop_polls"):
            return _cut(request)
        if self.faults.strikes(method):
            await asyncio.sleep(self.faults.delay)
            if self.faults.fail_next:
                return _broken(self.faults.fail_next.pop(0))
        try:
            result = await self._carry_out(request, method)
        except ApiError as error:
            return web.json_response(error.payload(), status=error.code)
        if self.faults.strikes(method) and self.faults.take("lose_answers"):
            return _broken(502)
        return web.json_response({"ok": True, "result": result})

    async def _carry_out(self, request: web.Request, method: str) -> Any:
        bot = self._bot(request)
        if method not in NAMES.values():
            raise ApiError(404, f"Not Found: {method} is not part of the local Telegram")
        params = await read_params(request)
        return await self.call(bot, method, params)

    def _bot(self, request: web.Request) -> int:
        token = request.match_info["token"]
        bot = self.world.bot_by_token(token)
        if not bot:
            is_formed = token.partition(":")[0].isdigit()
            raise ApiError(401, "Unauthorized") if is_formed else ApiError(404, "Not Found")
        return bot

    async def call(self, bot: int, method: str, params: Params) -> Any:
        """Carry out one method; observers see it whatever comes of it."""
        try:
            result = await self._result(bot, method, params)
        except ApiError as error:
            self.observe(method, params.values, ok=False, result=error.payload())
            raise
        self.observe(method, params.values, ok=True, result=result)
        return result

    def observe(self, method: str, values: dict[str, Any], *, ok: bool, result: Any) -> None:
        """Tell every observer."""
        for observer in self.observers:
            observer(method, values, ok, result)

    async def _result(self, bot: int, method: str, params: Params) -> Any:
        inbox = self.world.inboxes[bot]
        if self.faults.strikes(method) and self.faults.take("flood_next"):
            raise too_many(self.faults.flood_retry_after)
        match method:
            case "getUpdates":
                return await self._updates(inbox, params)
            case "setWebhook" | "deleteWebhook":
                return await self._set_webhook(bot, params)
            case "getWebhookInfo":
                return webhook.info(inbox)
        if method in MESSAGES and self.flood_limits:
            self._count(bot, params)
        return METHODS[method](Call(self.world, bot, method, params))

    def _count(self, bot: int, params: Params) -> None:
        name = params.text("chat_id")
        chat = self.world.by_username(name) if name.startswith("@") else params.number("chat_id")
        media = params.data("media")
        many = len(media) if isinstance(media, list) else 1
        limits = self._limits.setdefault(bot, FloodLimits())
        limits.count(chat, many, asyncio.get_running_loop().time())

    async def _updates(self, inbox: Inbox, params: Params) -> Any:
        if inbox.webhook:
            raise conflict(
                "can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first"
            )
        webhook.limit_updates(inbox, params)
        batch = await inbox.wait(
            offset=params.number("offset"),
            limit=min(BATCH, max(1, params.number("limit", BATCH))),
            seconds=min(LONGEST_POLL, max(0, params.number("timeout"))),
        )
        if batch and self.faults.take("duplicate_updates"):
            batch = [*batch, batch[-1]]
        return batch[::-1] if self.faults.reorder_updates else batch

    async def _set_webhook(self, bot: int, params: Params) -> bool:
        inbox = self.world.inboxes[bot]
        webhook.configure(inbox, params, self.world.now())
        running = self._senders.pop(bot, None)
        if running:
            await tasks.stop(running)
        if inbox.webhook:
            sender = self._sender(bot, inbox)
            self._senders[bot] = tasks.start(f"telegram webhook of {bot}", sender.run())
        return True

    def _sender(self, bot: int, inbox: Inbox) -> webhook.WebhookSender:
        async def reply(answer: dict[str, Any]) -> None:
            method = NAMES.get(str(answer.pop("method")).lower(), "")
            if method in METHODS:
                with suppress(ApiError):  # Telegram never tells what came of such a call
                    await self.call(bot, method, Params(answer))

        def sent(update: dict[str, Any]) -> None:
            self.observe("getUpdates", {}, ok=True, result=[update])

        return webhook.WebhookSender(
            inbox, now=self.world.now, faults=self.faults, on_reply=reply, on_sent=sent
        )

    async def download(self, request: web.Request) -> web.StreamResponse:
        """The bytes behind a file_path."""
        try:
            self._bot(request)
            key = request.match_info["path"].rpartition("/")[2].partition(".")[0]
            file = self.world.files.get(key)
            if file is None or len(file.data) > DOWNLOAD_LIMIT:
                raise bad("wrong file_id or the file is temporarily unavailable")
        except ApiError as error:
            return web.json_response(error.payload(), status=error.code)
        return web.Response(body=file.data, content_type="application/octet-stream")


def _broken(status: int) -> web.Response:
    body = {"ok": False, "error_code": status, "description": WORDS.get(status, "Bad Gateway")}
    return web.json_response(body, status=status)


def _cut(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()

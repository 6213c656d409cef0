"""The Telegram door: the club's chats and everybody's private chat with the bot."""

import asyncio
import random
import weakref
from collections.abc import Awaitable, Collection, Coroutine, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog
from telegram import (
    BotCommand,
    ChatJoinRequest,
    ChatMemberUpdated,
    Message,
    Update,
)
from telegram.constants import ChatType
from telegram.error import InvalidToken, TelegramError
from telegram.ext import (
    Application,
    BaseUpdateProcessor,
    ContextTypes,
    TypeHandler,
)

from bot import tasks
from bot.platforms.inside import Inside
from bot.platforms.retold import Retold
from bot.platforms.telegram_answer import Answers, acknowledge
from bot.platforms.telegram_deliveries import App, Deliveries
from bot.platforms.telegram_errors import BUSY
from bot.platforms.telegram_forms import Questions
from bot.platforms.telegram_hear import account_of, is_inside, is_public, profile_of, speaker
from bot.platforms.telegram_keeper import Knocks, TelegramKeeper
from bot.platforms.telegram_limits import MessageLimits
from bot.platforms.telegram_moves import hear_move
from bot.platforms.telegram_place import TelegramPlace, Webhook
from bot.platforms.telegram_powers import rights_of
from bot.platforms.telegram_write import Bot
from gating.errors import NeedsPerson, TryLater
from gating.model import Account, Notice
from gating.model.chats import Invitation
from gating.model.entries import Post
from gating.model.roll import Roll

log = structlog.get_logger(__name__)

UPDATES = ("message", "callback_query", "chat_member", "my_chat_member", "chat_join_request")
AT_ONCE = 128
LONGEST_WAIT = 60.0
STOP_SECONDS = 2.5
"""For each of the two parts of the library."""


class TelegramDoor:
    """`gating.ports.doors.Doorkeeper` of the chats, and the ears and mouth of the bot there."""

    def __init__(self, place: TelegramPlace, inside: Inside) -> None:
        self.ready = asyncio.Event()
        self.webhook = place.webhook
        self.deliveries = Deliveries()
        self._place = place
        self._inside = inside = replace(inside, happenings=Retold(inside.happenings))
        self._knocks = Knocks(inside.clock)
        self._answers = Answers(inside, Questions(inside))
        self._bot: Bot | None = None
        self._keeper = TelegramKeeper(place, inside, self._knocks, self._connected)

    async def run(self) -> None:
        """Serve until cancelled; a refused connection is tried again, ever more slowly.

        Raises `NeedsPerson` E-TELEGRAMTOKEN: no retry would help then.
        """
        wait = 1.0
        while True:
            try:
                await self._serve()
            except InvalidToken as error:
                raise NeedsPerson("E-TELEGRAMTOKEN") from error
            except TelegramError as error:
                log.warning("telegram cannot be reached, trying again", reason=str(error))
            wait = min(wait * 2, LONGEST_WAIT)
            await asyncio.sleep(wait * random.uniform(0.5, 1.0))  # noqa: S311  - jitter

    async def open(self, account: Account, target: str, reason: str) -> None:
        await self._keeper.open(account, target, reason)

    async def close(self, account: Account, target: str, reason: str) -> None:
        await self._keeper.close(account, target, reason)

    async def roll(self, target: str, known: Sequence[Account]) -> Roll:
        return await self._keeper.roll(target, known)

    async def has(self, account: Account, targets: Collection[str]) -> Mapping[str, bool]:
        return await self._keeper.has(account, targets)

    async def invite(self, account: Account, target: str, until: datetime) -> Invitation | None:
        return await self._keeper.invite(account, target, until)

    async def revoke(self, target: str, url: str) -> None:
        await self._keeper.revoke(target, url)

    async def tell(self, account: Account, notice: Notice) -> None:
        await self._keeper.tell(account, notice)

    async def post(self, post: Post, *, key: str) -> None:
        await self._keeper.post(post, key=key)

    async def _serve(self) -> None:
        app = self._application()
        async with app:
            self._bot = app.bot
            await app.bot.set_my_commands(
                [BotCommand(word.name, word.help) for word in self._inside.words]
            )
            if self.webhook is None:
                await self._fetch(app)
            else:
                await _be_brought(app, self.webhook)
            await self._stay_open(app)

    async def _fetch(self, app: App) -> None:
        """Begin to fetch updates; a webhook from before is given up."""
        if app.updater is None:
            raise NeedsPerson("E-INTERNAL", reference="telegram updater")
        await app.bot.delete_webhook()
        # what is asked for holds from the first fetch on: before it, joins would be lost
        await app.bot.get_updates(limit=1, timeout=0, allowed_updates=UPDATES)
        await app.updater.start_polling(allowed_updates=UPDATES, error_callback=_polling_failed)

    async def _stay_open(self, app: App) -> None:
        await app.start()
        self.deliveries.begin(app)
        self.ready.set()
        try:
            await asyncio.Event().wait()  # until cancelled; the library works in the background
        finally:
            self.ready.clear()
            self._bot = None
            self.deliveries.end()
            if app.updater is not None and app.updater.running:
                await _stop_in_time("updates", app.updater.stop())
            await _stop_in_time("answers", app.stop())

    def _application(self) -> App:
        app: App = (
            Application.builder()
            .token(self._place.token)
            .base_url(self._place.base_url)
            .base_file_url(self._place.base_file_url)
            .rate_limiter(MessageLimits())
            .concurrent_updates(_OneAtATime(AT_ONCE))
            .job_queue(None)
            .build()
        )
        app.add_handler(TypeHandler(Update, self._hear))
        app.add_error_handler(_not_answered)
        return app

    def _connected(self) -> Bot:
        if self._bot is None:
            raise TryLater(BUSY)
        return self._bot

    async def _hear(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        bot: Any = context.bot
        if update.message is not None:
            await self._said(bot, update.message)
        elif update.callback_query is not None:
            await self._answers.press(bot, update.callback_query)
        elif update.chat_join_request is not None:
            await self._knocked(update.chat_join_request)
        elif update.chat_member is not None:
            await self._moved(update.chat_member)
        elif update.my_chat_member is not None:
            await self._powers_changed(update.my_chat_member)

    async def _said(self, bot: Bot, message: Message) -> None:
        user = speaker(message)
        if not await hear_move(self._inside, message) and user is not None:
            await self._answers.message(bot, message, user)

    async def _knocked(self, knock: ChatJoinRequest) -> None:
        account = account_of(knock.from_user)
        self._knocks.note(account, knock.user_chat_id)
        profile = profile_of(knock.from_user)
        await self._inside.happenings.knocked(account, profile, str(knock.chat.id))

    async def _moved(self, change: ChatMemberUpdated) -> None:
        person = change.new_chat_member.user
        was, now = is_inside(change.old_chat_member), is_inside(change.new_chat_member)
        if person.is_bot or was == now:
            return
        account, target = account_of(person), str(change.chat.id)
        if now:
            await self._inside.happenings.joined(account, profile_of(person), target)
        else:
            await self._inside.happenings.left(account, target)

    async def _powers_changed(self, change: ChatMemberUpdated) -> None:
        """In a private chat a person has stopped the bot, or let it speak again."""
        if change.chat.type == ChatType.PRIVATE:
            return
        channel = change.chat.type == ChatType.CHANNEL
        was = rights_of(change.old_chat_member, channel=channel).powers
        now = rights_of(change.new_chat_member, channel=channel).powers
        log.info("the bot's rights in a chat changed", chat=change.chat.id, was=was, now=now)
        if was != now:
            await self._inside.happenings.powers_changed(str(change.chat.id), now)


async def _be_brought(app: App, webhook: Webhook) -> None:
    """Let Telegram bring updates; it keeps them for a day while nobody takes them."""
    await app.bot.set_webhook(
        webhook.address, secret_token=webhook.secret, allowed_updates=UPDATES
    )


class _OneAtATime(BaseUpdateProcessor):
    """People side by side, but what one person does in the order in which they did it.

    Presses do not wait to be acknowledged: in a private chat that is done beside the work, and a
    press in a group, which is acknowledged by its outcome, takes no turn.
    """

    def __init__(self, at_once: int) -> None:
        super().__init__(at_once)
        self._turns: weakref.WeakValueDictionary[int, asyncio.Lock] = weakref.WeakValueDictionary()

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        if not isinstance(update, Update) or update.effective_user is None:
            await coroutine
            return
        if update.callback_query is not None:
            if is_public(update.callback_query):
                await coroutine
                return
            tasks.start("acknowledge a press", acknowledge(update.callback_query))
        async with self._turns.setdefault(update.effective_user.id, asyncio.Lock()):
            await coroutine

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to let go of."""


async def _stop_in_time(part: str, stopping: Coroutine[Any, Any, None]) -> None:
    """A Telegram that does not answer must neither hold the process back nor end it in error."""
    try:
        async with asyncio.timeout(STOP_SECONDS):
            await stopping
    except TimeoutError:
        log.warning("telegram did not answer while the door was closing", part=part)


def _polling_failed(error: TelegramError) -> None:
    log.warning("telegram updates cannot be fetched, trying again", reason=str(error))


async def _not_answered(_: object, context: ContextTypes.DEFAULT_TYPE) -> None:
    log.error("a telegram update was not answered", exc_info=context.error)

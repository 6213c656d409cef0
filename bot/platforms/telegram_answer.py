"""A message or a press and its reply, each in the right chat.

A press is answered exactly once, before anything slow (Bot API: answerCallbackQuery), because
the button shows progress until then. Where a reply is for one person's eyes and the press was in
a group, the private chat gets it; a bot may not write first, so the press may have to say that.
"""

import asyncio
from dataclasses import dataclass

import structlog
from telegram import CallbackQuery, Message, User
from telegram.constants import ChatAction
from telegram.error import BadRequest, Forbidden

from bot.dialogue import Reply, Request
from bot.platforms.answering import ask, failed
from bot.platforms.inside import Inside
from bot.platforms.telegram_draw import draw, is_blank, spoken
from bot.platforms.telegram_forms import Questions
from bot.platforms.telegram_hear import (
    event_of,
    is_private,
    read_file,
    read_press,
    read_text,
    request_of,
    spot_of,
    typed,
    upload_in,
)
from bot.platforms.telegram_place import Spot
from bot.platforms.telegram_write import Bot, rewrite, write
from bot.platforms.words import TEXT
from gating.errors import Refused

log = structlog.get_logger(__name__)

PATIENCE = 0.8
"""Seconds after which a press in a group is answered without its reply."""
MAX_ALERT = 200
TRIES = 2
"""How often a reply waits out a 429."""


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers presses, and messages in private chats and groups."""

    inside: Inside
    questions: Questions

    async def message(self, bot: Bot, message: Message, user: User) -> None:
        """Answer what somebody wrote, if it was meant for the bot."""
        line = typed(message)
        request = request_of(user, TEXT, line, event=event_of(message))
        step: Request | Reply | None = None
        if is_private(message) and line:
            step = await self.questions.take(request, line)
        if step is None:
            step = await self._read(bot, message, user)
        if step is None:
            return
        try:
            await self._show(bot, message, request, await self._reply(step))
        except Forbidden:
            if is_private(message):
                raise
            closed = draw(self.inside.explain(Refused("E-DMCLOSED")))
            await write(bot, spot_of(message), closed, tries=TRIES)

    async def press(self, bot: Bot, query: CallbackQuery) -> None:
        """Do what was pressed; a press in a private chat is acknowledged by the caller."""
        request = read_press(query)
        if request.public:
            await self._press_in_group(bot, query, request)
            return
        reply = await self._reply(await self.questions.press(request) or request)
        await self._show(bot, query.message, request, reply)

    async def _read(self, bot: Bot, message: Message, user: User) -> Request | None:
        upload = upload_in(message) if is_private(message) else None
        if upload is not None:
            return await read_file(message, user, upload, self.inside.may_send)
        if not message.text:
            return None
        return read_text(message, user, self.inside.words, bot_name=bot.username)

    async def _reply(self, step: Request | Reply) -> Reply:
        return step if isinstance(step, Reply) else await ask(self.inside, step)

    async def _press_in_group(self, bot: Bot, query: CallbackQuery, request: Request) -> None:
        answer = ask(self.inside, request)
        await asyncio.wait({answer}, timeout=PATIENCE)
        is_late = not answer.done()
        if is_late and await _can_write(bot, query.from_user):
            await acknowledge(query)
        elif is_late:
            await acknowledge(query, alert=self._closed())
        try:
            await self._show(bot, query.message, request, await answer)
        except Forbidden:
            if not is_late:
                await acknowledge(query, alert=self._instead(await answer))
        else:
            if not is_late:
                await acknowledge(query)

    async def _show(self, bot: Bot, at: object, request: Request, reply: Reply) -> None:
        """Show the reply where it belongs; if Telegram refuses it, show that something failed.

        Raises `Forbidden` if it is for the private chat of somebody who never opened it.
        """
        if reply.form is not None:
            reply = await self.questions.begin(request.account, reply, reply.form)
        message = at if isinstance(at, Message) else None
        own = int(request.account.user_id)
        try:
            await _place(bot, message, own, reply)
        except BadRequest:
            await _place(bot, message, own, failed(self.inside, request))

    def _instead(self, reply: Reply) -> str:
        """What a box can say of a reply that cannot be sent; pages and forms need the chat."""
        in_chat = reply.form is not None or reply.file is not None
        needs_chat = in_chat or any(key.url for row in reply.rows for key in row)
        words = "" if needs_chat else spoken(reply.text)
        return words[:MAX_ALERT] or self._closed()

    def _closed(self) -> str:
        return spoken(self.inside.explain(Refused("E-DMCLOSED")).text)[:MAX_ALERT]


async def _place(bot: Bot, message: Message | None, own: int, reply: Reply) -> None:
    """Draw the reply over the message, below it, or in the person's own chat."""
    drawn = draw(reply)
    if is_blank(drawn):
        return
    own_chat = Spot(own)
    here = spot_of(message) if message else own_chat
    if reply.update and message is not None:
        ref = f"{here.chat}:{message.message_id}"
        if await rewrite(bot, ref, drawn, tries=TRIES):
            return
    await write(bot, own_chat if reply.private else here, drawn, tries=TRIES)


async def _can_write(bot: Bot, user: User) -> bool:
    try:
        await bot.send_chat_action(user.id, ChatAction.TYPING)
    except Forbidden:
        return False
    return True


async def acknowledge(query: CallbackQuery, *, alert: str = "") -> None:
    """Answer the press, so that its button rests; `alert` is shown in a box of its own."""
    try:
        await query.answer(alert or None, show_alert=bool(alert))
    except BadRequest as error:  # too old: the person has long seen that nothing came
        log.info("a press was answered too late", reason=error.message)

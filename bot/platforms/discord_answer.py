"""An interaction and its reply: the first answer within a second, whatever the work takes.

Discord gives three seconds for the first answer and 15 minutes for those after it (Discord:
Receiving and Responding). Work that is not done after `PATIENCE` is deferred: a press keeps its
message as it is, a command or form shows that the bot is thinking, to that person alone.
"""

import asyncio
from dataclasses import dataclass, replace
from http import HTTPStatus

import discord

from bot.dialogue import Button, Look, Reply, Request
from bot.platforms.answering import ask, failed
from bot.platforms.discord_draw import changed_message, is_blank, modal, new_message
from bot.platforms.discord_hear import Event
from bot.platforms.discord_recent import Recent
from bot.platforms.forms import OpenForm
from bot.platforms.inside import Inside
from gating.model import Account

PATIENCE = 0.8
"""Seconds after which a first answer is given without the reply."""
OPEN_FORM = "~form"
"""The action of the door's own button that shows a form which could not be shown at once."""


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers interactions and private messages."""

    inside: Inside
    recent: Recent

    async def answer(self, event: Event, request: Request) -> None:
        """Run the request and show its reply."""
        if request.command == OPEN_FORM:
            await self._show_open_form(event, request)
            return
        reply = ask(self.inside, request)
        await asyncio.wait({reply}, timeout=PATIENCE)
        if not reply.done():
            await _defer(event, request)
            self._note(event, request)
        try:
            await self._show(event, request, await reply)
        except discord.HTTPException as error:
            if error.status != HTTPStatus.BAD_REQUEST:
                raise
            await self._show(event, request, failed(self.inside, request))
        self._note(event, request)

    async def say(self, channel: discord.abc.Messageable, request: Request) -> None:
        """Run a request that came as a message and write the reply below it."""
        answer = ask(self.inside, request)
        await asyncio.wait({answer}, timeout=PATIENCE)
        if not answer.done():
            await channel.typing()
        reply = await self._without_form(request.account, await answer)
        if not is_blank(reply):
            await channel.send(**new_message(reply))

    def _note(self, event: Event, request: Request) -> None:
        self.recent.note(
            request.account, event.followup, public=request.public, locale=request.locale
        )

    async def _show(self, event: Event, request: Request, reply: Reply) -> None:
        if event.response.is_done():
            await _follow(event, request, await self._without_form(request.account, reply))
        elif reply.form is not None:
            await event.response.send_modal(modal(reply.form))
        elif is_blank(reply):
            await _say_nothing(event)
        elif reply.update and event.message is not None:
            await event.response.edit_message(**changed_message(reply))
        else:
            hidden = reply.private and request.public
            await event.response.send_message(ephemeral=hidden, **new_message(reply))

    async def _show_open_form(self, event: Event, request: Request) -> None:
        open_form = await self.inside.forms.get(request.account)
        if open_form is None:
            await event.response.send_message(
                self.inside.form_words.gone, ephemeral=request.public
            )
            return
        await event.response.send_modal(modal(open_form.form))

    async def _without_form(self, account: Account, reply: Reply) -> Reply:
        """A form can only be an interaction's first answer; later it waits behind a button."""
        if reply.form is None:
            return reply
        await self.inside.forms.put(account, OpenForm(reply.form))
        button = Button(self.inside.form_words.open, OPEN_FORM, look=Look.PRIMARY)
        return replace(reply, rows=(*reply.rows, (button,)), update=False, form=None)


async def _defer(event: Event, request: Request) -> None:
    if event.type is discord.InteractionType.component:
        await event.response.defer()
    else:
        await event.response.defer(ephemeral=request.public, thinking=True)


async def _follow(event: Event, request: Request, reply: Reply) -> None:
    thinking = event.response.type is discord.InteractionResponseType.deferred_channel_message
    hidden = reply.private and request.public
    if is_blank(reply):
        if thinking:
            await event.delete_original_response()
    elif (thinking and hidden == request.public) or (reply.update and not thinking):
        await event.edit_original_response(**changed_message(reply))
    else:
        if thinking:  # else the follow-up would take the hidden message's place, and be hidden
            await event.delete_original_response()
        await event.followup.send(ephemeral=hidden, **new_message(reply))


async def _say_nothing(event: Event) -> None:
    await event.response.defer(ephemeral=True)
    if event.type is discord.InteractionType.application_command:
        await event.delete_original_response()

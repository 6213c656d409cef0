"""What a person can do in their own Discord client: the tests and the browser chat act through it.

A refusal of the client is `Cannot`; a bot that stays silent for three seconds is `NotAnswered`.
Channels are given by name ("votes" or "#votes"), by id, or as `"dm"`; messages as a `MessageView`
or an id. What needs an answer of the bot returns when that came.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.sandbox.discord_server import acting, compose, forms, kinds, offers, view
from bot.sandbox.discord_server.acting import Cannot, Resolved
from bot.sandbox.discord_server.errors import ApiError
from bot.sandbox.discord_server.interactions import (
    AUTOCOMPLETE,
    COMMAND,
    COMPONENT,
    FAILED,
    FORM,
    NO_ANSWER,
    NOT_RESPONDED,
    Act,
    Interactions,
)
from bot.sandbox.discord_server.messages import Messages
from bot.sandbox.discord_server.permissions import MANAGE_MESSAGES, channel_permissions
from bot.sandbox.discord_server.screen import DM, MessageView, Screen
from bot.sandbox.discord_server.state import Channel, Guild, Interaction, Message

Json = dict[str, Any]
File = tuple[str, bytes]


class NotAnswered(Exception):
    """The bot did not answer in time; the text is what the client shows."""


class Person(Screen):
    """One person's client, looking at one guild. `here` is the channel commands are typed in."""

    def __init__(
        self, messages: Messages, interactions: Interactions, user_id: int, guild: Guild
    ) -> None:
        super().__init__(messages.state, user_id, guild)
        self.here: str | int | None = None
        self._messages = messages
        self._interactions = interactions

    async def send(
        self,
        channel: str | int,
        text: str,
        files: Sequence[File] = (),
        *,
        reply_to: int | None = None,
    ) -> MessageView:
        """Write into a channel or to the bot; `files` are (name, bytes)."""
        room = self.channel(channel)
        name = DM if room.recipients else room.name
        if not room.recipients and not self._writable(room):
            raise Cannot(f"You cannot write in #{name}.")
        draft = self._draft(text, files)
        message = self._messages.new(room, self.user_id, message_type=19 if reply_to else 0)
        message.reply_to = reply_to
        compose.write(self._state, message, draft)
        self._messages.post(message)
        return self._view(message, name)

    def _draft(self, text: str, files: Sequence[File]) -> compose.Draft:
        draft = acting.draft_of(text, list(files))
        try:
            compose.check(draft)
        except ApiError as refusal:
            raise Cannot(f"Discord does not take this: {refusal.errors or refusal}") from refusal
        if not text.strip() and not files:
            raise Cannot("There is nothing to send.")
        return draft

    async def edit(self, message: MessageView | int | str, text: str) -> None:
        """Rewrite one's own message."""
        current = self.message(message)
        if current.author_id != self.user_id:
            raise Cannot("You can only edit your own messages.")
        self._messages.edit(current, self._draft(text, ()))

    async def delete(self, message: MessageView | int | str) -> None:
        """Delete one's own message, or with the right to it anybody's."""
        current = self.message(message)
        room = self._state.channels[current.channel_id]
        member = self.guild.members.get(self.user_id)
        rights = channel_permissions(self.guild, member, room) if member and room.guild_id else 0
        if current.author_id != self.user_id and not rights & MANAGE_MESSAGES:
            raise Cannot("You cannot delete this message.")
        self._messages.delete(current)

    def _writable(self, room: Channel) -> bool:
        shown = view.channel_view(self._state, self.guild, self.user_id, room)
        return bool(shown["can_write"])

    async def press(self, message: MessageView | int | str, label_or_custom_id: str) -> str | None:
        """Press a button; a link button gives its address instead of asking the bot."""
        current = self.message(message)
        button = acting.find_button(current, label_or_custom_id)
        if button.get("url"):
            return str(button["url"])
        data: Json = {
            "custom_id": button["custom_id"],
            "component_type": kinds.BUTTON,
            "id": button["id"],
        }
        await self._use(current, data)
        return None

    async def select(
        self,
        message: MessageView | int | str,
        values: str | Sequence[str],
        *,
        custom_id: str | None = None,
    ) -> None:
        """Pick in the message's menu, by value, label, id or name."""
        current = self.message(message)
        menu = acting.find_select(current, custom_id)
        resolved = self._resolved(self._state.channels[current.channel_id])
        wanted = [values] if isinstance(values, str) else list(values)
        data: Json = {
            "custom_id": menu["custom_id"],
            "component_type": menu["type"],
            "id": menu["id"],
            "values": acting.picked(menu, wanted, resolved),
        }
        await self._use(current, resolved.into(data))

    async def _use(self, message: Message, data: Json) -> None:
        self._state.desk(self.user_id).failed.pop(message.id, None)
        channel = self._state.channels[message.channel_id]
        app_id = message.application_id or message.author_id
        await self._ask(Act(app_id, COMPONENT, self.user_id, channel, data, message), FAILED)

    async def command(self, name: str, /, **options: object) -> None:
        """Use a slash command in `here` (or the first visible channel); "vote new" for a
        sub-command. People, roles and channels by id or name, files as (name, bytes)."""
        await self.command_in(self._where(), name, options)

    def _where(self) -> str | int:
        if self.here is not None:
            return self.here
        seen = self.channels()
        return seen[0] if seen else DM

    async def command_in(
        self, channel: str | int, name: str, options: Mapping[str, object]
    ) -> None:
        """Use a slash command in this channel, or in `"dm"`."""
        room = self.channel(channel)
        resolved = self._resolved(room)
        app_id, data = self._command_data(
            room, name, lambda leaf: acting.option_data(leaf, options, resolved)
        )
        act = Act(app_id, COMMAND, self.user_id, room, resolved.into(data), command_name=name)
        await self._ask(act, NOT_RESPONDED)

    def _command_data(
        self, room: Channel, name: str, options_of: Callable[[Json], list[Json]]
    ) -> tuple[int, Json]:
        private = room.recipients is not None
        offered = offers.commands_of(self._state, self.guild, self.user_id, private=private)
        for app, command in offered:
            for words, leaf in offers.leaves(command):
                if words == name.lstrip("/"):
                    options = acting.nested(words.split()[1:], command, options_of(leaf))
                    data = {"id": command["id"], "name": command["name"], "type": 1}
                    data |= {"options": options} if options else {}
                    if "guild_id" in command:
                        data["guild_id"] = command["guild_id"]
                    return app.id, data
        there = ", ".join(w for _, c in offered for w, _ in offers.leaves(c)) or "none"
        raise Cannot(f"There is no command /{name}; there are: {there}.")

    async def autocomplete(
        self,
        name: str,
        option: str,
        text: str,
        *,
        others: Mapping[str, object] | None = None,
        channel: str | int | None = None,
    ) -> list[Json]:
        """What the bot offers while this option is typed: [{"name", "value"}]."""
        room = self.channel(channel if channel is not None else self._where())
        typed: dict[str, object] = {**(others or {}), option: text}

        def options_of(leaf: Json) -> list[Json]:
            known = {o["name"]: o["type"] for o in leaf.get("options", [])}
            if option not in known:
                raise Cannot(f"This command has no option {option}.")
            return [
                {"name": n, "type": known[n], "value": v}
                | ({"focused": True} if n == option else {})
                for n, v in typed.items()
            ]

        app_id, data = self._command_data(room, name, options_of)
        act = Act(app_id, AUTOCOMPLETE, self.user_id, room, data)
        return (await self._ask(act, "Loading options failed")).choices

    async def submit_modal(
        self, values: Mapping[str, object] | None = None, /, **fields: object
    ) -> None:
        """Fill in and send the open form; fields by custom id or label."""
        form = self._state.desk(self.user_id).form
        if form is None:
            raise Cannot("There is no form open.")
        channel = self._state.channels[form.channel_id]
        resolved = self._resolved(channel)
        data = forms.filled(form.data, {**(values or {}), **fields}, resolved)
        message = self._state.find_message(form.message_id) if form.message_id else None
        act = Act(
            form.app_id,
            FORM,
            self.user_id,
            channel,
            resolved.into(data),
            message,
            opened_by=form.opened_by,
        )
        await self._ask(act, NOT_RESPONDED)

    async def react(self, message: MessageView | int | str, emoji: str) -> None:
        """Add a reaction, or take it back if it is there."""
        current = self.message(message)
        mine = self.user_id in current.reactions.get(emoji, [])
        act = self._messages.unreact if mine else self._messages.react
        act(current, self.user_id, emoji)

    def speak(self, locale: str) -> None:
        """Set the language of the person's client, as in Discord's list of locales ("de")."""
        self._state.users[self.user_id].locale = locale
        self._state.changed()

    async def open_dm(self) -> None:
        """Open the private chat with the bot."""
        self._dm()
        self.open_dms()

    def close_dms(self) -> None:
        """Take no private messages from bots: they get 50007."""
        self._state.users[self.user_id].dms_open = False
        self._state.changed()

    def open_dms(self) -> None:
        self._state.users[self.user_id].dms_open = True
        self._state.changed()

    def dismiss(self, message: MessageView | int | str) -> None:
        """Remove a message that only this person sees from the screen."""
        current = self.message(message)
        if current.only_for is None:
            raise Cannot("Only messages that nobody else sees can be dismissed.")
        self._state.desk(self.user_id).dismissed.add(current.id)
        self._state.changed()

    def close_form(self) -> None:
        """Close the open form; the bot is not told."""
        self._state.desk(self.user_id).form = None
        self._state.changed()

    def read(self, channel: str | int) -> None:
        """Mark everything in the channel as seen."""
        room = self.channel(channel)
        newest = max(room.messages, default=0)
        self._state.desk(self.user_id).read[room.id] = newest
        self._state.changed()

    def _resolved(self, channel: Channel) -> Resolved:
        return Resolved(self._state, self.guild, channel)

    async def _ask(self, act: Act, silent: str) -> Interaction:
        """Send an interaction and wait until the bot answered it."""
        if act.channel.guild_id and act.app_id not in self.guild.members:
            raise NotAnswered(silent)
        interaction = self._interactions.begin(act)
        if await asyncio.shield(interaction.answered) == NO_ANSWER:
            raise NotAnswered(silent)
        return interaction

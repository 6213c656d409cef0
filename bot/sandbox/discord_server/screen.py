"""What a person sees in their own Discord client, at this moment or soon."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.sandbox.discord_server import kinds, offers, view
from bot.sandbox.discord_server.acting import Cannot
from bot.sandbox.discord_server.state import Channel, Guild, Message, State
from bot.sandbox.discord_server.validate_components import walk

Json = dict[str, Any]

DM = "dm"


class NotSeen(AssertionError):
    """What was waited for did not appear; the text lists what is there."""


@dataclass(frozen=True, slots=True)
class MessageView:
    """A message as one person saw it at one moment; `json` is as `client_app.py` describes."""

    json: Json
    channel: str  # the channel's name, or "dm"

    @property
    def id(self) -> int:
        return int(self.json["id"])

    @property
    def author(self) -> str:
        return str(self.json["author"]["name"])

    @property
    def content(self) -> str:
        return str(self.json["content"])

    @property
    def text(self) -> str:
        """Every readable text: content, embeds, text displays."""
        return str(self.json["text"])

    @property
    def embeds(self) -> list[Json]:
        return list(self.json["embeds"])

    @property
    def attachments(self) -> list[Json]:
        return list(self.json["attachments"])

    @property
    def components(self) -> list[Json]:
        return list(self.json["components"])

    @property
    def buttons(self) -> list[str]:
        """The labels of the buttons that can be pressed."""
        found = walk(self.components)
        return [
            str(c.get("label"))
            for c in found
            if c["type"] == kinds.BUTTON and not c.get("disabled")
        ]

    @property
    def ephemeral(self) -> bool:
        return bool(self.json["ephemeral"])

    @property
    def pending(self) -> bool:
        return bool(self.json["pending"])

    @property
    def edited(self) -> bool:
        return bool(self.json["edited"])

    @property
    def failed(self) -> str | None:
        failed: str | None = self.json["failed"]
        return failed

    @property
    def timestamp(self) -> datetime:
        return datetime.fromisoformat(self.json["timestamp"])

    def __str__(self) -> str:
        private = " (only you)" if self.ephemeral else ""
        buttons = "".join(f" [{label}]" for label in self.buttons)
        return f"#{self.channel} {self.author}{private}: {self.text!r}{buttons}"


class Screen:
    """One person's view of one guild, and of the private chat with its bot."""

    def __init__(self, state: State, user_id: int, guild: Guild) -> None:
        self.user_id = user_id
        self.guild = guild
        self._state = state

    def channels(self) -> list[str]:
        """The names of the channels that the person sees, in order."""
        if self.user_id not in self.guild.members:
            return []
        return [c.name for c in view.visible_channels(self.guild, self.user_id)]

    def roles(self) -> list[str]:
        """The person's own roles, highest first, without @everyone."""
        return [r["name"] for r in self.json_of(self.user_id)["roles"]]

    def members(self) -> list[Json]:
        """Everybody in the guild: {id, name, username, bot, color, avatar, roles}."""
        return view.members_view(self._state, self.guild)

    def json_of(self, user_id: int) -> Json:
        return view.member_view(self._state, self.guild, user_id)

    def commands(self) -> list[str]:
        """The names of the slash commands on offer."""
        return [c["name"] for c in self.offered()]

    def offered(self) -> list[Json]:
        """The slash commands on offer, as `Command` in `client_app.py`."""
        return offers.command_views(self._state, self.guild, self.user_id)

    def form(self) -> Json | None:
        """The open form, as `Modal` in `client_app.py`."""
        return offers.form_view(self._state.desk(self.user_id).form)

    def messages(self, channel: str | int) -> list[MessageView]:
        """The messages of a channel, or of `"dm"`, oldest first."""
        if channel == DM and view.dm_of(self._state, self.guild, self.user_id) is None:
            return []
        found = self.channel(channel)
        name = DM if found.recipients else found.name
        shown = view.visible_messages(self._state, found, self.user_id)
        return [self._view(m, name) for m in shown]

    def everything(self) -> list[MessageView]:
        """All messages that the person sees anywhere, newest first."""
        places: list[str | int] = [DM]
        if self.user_id in self.guild.members:
            places += [c.id for c in view.visible_channels(self.guild, self.user_id)]
        found = [m for place in places for m in self.messages(place)]
        return sorted(found, key=lambda m: m.id, reverse=True)

    def _view(self, message: Message, channel: str) -> MessageView:
        json = view.message_view(self._state, self.guild, self.user_id, message)
        readable = "\n".join(t for t in view.texts_of(message) if t)
        return MessageView(json | {"text": readable}, channel)

    def channel(self, wanted: str | int) -> Channel:
        """The channel meant, if the person sees it."""
        if wanted == DM:
            return self._dm()
        name = str(wanted).lstrip("#")
        if self.user_id in self.guild.members:
            for channel in view.visible_channels(self.guild, self.user_id):
                if name in (channel.name, str(channel.id)):
                    return channel
        raise Cannot(f"You see no channel {name!r}; you see {', '.join(self.channels())}.")

    def _dm(self) -> Channel:
        app = view.bot_of(self._state, self.guild)
        if app is None:
            raise Cannot("There is no bot here to write to.")
        return self._state.dm(app.id, self.user_id)

    def message(self, wanted: MessageView | int | str) -> Message:
        """The message meant, as it is now, if the person still sees it."""
        number = wanted.id if isinstance(wanted, MessageView) else int(wanted)
        message = self._state.find_message(number)
        if message is None or not any(m.id == number for m in self.everything()):
            raise Cannot("This message is gone.")
        return message

    async def sees(
        self,
        wanted: str | Callable[[MessageView], bool],
        timeout: float = 15,  # noqa: ASYNC109  - a limit of the person's patience, named as agreed
    ) -> MessageView:
        """Wait for a message with this text (or that fits), the newest first."""

        def fits(message: MessageView) -> bool:
            if callable(wanted):
                return wanted(message)
            return wanted in message.text and not message.pending

        found: list[MessageView] = []

        def look() -> bool:
            found[:] = [m for m in self.everything() if fits(m)]
            return bool(found)

        if await self.until(look, timeout=timeout):
            return found[0]
        raise NotSeen(f"{wanted!r} did not appear in {timeout} s.\n{self._screen()}")

    async def until(self, holds: Callable[[], bool], *, timeout: float = 15) -> bool:  # noqa: ASYNC109  - as above
        """Wait until `holds()`; False if it did not within `timeout` seconds."""
        loop = asyncio.get_running_loop()
        end = loop.time() + timeout
        with self._state.listen() as changed:
            while not holds():
                left = end - loop.time()
                if left <= 0:
                    return False
                changed.clear()
                try:
                    await asyncio.wait_for(changed.wait(), left)
                except TimeoutError:
                    return holds()
        return True

    def _screen(self) -> str:
        lines = [str(m) for m in reversed(self.everything())]
        return "Visible now:\n  " + "\n  ".join(lines or ["nothing"])

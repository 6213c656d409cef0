"""Posting, editing and removing messages: state and events together."""

from dataclasses import fields, replace
from typing import Any

from bot.sandbox.discord_server import compose
from bot.sandbox.discord_server.compose import Draft
from bot.sandbox.discord_server.message_payloads import message_json
from bot.sandbox.discord_server.payloads import iso, member_json
from bot.sandbox.discord_server.sessions import (
    DIRECT_MESSAGES,
    DIRECT_REACTIONS,
    GUILD_MESSAGES,
    GUILD_REACTIONS,
    GUILDS,
    Event,
)
from bot.sandbox.discord_server.state import EPHEMERAL, LOADING, Channel, Message
from bot.sandbox.discord_server.world import World

Json = dict[str, Any]


class Messages:
    """What happens to messages, whoever causes it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.state = world.state

    def new(self, channel: Channel, author_id: int, *, message_type: int = 0) -> Message:
        """An empty message, not yet posted."""
        now = self.state.clock()
        message = Message(self.state.new_id(), channel.id, author_id, "", now)
        message.type = message_type
        return message

    def post(self, message: Message) -> Message:
        channel = self.state.channels[message.channel_id]
        channel.messages[message.id] = message
        if message.author_id not in self.state.apps:
            self.state.desk(message.author_id).read[channel.id] = message.id
        self._tell("MESSAGE_CREATE", message)
        return message

    def edit(self, message: Message, draft: Draft) -> Message:
        """Write the draft over the message; a message that was pending is now there."""
        trial = replace(message)
        compose.write(self.state, trial, draft)
        compose.must_say_something(trial)
        for field in fields(Message):
            setattr(message, field.name, getattr(trial, field.name))
        if message.flags & LOADING:
            message.flags &= ~LOADING
        else:
            message.edited = self.state.clock()
        self._tell("MESSAGE_UPDATE", message)
        return message

    def pin(self, message: Message, *, pinned: bool) -> None:
        """Pin the message or take its pin away."""
        if pinned == (message.pinned is not None):
            return
        message.pinned = self.state.clock() if pinned else None
        self._tell("MESSAGE_UPDATE", message)
        channel = self.state.channels[message.channel_id]
        pins = [m.pinned for m in channel.messages.values() if m.pinned]
        data: Json = {"channel_id": str(channel.id), "last_pin_timestamp": None}
        if pins:
            data["last_pin_timestamp"] = iso(max(pins))
        event = Event("CHANNEL_PINS_UPDATE", data | _guild_key(channel), GUILDS)
        self._send(event, message)

    def delete(self, message: Message) -> None:
        channel = self.state.channels[message.channel_id]
        del channel.messages[message.id]
        data: Json = {"id": str(message.id), "channel_id": str(channel.id)}
        self._publish("MESSAGE_DELETE", message, data | _guild_key(channel))

    def react(self, message: Message, user_id: int, emoji: str) -> None:
        users = message.reactions.setdefault(emoji, [])
        if user_id not in users:
            users.append(user_id)
            self._reaction("MESSAGE_REACTION_ADD", message, user_id, emoji)

    def unreact(self, message: Message, user_id: int, emoji: str) -> None:
        users = message.reactions.get(emoji, [])
        if user_id in users:
            users.remove(user_id)
            if not users:
                del message.reactions[emoji]
            self._reaction("MESSAGE_REACTION_REMOVE", message, user_id, emoji)

    def _reaction(self, name: str, message: Message, user_id: int, emoji: str) -> None:
        channel = self.state.channels[message.channel_id]
        data: Json = {
            "user_id": str(user_id),
            "channel_id": str(channel.id),
            "message_id": str(message.id),
            "message_author_id": str(message.author_id),
            "emoji": {"id": None, "name": emoji},
            "burst": False,
            "type": 0,
        } | _guild_key(channel)
        guild = self.state.guild_of(channel)
        if guild and user_id in guild.members:
            data["member"] = member_json(self.state, guild.members[user_id])
        intent = GUILD_REACTIONS if guild else DIRECT_REACTIONS
        self._send(Event(name, data, intent), message)

    def _tell(self, name: str, message: Message) -> None:
        channel = self.state.channels[message.channel_id]
        data = message_json(self.state, message, me=self._reader(channel))
        guild = self.state.guild_of(channel)
        if guild and message.author_id in guild.members:
            author = guild.members[message.author_id]
            data["member"] = member_json(self.state, author, with_user=False)
        data["channel_type"] = channel.type
        self._publish(name, message, data | _guild_key(channel))

    def _reader(self, channel: Channel) -> int:
        if channel.recipients:
            return channel.recipients[0]
        guild = self.state.guild_of(channel)
        bots = [u for u in (guild.members if guild else ()) if u in self.state.apps]
        return bots[0] if len(bots) == 1 else 0

    def _publish(self, name: str, message: Message, data: Json) -> None:
        channel = self.state.channels[message.channel_id]
        intent = GUILD_MESSAGES if channel.guild_id else DIRECT_MESSAGES
        self._send(Event(name, data, intent), message)

    def _send(self, event: Event, message: Message) -> None:
        """Complete the conditions: the channel, and for private things the one bot concerned."""
        channel = self.state.channels[message.channel_id]
        only = channel.recipients[0] if channel.recipients else None
        if message.flags & EPHEMERAL:
            only = message.application_id
        about = message if "content" in event.data else None
        self.world.tell(
            Event(event.name, event.data, event.intent, channel.guild_id, only, channel, about)
        )


def _guild_key(channel: Channel) -> Json:
    return {"guild_id": str(channel.guild_id)} if channel.guild_id else {}

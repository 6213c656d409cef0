"""Interactions from a person's press to the last follow-up (Discord: Receiving and Responding)."""

import asyncio
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.sandbox.discord_server.errors import expired_token, unknown
from bot.sandbox.discord_server.message_payloads import message_json
from bot.sandbox.discord_server.messages import Messages
from bot.sandbox.discord_server.payloads import (
    channel_json,
    interaction_member_json,
    user_json,
)
from bot.sandbox.discord_server.permissions import channel_permissions
from bot.sandbox.discord_server.sessions import Event
from bot.sandbox.discord_server.state import (
    EPHEMERAL,
    App,
    Channel,
    Interaction,
    Message,
)

Json = dict[str, Any]

COMMAND, COMPONENT, AUTOCOMPLETE, FORM = 2, 3, 4, 5
NO_ANSWER = -1
NOT_RESPONDED = "The application did not respond"
FAILED = "This interaction failed"
_TOKEN_LIFE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Act:
    """What a person did that a bot must answer."""

    app_id: int
    kind: int
    user_id: int
    channel: Channel
    data: Json
    message: Message | None = None
    command_name: str | None = None
    opened_by: Json | None = None


class Interactions:
    """Starts interactions and keeps their tokens. `patience` is the time to answer, in seconds."""

    def __init__(self, messages: Messages) -> None:
        self.messages = messages
        self.world = messages.world
        self.state = messages.state
        self.patience = 3.0

    def begin(self, act: Act) -> Interaction:
        """Tell the bot, and start the three seconds that it has."""
        loop = asyncio.get_running_loop()
        interaction = Interaction(
            id=self.state.new_id(),
            token=secrets.token_urlsafe(48),
            app_id=act.app_id,
            kind=act.kind,
            user_id=act.user_id,
            channel_id=act.channel.id,
            guild_id=act.channel.guild_id,
            created=self.state.clock(),
            deadline=loop.time() + self.patience,
            answered=loop.create_future(),
            message_id=act.message.id if act.message else None,
            command_name=act.command_name,
            opened_by=act.opened_by,
        )
        self.state.interactions[interaction.token] = interaction
        loop.call_at(interaction.deadline, self._give_up, interaction)
        data = self._payload(interaction, act)
        event = Event("INTERACTION_CREATE", data, 0, act.channel.guild_id, act.app_id)
        self.world.tell(event)
        return interaction

    def _payload(self, interaction: Interaction, act: Act) -> Json:
        channel, user = act.channel, self.state.users[act.user_id]
        body: Json = {
            "id": str(interaction.id),
            "application_id": str(act.app_id),
            "type": act.kind,
            "data": act.data,
            "channel_id": str(channel.id),
            "token": interaction.token,
            "version": 1,
            "locale": user.locale,
            "entitlements": [],
            "authorizing_integration_owners": owners(interaction),
            "context": 0 if channel.guild_id else 1,
            "attachment_size_limit": 10 * 1024 * 1024,
        }
        if act.message:
            body["message"] = message_json(self.state, act.message, me=act.app_id)
        return body | self._place(act)

    def _place(self, act: Act) -> Json:
        """Where it happened and who did it, with the rights of both sides there."""
        channel = act.channel
        shown = channel_json(self.state, channel)
        guild = self.state.guild_of(channel)
        if guild is None:
            user = user_json(self.state.users[act.user_id])
            return {"user": user, "channel": shown, "app_permissions": str(1 << 11 | 1 << 14)}
        member = interaction_member_json(self.state, guild, guild.members[act.user_id], channel)
        bot = guild.members[act.app_id]
        return {
            "guild_id": str(guild.id),
            "guild": {"id": str(guild.id), "locale": "en-US", "features": []},
            "guild_locale": "en-US",
            "channel": shown | {"permissions": member["permissions"]},
            "member": member,
            "app_permissions": str(channel_permissions(guild, bot, channel)),
        }

    def _give_up(self, interaction: Interaction) -> None:
        """The time is over: tell the person, as the client does."""
        if interaction.answered.done():
            return
        interaction.answered.set_result(NO_ANSWER)
        desk = self.state.desk(interaction.user_id)
        if interaction.kind == COMPONENT and interaction.message_id:
            desk.failed[interaction.message_id] = FAILED
        elif interaction.kind == FORM and desk.form is not None:
            desk.form.error = NOT_RESPONDED
        elif interaction.kind == COMMAND:
            self._say_not_responded(interaction)
        self.state.changed()

    def _say_not_responded(self, interaction: Interaction) -> None:
        channel = self.state.channels[interaction.channel_id]
        message = self.messages.new(channel, interaction.app_id)
        message.content = NOT_RESPONDED
        message.flags = EPHEMERAL
        message.only_for = interaction.user_id
        message.command_name = interaction.command_name
        message.interaction = metadata(self, interaction)
        channel.messages[message.id] = message  # the client's own words: no bot hears of them
        self.state.desk(interaction.user_id).failed[message.id] = NOT_RESPONDED

    def acknowledge(self, interaction: Interaction, answer: int) -> None:
        """The bot answered in time; what the person's client waited for is over."""
        interaction.answered.set_result(answer)
        desk = self.state.desk(interaction.user_id)
        if interaction.message_id:
            desk.failed.pop(interaction.message_id, None)
        if interaction.kind == FORM:
            desk.form = None

    def pending(self, interaction_id: int, token: str) -> Interaction:
        """The interaction to answer; 10062 if there is none or its time is over."""
        interaction = self.state.interactions.get(token)
        if interaction is None or interaction.id != interaction_id:
            raise unknown("interaction")
        if interaction.answered.done() and interaction.answered.result() == NO_ANSWER:
            raise unknown("interaction")
        return interaction

    def with_token(self, token: str) -> Interaction:
        """The interaction whose token is good: answered once, and at most 15 minutes old."""
        interaction = self.state.interactions.get(token)
        if interaction is None or not interaction.answered.done():
            raise unknown("webhook")
        if interaction.answered.result() == NO_ANSWER:
            raise unknown("webhook")
        if self.state.clock() - interaction.created > _TOKEN_LIFE:
            raise expired_token()
        return interaction

    def token_owner(self, params: dict[str, str]) -> App:
        """The application that a path with a token speaks for."""
        token = params.get("interaction_token") or params.get("webhook_token", "")
        interaction = self.state.interactions.get(token)
        if interaction is not None:
            return self.state.apps[interaction.app_id]
        webhook = self.state.webhooks.get(int(params.get("webhook_id", "0")))
        if webhook is not None and secrets.compare_digest(webhook.token, token):
            return self.state.apps[webhook.app_id]
        raise unknown("interaction" if "interaction_id" in params else "webhook")


def owners(interaction: Interaction) -> Json:
    return {"0": str(interaction.guild_id or 0)}


def metadata(interactions: Interactions, interaction: Interaction) -> Json:
    """`interaction_metadata` of a message that answers this interaction."""
    body: Json = {
        "id": str(interaction.id),
        "type": interaction.kind,
        "user": user_json(interactions.state.users[interaction.user_id]),
        "authorizing_integration_owners": owners(interaction),
    }
    if interaction.kind == COMPONENT:
        body["interacted_message_id"] = str(interaction.message_id)
    if interaction.kind == FORM and interaction.opened_by:
        body["triggering_interaction_metadata"] = interaction.opened_by
    return body

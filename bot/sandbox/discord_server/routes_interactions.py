"""Answers to interactions, follow-ups, and what a webhook of a channel says."""

from collections.abc import Callable
from typing import Any

from bot.sandbox.discord_server import compose, kinds
from bot.sandbox.discord_server.call import NOTHING, Answer, Call, Route
from bot.sandbox.discord_server.compose import Draft
from bot.sandbox.discord_server.errors import already_acknowledged, invalid_form, unknown
from bot.sandbox.discord_server.interactions import (
    AUTOCOMPLETE,
    COMMAND,
    COMPONENT,
    FORM,
    metadata,
)
from bot.sandbox.discord_server.message_payloads import message_json
from bot.sandbox.discord_server.state import (
    EPHEMERAL,
    LOADING,
    Channel,
    Interaction,
    Message,
    OpenForm,
    Webhook,
)
from bot.sandbox.discord_server.validate import Problems
from bot.sandbox.discord_server.validate_components import modal_problems

Json = dict[str, Any]

PONG, MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE, CHOICES, MODAL = 1, 4, 5, 6, 7, 8, 9


def answer_interaction(call: Call) -> Answer:
    """The first answer: once only, in time, and of a type that fits what the person did."""
    interactions = call.core.interactions
    interaction = interactions.pending(
        call.number("interaction_id"), call.params["interaction_token"]
    )
    if interaction.answered.done():
        raise already_acknowledged()
    kind = call.body.get("type") if isinstance(call.body, dict) else None
    if kind not in _fitting(interaction):
        raise invalid_form([("type", "BASE_TYPE_CHOICES", "Value must be one of the allowed.")])
    message = _ANSWERS[kind](call, interaction)
    interactions.acknowledge(interaction, kind)
    call.state.changed()
    if not call.asked("with_response"):
        return NOTHING
    return Answer(_callback_json(call, interaction, kind, message))


def _fitting(interaction: Interaction) -> set[int]:
    if interaction.kind == AUTOCOMPLETE:
        return {CHOICES}
    fitting = {MESSAGE, DEFERRED}
    if interaction.kind in (COMMAND, COMPONENT):
        fitting.add(MODAL)
    if interaction.kind == COMPONENT or (interaction.kind == FORM and interaction.message_id):
        fitting |= {DEFERRED_UPDATE, UPDATE}
    return fitting


def _say(call: Call, interaction: Interaction) -> Message:
    draft = Draft(call.body.get("data") or {}, call.files)
    compose.check(draft, under="data.")
    message = _blank(call, interaction, draft.body.get("flags") or 0)
    compose.write(call.state, message, draft)
    compose.must_say_something(message)
    interaction.original_id = message.id
    return call.core.messages.post(message)


def _defer(call: Call, interaction: Interaction) -> Message:
    message = _blank(call, interaction, (call.body.get("data") or {}).get("flags") or 0)
    message.flags |= LOADING
    interaction.original_id = message.id
    return call.core.messages.post(message)


def _keep(call: Call, interaction: Interaction) -> Message | None:
    interaction.original_id = interaction.message_id
    return _used_message(call, interaction)


def _update(call: Call, interaction: Interaction) -> Message:
    draft = Draft(call.body.get("data") or {}, call.files)
    compose.check(draft, under="data.")
    message = _keep(call, interaction)
    if message is None:
        raise unknown("message")
    return call.core.messages.edit(message, draft)


def _offer(call: Call, interaction: Interaction) -> None:
    problems = Problems()
    choices = (call.body.get("data") or {}).get("choices")
    for index, choice in enumerate(problems.count("data.choices", choices, 25)):
        problems.text(f"data.choices.{index}.name", choice.get("name"), 100, low=1)
        if isinstance(choice.get("value"), str):
            problems.text(f"data.choices.{index}.value", choice["value"], 100, low=1)
    if problems.found:
        raise invalid_form(problems.found)
    interaction.choices = choices or []


def _show_form(call: Call, interaction: Interaction) -> None:
    form = call.body.get("data") or {}
    problems = modal_problems(form)
    if problems:
        raise invalid_form(problems)
    opened_by = metadata(call.core.interactions, interaction)
    call.state.desk(interaction.user_id).form = OpenForm(
        interaction.app_id,
        interaction.channel_id,
        interaction.guild_id,
        interaction.message_id,
        form,
        opened_by,
    )


_ANSWERS: dict[int, Callable[[Call, Interaction], Message | None]] = {
    MESSAGE: _say,
    DEFERRED: _defer,
    DEFERRED_UPDATE: _keep,
    UPDATE: _update,
    CHOICES: _offer,
    MODAL: _show_form,
}


def _blank(call: Call, interaction: Interaction, flags: int) -> Message:
    """A message of the bot in answer to the interaction, private if the flags say so."""
    channel = call.state.channels[interaction.channel_id]
    kind = kinds.MESSAGE_REPLY if interaction.message_id else kinds.MESSAGE_DEFAULT
    if interaction.kind == COMMAND:
        kind = kinds.MESSAGE_COMMAND
    message = call.core.messages.new(channel, interaction.app_id, message_type=kind)
    message.application_id = message.webhook_id = interaction.app_id
    message.interaction = metadata(call.core.interactions, interaction)
    message.command_name = interaction.command_name
    message.reply_to = interaction.message_id
    if flags & EPHEMERAL:
        message.flags |= EPHEMERAL
        message.only_for = interaction.user_id
    return message


def _used_message(call: Call, interaction: Interaction) -> Message | None:
    channel = call.state.channels[interaction.channel_id]
    return channel.messages.get(interaction.message_id or 0)


def _callback_json(
    call: Call, interaction: Interaction, kind: int, message: Message | None
) -> Json:
    about: Json = {
        "id": str(interaction.id),
        "type": interaction.kind,
        "channel_id": str(interaction.channel_id),
    }
    if interaction.guild_id:
        about["guild_id"] = str(interaction.guild_id)
    if message is None:
        return {"interaction": about}
    about["response_message_id"] = str(message.id)
    about["response_message_loading"] = bool(message.flags & LOADING)
    about["response_message_ephemeral"] = bool(message.flags & EPHEMERAL)
    if kind not in (MESSAGE, UPDATE):
        return {"interaction": about}
    shown = message_json(call.state, message, me=interaction.app_id)
    return {"interaction": about, "resource": {"type": kind, "message": shown}}


def follow_up(call: Call) -> Answer:
    """A further message with an interaction's token, or a message of a channel's webhook."""
    compose.check(call.draft)
    webhook = call.state.webhooks.get(call.number("webhook_id"))
    if webhook is not None:
        return _by_webhook(call, webhook)
    interaction = call.core.interactions.with_token(call.params["webhook_token"])
    original = _find(call, interaction, interaction.original_id)
    if original is not None and original.flags & LOADING:
        return _shown(call, call.core.messages.edit(original, call.draft))
    message = _blank(call, interaction, call.body.get("flags") or 0)
    if message.type == kinds.MESSAGE_COMMAND:
        message.type = kinds.MESSAGE_DEFAULT
    if interaction.original_id and message.interaction:
        message.interaction["original_response_message_id"] = str(interaction.original_id)
    compose.write(call.state, message, call.draft)
    compose.must_say_something(message)
    return _shown(call, call.core.messages.post(message))


def _by_webhook(call: Call, webhook: Webhook) -> Answer:
    channel = call.state.channels[webhook.channel_id]
    message = call.core.messages.new(channel, webhook.app_id)
    message.webhook_id = webhook.id
    message.webhook_name = call.body.get("username") or webhook.name
    compose.write(call.state, message, call.draft)
    compose.must_say_something(message)
    call.core.messages.post(message)
    return _shown(call, message) if call.asked("wait") else NOTHING


def get_answer(call: Call) -> Answer:
    return _shown(call, _answer_of(call))


def edit_answer(call: Call) -> Answer:
    message = _answer_of(call)
    compose.check(call.draft)
    return _shown(call, call.core.messages.edit(message, call.draft))


def delete_answer(call: Call) -> Answer:
    call.core.messages.delete(_answer_of(call))
    return NOTHING


def _answer_of(call: Call) -> Message:
    """The message that the path means: `@original`, or one by its id."""
    webhook = call.state.webhooks.get(call.number("webhook_id"))
    named = call.params.get("message_id")
    if webhook is not None:
        channel = call.state.channels[webhook.channel_id]
        message = channel.messages.get(int(named or 0))
    else:
        interaction = call.core.interactions.with_token(call.params["webhook_token"])
        wanted = int(named) if named else interaction.original_id
        message = _find(call, interaction, wanted)
    if message is None:
        raise unknown("message")
    return message


def _find(call: Call, interaction: Interaction, message_id: int | None) -> Message | None:
    channel: Channel = call.state.channels[interaction.channel_id]
    message = channel.messages.get(message_id or 0)
    return message if message and message.author_id == interaction.app_id else None


def _shown(call: Call, message: Message) -> Answer:
    return Answer(message_json(call.state, message, me=call.app.id))


_HOOK = "/webhooks/{webhook_id}/{webhook_token}"
ROUTES = [
    Route(
        "POST",
        "/interactions/{interaction_id}/{interaction_token}/callback",
        answer_interaction,
        by_token=True,
    ),
    Route("POST", _HOOK, follow_up, by_token=True),
    Route("GET", _HOOK + "/messages/@original", get_answer, by_token=True),
    Route("PATCH", _HOOK + "/messages/@original", edit_answer, by_token=True),
    Route("DELETE", _HOOK + "/messages/@original", delete_answer, by_token=True),
    Route("GET", _HOOK + "/messages/{message_id}", get_answer, by_token=True),
    Route("PATCH", _HOOK + "/messages/{message_id}", edit_answer, by_token=True),
    Route("DELETE", _HOOK + "/messages/{message_id}", delete_answer, by_token=True),
]

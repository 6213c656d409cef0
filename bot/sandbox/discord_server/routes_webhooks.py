"""Webhooks of channels: made, listed, taken away."""

import secrets

from bot.sandbox.discord_server.call import NOTHING, Answer, Call, Route
from bot.sandbox.discord_server.errors import invalid_form, unknown
from bot.sandbox.discord_server.payloads import webhook_json
from bot.sandbox.discord_server.permissions import MANAGE_WEBHOOKS
from bot.sandbox.discord_server.state import Webhook
from bot.sandbox.discord_server.validate import Problems


def create_webhook(call: Call) -> Answer:
    channel = call.channel(MANAGE_WEBHOOKS)
    problems = Problems()
    problems.text("name", call.body.get("name"), 80, low=1)
    if problems.found:
        raise invalid_form(problems.found)
    webhook = Webhook(
        call.state.new_id(),
        secrets.token_urlsafe(48),
        call.body["name"],
        channel.id,
        channel.guild_id or 0,
        call.app.id,
    )
    call.state.webhooks[webhook.id] = webhook
    return Answer(webhook_json(call.state, webhook))


def list_webhooks(call: Call) -> Answer:
    channel = call.channel(MANAGE_WEBHOOKS)
    here = [w for w in call.state.webhooks.values() if w.channel_id == channel.id]
    return Answer([webhook_json(call.state, w) for w in here])


def delete_webhook(call: Call) -> Answer:
    webhook = call.state.webhooks.get(call.number("webhook_id"))
    if webhook is None:
        raise unknown("webhook")
    guild = call.core.world.guild(webhook.guild_id, seen_by=call.app.id)
    del call.state.webhooks[webhook.id]
    call.core.world.audit(guild, 52, by=call.app.id, target=webhook.id, reason=call.reason)
    return NOTHING


ROUTES = [
    Route("GET", "/channels/{channel_id}/webhooks", list_webhooks),
    Route("POST", "/channels/{channel_id}/webhooks", create_webhook),
    Route("DELETE", "/webhooks/{webhook_id}", delete_webhook),
]

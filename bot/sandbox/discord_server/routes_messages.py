"""Messages of channels and private chats: write, read, edit, react, pin."""

from typing import Any

from bot.sandbox.discord_server import compose
from bot.sandbox.discord_server.call import NOTHING, Answer, Call, Route, as_id, require
from bot.sandbox.discord_server.errors import (
    ApiError,
    cannot_message_user,
    missing_permissions,
    not_your_message,
    unknown,
)
from bot.sandbox.discord_server.message_payloads import message_json
from bot.sandbox.discord_server.payloads import iso, user_json
from bot.sandbox.discord_server.permissions import (
    ADD_REACTIONS,
    ATTACH_FILES,
    EMBED_LINKS,
    MANAGE_MESSAGES,
    PIN_MESSAGES,
    READ_HISTORY,
    SEND_IN_THREADS,
    SEND_MESSAGES,
    channel_permissions,
)
from bot.sandbox.discord_server.state import DM, THREAD, Channel, Message

Json = dict[str, Any]

_MAX_PINS, _PINS_SHOWN = 250, 50


def create_message(call: Call) -> Answer:
    """Post a message. With `enforce_nonce` the same nonce gives the first message again."""
    channel = _writable(call)
    compose.check(call.draft)
    again = _same_nonce(call, channel)
    if again is not None:
        return _shown(call, again)
    message = call.core.messages.new(channel, call.app.id)
    message.nonce = call.body.get("nonce")
    _set_reply(call, channel, message)
    compose.write(call.state, message, _permitted(call, channel))
    compose.must_say_something(message)
    return _shown(call, call.core.messages.post(message))


def _writable(call: Call) -> Channel:
    channel = call.channel()
    if channel.type == DM:
        _require_open(call, channel)
        return channel
    rights = [SEND_IN_THREADS if channel.type == THREAD else SEND_MESSAGES]
    rights += [ATTACH_FILES] if call.files else []
    require(call, channel, *rights)
    return channel


def _require_open(call: Call, channel: Channel) -> None:
    """50007 if the person takes no messages, or shares no server with the bot."""
    person = (channel.recipients or (0, 0))[1]
    guilds = call.state.guilds.values()
    shared = any(person in g.members and call.app.id in g.members for g in guilds)
    if not shared or not call.state.users[person].dms_open:
        raise cannot_message_user()


def _same_nonce(call: Call, channel: Channel) -> Message | None:
    nonce = call.body.get("nonce")
    if nonce is None or not call.body.get("enforce_nonce"):
        return None
    mine = (m for m in channel.messages.values() if m.author_id == call.app.id)
    return next((m for m in mine if m.nonce == nonce), None)


def _set_reply(call: Call, channel: Channel, message: Message) -> None:
    reference = call.body.get("message_reference")
    if not reference:
        return
    answered = int(reference["message_id"])
    if answered in channel.messages:
        message.type, message.reply_to = 19, answered
    elif reference.get("fail_if_not_exists", True):
        words = "Unknown message"
        tree = {"_errors": [{"code": "REPLIES_UNKNOWN_MESSAGE", "message": words}]}
        raise ApiError(400, 50035, "Invalid Form Body", {"message_reference": tree})


def _permitted(call: Call, channel: Channel) -> compose.Draft:
    """Without the right to embed, embeds are left out without a word, as on Discord."""
    guild = call.state.guild_of(channel)
    if guild is None:
        return call.draft
    if channel_permissions(guild, call.me(guild), channel) & EMBED_LINKS:
        return call.draft
    return compose.Draft(call.body | {"embeds": []}, call.files)


def list_messages(call: Call) -> Answer:
    """Newest first, around, before or after a message."""
    channel = call.channel()
    if not _may_read(call, channel):
        return Answer([])
    ids = sorted((m.id for m in channel.messages.values() if m.only_for is None), reverse=True)
    limit = call.limit(50, 100)
    if "before" in call.query:
        ids = [i for i in ids if i < as_id(call.query["before"], "before")]
    elif "after" in call.query:
        ids = [i for i in ids if i > as_id(call.query["after"], "after")][-limit:]
    elif "around" in call.query:
        middle = as_id(call.query["around"], "around")
        near = sorted(ids, key=lambda i: abs(i - middle))[:limit]
        ids = sorted(near, reverse=True)
    shown = [channel.messages[i] for i in ids[:limit]]
    return Answer([message_json(call.state, m, me=call.app.id) for m in shown])


def _may_read(call: Call, channel: Channel) -> bool:
    guild = call.state.guild_of(channel)
    if guild is None:
        return True
    return bool(channel_permissions(guild, call.me(guild), channel) & READ_HISTORY)


def get_message(call: Call) -> Answer:
    channel = call.channel()
    if not _may_read(call, channel):
        raise missing_permissions()
    return _shown(call, call.message(channel))


def edit_message(call: Call) -> Answer:
    message = call.message(call.channel())
    if message.author_id != call.app.id or message.webhook_name:
        raise not_your_message()
    compose.check(call.draft)
    return _shown(call, call.core.messages.edit(message, call.draft))


def delete_message(call: Call) -> Answer:
    channel = call.channel()
    message = call.message(channel)
    if message.author_id != call.app.id:
        if channel.type == DM:
            raise ApiError(403, 50003, "Cannot execute action on a DM channel")
        require(call, channel, MANAGE_MESSAGES)
        _log_deletion(call, channel, message)
    call.core.messages.delete(message)
    return NOTHING


def _log_deletion(call: Call, channel: Channel, message: Message) -> None:
    guild = call.state.guild_of(channel)
    if guild is not None:
        call.core.world.audit(
            guild, 72, by=call.app.id, target=message.author_id, reason=call.reason
        )


def react(call: Call) -> Answer:
    channel = call.channel(READ_HISTORY)
    message = call.message(channel)
    emoji = call.params["emoji_name"]
    if emoji not in message.reactions:
        require(call, channel, ADD_REACTIONS)
    if ":" in emoji or emoji.isascii():
        raise unknown("emoji")
    call.core.messages.react(message, call.app.id, emoji)
    return NOTHING


def unreact(call: Call) -> Answer:
    """Take back the bot's own reaction, or with the right another's."""
    channel = call.channel()
    message = call.message(channel)
    user_id = call.app.id
    if "user_id" in call.params:
        require(call, channel, MANAGE_MESSAGES)
        user_id = call.number("user_id")
    call.core.messages.unreact(message, user_id, call.params["emoji_name"])
    return NOTHING


def list_reactions(call: Call) -> Answer:
    message = call.message(call.channel())
    users = message.reactions.get(call.params["emoji_name"], [])[: call.limit(25, 100)]
    return Answer([user_json(call.state.users[u]) for u in users])


def clear_reactions(call: Call) -> Answer:
    message = call.message(call.channel(MANAGE_MESSAGES))
    for emoji, users in list(message.reactions.items()):
        for user_id in list(users):
            call.core.messages.unreact(message, user_id, emoji)
    return NOTHING


def pin(call: Call) -> Answer:
    channel, message = _pinnable(call)
    if sum(m.pinned is not None for m in channel.messages.values()) >= _MAX_PINS:
        raise ApiError(400, 30003, f"Maximum number of pins reached ({_MAX_PINS})")
    call.core.messages.pin(message, pinned=True)
    return NOTHING


def unpin(call: Call) -> Answer:
    _, message = _pinnable(call)
    call.core.messages.pin(message, pinned=False)
    return NOTHING


def _pinnable(call: Call) -> tuple[Channel, Message]:
    channel = call.channel()
    guild = call.state.guild_of(channel)
    if guild is not None:
        granted = channel_permissions(guild, call.me(guild), channel)
        if not granted & (PIN_MESSAGES | MANAGE_MESSAGES):
            raise missing_permissions()
    return channel, call.message(channel)


def _pinned(channel: Channel) -> list[Message]:
    pinned = [m for m in channel.messages.values() if m.pinned is not None]
    return sorted(pinned, key=lambda m: (m.pinned or m.created, m.id), reverse=True)


def list_pins(call: Call) -> Answer:
    items = [
        {
            "pinned_at": iso(m.pinned or m.created),
            "message": message_json(call.state, m, me=call.app.id),
        }
        for m in _pinned(call.channel())
    ]
    return Answer(
        {
            "items": items[: call.limit(_PINS_SHOWN, _PINS_SHOWN)],
            "has_more": len(items) > _PINS_SHOWN,
        }
    )


def list_pins_old(call: Call) -> Answer:
    pinned = _pinned(call.channel())[:_PINS_SHOWN]
    return Answer([message_json(call.state, m, me=call.app.id) for m in pinned])


def typing(call: Call) -> Answer:
    call.channel()
    return NOTHING


def _shown(call: Call, message: Message) -> Answer:
    return Answer(message_json(call.state, message, me=call.app.id))


_MESSAGES = "/channels/{channel_id}/messages"
_MESSAGE = _MESSAGES + "/{message_id}"
_REACTION = _MESSAGE + "/reactions/{emoji_name}"
ROUTES = [
    Route("POST", _MESSAGES, create_message),
    Route("GET", _MESSAGES, list_messages),
    Route("GET", _MESSAGES + "/pins", list_pins),
    Route("PUT", _MESSAGES + "/pins/{message_id}", pin),
    Route("DELETE", _MESSAGES + "/pins/{message_id}", unpin),
    Route("GET", "/channels/{channel_id}/pins", list_pins_old),
    Route("PUT", "/channels/{channel_id}/pins/{message_id}", pin),
    Route("DELETE", "/channels/{channel_id}/pins/{message_id}", unpin),
    Route("GET", _MESSAGE, get_message),
    Route("PATCH", _MESSAGE, edit_message),
    Route("DELETE", _MESSAGE, delete_message),
    Route("PUT", _REACTION + "/@me", react),
    Route("DELETE", _REACTION + "/@me", unreact),
    Route("DELETE", _REACTION + "/{user_id}", unreact),
    Route("GET", _REACTION, list_reactions),
    Route("DELETE", _MESSAGE + "/reactions", clear_reactions),
    Route("POST", "/channels/{channel_id}/typing", typing),
]

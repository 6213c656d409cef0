"""Channels, their overwrites, threads and invites."""

import secrets
from typing import Any

from bot.sandbox.discord_server.call import NOTHING, Answer, Call, Route
from bot.sandbox.discord_server.errors import (
    ApiError,
    cannot_message_user,
    invalid_form,
    missing_access,
    missing_permissions,
    unknown,
)
from bot.sandbox.discord_server.payloads import channel_json, invite_json
from bot.sandbox.discord_server.permissions import (
    CREATE_INVITE,
    CREATE_PUBLIC_THREADS,
    MANAGE_CHANNELS,
    MANAGE_ROLES,
    MANAGE_THREADS,
    base_permissions,
)
from bot.sandbox.discord_server.state import (
    CATEGORY,
    TEXT,
    THREAD,
    Channel,
    Guild,
    Invite,
    Overwrite,
)
from bot.sandbox.discord_server.validate import Problems

Json = dict[str, Any]

_PRIVATE_THREAD = 12


def list_channels(call: Call) -> Answer:
    channels = [c for c in call.guild().channels.values() if c.type != THREAD]
    return Answer([channel_json(call.state, c) for c in channels])


def active_threads(call: Call) -> Answer:
    threads = [c for c in call.guild().channels.values() if c.type == THREAD]
    shown = [channel_json(call.state, c) for c in threads if not c.archived]
    return Answer({"threads": shown, "members": [], "has_more": False})


def get_channel(call: Call) -> Answer:
    return Answer(channel_json(call.state, call.channel()))


def create_channel(call: Call) -> Answer:
    guild = call.guild_with(MANAGE_CHANNELS)
    _check(call)
    if call.body.get("type", TEXT) not in (TEXT, CATEGORY):
        sentence = "Only text channels and categories exist here."
        raise invalid_form([("type", "BASE_TYPE_CHOICES", sentence)])
    channel = Channel(call.state.new_id(), call.body.get("type", TEXT), "", guild.id)
    channel.position = len(guild.channels)
    _fill(call, guild, channel)
    call.core.world.add_channel(guild, channel)
    call.core.world.audit(guild, 10, by=call.app.id, target=channel.id, reason=call.reason)
    return Answer(channel_json(call.state, channel), 201)


def edit_channel(call: Call) -> Answer:
    channel = call.channel()
    guild = _guild_of(call, channel)
    right = MANAGE_THREADS if channel.type == THREAD else MANAGE_CHANNELS
    if channel.owner_id != call.app.id:
        call.channel(right)
    _check(call)
    _fill(call, guild, channel)
    name = "THREAD_UPDATE" if channel.type == THREAD else "CHANNEL_UPDATE"
    call.core.world.channel_event(name, guild, channel)
    call.core.world.audit(guild, 11, by=call.app.id, target=channel.id, reason=call.reason)
    return Answer(channel_json(call.state, channel))


def _check(call: Call) -> None:
    problems = Problems()
    if "name" in call.body:
        problems.text("name", call.body["name"], 100, low=1)
    problems.text("topic", call.body.get("topic"), 1024)
    problems.number("rate_limit_per_user", call.body.get("rate_limit_per_user"), 0, 21600)
    if problems.found:
        raise invalid_form(problems.found)


def _fill(call: Call, guild: Guild, channel: Channel) -> None:
    body = call.body
    channel.name = body.get("name", channel.name)
    channel.topic = body.get("topic", channel.topic)
    channel.nsfw = bool(body.get("nsfw", channel.nsfw))
    channel.slowmode = body.get("rate_limit_per_user") or channel.slowmode
    channel.archived = bool(body.get("archived", channel.archived))
    if body.get("position") is not None:
        channel.position = body["position"]
    if "parent_id" in body:
        channel.parent_id = int(body["parent_id"]) if body["parent_id"] else None
    if body.get("permission_overwrites") is not None:
        listed = [_overwrite(call, guild, o["id"], o) for o in body["permission_overwrites"]]
        channel.overwrites = {o.id: o for o in listed}


def _overwrite(call: Call, guild: Guild, target: str | int, body: Json) -> Overwrite:
    """An overwrite for a role or member that exists, with no right that the bot lacks."""
    allow, deny = int(body.get("allow") or 0), int(body.get("deny") or 0)
    if (allow | deny) & ~base_permissions(guild, call.me(guild)):
        raise missing_permissions()
    kind = int(body.get("type", 0))
    known = guild.members if kind == 1 else guild.roles
    if int(target) not in known:
        raise unknown("member" if kind == 1 else "role")
    return Overwrite(int(target), kind, allow, deny)


def put_overwrite(call: Call) -> Answer:
    channel = call.channel(MANAGE_ROLES)
    guild = _guild_of(call, channel)
    target = call.number("overwrite_id")
    action = 14 if target in channel.overwrites else 13
    channel.overwrites[target] = _overwrite(call, guild, target, call.body)
    return _overwritten(call, guild, channel, action)


def delete_overwrite(call: Call) -> Answer:
    channel = call.channel(MANAGE_ROLES)
    guild = _guild_of(call, channel)
    if channel.overwrites.pop(call.number("overwrite_id"), None) is None:
        raise unknown("overwrite")
    return _overwritten(call, guild, channel, 15)


def _overwritten(call: Call, guild: Guild, channel: Channel, action: int) -> Answer:
    call.core.world.channel_event("CHANNEL_UPDATE", guild, channel)
    call.core.world.audit(guild, action, by=call.app.id, target=channel.id, reason=call.reason)
    return NOTHING


def delete_channel(call: Call) -> Answer:
    channel = call.channel()
    if channel.recipients:
        return Answer(channel_json(call.state, channel))
    guild = _guild_of(call, channel)
    call.channel(MANAGE_THREADS if channel.type == THREAD else MANAGE_CHANNELS)
    shown = channel_json(call.state, channel)
    call.core.world.delete_channel(guild, channel)
    call.core.world.audit(guild, 12, by=call.app.id, target=channel.id, reason=call.reason)
    return Answer(shown)


def start_thread(call: Call) -> Answer:
    """A thread, on its own or from a message of the channel."""
    channel = call.channel(CREATE_PUBLIC_THREADS)
    guild = _guild_of(call, channel)
    problems = Problems()
    problems.text("name", call.body.get("name"), 100, low=1)
    if problems.found:
        raise invalid_form(problems.found)
    if call.body.get("type") == _PRIVATE_THREAD:
        raise missing_access()
    thread_id = call.state.new_id()
    if "message_id" in call.params:
        thread_id = call.message(channel).id
    if thread_id in guild.channels:
        raise ApiError(400, 160004, "A thread has already been created for this message")
    thread = Channel(thread_id, THREAD, call.body["name"], guild.id, parent_id=channel.id)
    thread.owner_id = call.app.id
    call.core.world.add_channel(guild, thread)
    return Answer(channel_json(call.state, thread), 201)


def _guild_of(call: Call, channel: Channel) -> Guild:
    guild = call.state.guild_of(channel)
    if guild is None:
        raise ApiError(403, 50003, "Cannot execute action on a DM channel")
    return guild


def open_dm(call: Call) -> Answer:
    user_id = int(call.body.get("recipient_id") or 0)
    user = call.state.users.get(user_id)
    if user is None:
        raise unknown("user")
    if user.bot:
        raise cannot_message_user()
    return Answer(channel_json(call.state, call.state.dm(call.app.id, user_id)))


def create_invite(call: Call) -> Answer:
    channel = call.channel(CREATE_INVITE)
    guild = _guild_of(call, channel)
    invite = Invite(
        secrets.token_urlsafe(6),
        channel.id,
        guild.id,
        call.app.id,
        call.state.clock(),
        call.body.get("max_age", 86_400),
        call.body.get("max_uses", 0),
    )
    call.state.invites[invite.code] = invite
    call.core.world.audit(guild, 40, by=call.app.id, target=None, reason=call.reason)
    return Answer(invite_json(call.state, invite))


def list_invites(call: Call) -> Answer:
    channel = call.channel(MANAGE_CHANNELS)
    here = [i for i in call.state.invites.values() if i.channel_id == channel.id]
    return Answer([invite_json(call.state, i) for i in here])


def get_invite(call: Call) -> Answer:
    return Answer(invite_json(call.state, _invite(call)))


def delete_invite(call: Call) -> Answer:
    invite = _invite(call)
    shown = invite_json(call.state, invite)
    if invite.inviter_id != call.app.id:
        raise missing_permissions()
    del call.state.invites[invite.code]
    return Answer(shown)


def _invite(call: Call) -> Invite:
    invite = call.state.invites.get(call.params["code"])
    if invite is None:
        raise unknown("invite")
    return invite


_CHANNEL = "/channels/{channel_id}"
ROUTES = [
    Route("GET", "/guilds/{guild_id}/channels", list_channels),
    Route("POST", "/guilds/{guild_id}/channels", create_channel),
    Route("GET", "/guilds/{guild_id}/threads/active", active_threads),
    Route("GET", _CHANNEL, get_channel),
    Route("PATCH", _CHANNEL, edit_channel),
    Route("DELETE", _CHANNEL, delete_channel),
    Route("PUT", _CHANNEL + "/permissions/{overwrite_id}", put_overwrite),
    Route("DELETE", _CHANNEL + "/permissions/{overwrite_id}", delete_overwrite),
    Route("POST", _CHANNEL + "/threads", start_thread),
    Route("POST", _CHANNEL + "/messages/{message_id}/threads", start_thread),
    Route("GET", _CHANNEL + "/invites", list_invites),
    Route("POST", _CHANNEL + "/invites", create_invite),
    Route("GET", "/invites/{code}", get_invite),
    Route("DELETE", "/invites/{code}", delete_invite),
    Route("POST", "/users/@me/channels", open_dm),
]

"""What one person's client shows, as JSON. The shapes are described in `client_app.py`."""

import re
from collections.abc import Iterator
from typing import Any

from bot.sandbox.discord_server import kinds
from bot.sandbox.discord_server.message_payloads import shown_files, signed_url
from bot.sandbox.discord_server.offers import command_views, form_view
from bot.sandbox.discord_server.payloads import iso
from bot.sandbox.discord_server.permissions import (
    SEND_IN_THREADS,
    SEND_MESSAGES,
    VIEW_CHANNEL,
    channel_permissions,
    rank,
    sees,
)
from bot.sandbox.discord_server.state import (
    CATEGORY,
    COMPONENTS_V2,
    EPHEMERAL,
    LOADING,
    THREAD,
    App,
    Channel,
    Guild,
    Member,
    Message,
    Role,
    State,
)

Json = dict[str, Any]

SHOWN_MESSAGES = 100
_MENTION = re.compile(r"<(@!?|@&|#)(\d+)>")


def bot_of(state: State, guild: Guild) -> App | None:
    """The bot that this guild's people write to: the one that came first."""
    return next((state.apps[u] for u in guild.members if u in state.apps), None)


def dm_of(state: State, guild: Guild, user_id: int) -> Channel | None:
    """The private chat of the person with the guild's bot, if it was ever opened."""
    app = bot_of(state, guild)
    pair = (app.id if app else 0, user_id)
    return next((c for c in state.channels.values() if c.recipients == pair), None)


def visible_channels(guild: Guild, user_id: int) -> list[Channel]:
    """Text channels and threads that the person sees, in the order of the list."""
    seen = [c for c in guild.channels.values() if c.type != CATEGORY and sees(guild, user_id, c)]
    return sorted(seen, key=lambda c: _place(guild, c))


def _place(guild: Guild, channel: Channel) -> tuple[int, int, int, int]:
    """Category, then channel, then its threads by age."""
    at = guild.channels.get(channel.parent_id or 0)
    if channel.type == THREAD and at is not None:
        over = guild.channels.get(at.parent_id or 0)
        return (over.position if over else -1), at.position, 1, channel.id
    return (at.position if at else -1), channel.position, 0, channel.id


def visible_messages(state: State, channel: Channel, user_id: int) -> list[Message]:
    """Oldest first; private ones of others and dismissed ones are not there."""
    gone = state.desk(user_id).dismissed
    kept = [
        m for m in channel.messages.values() if m.only_for in (None, user_id) and m.id not in gone
    ]
    return sorted(kept, key=lambda m: m.id)


def colour(value: int) -> str | None:
    return f"#{value:06x}" if value else None


def _roles(guild: Guild, member: Member) -> list[Role]:
    own = [guild.roles[r] for r in member.roles if r in guild.roles]
    return sorted(own, key=rank, reverse=True)


def member_view(state: State, guild: Guild, user_id: int) -> Json:
    """A person as shown in the list and beside messages; also after they left."""
    user = state.users[user_id]
    member = guild.members.get(user_id)
    roles = _roles(guild, member) if member else []
    nick = member.nick if member else None
    return {
        "id": str(user_id),
        "name": nick or user.name,
        "username": user.username,
        "bot": user.bot,
        "color": next((colour(r.color) for r in roles if r.color), None),
        "avatar": {
            "initial": (nick or user.name)[:1].upper(),
            "color": user.color,
            "url": f"{state.base_url}/cdn/avatars/{user_id}.svg",
        },
        "roles": [{"id": str(r.id), "name": r.name, "color": colour(r.color)} for r in roles],
    }


def members_view(state: State, guild: Guild) -> list[Json]:
    def order(user_id: int) -> tuple[bool, int, str]:
        roles = _roles(guild, guild.members[user_id])
        user = state.users[user_id]
        return user.bot, -(roles[0].position if roles else 0), user.name.casefold()

    return [member_view(state, guild, u) for u in sorted(guild.members, key=order)]


def message_view(state: State, guild: Guild, user_id: int, message: Message) -> Json:
    """One message as this person sees it."""
    used = None
    if message.command_name and message.interaction:
        by = int(message.interaction["user"]["id"])
        used = {"command": message.command_name, "by": member_view(state, guild, by)}
    author = member_view(state, guild, message.author_id)
    if message.webhook_name:
        author |= {"name": message.webhook_name, "bot": True}
    return {
        "id": str(message.id),
        "timestamp": iso(message.created),
        "edited": message.edited is not None,
        "author": author,
        "content": message.content,
        "mentions": _mentions(state, guild, message),
        "mentions_me": _pings(guild, user_id, message),
        "embeds": message.embeds,
        "attachments": [] if message.flags & COMPONENTS_V2 else _attachments(state, message),
        "components": message.components,
        "reactions": [
            {"emoji": e, "count": len(u), "me": user_id in u} for e, u in message.reactions.items()
        ],
        "ephemeral": bool(message.flags & EPHEMERAL),
        "pending": bool(message.flags & LOADING),
        "pinned": message.pinned is not None,
        "reply_to": str(message.reply_to) if message.reply_to else None,
        "used": used,
        "failed": state.desk(user_id).failed.get(message.id),
    }


def _attachments(state: State, message: Message) -> list[Json]:
    return [
        {
            "id": str(a.id),
            "filename": a.filename,
            "url": signed_url(state, a),
            "content_type": a.content_type,
            "description": a.description,
            "size": len(a.data),
            "width": a.width,
            "height": a.height,
        }
        for a in shown_files(message)
    ]


def _mentions(state: State, guild: Guild, message: Message) -> Json:
    """The names of everybody and everything that the message's texts name."""
    names: Json = {"users": {}, "roles": {}, "channels": {}}
    for sign, digits in _MENTION.findall(" ".join(texts_of(message))):
        number = int(digits)
        if sign == "@&" and number in guild.roles:
            names["roles"][digits] = guild.roles[number].name
        elif sign == "#" and number in guild.channels:
            names["channels"][digits] = guild.channels[number].name
        elif sign in ("@", "@!") and number in state.users:
            names["users"][digits] = member_view(state, guild, number)["name"]
    return names


def texts_of(message: Message) -> Iterator[str]:
    """Every readable text in a message: content, embeds, text displays."""
    yield message.content
    for embed in message.embeds:
        yield from _embed_texts(embed)
    yield from _display_texts(message.components)


def _embed_texts(embed: Json) -> Iterator[str]:
    yield embed.get("title", "")
    yield embed.get("description", "")
    for field in embed.get("fields", []):
        yield field["name"]
        yield field["value"]
    yield embed.get("footer", {}).get("text", "")


def _display_texts(components: list[Json]) -> Iterator[str]:
    for component in components:
        if component["type"] == kinds.TEXT_DISPLAY:
            yield component["content"]
        yield from _display_texts(component.get("components", []))


def _pings(guild: Guild, user_id: int, message: Message) -> bool:
    member = guild.members.get(user_id)
    roles = member.roles if member else set()
    by_role = bool(roles & set(message.mention_roles))
    return user_id in message.mention_users or by_role or message.mention_everyone


def channel_view(state: State, guild: Guild, user_id: int, channel: Channel) -> Json:
    rights = channel_permissions(guild, guild.members[user_id], channel)
    parent = guild.channels.get(channel.parent_id or 0)
    thread = channel.type == THREAD
    hidden = channel.overwrites.get(guild.id)
    fresh = _unread(state, channel, user_id)
    return {
        "id": str(channel.id),
        "name": channel.name,
        "topic": channel.topic or "",
        "category": parent.name if parent and not thread else None,
        "unread": len(fresh),
        "mentions": sum(_pings(guild, user_id, m) for m in fresh),
        "can_write": bool(rights & (SEND_IN_THREADS if thread else SEND_MESSAGES)),
        "private": bool(hidden and hidden.deny & VIEW_CHANNEL),
        "thread_of": str(parent.id) if parent and thread else None,
    }


def _unread(state: State, channel: Channel, user_id: int) -> list[Message]:
    read = state.desk(user_id).read.get(channel.id, 0)
    messages = visible_messages(state, channel, user_id)
    return [m for m in messages if m.id > read and m.author_id != user_id]


def whole_view(state: State, guild: Guild, user_id: int) -> Json:
    """Everything on this person's screen."""
    seen = visible_channels(guild, user_id) if user_id in guild.members else []
    dm = dm_of(state, guild, user_id)
    app = bot_of(state, guild)
    rooms = {str(c.id): c for c in seen} | ({"dm": dm} if dm else {})
    return {
        "type": "view",
        "me": member_view(state, guild, user_id),
        "guild": {"id": str(guild.id), "name": guild.name},
        "channels": [channel_view(state, guild, user_id, c) for c in seen],
        "dm": {
            "id": "dm",
            "unread": len(_unread(state, dm, user_id)) if dm else 0,
            "open": state.users[user_id].dms_open,
            "bot": member_view(state, guild, app.id) if app else None,
        },
        "members": members_view(state, guild),
        "messages": {
            key: [
                message_view(state, guild, user_id, m)
                for m in visible_messages(state, c, user_id)[-SHOWN_MESSAGES:]
            ]
            for key, c in rooms.items()
        },
        "modal": form_view(state.desk(user_id).form),
        "commands": command_views(state, guild, user_id),
    }

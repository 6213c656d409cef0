"""Messages, attachments and reactions as JSON (Discord: Message Object)."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.sandbox.discord_server.payloads import iso, user_json
from bot.sandbox.discord_server.state import EPHEMERAL, Attachment, Message, State

Json = dict[str, Any]
_LINK_LIFE = timedelta(hours=24)
_SIGNING_KEY = b"local discord attachments"


def message_json(state: State, message: Message, *, me: int = 0) -> Json:
    """The message as the application `me` gets it (whose own reactions are marked)."""
    body: Json = {
        "id": str(message.id),
        "type": message.type,
        "channel_id": str(message.channel_id),
        "author": author_json(state, message),
        "content": message.content,
        "mentions": [user_json(state.users[u]) for u in message.mention_users],
        "mention_roles": [str(role) for role in message.mention_roles],
        "mention_everyone": message.mention_everyone,
        "attachments": [attachment_json(state, a, message) for a in shown_files(message)],
        "embeds": message.embeds,
        "components": message.components,
        "timestamp": iso(message.created),
        "edited_timestamp": iso(message.edited) if message.edited else None,
        "flags": message.flags,
        "pinned": message.pinned is not None,
        "tts": False,
    }
    return body | _optional_fields(state, message, me)


def _optional_fields(state: State, message: Message, me: int) -> Json:
    body: Json = {}
    if message.nonce is not None:
        body["nonce"] = message.nonce
    if message.application_id:
        body["application_id"] = str(message.application_id)
    if message.webhook_id:
        body["webhook_id"] = str(message.webhook_id)
    if message.interaction:
        body["interaction_metadata"] = message.interaction
    if message.reactions:
        body["reactions"] = [_reaction_json(e, u, me) for e, u in message.reactions.items()]
    if message.reply_to:
        body |= _reply_fields(state, message)
    return body


def _reply_fields(state: State, message: Message) -> Json:
    channel = state.channels[message.channel_id]
    reference: Json = {
        "type": 0,
        "channel_id": str(message.channel_id),
        "message_id": str(message.reply_to),
    }
    if channel.guild_id:
        reference["guild_id"] = str(channel.guild_id)
    answered = channel.messages.get(message.reply_to or 0)
    if answered is None:
        return {"message_reference": reference, "referenced_message": None}
    inner = message_json(state, answered)
    inner.pop("referenced_message", None)
    return {"message_reference": reference, "referenced_message": inner}


def author_json(state: State, message: Message) -> Json:
    author = user_json(state.users[message.author_id])
    if message.webhook_name:
        return author | {"id": str(message.webhook_id), "username": message.webhook_name}
    return author


def shown_files(message: Message) -> list[Attachment]:
    """Files that stand on their own: one used inside an embed is not listed a second time."""
    used = {url.split("?")[0] for url in _embed_urls(message)}
    return [a for a in message.attachments if not any(u.endswith(_path(a)) for u in used)]


def _embed_urls(message: Message) -> list[str]:
    parts = [e.get(key, {}) for e in message.embeds for key in ("image", "thumbnail")]
    return [part["url"] for part in parts if "url" in part]


def attachment_json(state: State, attachment: Attachment, message: Message) -> Json:
    url = signed_url(state, attachment)
    body: Json = {
        "id": str(attachment.id),
        "filename": attachment.filename,
        "size": len(attachment.data),
        "url": url,
        "proxy_url": url,
        "content_type": attachment.content_type,
    }
    if attachment.description:
        body["description"] = attachment.description
    if attachment.width and attachment.height:
        body |= {"width": attachment.width, "height": attachment.height}
    return body | {"ephemeral": True} if message.flags & EPHEMERAL else body


def _path(attachment: Attachment) -> str:
    return f"/attachments/{attachment.channel_id}/{attachment.id}/{attachment.filename}"


def signed_url(state: State, attachment: Attachment) -> str:
    """The link of a file: signed, and good for a day (Discord: Signed Attachment CDN URLs)."""
    now = state.clock()
    expires, issued = f"{int((now + _LINK_LIFE).timestamp()):x}", f"{int(now.timestamp()):x}"
    mark = _signature(_path(attachment), expires, issued)
    return f"{state.base_url}/cdn{_path(attachment)}?ex={expires}&is={issued}&hm={mark}&"


def link_is_good(state: State, attachment: Attachment, query: dict[str, str]) -> bool:
    """Whether a link was signed by us and has not run out."""
    expires, issued = query.get("ex", ""), query.get("is", "")
    expected = _signature(_path(attachment), expires, issued)
    if not hmac.compare_digest(expected, query.get("hm", "")):
        return False
    return state.clock() < datetime.fromtimestamp(int(expires, 16), UTC)


def _signature(path: str, expires: str, issued: str) -> str:
    text = f"{path}?ex={expires}&is={issued}".encode()
    return hmac.new(_SIGNING_KEY, text, hashlib.sha256).hexdigest()


def _reaction_json(emoji: str, users: list[int], me: int) -> Json:
    return {
        "emoji": {"id": None, "name": emoji},
        "count": len(users),
        "count_details": {"burst": 0, "normal": len(users)},
        "burst_colors": [],
        "me_burst": False,
        "me": me in users,
    }


def without_content(body: Json) -> Json:
    """What a bot without the Message Content intent gets of other people's messages."""
    return body | {"content": "", "embeds": [], "attachments": [], "components": []}

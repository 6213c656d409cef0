"""From a request body to a message: checked, files stored, mentions worked out."""

import mimetypes
import re
import struct
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.discord_server.components import linked, numbered
from bot.sandbox.discord_server.errors import empty_message, invalid_form, too_large
from bot.sandbox.discord_server.permissions import (
    MENTION_EVERYONE,
    channel_permissions,
)
from bot.sandbox.discord_server.state import COMPONENTS_V2, Attachment, Channel, Message, State
from bot.sandbox.discord_server.validate import message_problems
from bot.sandbox.discord_server.validate_components import component_problems

Json = dict[str, Any]

MAX_FILE = 10 * 1024 * 1024  # bytes (Discord: default upload limit)
_USER = re.compile(r"<@!?(\d+)>")
_ROLE = re.compile(r"<@&(\d+)>")
_PNG_HEAD, _GIF_HEAD = 24, 10  # bytes needed to know the size of a picture
_EVERYONE = re.compile(r"@(everyone|here)\b")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of a multipart request; `slot` is the number in `files[n]`."""

    slot: int
    filename: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Draft:
    """A body and its files, not yet a message."""

    body: Json
    files: tuple[Upload, ...] = field(default=())


def check(draft: Draft, *, under: str = "") -> None:
    """Raise 50035 for what Discord would refuse; `under` prefixes the paths of the problems."""
    if any(len(f.data) > MAX_FILE for f in draft.files):
        raise too_large()
    problems = message_problems(draft.body) + component_problems(draft.body)
    if problems:
        raise invalid_form([(under + path, code, text) for path, code, text in problems])


def write(state: State, message: Message, draft: Draft) -> None:
    """Put what the draft says into the message; fields it does not name stay as they are."""
    body = draft.body
    if "content" in body:
        message.content = (body["content"] or "").strip()
    if "flags" in body:
        kept = message.flags & ~(COMPONENTS_V2 | 1 << 2)
        message.flags = kept | ((body["flags"] or 0) & (COMPONENTS_V2 | 1 << 2 | 1 << 12))
    if "attachments" in body or draft.files:
        _attach(state, message, draft)
    if "embeds" in body:
        message.embeds = [_embed(state, message, e) for e in body["embeds"] or []]
    if "components" in body:
        message.components = numbered(state, message, body["components"] or [])
    _mention(state, message, body.get("allowed_mentions"))


def must_say_something(message: Message) -> None:
    """50006 if nothing at all is in the message."""
    said = message.content, message.embeds, message.attachments, message.components
    if not any(said):
        raise empty_message()


def _attach(state: State, message: Message, draft: Draft) -> None:
    """Keep the attachments that the body still lists and add the uploaded ones."""
    listed = draft.body.get("attachments")
    notes = {str(a.get("id")): a for a in listed or []}
    kept = [a for a in message.attachments if listed is None or str(a.id) in notes]
    new = [keep_file(state, message, f, notes.get(str(f.slot), {})) for f in draft.files]
    message.attachments = kept + new


def keep_file(state: State, message: Message, upload: Upload, note: Json) -> Attachment:
    """Store an uploaded file; `note` may rename and describe it."""
    name = note.get("filename") or upload.filename
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    width, height = picture_size(upload.data)
    attachment = Attachment(
        state.new_id(),
        message.channel_id,
        name,
        kind,
        upload.data,
        note.get("description") or "",
        width,
        height,
    )
    state.files[attachment.id] = attachment
    return attachment


def picture_size(data: bytes) -> tuple[int | None, int | None]:
    """Width and height of a PNG or GIF in pixels, or nothing."""
    if data[:8] == b"\x89PNG\r\n\x1a\n" and len(data) > _PNG_HEAD:
        width, height = struct.unpack(">II", data[16:24])
        return width, height
    if data[:4] == b"GIF8" and len(data) > _GIF_HEAD:
        width, height = struct.unpack("<HH", data[6:10])
        return width, height
    return None, None


def _embed(state: State, message: Message, embed: Json) -> Json:
    """The embed as Discord gives it back: typed, its pictures linked."""
    whole = {key: value for key, value in embed.items() if value not in (None, [], {})}
    whole["type"] = "rich"
    whole["fields"] = [{"inline": False} | f for f in embed.get("fields") or []]
    if not whole["fields"]:
        del whole["fields"]
    for key in ("image", "thumbnail"):
        if whole.get(key):
            whole[key] = linked(state, message, whole[key])
    return whole


def _mention(state: State, message: Message, allowed: Json | None) -> None:
    """Who is pinged: what the text names, as far as `allowed_mentions` lets it."""
    channel = state.channels[message.channel_id]
    guild = state.guild_of(channel)
    users = [int(u) for u in _USER.findall(message.content) if int(u) in state.users]
    roles = [int(r) for r in _ROLE.findall(message.content) if guild and int(r) in guild.roles]
    message.mention_users = list(dict.fromkeys(_allowed(users, "users", allowed)))
    message.mention_roles = list(dict.fromkeys(_allowed(roles, "roles", allowed)))
    shouted = bool(_EVERYONE.search(message.content)) and guild is not None
    permitted = allowed is None or "everyone" in (allowed.get("parse") or [])
    message.mention_everyone = shouted and permitted and _may_shout(state, message, channel)


def _allowed(named: list[int], kind: str, allowed: Json | None) -> list[int]:
    if allowed is None or kind in (allowed.get("parse") or []):
        return named
    listed = {int(i) for i in allowed.get(kind) or []}
    return [n for n in named if n in listed]


def _may_shout(state: State, message: Message, channel: Channel) -> bool:
    guild = state.guild_of(channel)
    member = guild.members.get(message.author_id) if guild else None
    if guild is None or member is None:
        return False
    return bool(channel_permissions(guild, member, channel) & MENTION_EVERYONE)

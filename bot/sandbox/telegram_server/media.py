"""Files: taking them in, reading what they are, giving them a kind."""

import io
import mimetypes
import struct
from typing import Any

from tinytag import TinyTag, TinyTagException

from bot.sandbox.telegram_server.errors import bad
from bot.sandbox.telegram_server.params import Upload
from bot.sandbox.telegram_server.state import Json, StoredFile
from bot.sandbox.telegram_server.world import World

PHOTO_LIMIT = 10 * 1024 * 1024  # bytes; Bot API: sendPhoto
PNG_HEADER, JPEG_FRAME = 24, 9  # bytes up to and with the size
JPEG_SIZES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # frame markers with a size
KIND_WORDS = {
    "photo": "Photo",
    "audio": "Audio",
    "voice": "VoiceNote",
    "document": "Document",
    "video": "Video",
    "animation": "Animation",
}


def accept(world: World, bot: int, *, kind: str, given: Upload | str, about: Json) -> StoredFile:
    """The file of an upload or of a file id, as `kind`; `about` is what the bot says of it."""
    if isinstance(given, Upload):
        return keep(world, given, kind=kind, about=about)
    if not given:
        raise bad(f"there is no {kind} in the request")
    if given.startswith(("http://", "https://")):
        raise bad("failed to get HTTP URL content")  # nothing is fetched from elsewhere here
    found = world.file_by_id(given, bot)
    if found is None:
        raise bad("wrong file identifier/HTTP URL specified")
    if found.kind != kind:
        raise bad(f"can't use file of type {KIND_WORDS[found.kind]} as {KIND_WORDS[kind]}")
    return found


def keep(world: World, upload: Upload, *, kind: str, about: Json) -> StoredFile:
    """Store bytes under a new key."""
    if not upload.data:
        raise bad("file must be non-empty")
    key = f"F{world.number():06d}"
    mime = upload.mime
    if mime in ("", "application/octet-stream"):
        mime = mimetypes.guess_type(upload.name)[0] or "application/octet-stream"
    details = _details(kind, upload, about)
    file = StoredFile(key, upload.data, kind, upload.name, mime, details)
    world.files[key] = file
    return file


def _details(kind: str, upload: Upload, about: Json) -> Json:
    if kind == "photo":
        if len(upload.data) > PHOTO_LIMIT:
            raise bad("too big file")
        width, height = picture_size(upload.data)
        return {"width": width, "height": height}
    if kind in ("audio", "voice"):
        return _sound(upload, about, tags=kind == "audio")
    if kind in ("video", "animation"):
        size = {"width": about.get("width") or 320, "height": about.get("height") or 240}
        return size | {"duration": about.get("duration") or 0}
    return {}


def picture_size(data: bytes) -> tuple[int, int]:
    """Width and height of a PNG, GIF or JPEG; other bytes are no picture."""
    if data.startswith(b"\x89PNG") and len(data) > PNG_HEADER:
        width, height = struct.unpack(">II", data[16:24])
        return int(width), int(height)
    if data.startswith(b"GIF8"):
        width, height = struct.unpack("<HH", data[6:10])
        return int(width), int(height)
    if data.startswith(b"\xff\xd8"):
        return _jpeg_size(data)
    raise bad("IMAGE_PROCESS_FAILED")


def _jpeg_size(data: bytes) -> tuple[int, int]:
    at = 2
    while at + JPEG_FRAME < len(data):
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if marker in JPEG_SIZES:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return int(width), int(height)
        at += 2 + length
    raise bad("IMAGE_PROCESS_FAILED")


def _sound(upload: Upload, about: Json, *, tags: bool) -> Json:
    found = _read_tags(upload)
    details: dict[str, Any] = {"duration": int(about.get("duration") or found.get("duration", 0))}
    if tags:
        for name in ("performer", "title"):
            value = about.get(name) or found.get(name)
            details |= {name: value} if value else {}
    return details


def _read_tags(upload: Upload) -> Json:
    try:
        tag = TinyTag.get(filename=upload.name or "x.mp3", file_obj=io.BytesIO(upload.data))
    except (TinyTagException, OSError, ValueError, struct.error):
        return {}
    return {"duration": tag.duration or 0, "performer": tag.artist, "title": tag.title}

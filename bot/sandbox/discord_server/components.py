"""Components as Discord gives them back: numbered, completed, their pictures linked."""

from collections.abc import Iterator
from typing import Any

from bot.sandbox.discord_server import kinds
from bot.sandbox.discord_server.message_payloads import signed_url
from bot.sandbox.discord_server.state import Message, State
from bot.sandbox.discord_server.validate_components import walk

Json = dict[str, Any]

_DEFAULTS: dict[int, Json] = {
    kinds.SEPARATOR: {"spacing": 1, "divider": True},
    kinds.CONTAINER: {"accent_color": None, "spoiler": False},
    kinds.THUMBNAIL: {"description": None, "spoiler": False},
    kinds.FILE: {"name": None, "size": None, "spoiler": False},
    **{kind: {"min_values": 1, "max_values": 1} for kind in kinds.SELECTS},
}


def numbered(state: State, message: Message, components: list[Json]) -> list[Json]:
    """The components of a message with the numbers and defaults that Discord adds."""
    taken = {c["id"] for c in walk(components) if c.get("id")}
    free = (n for n in range(1, 1000) if n not in taken)
    return [_number(state, message, c, free) for c in components]


def _number(state: State, message: Message, component: Json, free: Iterator[int]) -> Json:
    given = {key: value for key, value in component.items() if value is not None}
    whole = _DEFAULTS.get(component["type"], {}) | given
    whole["id"] = component.get("id") or next(free)
    for key in ("media", "file"):
        if key in whole:
            whole[key] = _unfurled(state, message, whole[key])
    if whole["type"] == kinds.FILE:
        whole |= _about_file(message, component["file"])
    if whole["type"] == kinds.GALLERY:
        whole["items"] = [_item(state, message, item) for item in whole.get("items", [])]
    if "components" in whole:
        whole["components"] = [_number(state, message, c, free) for c in whole["components"]]
    if "accessory" in whole:
        whole["accessory"] = _number(state, message, whole["accessory"], free)
    return whole


def _item(state: State, message: Message, item: Json) -> Json:
    media = _unfurled(state, message, item["media"])
    return {"description": None, "spoiler": False} | item | {"media": media}


def _about_file(message: Message, file: Json) -> Json:
    name = str(file.get("url", "")).removeprefix("attachment://")
    found = next((a for a in message.attachments if a.filename == name), None)
    return {"name": found.filename, "size": len(found.data)} if found else {}


def _unfurled(state: State, message: Message, media: Json) -> Json:
    """A picture or file in a component; on Discord each has an id of its own."""
    if "id" in media:  # it came back unchanged in an edit
        return media
    whole = {"id": str(state.new_id()), "proxy_url": media.get("url", "")}
    return whole | linked(state, message, media)


def linked(state: State, message: Message, media: Json) -> Json:
    """A picture reference; `attachment://name` becomes the link of the uploaded file."""
    name = str(media.get("url", "")).removeprefix("attachment://")
    found = next((a for a in message.attachments if a.filename == name), None)
    if found is None:
        return media
    url = signed_url(state, found)
    whole = {**media, "url": url, "proxy_url": url, "content_type": found.content_type}
    if found.description:
        whole["description"] = found.description
    if found.width and found.height:
        whole |= {"width": found.width, "height": found.height}
    return whole

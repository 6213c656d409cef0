"""From what a bot or person sends to the text and entities that everybody sees."""

import re
from typing import Any

from bot.sandbox.telegram_server.errors import bad
from bot.sandbox.telegram_server.html_text import link_entity, parse_html, units
from bot.sandbox.telegram_server.markdown_text import parse_markdown
from bot.sandbox.telegram_server.params import Params

Json = dict[str, Any]
TEXT_LIMIT = 4096  # UTF-16 units after parsing; Bot API: sendMessage
CAPTION_LIMIT = 1024  # Bot API: sendAudio

KINDS = frozenset(
    {
        "mention",
        "hashtag",
        "cashtag",
        "bot_command",
        "url",
        "email",
        "phone_number",
        "bold",
        "italic",
        "underline",
        "strikethrough",
        "spoiler",
        "blockquote",
        "expandable_blockquote",
        "code",
        "pre",
        "text_link",
        "text_mention",
        "custom_emoji",
        "date_time",
    }
)
DETECTED = (
    ("url", re.compile(r"(?i)\bhttps?://[^\s<>\"]*[^\s<>\".,;:!?)\]]")),
    ("email", re.compile(r"(?i)\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b")),
    (
        "url",
        re.compile(r"(?i)(?<![\w@./])(?:[\w-]+\.)+(?:com|org|net|io|me|xyz|example)\b(?:/\S*)?"),
    ),
    ("bot_command", re.compile(r"(?<![\w/])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/])")),
    ("mention", re.compile(r"(?<![\w@/])@[A-Za-z][A-Za-z0-9_]{3,31}\b")),
    ("hashtag", re.compile(r"(?<![\w&#])#(?=\w*[^\W\d])\w{1,256}")),
)


def detect(text: str, marked: list[Json]) -> list[Json]:
    """Entities that Telegram finds by itself: commands, mentions, links, hashtags."""
    taken = [_span(each) for each in marked if each["type"] in ("code", "pre", "text_link")]
    found: list[Json] = []
    for kind, pattern in DETECTED:
        for match in pattern.finditer(text):
            offset = units(text[: match.start()])
            span = (offset, offset + units(match.group()))
            if any(span[0] < end and begin < span[1] for begin, end in taken):
                continue
            taken.append(span)
            found.append({"type": kind, "offset": offset, "length": span[1] - offset})
    return sorted(marked + found, key=lambda each: (each["offset"], -each["length"]))


def _span(entity: Json) -> tuple[int, int]:
    return entity["offset"], entity["offset"] + entity["length"]


def formatted(params: Params, field: str = "text") -> tuple[str, list[Json]]:
    """Text and entities of `field`, by parse_mode or by the entities given."""
    given = "entities" if field == "text" else "caption_entities"
    return format_text(params.text(field), params.text("parse_mode"), params.data(given))


def format_text(source: str, mode: str, entities: list[Json] | None) -> tuple[str, list[Json]]:
    """Parse, trim as Telegram trims, and add what it detects."""
    text, marked = _parse(source, mode, entities)
    lead = units(text) - units(text.lstrip())
    trimmed = text.strip()
    kept = [_moved(each, -lead, units(trimmed)) for each in marked]
    return trimmed, detect(trimmed, [each for each in kept if each["length"] > 0])


def _parse(source: str, mode: str, entities: list[Json] | None) -> tuple[str, list[Json]]:
    match mode.lower():
        case "html":
            return parse_html(source)
        case "markdownv2":
            return parse_markdown(source)
        case "":
            return source, [_given(each, units(source)) for each in entities or []]
        case _:
            raise bad("unsupported parse_mode")


def _given(entity: Json, end: int) -> Json:
    """An entity the bot marked itself (Bot API: MessageEntity)."""
    if not isinstance(entity, dict) or entity.get("type") not in KINDS:
        raise bad("can't parse MessageEntity: unsupported type")
    offset, length = int(entity.get("offset", -1)), int(entity.get("length", 0))
    if offset < 0 or length <= 0 or offset + length > end:
        raise bad("entity beyond the end of the message")
    if entity["type"] == "text_link" and link_entity(str(entity.get("url", ""))) is None:
        raise bad("can't parse MessageEntity: wrong URL")
    return dict(entity)


def _moved(entity: Json, by: int, end: int) -> Json:
    begin = max(0, entity["offset"] + by)
    stop = min(end, entity["offset"] + by + entity["length"])
    return entity | {"offset": begin, "length": stop - begin}


def checked_text(params: Params) -> tuple[str, list[Json]]:
    """A message text: not empty and not too long."""
    text, entities = formatted(params)
    if not text:
        raise bad("message text is empty")
    if units(text) > TEXT_LIMIT:
        raise bad("message is too long")
    return text, entities


def checked_caption(params: Params) -> tuple[str, list[Json]]:
    """A caption: may be empty, not too long."""
    text, entities = formatted(params, "caption")
    if units(text) > CAPTION_LIMIT:
        raise bad("message caption is too long")
    return text, entities

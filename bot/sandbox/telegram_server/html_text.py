"""parse_mode HTML, with the rules and the refusals of Telegram's own parser."""

import re
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from bot.sandbox.telegram_server.errors import ApiError, bad

SIMPLE = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
TAGS = frozenset(SIMPLE) | {"a", "span", "tg-emoji", "tg-time"}
ATTRIBUTE = re.compile(r"\s*([^\s=>]+)(?:\s*=\s*(\"[^\"]*\"|'[^']*'|[A-Za-z0-9.\-]*))?")
ENTITY = re.compile(r"&(?:lt|gt|amp|quot|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});")


def units(text: str) -> int:
    """Length in UTF-16 code units, in which Telegram counts (Bot API: MessageEntity)."""
    return len(text.encode("utf-16-le")) // 2


def refuse(reason: str) -> ApiError:
    """The refusal of a text whose marks cannot be read."""
    return bad(f"can't parse entities: {reason}")


@dataclass
class _Open:
    tag: str
    attributes: dict[str, str]
    offset: int
    start: int


@dataclass
class _Parse:
    source: str
    at: int = 0
    out: list[str] = field(default_factory=list)
    offset: int = 0
    stack: list[_Open] = field(default_factory=list)
    entities: list[dict[str, Any]] = field(default_factory=list)

    def byte(self, position: int) -> int:
        return len(self.source[:position].encode())

    def put(self, text: str) -> None:
        self.out.append(text)
        self.offset += units(text)


def parse_html(source: str) -> tuple[str, list[dict[str, Any]]]:
    """Plain text and entities of an HTML text; refused with "can't parse entities"."""
    parse = _Parse(source)
    while parse.at < len(source):
        mark = source[parse.at]
        if mark == "<":
            _read_tag(parse)
        elif mark == "&" and (found := ENTITY.match(source, parse.at)):
            parse.put(unescape(found.group()))
            parse.at = found.end()
        else:
            parse.put(mark)
            parse.at += 1
    if parse.stack:
        raise refuse(f'Can\'t find end tag corresponding to start tag "{parse.stack[-1].tag}"')
    parse.entities.sort(key=lambda each: (each["offset"], -each["length"]))
    return "".join(parse.out), parse.entities


def _read_tag(parse: _Parse) -> None:
    begin = parse.at
    is_end = parse.source.startswith("</", begin)
    stop = _tag_end(parse.source, begin)
    if stop < 0:
        what = "end" if is_end else "start"
        raise refuse(f"Unclosed {what} tag at byte offset {parse.byte(begin)}")
    inner = parse.source[begin + (2 if is_end else 1) : stop]
    parse.at = stop + 1
    if is_end:
        _close(parse, inner.strip().lower(), begin)
    else:
        _open(parse, inner, begin)


def _tag_end(source: str, begin: int) -> int:
    quote = ""
    for position in range(begin + 1, len(source)):
        mark = source[position]
        if quote:
            quote = "" if mark == quote else quote
        elif mark == ">":
            return position
        elif mark in "\"'" and source[begin:position].rstrip().endswith("="):
            quote = mark
    return -1


def _open(parse: _Parse, inner: str, begin: int) -> None:
    name = re.split(r"\s", inner, maxsplit=1)[0]
    tag = name.lower()
    if tag not in TAGS:
        raise refuse(f'Unsupported start tag "{tag}" at byte offset {parse.byte(begin)}')
    attributes = {
        found.group(1).lower(): unescape((found.group(2) or "").strip("\"'"))
        for found in ATTRIBUTE.finditer(inner, len(name))
    }
    if tag == "span" and attributes.get("class") != "tg-spoiler":
        raise refuse(f'Tag "span" must have class "tg-spoiler" at byte offset {parse.byte(begin)}')
    parse.stack.append(_Open(tag, attributes, parse.offset, len(parse.out)))


def _close(parse: _Parse, tag: str, begin: int) -> None:
    if not parse.stack:
        raise refuse(f"Unexpected end tag at byte offset {parse.byte(begin)}")
    opened = parse.stack.pop()
    if tag and tag != opened.tag:
        raise refuse(
            f"Unmatched end tag at byte offset {parse.byte(begin)}, "
            f'expected "</{opened.tag}>", found "</{tag}>"'
        )
    length = parse.offset - opened.offset
    entity = _entity(parse, opened)
    if length and entity:
        parse.entities.append({"offset": opened.offset, "length": length} | entity)


def _entity(parse: _Parse, opened: _Open) -> dict[str, Any] | None:
    """Type and extras of the entity that a closed tag stands for; None if it stands for none."""
    attributes = opened.attributes
    match opened.tag:
        case "a":
            found = link_entity(attributes.get("href") or "".join(parse.out[opened.start :]))
        case "tg-emoji":
            found = {"type": "custom_emoji", "custom_emoji_id": attributes.get("emoji-id", "")}
        case "tg-time":
            found = _time(attributes)
        case "pre":
            found = _pre(opened)
        case "blockquote" if "expandable" in attributes:
            found = {"type": "expandable_blockquote"}
        case "code" if any(each.tag == "pre" for each in parse.stack):
            _note_language(parse, attributes)
            found = None
        case tag:
            found = {"type": SIMPLE.get(tag, "spoiler")}
    return found


def link_entity(target: str) -> dict[str, Any] | None:
    """The entity of a link: a mention by id, an address, or nothing if it is no address."""
    if target.startswith("tg://user?id="):
        return {"type": "text_mention", "user": {"id": int(target.partition("=")[2])}}
    if re.match(r"(?i)(https?|tg|tonsite)://[^\s]+$", target):
        return {"type": "text_link", "url": target}
    if re.match(r"^[\w\-]+(\.[\w\-]+)+(/\S*)?$", target):
        return {"type": "text_link", "url": f"http://{target}/"}
    return None


def _time(attributes: dict[str, str]) -> dict[str, Any] | None:
    if not attributes.get("unix", "").isdigit():
        return None
    entity: dict[str, Any] = {"type": "date_time", "unix_time": int(attributes["unix"])}
    if attributes.get("format"):
        entity["date_time_format"] = attributes["format"]
    return entity


def _note_language(parse: _Parse, attributes: dict[str, str]) -> None:
    name = attributes.get("class", "")
    if name.startswith("language-"):
        parse.stack[-1].attributes["language"] = name.removeprefix("language-")


def _pre(opened: _Open) -> dict[str, Any]:
    language = opened.attributes.get("language")
    return {"type": "pre", "language": language} if language else {"type": "pre"}

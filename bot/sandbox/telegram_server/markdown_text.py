"""parse_mode MarkdownV2 (Bot API: MarkdownV2 style)."""

import re
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.telegram_server.html_text import link_entity, refuse, units

RESERVED = "_*[]()~`>#+-=|{}.!"
MARKS = {
    "__": "underline",
    "||": "spoiler",
    "*": "bold",
    "_": "italic",
    "~": "strikethrough",
}
NAMES = {"bold": "Bold", "italic": "Italic", "underline": "Underline", "spoiler": "Spoiler"} | {
    "strikethrough": "Strikethrough",
    "text_link": "TextUrl",
    "code": "Code",
    "pre": "PreCode",
}
TARGET = re.compile(r"\(((?:\\.|[^)\\])*)\)")
CODE = re.compile(r"`((?:\\.|[^`\\])*)`", re.DOTALL)
PRE = re.compile(r"```(?:([^\s`]+)\n)?\n?((?:\\.|(?!```)[^\\])*)```", re.DOTALL)


@dataclass
class _Parse:
    source: str
    at: int = 0
    out: list[str] = field(default_factory=list)
    offset: int = 0
    stack: list[tuple[str, str, int]] = field(default_factory=list)
    entities: list[dict[str, Any]] = field(default_factory=list)
    quote_from: int = -1

    def put(self, text: str) -> None:
        self.out.append(text)
        self.offset += units(text)

    def add(self, kind: str, offset: int, **extra: Any) -> None:
        if self.offset > offset:
            found = {"type": kind, "offset": offset, "length": self.offset - offset}
            self.entities.append(found | extra)


def parse_markdown(source: str) -> tuple[str, list[dict[str, Any]]]:
    """Plain text and entities of a MarkdownV2 text."""
    parse = _Parse(source)
    while parse.at < len(source):
        _step(parse)
    _end_quote(parse)
    if parse.stack:
        mark, kind, _ = parse.stack[-1]
        byte = len(source[: source.rfind(mark)].encode())
        raise refuse(f"Can't find end of {NAMES[kind]} entity at byte offset {byte}")
    parse.entities.sort(key=lambda each: (each["offset"], -each["length"]))
    return "".join(parse.out), parse.entities


def _step(parse: _Parse) -> None:
    source, at = parse.source, parse.at
    mark = source[at]
    following = source[at + 1 : at + 2]
    if mark == "\\" and following.isascii() and following:
        parse.put(following)
        parse.at += 2
    elif mark == "`":
        _code(parse)
    elif mark == ">" and (at == 0 or source[at - 1] == "\n"):
        parse.quote_from = parse.offset if parse.quote_from < 0 else parse.quote_from
        parse.at += 1
    elif mark == "\n":
        if not source.startswith(">", at + 1):
            _end_quote(parse)
        parse.put(mark)
        parse.at += 1
    elif mark in RESERVED:
        _mark(parse)
    else:
        parse.put(mark)
        parse.at += 1


def _end_quote(parse: _Parse) -> None:
    if parse.quote_from >= 0:
        parse.add("blockquote", parse.quote_from)
        parse.quote_from = -1


def _code(parse: _Parse) -> None:
    pre = PRE.match(parse.source, parse.at)
    found = pre or CODE.match(parse.source, parse.at)
    if found is None:
        byte = len(parse.source[: parse.at].encode())
        kind = "PreCode" if parse.source.startswith("```", parse.at) else "Code"
        raise refuse(f"Can't find end of {kind} entity at byte offset {byte}")
    begin = parse.offset
    parse.put(re.sub(r"\\(.)", r"\1", found.group(2 if pre else 1), flags=re.DOTALL))
    extra = {"language": pre.group(1)} if pre and pre.group(1) else {}
    parse.add("pre" if pre else "code", begin, **extra)
    parse.at = found.end()


def _mark(parse: _Parse) -> None:
    source, at = parse.source, parse.at
    if source[at] == "[" or source.startswith("![", at):
        skip = 1 if source[at] == "[" else 2
        parse.stack.append(("[", "text_link", parse.offset))
        parse.at += skip
        return
    if source[at] == "]" and parse.stack and parse.stack[-1][0] == "[":
        _end_link(parse)
        return
    mark = source[at : at + 2] if source[at : at + 2] in MARKS else source[at]
    if mark not in MARKS:
        raise refuse(
            f"Character '{source[at]}' is reserved and must be escaped with the preceding '\\'"
        )
    if parse.stack and parse.stack[-1][0] == mark:
        _, kind, begin = parse.stack.pop()
        parse.add(kind, begin)
    else:
        parse.stack.append((mark, MARKS[mark], parse.offset))
    parse.at += len(mark)


def _end_link(parse: _Parse) -> None:
    _, _, begin = parse.stack.pop()
    found = TARGET.match(parse.source, parse.at + 1)
    target = re.sub(r"\\(.)", r"\1", found.group(1)) if found else ""
    parse.at = found.end() if found else parse.at + 1
    emoji = re.match(r"tg://emoji\?id=(\d+)$", target)
    if emoji:
        parse.add("custom_emoji", begin, custom_emoji_id=emoji.group(1))
        return
    entity = link_entity(target)
    if entity:
        kind = str(entity.pop("type"))
        parse.add(kind, begin, **entity)

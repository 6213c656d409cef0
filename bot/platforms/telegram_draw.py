"""A `Reply` as Telegram shows it: HTML in pages, inline buttons, pictures with a caption.

Limits: 4,096 characters of text and 1,024 of caption, both after the markup is read (Bot API:
sendMessage, sendPhoto), counted here in UTF-16 units, which is never too few.
"""

import html
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import KeyboardButtonStyle

from bot.dialogue import Button, Document, Look, Picture, Reply, Span, Style, Text, plain
from bot.platforms.spans import clean, merged, seconds_of

MAX_TEXT = 4096
MAX_CAPTION = 1024
LONGEST_BESIDE = 14
"""Letters of a label that may have another button beside it."""
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_LOOKS = {Look.PRIMARY: KeyboardButtonStyle.PRIMARY, Look.DANGER: KeyboardButtonStyle.DANGER}
_TAGS = {Style.BOLD: "b", Style.CODE: "code"}


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture with its caption, then `pages` of HTML; the buttons stand below the last part."""

    pages: tuple[str, ...]
    keyboard: InlineKeyboardMarkup | None
    picture: Picture | None
    caption: str
    """What stands with the picture: the beginning of the text, or the alt text without any."""
    file: Document | None = None
    """Sent first, in a message of its own."""


def draw(reply: Reply) -> Drawn:
    """Everything that is needed to send or to edit."""
    text = tuple(_worded(span) for span in merged(reply.text))
    limit = MAX_CAPTION if reply.picture else MAX_TEXT
    pages = [_html(page) for page in _pages(text, limit)]
    keyboard = _keyboard(reply.rows)
    if reply.picture is None:
        return Drawn(tuple(pages), keyboard, None, "", reply.file)
    caption, *rest = pages or [_alt(reply.picture)]
    return Drawn(tuple(rest), keyboard, reply.picture, caption, reply.file)


def is_blank(drawn: Drawn) -> bool:
    """Whether there is nothing to show; Telegram has no message of buttons alone."""
    return not (drawn.pages or drawn.picture or drawn.file)


def spoken(text: Text) -> str:
    """The words alone, for a box that takes no markup."""
    return plain(tuple(_worded(span) for span in merged(text)))


def moment(seconds: int) -> str:
    """A time as words: Telegram has no mark that the reader's own clock fills in."""
    at = datetime.fromtimestamp(seconds, UTC)
    return f"{at.day} {_MONTHS[at.month - 1]} {at:%H:%M} UTC"


def _worded(span: Span) -> Span:
    if span.style is not Style.TIME:
        return span
    seconds = seconds_of(span)
    return Span(span.text if seconds is None else moment(seconds))


def _html(text: Text) -> str:
    return "".join(_tagged(html.escape(span.text), _TAGS.get(span.style)) for span in text)


def _tagged(escaped: str, tag: str | None) -> str:
    return f"<{tag}>{escaped}</{tag}>" if tag else escaped


def _alt(picture: Picture) -> str:
    words = clean(picture.alt)
    while _length(words) > MAX_CAPTION:
        words = words[:-1]
    return html.escape(words)


def _length(words: str) -> int:
    return len(words.encode("utf-16-le")) // 2


def _pages(text: Text, limit: int) -> Iterator[Text]:
    """`text` in parts of at most `limit`; a part of spaces alone is none that can be sent."""
    page: list[Span] = []
    room = limit
    for piece in (part for span in text for part in _lines(span, limit)):
        if _length(piece.text) > room:
            yield tuple(page)
            page, room = [], limit
        page.append(piece)
        room -= _length(piece.text)
    if plain(tuple(page)).strip():
        yield tuple(page)


def _lines(span: Span, limit: int) -> Iterator[Span]:
    """The span cut at its line breaks, and within lines too long for a page."""
    step = limit // 2  # of two UTF-16 units each at most
    for line in span.text.splitlines(keepends=True):
        for at in range(0, len(line), step):
            yield Span(line[at : at + step], span.style)


def _keyboard(rows: Iterable[tuple[Button, ...]]) -> InlineKeyboardMarkup | None:
    keys = [[_key(button) for button in part] for row in rows for part in _parts(row)]
    return InlineKeyboardMarkup(keys) if keys else None


def _parts(row: tuple[Button, ...]) -> list[tuple[Button, ...]]:
    """Labels of which a phone would show only the beginning side by side stand one per row."""
    if len(row) > 1 and any(_length(button.label) > LONGEST_BESIDE for button in row):
        return [(button,) for button in row]
    return [row] if row else []


def _key(button: Button) -> InlineKeyboardButton:
    label = clean(button.label)
    if button.url:
        return InlineKeyboardButton(label, url=button.url)
    style = _LOOKS.get(button.look)
    return InlineKeyboardButton(label, callback_data=button.action, style=style)

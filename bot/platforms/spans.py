"""What both doors do to spans before they draw them in their own markup."""

import unicodedata
from itertools import groupby

from bot.dialogue import Span, Style, Text

_REORDERING = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_DROPPED = frozenset(_REORDERING + "\u200b\u2060\ufeff")
_CONTROL = frozenset({"Cc", "Cs"})
_FAR_FUTURE = 253_402_300_799  # the last second of the year 9999, the calendar's end


def clean(text: str) -> str:
    """`text` without control characters and without marks that reorder or hide other text.

    Line breaks stay; joiners stay, because emoji and many scripts are written with them.
    """
    return "".join(letter for letter in text.replace("\r\n", "\n") if _is_kept(letter))


def merged(text: Text) -> Text:
    """The same text, cleaned, with neighbours of one style joined and empty spans gone."""
    cleaned = [Span(clean(span.text), span.style) for span in text]
    joined: list[Span] = []
    for style, group in groupby((span for span in cleaned if span.text), lambda span: span.style):
        spans = list(group)
        is_whole = style is Style.TIME  # two moments side by side stay two
        joined += spans if is_whole else [Span("".join(span.text for span in spans), style)]
    return tuple(joined)


def seconds_of(span: Span) -> int | None:
    """The UTC seconds of a `TIME` span; None if they are none that a calendar knows."""
    if not (span.text.isascii() and span.text.isdigit()):
        return None
    return seconds if (seconds := int(span.text)) <= _FAR_FUTURE else None


def _is_kept(letter: str) -> bool:
    if letter == "\n":
        return True
    return letter not in _DROPPED and unicodedata.category(letter) not in _CONTROL

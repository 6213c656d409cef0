"""Spans as Discord markdown in which a person's words can never become markup.

Every rule of Discord's markdown starts at one of few characters; a backslash before it makes it
a letter (Discord: Markdown Text 101). Links, invitations and mentions have no closing mark, so
they are broken at their beginning. `allowed_mentions` is the second lock, on every payload.
"""

import re

from bot.dialogue import Span, Style, Text
from bot.platforms.spans import merged, seconds_of

_ANYWHERE = re.compile(r"[\\*_~|`<\[\]]")
_LINE_START = re.compile(r"^([ \t]*)(?=>|#{1,3}\s|-[\s#]|\+\s)", re.MULTILINE)
_NUMBERED = re.compile(r"^([ \t]*\d+)(?=[.)]\s)", re.MULTILINE)
_LINK = re.compile(r":(?=//)")
_INVITE = re.compile(r"(?i)(?<=discord)\.(?=gg/|com/invite)|(?<=discordapp)\.(?=com/invite)")
_EVERYBODY = re.compile(r"(?i)@(?=everyone|here)")
_MARK_BEFORE_MARK = re.compile(r"`(?=`)")
_GAP = "\u200b"


def markdown(text: Text) -> str:
    """The whole text; a `TIME` span is shown by the reader's own clock."""
    return "".join(_DRAW[span.style](span) for span in merged(text))


def escaped(words: str) -> str:
    """`words` so that Discord shows exactly them."""
    words = _ANYWHERE.sub(r"\\\g<0>", words)
    words = _LINE_START.sub(r"\1\\", words)
    words = _NUMBERED.sub(r"\1\\", words)
    words = _LINK.sub(r"\:", words)
    words = _INVITE.sub(r"\.", words)
    return _EVERYBODY.sub(r"\@", words)


def _bold(span: Span) -> str:
    words = span.text.strip()
    if not words:
        return span.text
    before, after = span.text.split(words, 1)
    return f"{before}**{escaped(words)}**{after}"


def _code(span: Span) -> str:
    words = " ".join(span.text.split("\n"))
    if "`" not in words:
        return f"`{words}`"
    # two marks never stand side by side and none at an edge, so the double fence holds
    return f"``{_GAP}{_MARK_BEFORE_MARK.sub('`' + _GAP, words)}{_GAP}``"


def _time(span: Span) -> str:
    seconds = seconds_of(span)
    return escaped(span.text) if seconds is None else f"<t:{seconds}:f>"


_DRAW = {
    Style.PLAIN: lambda span: escaped(span.text),
    Style.BOLD: _bold,
    Style.CODE: _code,
    Style.TIME: _time,
}

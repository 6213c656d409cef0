"""From a sentence's key and its facts to styled text.

Sentences are written with `**bold**`, `` `code` `` and `{fact}`; `{fact:time}` takes UTC seconds.
They are cut into spans before the facts are put in, so nothing in a fact can become markup.
"""

import re
from collections.abc import Mapping

from bot.dialogue import Span, Style, Text
from bot.texts.english import SENTENCES
from gating.errors import Fact

_PIECE = re.compile(r"\*\*(?P<bold>.+?)\*\*|`(?P<code>.+?)`|\{(?P<time>\w+):time\}")
_FACT = re.compile(r"\{(\w+)\}")
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}(?![0-9a-fA-F])")
OWN = "linked"
"""The one fact that shows wallets whole: a fan's own, in the answer to "what do you keep?"."""


def say(key: str, facts: Mapping[str, Fact] | None = None, /, **more: Fact) -> Text:
    """The sentence of this key, filled. A key without a sentence is a mistake of ours."""
    return fill(SENTENCES[key], {**(facts or {}), **more})


def known(key: str) -> bool:
    """Is there a sentence for this key?"""
    return key in SENTENCES


def fill(sentence: str, facts: Mapping[str, Fact]) -> Text:
    """A sentence as spans with its facts in place."""
    spans: list[Span] = []
    end = 0
    for piece in _PIECE.finditer(sentence):
        spans.append(Span(_filled(sentence[end : piece.start()], facts)))
        spans.append(_styled(piece, facts))
        end = piece.end()
    spans.append(Span(_filled(sentence[end:], facts)))
    return tuple(span for span in spans if span.text)


def _styled(piece: re.Match[str], facts: Mapping[str, Fact]) -> Span:
    if piece["time"]:
        return Span(str(facts[piece["time"]]), Style.TIME)
    if piece["bold"]:
        return Span(_filled(piece["bold"], facts), Style.BOLD)
    return Span(_filled(piece["code"], facts), Style.CODE)


def _filled(text: str, facts: Mapping[str, Fact]) -> str:
    return _FACT.sub(lambda found: _shown(found[1], facts), text)


def _shown(name: str, facts: Mapping[str, Fact]) -> str:
    value = facts.get(name, "")
    if name.startswith("block") and isinstance(value, int):
        return f"{value:,}".replace(",", "\N{NO-BREAK SPACE}")
    return str(value) if name == OWN else short(str(value))


def short(text: str) -> str:
    """The text with each wallet as people are shown it, `0x12ab…9f3c`: who reads along learns no
    more."""
    return _ADDRESS.sub(lambda found: f"{found[0][:6]}…{found[0][-4:]}", text)

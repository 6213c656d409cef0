"""The result of a vote as a picture of 1200 by 630, legible at 400 wide, with its words.

One SVG template, drawn to PNG with the project's own font; every text is escaped.
"""

from dataclasses import dataclass
from html import escape
from pathlib import Path

import resvg_py

from bot.texts.numbers import people

FONTS = Path(__file__).parent / "fonts"
WIDTH, HEIGHT = 1200, 630
SHOWN = 5
_TOP, _FLOOR = 168, 540
_BAR = 1080
_TALLEST = 120
"""Even two choices do not stand further apart than this."""


@dataclass(frozen=True, slots=True)
class Line:
    """One choice: `permille` of the weight, with the same as words in `share`."""

    label: str
    weight: int
    people: int
    permille: int
    share: str
    won: bool

    @property
    def people_words(self) -> str:
        return people(self.people)


@dataclass(frozen=True, slots=True)
class Card:
    """What the picture says; `lines` are sorted, the winner first."""

    club: str
    accent: str
    title: str
    lines: tuple[Line, ...]
    turnout: str
    block: int
    block_hash: str

    @property
    def alt(self) -> str:
        """The whole result in words, for whoever cannot see the picture."""
        said = "; ".join(
            f"{line.label} {line.people_words}, weight {line.weight}, {line.share}"
            for line in self.lines
        )
        return f"Result of {self.title}: {said}. {self.turnout}. Snapshot block {self.block}."


def draw(card: Card) -> bytes:
    """The card as PNG."""
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=as_svg(card),
            skip_system_fonts=True,
            font_files=[str(FONTS / "DejaVuSans.ttf"), str(FONTS / "DejaVuSans-Bold.ttf")],
            font_family="DejaVu Sans",
        )
    )


def as_svg(card: Card) -> str:
    """The card as SVG; with few choices they stand wider apart."""
    shown = card.lines[:SHOWN]
    step = min(_TALLEST, (_FLOOR - _TOP) // max(1, len(shown)))
    rows = "".join(_row(card, _TOP + place * step, line) for place, line in enumerate(shown))
    more = len(card.lines) - SHOWN
    rest = f"and {more} more. " if more > 0 else ""
    foot = _text(rest + card.turnout, 58)
    return f"""<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}"
 font-family="DejaVu Sans" fill="#17212b">
<rect width="{WIDTH}" height="{HEIGHT}" fill="#fbfaf7"/>
<rect width="{WIDTH}" height="14" fill="{escape(card.accent)}"/>
<text x="60" y="70" font-size="32" fill="#55606b">{_text(card.club, 30)}</text>
<text x="{WIDTH - 60}" y="70" font-size="26" fill="#55606b" text-anchor="end"
>block {card.block} {escape(card.block_hash[:10])}</text>
<text x="60" y="136" font-size="54" font-weight="bold">{_text(card.title, 34)}</text>
{rows}
<text x="60" y="{HEIGHT - 34}" font-size="34" fill="#55606b">{foot}</text>
</svg>"""


def _row(card: Card, y: int, line: Line) -> str:
    width = max(6, _BAR * line.permille // 1000)
    fill = card.accent if line.won else "#8b979f"
    weight = "bold" if line.won else "normal"
    mark = "\N{CHECK MARK} " if line.won else ""
    return f"""<text x="60" y="{y + 42}" font-size="40" font-weight="{weight}"
>{mark}{_text(line.label, 20)}</text>
<text x="{WIDTH - 60}" y="{y + 42}" font-size="32" font-weight="{weight}" text-anchor="end"
>{escape(line.share)}, {escape(line.people_words)}, weight {line.weight}</text>
<rect x="60" y="{y + 52}" width="{_BAR}" height="14" rx="4" fill="#e8e6e0"/>
<rect x="60" y="{y + 52}" width="{width}" height="14" rx="4" fill="{escape(fill)}"/>"""


def _text(words: str, longest: int) -> str:
    cut = words if len(words) <= longest else words[: longest - 1] + "\N{HORIZONTAL ELLIPSIS}"
    return escape(cut)

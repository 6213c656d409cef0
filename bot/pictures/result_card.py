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
_BAR = 760
_TOP, _STEP = 190, 72


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
    """The card as SVG."""
    rows = "".join(_row(card, place, line) for place, line in enumerate(card.lines[:SHOWN]))
    more = len(card.lines) - SHOWN
    rest = f"and {more} more" if more > 0 else ""
    return f"""<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}"
 font-family="DejaVu Sans" fill="#17212b">
<rect width="{WIDTH}" height="{HEIGHT}" fill="#fbfaf7"/>
<rect width="{WIDTH}" height="12" fill="{escape(card.accent)}"/>
<text x="60" y="72" font-size="26" fill="#55606b">{_text(card.club, 50)}</text>
<text x="60" y="134" font-size="46" font-weight="bold">{_text(card.title, 40)}</text>
{rows}
<text x="60" y="{_TOP + SHOWN * _STEP + 20}" font-size="22" fill="#55606b">{rest}</text>
<text x="60" y="{HEIGHT - 36}" font-size="22" fill="#55606b">{_text(card.turnout, 80)}</text>
<text x="{WIDTH - 60}" y="{HEIGHT - 36}" font-size="18" fill="#55606b" text-anchor="end"
>block {card.block} {escape(card.block_hash[:10])}</text>
</svg>"""


def _row(card: Card, place: int, line: Line) -> str:
    y = _TOP + place * _STEP
    width = max(4, _BAR * line.permille // 1000)
    fill = card.accent if line.won else "#b9c2c9"
    weight = "bold" if line.won else "normal"
    mark = "\N{CHECK MARK} " if line.won else ""
    return f"""<text x="60" y="{y + 20}" font-size="26" font-weight="{weight}"
>{mark}{_text(line.label, 26)}</text>
<rect x="60" y="{y + 32}" width="{_BAR}" height="18" rx="4" fill="#e8e6e0"/>
<rect x="60" y="{y + 32}" width="{width}" height="18" rx="4" fill="{escape(fill)}"/>
<text x="{60 + _BAR + 24}" y="{y + 50}" font-size="24">{escape(line.share)}</text>
<text x="{WIDTH - 60}" y="{y + 50}" font-size="22" text-anchor="end"
>{escape(line.people_words)}, {line.weight}</text>"""


def _text(words: str, longest: int) -> str:
    cut = words if len(words) <= longest else words[: longest - 1] + "\N{HORIZONTAL ELLIPSIS}"
    return escape(cut)

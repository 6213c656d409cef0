"""A cover for what has none: the title's letters under one light, the same for the same title."""

import hashlib
import math
from dataclasses import dataclass

SIDE = 320
_LINES = 7
_STEP = 8


@dataclass(frozen=True, slots=True)
class Cover:
    """What a template draws on a square of `SIDE`: letters, and waves as SVG paths."""

    letters: str
    waves: tuple[str, ...]


def cover(title: str) -> Cover:
    """The cover of this title."""
    digest = hashlib.sha256(title.encode()).digest()
    return Cover(letters(title), tuple(_wave(digest, line) for line in range(_LINES)))


def letters(title: str) -> str:
    """The first letters of the title's first two words."""
    words = [word for word in title.split() if word[0].isalnum()]
    return "".join(word[0].upper() for word in words[:2]) or "\u266a"


def _wave(digest: bytes, line: int) -> str:
    height = 3 + digest[line] % 7
    length = 90 + digest[line + 8] % 120
    start = digest[line + 16] / 255 * math.tau
    middle = SIDE * 0.6 + line * 20
    points = (
        f"{x} {middle + height * math.sin(start + x / length * math.tau):.1f}"
        for x in range(0, SIDE + 1, _STEP)
    )
    return "M" + " L".join(points)

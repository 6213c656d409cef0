"""A link as a picture for a phone's camera. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

import segno

_QUIET = 4
"""Modules of white around the code, as ISO/IEC 18004 wants them."""
_MASK = 0
"""Any of the eight is read alike; to look for the handsomest would hold up everybody for 20 ms."""


@dataclass(frozen=True, slots=True)
class QrCode:
    """A square of `side` modules; `path` covers the dark ones, as an SVG path."""

    side: int
    path: str


def qr_code(text: str) -> QrCode:
    """The code of `text`; it is still read when a seventh of it is not seen (level M)."""
    rows = segno.make_qr(text, error="m", mask=_MASK).matrix
    dark = (f"M{x} {y}h{n}v1h-{n}z" for y, row in enumerate(rows, _QUIET) for x, n in _dark(row))
    return QrCode(len(rows) + 2 * _QUIET, "".join(dark))


def _dark(row: bytearray) -> Iterator[tuple[int, int]]:
    """Where dark modules begin, and how many stand side by side."""
    x = _QUIET
    for on, same in groupby(row):
        n = len(list(same))
        if on:
            yield x, n
        x += n

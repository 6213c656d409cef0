"""A link as a picture for a phone's camera. Pure."""

from dataclasses import dataclass

import segno

_QUIET = 4
"""Modules of white around the code, as ISO/IEC 18004 wants them."""


@dataclass(frozen=True, slots=True)
class QrCode:
    """A square of `side` modules; `path` covers the dark ones, as an SVG path."""

    side: int
    path: str


def qr_code(text: str) -> QrCode:
    """The code of `text`; it is still read when a seventh of it is not seen (level M)."""
    rows = [bytes(row) for row in segno.make_qr(text, error="m").matrix_iter(border=_QUIET)]
    dark = (f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, on in enumerate(row) if on)
    return QrCode(len(rows), "".join(dark))

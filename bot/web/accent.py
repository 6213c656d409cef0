"""The club's one colour, made legible on both papers. Pure; the arithmetic is WCAG 2.2's."""

import re

PAPER = {"light": "#fbfaf8", "dark": "#131316"}
INK = {"light": "#1b1a1f", "dark": "#f2f0ec"}
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_ENOUGH = 4.5
_STEPS = 20
_DIM = 0.04045
Rgb = tuple[int, int, int]


def club_css(accent: str) -> str:
    """The style sheet that gives the club's colour to every page.

    Raises `ValueError` where `accent` is not `#rrggbb`; nothing else reaches the sheet.
    """
    if not _COLOUR.fullmatch(accent):
        raise ValueError(f"the accent colour must be #rrggbb, not {accent!r}")
    light, dark = (_rules(accent, scheme) for scheme in ("light", "dark"))
    return (
        f":root {{ {light} --cover: {accent}; --cover-ink: {readable_on(accent)}; }}\n"
        f"@media (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}\n"
    )


def _rules(accent: str, scheme: str) -> str:
    shown = legible(accent, PAPER[scheme], towards=INK[scheme])
    return f"--accent: {shown}; --accent-ink: {readable_on(shown)};"


def legible(colour: str, paper: str, *, towards: str) -> str:
    """`colour` moved towards the ink until it stands out from the paper by 4.5 to 1."""
    for step in range(_STEPS):
        moved = _mixed(colour, towards, step / _STEPS)
        if contrast(moved, paper) >= _ENOUGH:
            return moved
    return towards


def readable_on(ground: str) -> str:
    """Black or white, whichever is easier to read on this ground; one always has 4.5 to 1."""
    return max("#000000", "#ffffff", key=lambda ink: contrast(ink, ground))


def contrast(one: str, other: str) -> float:
    """WCAG 2.2's contrast ratio of two colours, from 1 to 21."""
    dim, bright = sorted((_luminance(_rgb(one)), _luminance(_rgb(other))))
    return (bright + 0.05) / (dim + 0.05)


def _luminance(colour: Rgb) -> float:
    red, green, blue = (_linear(part / 255) for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= _DIM else float(((part + 0.055) / 1.055) ** 2.4)


def _mixed(one: str, other: str, share: float) -> str:
    pairs = zip(_rgb(one), _rgb(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _rgb(colour: str) -> Rgb:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)

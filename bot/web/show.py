"""How names, numbers and addresses are shown to people. Pure."""

import unicodedata

_LONGEST_NAME = 64
# Marks that turn the reading direction; a name with one could rearrange the sentence around it.
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_HALF_A_PERCENT = 5
# Pictures that the policy lets through and that cannot carry a script; SVG is not among them.
_PICTURES = ("data:image/png;", "data:image/jpeg;", "data:image/webp;")


def name(raw: str) -> str:
    """A name as it may stand in a sentence: no control or turning marks, not endless."""
    kept = (letter for letter in raw if letter not in _TURNING)
    seen = "".join(letter for letter in kept if unicodedata.category(letter) != "Cc")
    short = seen[:_LONGEST_NAME].strip()
    return short or "unnamed"


def initial(raw: str) -> str:
    """The letter that stands where a picture is missing."""
    return next((letter.upper() for letter in name(raw) if letter.isalnum()), "?")


def picture(source: str | None) -> str | None:
    """The picture, if it is with us already: no page of ours calls another server."""
    if source is None:
        return None
    ours = source.startswith("/") and not source.startswith("//")
    return source if ours or source.startswith(_PICTURES) else None


def counted(number: int, one: str, many: str) -> str:
    """A number with its unit: `1 vote`, `1 204 votes`."""
    return f"{thousands(number)} {one if number == 1 else many}"


def thousands(number: int) -> str:
    """A number in groups of three, parted by narrow spaces that do not break."""
    return f"{number:,}".replace(",", "\u202f")


def percent(permille: int) -> str:
    """Thousandths as whole percent; a little is not called nothing."""
    if 0 < permille < _HALF_A_PERCENT:
        return "under 1\u00a0percent"
    return f"{(permille + _HALF_A_PERCENT) // 10}\u00a0percent"

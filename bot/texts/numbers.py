"""Numbers as people read them beside any bar: "388 votes, 38.2 %"."""

from governance.model import Electorate, Turnout


def per_cent(permille: int) -> str:
    """Per mille as per cent with one place: 382 is "38.2 %"."""
    return f"{permille // 10}.{permille % 10} %"


def people(count: int) -> str:
    return "1 person" if count == 1 else f"{count} people"


def turnout(took_part: Turnout, of: Electorate) -> str:
    """Who voted, out of whom; people beside copies."""
    return (
        f"Turnout: {people(took_part.people)} of {of.people}, "
        f"{took_part.power} of {of.power} copies"
    )

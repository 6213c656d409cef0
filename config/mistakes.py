"""The one form of complaint about the club's files: file, line, key and a sentence."""

from pathlib import Path

from gating.errors import NeedsPerson
from gating.rules.fields import Where
from gating.rules.toml_lines import line_of


def mistake(file: Path | str, line: int, key: str, cause: str) -> NeedsPerson:
    what = f"{key} {cause}".strip()
    return NeedsPerson("E-CLUBFILE", file=str(file), line=line, key=key, cause=cause, what=what)


def mistake_at(file: Path | str, text: str, where: Where, cause: str) -> NeedsPerson:
    """About the value at `where` of a TOML text."""
    return mistake(file, line_of(text, where), ".".join(map(str, where)), cause)

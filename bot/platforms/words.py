"""The command table as values, and how a typed line is read as one of its words."""

from collections.abc import Iterable
from dataclasses import dataclass

Option = tuple[str, str, bool]
"""An option of a command: its name, its help, and whether it must be given."""

TEXT = "text"
"""The command of a plain line in a private chat; the line is the argument."""
FILE = "file"
"""The command of a file sent in a private chat; it comes as the request's attachment."""
START = "start"
"""Telegram's first word in a private chat; the payload of the link is the argument."""


@dataclass(frozen=True, slots=True)
class CommandWord:
    """One word that people may use: a slash command where there are any, or typed as it is.

    `name` and option names are lower-case letters, digits and `_`, at most 32 (the narrower of
    both platforms' rules); `help` is at most 100 characters (Discord: Application Commands).
    """

    name: str
    help: str
    options: tuple[Option, ...] = ()


def read_line(line: str, words: Iterable[CommandWord]) -> tuple[str, str]:
    """The command and argument of a line typed in a private chat.

    A line whose first word is in the table is that command, in any case and with or without a
    slash; every other line is `TEXT`.
    """
    first, _, rest = line.strip().partition(" ")
    name = first.removeprefix("/").casefold()
    if any(word.name == name for word in words):
        return name, rest.strip()
    return TEXT, line.strip()

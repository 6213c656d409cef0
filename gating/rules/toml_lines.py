"""On which line of a TOML text each value stands, which `tomllib` does not tell.

Only for text that `tomllib` has read: what is wrong with it as TOML is told by that.
"""

import re
import tomllib
from bisect import bisect_right
from dataclasses import dataclass, field

from gating.rules.fields import Where

_SPACE = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BLANK = re.compile(r"[ \t]*")
_KEY = re.compile(r"[A-Za-z0-9_-]+|\"(?:\\.|[^\"\\])*\"|'[^']*'")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"""(?:"{1,2}(?!"))?'
    r"|'''.*?'''(?:'{1,2}(?!'))?"
    r'|"(?:\\.|[^"\\])*"'
    r"|'[^']*'",
    re.DOTALL,
)
_BARE = re.compile(r"[^,\]}#\n]*")


def line_of(text: str, where: Where) -> int:
    """The line (from 1) of this value, or of the innermost table or list around it."""
    lines = lines_of(text)
    for depth in range(len(where), 0, -1):
        if where[:depth] in lines:
            return lines[where[:depth]]
    return 1


def lines_of(text: str) -> dict[Where, int]:
    """The line on which each key, each element of a list and each table begins."""
    scanner = _Scanner(text)
    scanner.document()
    return scanner.found


@dataclass(slots=True)
class _Scanner:
    text: str
    at: int = 0
    found: dict[Where, int] = field(default_factory=dict)
    tables: dict[Where, int] = field(default_factory=dict)
    """How many tables each list of tables (`[[gates]]`) has so far."""
    starts: list[int] = field(default_factory=list)

    def document(self) -> None:
        self.starts = [0, *(match.end() for match in re.finditer("\n", self.text))]
        table: Where = ()
        self._skip(_SPACE)
        while self.at < len(self.text):
            if self._sees("["):
                table = self._header()
            else:
                self._pair(table)
            self._skip(_SPACE)

    def _header(self) -> Where:
        doubled = self.text.startswith("[[", self.at)
        line = self._line()
        self.at += 2 if doubled else 1
        path: Where = ()
        keys = self._keys()
        for nth, key in enumerate(keys, 1):
            path = (*path, key)
            self.found.setdefault(path, line)
            if doubled and nth == len(keys):
                self.tables[path] = self.tables.get(path, 0) + 1
            if path in self.tables:
                path = (*path, self.tables[path] - 1)
                self.found.setdefault(path, line)
        self.at += 2 if doubled else 1
        return path

    def _pair(self, table: Where) -> None:
        line = self._line()
        path = table
        for key in self._keys():
            path = (*path, key)
            self.found.setdefault(path, line)
        self.at += 1  # the equals sign
        self._value(path)

    def _keys(self) -> list[str]:
        """A dotted key, up to what follows it."""
        keys = []
        while True:
            self._skip(_BLANK)
            keys.append(_bare_key(self._take(_KEY)))
            self._skip(_BLANK)
            if not self._sees("."):
                return keys
            self.at += 1

    def _value(self, path: Where) -> None:
        self._skip(_BLANK)
        if self._sees("["):
            self._elements(path)
        elif self._sees("{"):
            self._inline(path)
        elif not self._take(_STRING):
            self._take(_BARE)

    def _elements(self, path: Where) -> None:
        nth = 0
        while self._next_before("]"):
            self.found[(*path, nth)] = self._line()
            self._value((*path, nth))
            nth += 1

    def _inline(self, path: Where) -> None:
        while self._next_before("}"):
            self._pair(path)

    def _next_before(self, end: str) -> bool:
        """Past the bracket or comma to what comes next; False, and past it, at the end."""
        self._skip(_SPACE)
        if not self._sees(end):
            self.at += 1
            self._skip(_SPACE)
        if self._sees(end):
            self.at += 1
            return False
        return True

    def _sees(self, mark: str) -> bool:
        return self.text.startswith(mark, self.at)

    def _line(self) -> int:
        return bisect_right(self.starts, self.at)

    def _skip(self, pattern: re.Pattern[str]) -> None:
        self._take(pattern)

    def _take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.text, self.at)
        self.at = match.end() if match else self.at
        return match[0] if match else ""


def _bare_key(written: str) -> str:
    """A key without its quotes, its escapes read."""
    if not written.startswith(('"', "'")):
        return written
    return str(next(iter(tomllib.loads(f"{written} = 0"))))

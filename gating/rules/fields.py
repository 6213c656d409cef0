"""One table of a rule, read key by key; each mistake names its key and what would be right."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from typing import Any

from gating.model.rule import MOST, Ids

Where = tuple[str | int, ...]
"""The way to a value from the top of the text: `("gates", 0, "rule", "any", 1)`."""

MOST_BLOCK = 2**63 - 1
_MOST_SPANS = 1_000
_SPAN = re.compile(r"(\d{1,78})(?:(-)(\d{1,78})?)?", re.ASCII)
_AMOUNT = re.compile(r"(\d{1,78})(?:\.(\d{1,78}))?", re.ASCII)


class RuleMistake(Exception):
    """A rule is not written as it must be. `where` leads to the key; `cause` goes after it."""

    def __init__(self, where: Where, cause: str) -> None:
        super().__init__(cause)
        self.where = where
        self.cause = cause


@dataclass(frozen=True, slots=True)
class Fields:
    """A table and the way to it. Every method raises `RuleMistake`."""

    table: Mapping[str, Any]
    where: Where

    def mistake(self, key: str, cause: str) -> RuleMistake:
        return RuleMistake((*self.where, key) if key in self.table else self.where, cause)

    def only(self, known: Collection[str], rule: str) -> None:
        """No keys but these."""
        for key in self.table:
            if key not in known:
                raise self.mistake(key, f"is not a key of {rule}; {hint(key, known)}")

    def must_have(self, key: str, example: str) -> Any:
        if key not in self.table:
            raise RuleMistake(self.where, f"has no {key}; write {key} = {example}")
        return self.table[key]

    def whole(
        self, key: str, *, least: int = 1, most: int = MOST, default: int | None = None
    ) -> int:
        """A whole number in a range; without a default it must be given."""
        if key not in self.table and default is not None:
            return default
        value: object = self.must_have(key, str(least))
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.mistake(
                key, f"must be a whole number such as {least}, not {kind_of(value)}"
            )
        if not least <= value <= most:
            raise self.mistake(key, f"is {_brief(value)}; write a number {_range(least, most)}")
        return value

    def text(self, key: str, example: str) -> str:
        value = self.must_have(key, f'"{example}"')
        if not isinstance(value, str):
            raise self.mistake(key, f'must be text such as "{example}", not {kind_of(value)}')
        return value

    def one_of(self, key: str, known: Collection[str], *, default: str = "") -> str:
        """One of a few words."""
        if key not in self.table and default:
            return default
        value = self.text(key, next(iter(known)))
        if value not in known:
            raise self.mistake(key, f'is "{_brief(value)}"; {hint(value, known)}')
        return value

    def time(self, key: str) -> int:
        """A moment with its time zone, in UTC seconds."""
        value = self.must_have(key, "2026-06-01T18:00:00Z")
        if not isinstance(value, datetime) or value.tzinfo is None:
            raise self.mistake(
                key, "must be a time with its zone, such as 2026-06-01T18:00:00Z, without quotes"
            )
        seconds = int(value.timestamp())
        if seconds < 0:
            raise self.mistake(key, "is before 1970; no chain is so old")
        return seconds

    def amount(
        self, key: str, decimals: int, *, least: int = 1, default: int | None = None
    ) -> int:
        """Whole tokens as exact decimal text, in base units."""
        if not decimals:
            return self.whole(key, least=least, default=default)
        if key not in self.table and default is not None:
            return default
        units = self._units(key, decimals)
        if units < least:
            raise self.mistake(key, "is 0; write more than that")
        if units > MOST:
            raise self.mistake(key, "is more than 2^256-1 base units; there cannot be so many")
        return units

    def _units(self, key: str, decimals: int) -> int:
        value = self.must_have(key, '"12.5"')
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(min(value, MOST + 1))
        found = _AMOUNT.fullmatch(value) if isinstance(value, str) else None
        if found is None:
            raise self.mistake(key, 'must be an amount in quotes such as "12.5"')
        whole, part = found[1], found[2] or ""
        if len(part) > decimals:
            raise self.mistake(
                key, f"has {len(part)} digits after the point; the contract has {decimals}"
            )
        return int(whole + part.ljust(decimals, "0"))

    def ids(self, key: str) -> Ids:
        return ids_of(self.text(key, "1-100, 777"), (*self.where, key))


def hint(word: str, known: Collection[str]) -> str:
    """What would be right in the place of a word that nobody knows."""
    guess = get_close_matches(word, known, 1)
    return f"did you mean {guess[0]}?" if guess else f"write one of {_words(known)}"


def ids_of(text: str, where: Where) -> Ids:
    """Token ids as people write them: `1-100, 777`; `500-` is from 500 on."""
    spans = [_span(part.strip(), where) for part in text.split(",")]
    if len(spans) > _MOST_SPANS:
        raise RuleMistake(where, f"has {len(spans)} ranges; write at most {_MOST_SPANS}")
    joined: list[tuple[int, int]] = []
    for low, high in sorted(spans):
        if joined and low <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(high, joined[-1][1]))
        else:
            joined.append((low, high))
    return Ids(tuple(joined))


def _span(part: str, where: Where) -> tuple[int, int]:
    found = _SPAN.fullmatch(part)
    if found is None:
        raise RuleMistake(
            where, f'has {_brief(part)}, which is no range; write ids such as "1-100, 777"'
        )
    low = int(found[1])
    high = low if found[2] is None else MOST if found[3] is None else int(found[3])
    if max(low, high) > MOST:
        raise RuleMistake(where, "has a token id above 2^256-1; there is none")
    if low > high:
        raise RuleMistake(where, f"has {part}, which is upside down; write {high}-{low}")
    return low, high


def kind_of(value: object) -> str:
    """What sort of TOML value it is, in words."""
    return _KINDS.get(type(value), "a time")


def _brief(value: object) -> str:
    if isinstance(value, int) and abs(value) > MOST:
        return "beyond 2^256"  # Python itself refuses to write numbers of over 4,300 digits
    shown = str(value)
    shown = shown if shown.isprintable() else ascii(shown)
    return shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"


def _range(least: int, most: int) -> str:
    if most >= MOST_BLOCK:
        return f"from {least} on, up to {'2^256-1' if most == MOST else '2^63-1'}"
    return f"from {least} to {most}"


def _words(known: Collection[str]) -> str:
    some = list(known)[:_NAMED]
    return ", ".join(some) + (", …" if len(known) > _NAMED else "")


_SHOWN = 40
_NAMED = 25
_KINDS = {
    bool: "true or false",
    str: "text",
    float: "a number with a point",
    int: "a number",
    list: "a list",
    dict: "a table",
}

"""The files beside the club file that rules ask: lists of addresses, and tables of traits."""

import json
import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from config.mistakes import mistake
from gating.errors import NeedsPerson
from gating.model import Address
from gating.model.rule import MOST

MOST_BYTES = 32 * 1024 * 1024
MOST_ADDRESSES = 500_000
Traits = Mapping[int, Mapping[str, str]]

_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}", re.ASCII)
_TOKEN = re.compile(r"\d{1,78}", re.ASCII)
_TITLES = {"address", "wallet"}


def read_list(folder: Path, name: str) -> frozenset[Address]:
    """One address a line; what follows a comma and lines with `#` are for people.

    Raises `NeedsPerson("E-CLUBFILE")` with the line, or `NeedsPerson("E-CLUBFILEREAD")`.
    """
    path = beside(folder, name)
    found: set[Address] = set()
    for number, line in enumerate(_text(path).splitlines(), 1):
        cell = line.partition(",")[0].strip().strip("\"'")
        if not cell or cell.startswith("#") or (not found and cell.lower() in _TITLES):
            continue
        if not _ADDRESS.fullmatch(cell):
            raise mistake(path, number, "", f"has {cell[:50]}; write 0x and 40 hex digits")
        found.add(Address(cell.lower()))
        if len(found) > MOST_ADDRESSES:
            raise mistake(path, number, "", f"has more than {MOST_ADDRESSES} addresses")
    if not found:
        raise mistake(path, 1, "", "has no address in it; write one a line")
    return frozenset(found)


def read_traits(folder: Path, name: str) -> Traits:
    """`{"17": {"colour": "gold"}}`, as JSON. Raises as `read_list` does."""
    path = beside(folder, name)
    text = _text(path)
    try:
        tokens = json.loads(text)
    except json.JSONDecodeError as error:
        raise mistake(path, error.lineno, "", f"is no JSON: {error.msg}") from error
    except (RecursionError, ValueError) as error:
        raise mistake(path, 1, "", "is nested too deeply, or has too long a number") from error
    if not isinstance(tokens, dict) or not tokens:
        raise mistake(path, 1, "", 'must be a table such as {"17": {"colour": "gold"}}')
    return {
        _token(path, text, token): _traits(path, text, token, traits)
        for token, traits in tokens.items()
    }


def values_of(traits: Traits) -> dict[str, set[str]]:
    """By the key of a trait, every value that some token has."""
    values: dict[str, set[str]] = {}
    for token in traits.values():
        for key, value in token.items():
            values.setdefault(key, set()).add(value)
    return values


def beside(folder: Path, name: str) -> Path:
    """A file in the club file's folder or below, and nowhere else."""
    inside = PurePosixPath(name)
    if not name or inside.is_absolute() or ".." in inside.parts:
        raise NeedsPerson(
            "E-CLUBFILEREAD", file=name, cause="it must stand in the club file's own folder"
        )
    return folder / inside


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise mistake(path, 1, "", f"is bigger than {MOST_BYTES // 1024**2} MB")
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError, ValueError) as error:
        cause = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise NeedsPerson("E-CLUBFILEREAD", file=str(path), cause=cause) from error


def _token(path: Path, text: str, token: str) -> int:
    if not _TOKEN.fullmatch(token) or int(token) > MOST:
        raise mistake(path, _line(text, token), token[:50], "is no token id; write digits")
    return int(token)


def _traits(path: Path, text: str, token: str, traits: object) -> Mapping[str, str]:
    line = _line(text, token)
    if not isinstance(traits, dict):
        raise mistake(path, line, token, 'must be a table such as {"colour": "gold"}')
    for key, value in traits.items():
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise mistake(path, line, f"{token}.{key[:50]}", "must be text or a whole number")
    return {key: str(value) for key, value in traits.items()}


def _line(text: str, token: str) -> int:
    """Where a token's traits begin; the first line if it is written in another way."""
    at = text.find(f'"{token}"')
    return text.count("\n", 0, at) + 1 if at >= 0 else 1

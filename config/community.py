"""The club's own file: its name, its album, its gates, and where it chats.

One parser, one form of complaint: file, line, key and a sentence. Everything is returned in the
core's own words.
"""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails

from gating.errors import NeedsPerson
from gating.model import Account, Address, Asset, Gate, GateId, Holds, Pass, Platform

_ADDRESS = r"^0x[0-9a-fA-F]{40}$"
_ACCOUNT = r"^(discord|telegram):[0-9]+$"
Name = Annotated[str, Field(min_length=1, max_length=60)]


@dataclass(frozen=True, slots=True)
class Club:
    """A club as its file describes it."""

    name: str
    accent: str
    asset: Asset
    chain_name: str
    first_block: int
    confirmations: int
    still_minutes: int
    without_vote: tuple[Address, ...]
    gates: tuple[Gate, ...]
    artists: frozenset[Account]
    moderators: frozenset[Account]
    discord_guild: int | None
    discord_places: dict[str, int]
    telegram_places: dict[str, int]

    @property
    def assets(self) -> dict[Asset, int]:
        """What is followed, and the block in which the history of each begins."""
        return {self.asset: self.first_block}


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _ClubTable(_Table):
    name: Name
    accent: str = Field("#0f6f78", pattern=r"^#[0-9a-fA-F]{6}$")
    artists: tuple[Annotated[str, Field(pattern=_ACCOUNT)], ...] = ()
    moderators: tuple[Annotated[str, Field(pattern=_ACCOUNT)], ...] = ()


class _AlbumTable(_Table):
    name: Name
    chain_id: int = Field(gt=0)
    chain_name: Name = "Ethereum"
    contract: str = Field(pattern=_ADDRESS)
    first_block: int = Field(0, ge=0)
    confirmations: int = Field(2, ge=0, le=256)
    still_minutes: int = Field(15, ge=0, le=10_080)
    without_vote: tuple[Annotated[str, Field(pattern=_ADDRESS)], ...] = ()


class _GateTable(_Table):
    id: str = Field(pattern=r"^[a-z0-9-]{1,24}$")
    name: Name
    at_least: int = Field(1, ge=1)
    lowest: int | None = Field(None, ge=0)
    highest: int | None = Field(None, ge=0)
    discord_roles: tuple[int, ...] = ()
    telegram_chats: tuple[int, ...] = ()

    @model_validator(mode="after")
    def _the_right_way_round(self) -> Self:
        if self.lowest is not None and self.highest is not None and self.lowest > self.highest:
            raise ValueError(f"lowest is greater than highest in the gate {self.id}")
        return self


class _DiscordTable(_Table):
    guild: int = Field(gt=0)
    places: dict[str, int] = {}


class _TelegramTable(_Table):
    places: dict[str, int] = {}


class _File(_Table):
    club: _ClubTable
    album: _AlbumTable
    gates: tuple[_GateTable, ...] = Field(min_length=1)
    discord: _DiscordTable | None = None
    telegram: _TelegramTable | None = None

    @field_validator("gates")
    @classmethod
    def _one_of_each_name(cls, gates: tuple[_GateTable, ...]) -> tuple[_GateTable, ...]:
        names = [gate.id for gate in gates]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice:
            raise ValueError(f"two gates are called {twice}")
        return gates


def read_club(path: Path) -> Club:
    """The club in this file.

    Raises `NeedsPerson("E-CLUBFILE", file=..., line=..., key=..., cause=..., what=...)` for the
    first mistake in it, or `NeedsPerson("E-CLUBFILEREAD", file=..., cause=...)`.
    """
    try:
        text = path.read_text(encoding="utf-8")
        tables = tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        cause = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise NeedsPerson("E-CLUBFILEREAD", file=str(path), cause=cause) from error
    except tomllib.TOMLDecodeError as error:
        raise _mistake(path, _line_in(str(error)), "", str(error)) from error
    except RecursionError as error:
        raise _mistake(path, 1, "", "has values that are nested too deeply") from error
    except ValueError as error:
        raise _mistake(path, 1, "", "has a number that is too long") from error
    try:
        return _club(_File.model_validate(tables))
    except ValidationError as error:
        first = min(error.errors(), key=_telling)
        line = line_of(text, first["loc"])
        raise _mistake(path, line, _key(first["loc"]), _sentence(first)) from error


def line_of(text: str, where: tuple[int | str, ...]) -> int:
    """The line (from 1) on which this key stands, or its table begins."""
    lines = [line.strip() for line in text.splitlines()]
    names = [str(part) for part in where if isinstance(part, str)]
    index = where[1] if len(where) > 1 and isinstance(where[1], int) else 0
    for depth in range(len(names), 0, -1):  # the innermost table that has a header of its own
        starts = _headers(lines, names[:depth])
        if index < len(starts):
            return _line_below(lines, starts[index], names[depth:])
    return _line_below(lines, 0, names) or 1


def _headers(lines: list[str], names: list[str]) -> list[int]:
    title = r"\s*\.\s*".join(map(re.escape, names))
    header = re.compile(rf"\[\[?\s*{title}[\s.\]]")
    return [number for number, line in enumerate(lines, 1) if header.match(line)]


def _line_below(lines: list[str], start: int, names: list[str]) -> int:
    """The line of the first of these names in the table that begins at `start`, or `start`."""
    key = re.compile(rf"[\"']?{re.escape(names[0])}[\"']?\s*[=.]") if names else None
    for number, line in enumerate(lines[start:], start + 1):
        if line.startswith("["):
            break
        if key and key.match(line):
            return number
    return start


def _club(file: _File) -> Club:
    asset = Asset(file.album.chain_id, Address(file.album.contract.lower()), name=file.album.name)
    return Club(
        name=file.club.name,
        accent=file.club.accent,
        asset=asset,
        chain_name=file.album.chain_name,
        first_block=file.album.first_block,
        confirmations=file.album.confirmations,
        still_minutes=file.album.still_minutes,
        without_vote=tuple(Address(wallet.lower()) for wallet in file.album.without_vote),
        gates=tuple(_gate(gate, asset) for gate in file.gates),
        artists=frozenset(map(_account, file.club.artists)),
        moderators=frozenset(map(_account, file.club.moderators)),
        discord_guild=file.discord.guild if file.discord else None,
        discord_places=dict(file.discord.places) if file.discord else {},
        telegram_places=dict(file.telegram.places) if file.telegram else {},
    )


def _gate(table: _GateTable, asset: Asset) -> Gate:
    gate = GateId(table.id)
    roles = (Pass(gate, Platform.DISCORD, str(role), table.name) for role in table.discord_roles)
    chats = (Pass(gate, Platform.TELEGRAM, str(chat), table.name) for chat in table.telegram_chats)
    rule = Holds(asset, table.at_least, table.lowest, table.highest)
    return Gate(gate, table.name, rule, (*roles, *chats))


def _account(text: str) -> Account:
    platform, _, user = text.partition(":")
    return Account(Platform(platform), user)


def _mistake(path: Path, line: int, key: str, cause: str) -> NeedsPerson:
    what = f"{key} {cause}".strip()
    return NeedsPerson("E-CLUBFILE", file=str(path), line=line, key=key, cause=cause, what=what)


def _line_in(message: str) -> int:
    found = re.search(r"line (\d+)", message)
    return int(found[1]) if found else 1


def _key(where: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in where)


def _telling(error: ErrorDetails) -> bool:
    """A key that is not known comes first: often it is one that is missed, written wrongly."""
    return error["type"] != "extra_forbidden"


def _sentence(error: ErrorDetails) -> str:
    kind = error["type"]
    if kind == "extra_forbidden":
        return "is not a key that this file knows"
    if kind == "missing":
        return "is missing"
    words = str(error["msg"]).removeprefix("Value error, ")
    return words[:1].lower() + words[1:]

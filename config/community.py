"""The club's own file: its name, its album, its gates, and where it chats.

One parser, one form of complaint: file, line, key and a sentence. Everything is returned in the
core's own words.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
)
from pydantic_core import ErrorDetails

from config.chains import (
    CHAIN_ID,
    MOST_CONFIRMATIONS,
    MOST_MINUTES,
    ChainTable,
    Habits,
    habits_of,
)
from config.contracts import (
    ADDRESS,
    ALBUM,
    SHORT_NAME,
    TOKEN_KINDS,
    ContractTable,
    one_of_each,
    tiers_of,
)
from config.discord_servers import DiscordTable, servers_of
from config.gates import MOST_GRACE, GateTable, Name, gate_of, ways_of
from config.mistakes import mistake, mistake_at
from config.rule_files import Traits, read_list, read_traits, values_of
from config.telegram_table import TelegramTable
from gating.errors import NeedsPerson
from gating.identity.moving import COOLDOWN
from gating.model import Account, Address, Asset, Gate, Platform
from gating.model.delegation import Registry, Rights
from gating.model.ending import Limits
from gating.model.rule import Contract, ContractKind, Rule
from gating.model.servers import Servers
from gating.rules.evidence import Need, OnList, TraitsOf
from gating.rules.fields import RuleMistake
from gating.rules.parse import rule_of
from gating.rules.predicates import Book

_ACCOUNT = r"^(discord|telegram):[0-9]+$"
HOURS = int(COOLDOWN / timedelta(hours=1))
MOST_HOURS = 30 * 24
"""Trails of wallets are kept for a month."""
_RIGHTS = r"^([!-~]{1,32}|0x[0-9a-fA-F]{64})$"
DELEGATE_XYZ = "0x00000000000000447e69651d841bD8D104Bed493"
"""Where v2 of the registry of delegate.xyz stands, on every chain that has it."""
LONGEST_NAMED = 32


@dataclass(frozen=True, slots=True)
class Club:
    """A club as its file describes it."""

    name: str
    accent: str
    asset: Asset
    chain_name: str
    first_block: int
    habits: Mapping[int, Habits]
    """How each chain that is read is followed, by its id."""
    without_vote: tuple[Address, ...]
    gates: tuple[Gate, ...]
    artists: frozenset[Account]
    moderators: frozenset[Account]
    delegation: Registry | None
    protected: frozenset[Account]
    limits: Limits
    discord_guild: int | None
    discord_places: dict[str, int]
    telegram_places: dict[str, int]
    telegram_topics: dict[str, int]
    """Places that are one topic of a forum, by the number of its thread."""
    wallet_cooldown: timedelta = COOLDOWN
    contracts: tuple[Contract, ...] = ()
    lists: Mapping[str, frozenset[Address]] = field(default_factory=dict)
    traits: Mapping[str, Traits] = field(default_factory=dict)
    """By the name of the contract."""
    discord_servers: Mapping[str, int] = field(default_factory=dict)
    """Further servers, by their names in the file."""
    servers: Servers = field(default_factory=Servers)

    @property
    def book(self) -> Book:
        """What rules may name, in the file and in the chat."""
        return Book(
            {contract.name: contract for contract in self.contracts},
            tuple(self.lists),
            {name: values_of(traits) for name, traits in self.traits.items()},
            {(way.platform, way.target): way.gate for gate in self.gates for way in gate.passes},
            frozenset() if self.discord_guild else frozenset({Platform.DISCORD}),
        )

    @property
    def evidence(self) -> Mapping[Need[Any], Any]:
        """What the files beside the club file tell of all fans: lists, and traits."""
        assets = {contract.name: contract.asset for contract in self.contracts}
        known: dict[Need[Any], Any] = {}
        known.update((OnList(name), listed) for name, listed in self.lists.items())
        known.update((TraitsOf(assets[name]), table) for name, table in self.traits.items())
        return known

    @property
    def chains(self) -> frozenset[int]:
        """Every chain that is read, by its id."""
        return frozenset(contract.asset.chain_id for contract in self.contracts)

    @property
    def assets(self) -> dict[Asset, int]:
        """What is followed, and the block in which the history of each begins."""
        others = (each for each in self.contracts if each.kind in TOKEN_KINDS)
        return {
            self.asset: self.first_block,
            **{each.asset: each.first_block for each in others},
        }


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _ClubTable(_Table):
    name: Name
    accent: str = Field("#0f6f78", pattern=r"^#[0-9a-fA-F]{6}$")
    artists: tuple[Annotated[str, Field(pattern=_ACCOUNT)], ...] = ()
    moderators: tuple[Annotated[str, Field(pattern=_ACCOUNT)], ...] = ()
    wallet_cooldown_hours: int = Field(HOURS, ge=1, le=MOST_HOURS)
    protected: tuple[Annotated[str, Field(pattern=_ACCOUNT)], ...] = ()
    grace_hours: int = Field(24, ge=0, le=MOST_GRACE)


class _AlbumTable(_Table):
    name: Name
    chain_id: int = Field(gt=0)
    chain_name: Name = "Ethereum"
    contract: str = Field(pattern=ADDRESS)
    first_block: int = Field(0, ge=0)
    confirmations: int = Field(2, ge=0, le=MOST_CONFIRMATIONS)
    still_minutes: int = Field(15, ge=0, le=MOST_MINUTES)
    without_vote: tuple[Annotated[str, Field(pattern=ADDRESS)], ...] = ()
    tiers: dict[str, str] = {}
    traits: str | None = None


class _DelegationTable(_Table):
    registry: str = Field(DELEGATE_XYZ, pattern=ADDRESS)
    rights: str = Field("fanclub", pattern=_RIGHTS)
    first_block: int | None = Field(None, ge=0)


class _BrakeTable(_Table):
    fans: int = Field(20, ge=1)
    percent: int = Field(5, ge=1, le=100)
    few: int = Field(3, ge=0)


class _File(_Table):
    club: _ClubTable
    album: _AlbumTable
    gates: tuple[GateTable, ...] = Field(min_length=1)
    delegation: _DelegationTable | None = None
    brake: _BrakeTable = _BrakeTable()
    discord: DiscordTable | None = None
    telegram: TelegramTable = TelegramTable()
    chains: dict[Annotated[str, Field(pattern=CHAIN_ID)], ChainTable] = {}
    contracts: tuple[ContractTable, ...] = ()
    lists: dict[Annotated[str, Field(pattern=SHORT_NAME)], str] = {}

    @field_validator("contracts")
    @classmethod
    def _one_of_each_contract(
        cls, contracts: tuple[ContractTable, ...]
    ) -> tuple[ContractTable, ...]:
        one_of_each(contracts)
        return contracts

    @field_validator("gates")
    @classmethod
    def _one_of_each_name(cls, gates: tuple[GateTable, ...]) -> tuple[GateTable, ...]:
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
    except (OSError, UnicodeDecodeError) as error:
        cause = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise NeedsPerson("E-CLUBFILEREAD", file=str(path), cause=cause) from error
    tables = _tables(text, path)
    try:
        return _club(_File.model_validate(tables), path.parent)
    except ValidationError as error:
        first = min(error.errors(), key=_telling)
        raise mistake_at(path, text, first["loc"], _sentence(first)) from error
    except RuleMistake as error:
        raise mistake_at(path, text, error.where, error.cause) from error


def read_rule(text: str, book: Book, *, source: str) -> Rule:
    """The rule of a text such as `rule = { holds = "album" }`, as a moderator sends it.

    `source` stands for the file in the complaint, which is the club file's.
    """
    tables = _tables(text, source)
    other = next((key for key in tables if key != "rule"), None)
    if other is not None:
        raise mistake_at(source, text, (other,), "is not a key here; write rule = { … } alone")
    if "rule" not in tables:
        raise mistake(source, 1, "rule", 'is missing; write rule = { holds = "album", min = 1 }')
    try:
        return rule_of(tables["rule"], book, ("rule",))
    except RuleMistake as error:
        raise mistake_at(source, text, error.where, error.cause) from error


def _tables(text: str, source: Path | str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise mistake(source, _line_in(str(error)), "", str(error)) from error
    except RecursionError as error:
        raise mistake(source, 1, "", "has values that are nested too deeply") from error
    except ValueError as error:
        raise mistake(source, 1, "", "has a number that is too long") from error


def _club(file: _File, folder: Path) -> Club:
    asset = Asset(file.album.chain_id, Address(file.album.contract.lower()), name=file.album.name)
    club = Club(
        name=file.club.name,
        accent=file.club.accent,
        asset=asset,
        chain_name=file.album.chain_name,
        first_block=file.album.first_block,
        habits=_habits(file),
        without_vote=tuple(Address(wallet.lower()) for wallet in file.album.without_vote),
        gates=(),
        artists=frozenset(map(_account, file.club.artists)),
        moderators=frozenset(map(_account, file.club.moderators)),
        delegation=_registry(file.delegation, file.album) if file.delegation else None,
        protected=frozenset(map(_account, file.club.protected)),
        limits=Limits(file.brake.fans, file.brake.percent, file.brake.few),
        discord_guild=file.discord.guild if file.discord else None,
        discord_places=dict(file.discord.places) if file.discord else {},
        telegram_places=dict(file.telegram.places),
        telegram_topics=dict(file.telegram.topics),
        discord_servers=dict(file.discord.servers) if file.discord else {},
        servers=servers_of(
            file.discord, [(gate.discord_roles, gate.discord_roles_in) for gate in file.gates]
        ),
        wallet_cooldown=timedelta(hours=file.club.wallet_cooldown_hours),
        contracts=_contracts(file, asset),
        lists={name: read_list(folder, listed) for name, listed in file.lists.items()},
        traits=_traits(file, folder),
    )
    ways = (way for table in file.gates for way in ways_of(table))
    book = replace(club.book, opened={(way.platform, way.target): way.gate for way in ways})
    grace = file.club.grace_hours
    gates = tuple(gate_of(table, nth, book, grace) for nth, table in enumerate(file.gates))
    return replace(club, gates=gates)


def _habits(file: _File) -> dict[int, Habits]:
    read = {file.album.chain_id, *(table.chain for table in file.contracts)}
    usual = Habits(file.album.confirmations, file.album.still_minutes)
    return habits_of(file.chains, read, usual)


def _registry(table: _DelegationTable, album: _AlbumTable) -> Registry:
    first_block = album.first_block if table.first_block is None else table.first_block
    contract = Address(table.registry.lower())
    return Registry(album.chain_id, contract, _rights(table.rights), first_block)


def _rights(text: str) -> Rights:
    """A right as the registry keeps it: 32 bytes, a name's letters first."""
    named = text.removeprefix("0x").lower() if len(text) > LONGEST_NAMED else text.encode().hex()
    return Rights(named.ljust(64, "0"))


def _contracts(file: _File, asset: Asset) -> tuple[Contract, ...]:
    album = Contract(
        ALBUM,
        ContractKind.ERC721,
        asset,
        first_block=file.album.first_block,
        tiers=tiers_of(file.album.tiers, ("album",)),
    )
    for nth, table in enumerate(file.contracts):
        same = (table.chain, table.address.lower()) == (asset.chain_id, asset.contract)
        if same and table.kind in TOKEN_KINDS:
            cause = "is the album's address; rules call that contract album"
            raise RuleMistake(("contracts", nth, "address"), cause)
    others = enumerate(file.contracts)
    return (album, *(table.contract(("contracts", nth)) for nth, table in others))


def _traits(file: _File, folder: Path) -> dict[str, Traits]:
    named = {ALBUM: file.album.traits, **{table.name: table.traits for table in file.contracts}}
    return {name: read_traits(folder, traits) for name, traits in named.items() if traits}


def _account(text: str) -> Account:
    platform, _, user = text.partition(":")
    return Account(Platform(platform), user)


def _line_in(message: str) -> int:
    found = re.search(r"line (\d+)", message)
    return int(found[1]) if found else 1


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

"""What rules ask of the index, looked up for any number of fans with a few questions."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from gating.access.evidence import NOT_FINAL, NOT_READY, balance_of
from gating.access.mints import MintBook, MintTable
from gating.access.persons import OfFan, look_up_persons
from gating.access.views import Asked, ViewBook
from gating.model import Address, Asset, Block, Fan, Transfer, Unknown
from gating.model.holdings import Readings, Tokens, holding_of
from gating.ports import Transaction
from gating.rules.evidence import (
    Balances,
    HeldNow,
    HeldThen,
    History,
    HowMinted,
    Mints,
    Need,
    Stays,
)
from gating.rules.history import stays_in
from gating.rules.times import AHEAD
from gating.rules.wallets import counted_on

Wallets = tuple[Address, ...]
Lookup = Callable[[Wallets], Any]
"""The piece of a fan with these wallets, or why there is none (`Unknown`)."""
FromIndex = HeldNow | HeldThen | Stays | HowMinted
"""Needs that the transfer ledger answers."""


@dataclass(frozen=True, slots=True)
class Table:
    """The answers to one need, at the settled block and at the final one."""

    chain_id: int
    now: Lookup
    final: Lookup


@dataclass(frozen=True, slots=True)
class Looked:
    """The answers to some needs, for everybody who was asked about."""

    tables: Mapping[Need[Any], Table]
    chains: frozenset[int]
    persons: Mapping[Need[Any], OfFan] = field(default_factory=dict)
    """What is the same at both blocks, for no block knows it."""

    def now(self, fan: Fan) -> dict[Need[Any], Any]:
        """The pieces of one fan at the settled block."""
        mine = self._counted(fan)
        found = {need: table.now(mine[table.chain_id]) for need, table in self.tables.items()}
        return {**found, **self._persons(fan)}

    def final(self, fan: Fan) -> dict[Need[Any], Any]:
        """The pieces of one fan at the final block."""
        mine = self._counted(fan)
        found = {need: table.final(mine[table.chain_id]) for need, table in self.tables.items()}
        return {**found, **self._persons(fan)}

    def _persons(self, fan: Fan) -> Mapping[Need[Any], Any]:
        return {need: person(fan) for need, person in self.persons.items()}

    def _counted(self, fan: Fan) -> Mapping[int, Wallets]:
        return {chain_id: counted_on(fan.wallets, chain_id) for chain_id in self.chains}


async def look_up(
    tx: Transaction,
    needs: Iterable[Need[Any]],
    fans: Sequence[Fan],
    mints: MintBook,
    views: ViewBook | None = None,
) -> Looked:
    """Ask the index for what it can tell of these needs; what nobody can tell is left out.

    What contracts were asked before is taken from `views`: no node is asked in a transaction.
    """
    wanted = tuple(needs)
    marked = {need.asset for need in wanted if isinstance(need, HeldThen | Stays | HowMinted)}
    marks = await tx.ledger.readings(tuple(marked), ()) if marked else {}
    chains = frozenset(
        need.asset.chain_id for need in wanted if isinstance(need, FromIndex | Asked)
    )
    wallets = {
        chain_id: [each for fan in fans for each in counted_on(fan.wallets, chain_id)]
        for chain_id in chains
    }
    tables: dict[Need[Any], Table] = {}
    for need in wanted:
        if isinstance(need, FromIndex):
            chain_id = need.asset.chain_id
            found = await _table(tx, need, wallets[chain_id], mints, marks)
            tables[need] = Table(chain_id, *found)
        elif isinstance(need, Asked) and views:
            tables[need] = Table(need.asset.chain_id, *_viewed(views, need))
    return Looked(tables, chains, await look_up_persons(tx, wanted, fans))


def _viewed(views: ViewBook, need: Asked) -> tuple[Lookup, Lookup]:
    return lambda mine: views.pair(need, mine)[0], lambda mine: views.pair(need, mine)[1]


async def _table(
    tx: Transaction,
    need: FromIndex,
    wallets: Sequence[Address],
    mints: MintBook,
    marked: Mapping[Asset, Readings],
) -> tuple[Lookup, Lookup]:
    if isinstance(need, HeldNow):
        return _held((await tx.ledger.readings((need.asset,), wallets))[need.asset])
    marks = marked[need.asset]
    match need:
        case HeldThen():
            return _then(need, marks, await tx.ledger.held_at(need.asset, wallets, need.block))
        case Stays():
            moves = await tx.ledger.history(need.asset, wallets)
            return _stays(marks, _by_wallet(moves, frozenset(wallets)))
        case HowMinted():
            return await _minted(tx, need.asset, marks, mints)


def _both(
    marks: Readings,
    piece: Callable[[Block, bool, Wallets], Any],
    moving: Callable[[Wallets], bool] = lambda _: False,
) -> tuple[Lookup, Lookup]:
    """A piece at each mark, or why there is none; nothing is final while something moves.

    `piece`: at a block, which may be final, of these wallets.
    """
    settled, final = marks.settled, marks.final

    def now(mine: Wallets) -> Any:
        if settled is None or (marks.silent and mine):
            return _doubt(marks, mine)
        return piece(settled, final is not None and settled.number <= final.number, mine)

    def then(mine: Wallets) -> Any:
        if settled is None or final is None or (marks.silent and mine):
            return _doubt(marks, mine)
        return Unknown(NOT_FINAL) if moving(mine) else piece(final, True, mine)

    return now, then


def _doubt(marks: Readings, mine: Wallets) -> Unknown:
    """Who has no wallet holds nothing, whatever a silent chain would say."""
    return Unknown((marks.silent if mine else None) or NOT_READY)


def _held(readings: Readings) -> tuple[Lookup, Lookup]:
    def piece(at: Block, final: bool, mine: Wallets) -> Balances:
        return Balances(at, tuple(map(balance_of, readings.held(mine, at))), final)

    return _both(readings, piece, lambda mine: not readings.moved.isdisjoint(mine))


def _then(
    need: HeldThen, marks: Readings, held: Mapping[Address, Tokens]
) -> tuple[Lookup, Lookup]:
    ahead = marks.settled is None or need.block > marks.settled.number
    sure = marks.final is not None and need.block <= marks.final.number

    def piece(at: Block, final: bool, mine: Wallets) -> Balances | Unknown:
        if need.block > at.number:
            return Unknown(AHEAD if ahead else NOT_FINAL)
        each = [holding_of(one, need.asset, held.get(one, ()), at) for one in mine]
        return Balances(at, tuple(map(balance_of, each)), final or sure)

    return _both(marks, piece)


def _by_wallet(
    moves: Iterable[Transfer], wallets: frozenset[Address]
) -> Mapping[Address, list[Transfer]]:
    found: dict[Address, list[Transfer]] = {}
    for move in moves:
        for side in {move.sender, move.receiver} & wallets:
            found.setdefault(side, []).append(move)
    return found


def _stays(marks: Readings, moves: Mapping[Address, list[Transfer]]) -> tuple[Lookup, Lookup]:
    def piece(at: Block, final: bool, mine: Wallets) -> History:
        until = [move for move in _ordered(moves, mine) if move.block_number <= at.number]
        return History(at, stays_in(until, frozenset(mine)), final)

    def moving(mine: Wallets) -> bool:
        last = max((move.block_number for move in _ordered(moves, mine)), default=0)
        return marks.final is not None and last > marks.final.number

    return _both(marks, piece, moving)


def _ordered(moves: Mapping[Address, list[Transfer]], mine: Wallets) -> Sequence[Transfer]:
    """The moves of all these wallets; one between two of them stands with both."""
    if len(mine) == 1:
        return moves.get(mine[0], ())
    once = {_place(move): move for move in chain.from_iterable(moves.get(w, ()) for w in mine)}
    return [once[place] for place in sorted(once)]


def _place(move: Transfer) -> tuple[int, int, int]:
    return move.block_number, move.log_index, move.sub_index


async def _minted(
    tx: Transaction, asset: Asset, marks: Readings, mints: MintBook
) -> tuple[Lookup, Lookup]:
    settled = final = None
    if marks.settled:
        settled, final = await mints.tables(tx.ledger, asset, marks.settled, marks.final)

    def piece(at: Block, sure: bool, mine: Wallets) -> Mints | Unknown:
        table = settled if at == marks.settled else final
        return _mints(table, at, mine, final=sure) if table else Unknown(NOT_READY)

    return _both(marks, piece)


def _mints(table: MintTable, at: Block, mine: Wallets, *, final: bool) -> Mints:
    places = {wallet: table.wallets[wallet] for wallet in mine if wallet in table.wallets}
    return Mints(at, table.tokens, places, final)

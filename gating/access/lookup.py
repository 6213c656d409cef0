"""What rules ask of the index, looked up for any number of fans with a few questions."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from typing import Any

from gating.access.evidence import NOT_FINAL, NOT_READY, balance_of, held_now
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
Pair = tuple[Any, Any]
"""The piece at the settled block and the one at the final block; each may be `Unknown`."""
FromIndex = HeldNow | HeldThen | Stays | HowMinted
"""Needs that the transfer ledger answers."""


@dataclass(frozen=True, slots=True)
class Looked:
    """The answers to some needs, for everybody who was asked about."""

    tables: Mapping[Need[Any], tuple[int, Callable[[Wallets], Pair]]]
    persons: Mapping[Need[Any], OfFan] = field(default_factory=dict)
    """What is the same at both blocks, for no block knows it."""

    def of(self, fan: Fan) -> tuple[Mapping[Need[Any], Any], Mapping[Need[Any], Any]]:
        """The pieces of one fan, at the settled and at the final block."""
        settled: dict[Need[Any], Any] = {}
        final: dict[Need[Any], Any] = {}
        for need, (chain_id, table) in self.tables.items():
            settled[need], final[need] = table(counted_on(fan.wallets, chain_id))
        for need, person in self.persons.items():
            settled[need] = final[need] = person(fan)
        return settled, final


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
    tables: dict[Need[Any], tuple[int, Callable[[Wallets], Pair]]] = {}
    for need in wanted:
        if isinstance(need, FromIndex):
            chain_id = need.asset.chain_id
            wallets = [each for fan in fans for each in counted_on(fan.wallets, chain_id)]
            tables[need] = chain_id, await _table(tx, need, wallets, mints, marks)
        elif isinstance(need, Asked) and views:
            tables[need] = need.asset.chain_id, partial(views.pair, need)
    return Looked(tables, await look_up_persons(tx, wanted, fans))


async def _table(
    tx: Transaction,
    need: FromIndex,
    wallets: Sequence[Address],
    mints: MintBook,
    marked: Mapping[Asset, Readings],
) -> Callable[[Wallets], Pair]:
    if isinstance(need, HeldNow):
        readings = (await tx.ledger.readings((need.asset,), wallets))[need.asset]
        return lambda mine: held_now(_calmed(readings, mine).of(mine))
    marks = marked[need.asset]
    match need:
        case HeldThen():
            held = await tx.ledger.held_at(need.asset, wallets, need.block)
            return lambda mine: _then(need, _calmed(marks, mine), held, mine)
        case Stays():
            moves = _by_wallet(await tx.ledger.history(need.asset, wallets), frozenset(wallets))
            return lambda mine: _stays(_calmed(marks, mine), moves, mine)
        case HowMinted():
            return await _minted(tx, need.asset, marks, mints)


def _calmed(readings: Readings, mine: Wallets) -> Readings:
    """Who has no wallet holds nothing, whatever a silent chain would say."""
    if mine or readings.silent is None:
        return readings
    return Readings(readings.asset, readings.settled, readings.final)


def _both(marks: Readings, piece: Callable[[Block, bool], Any], *, moving: bool = False) -> Pair:
    """A piece at each mark, or why there is none; nothing is final while something moves."""
    if marks.silent or marks.settled is None:
        doubt = Unknown(marks.silent or NOT_READY)
        return doubt, doubt
    final = marks.final
    now = piece(marks.settled, final is not None and marks.settled.number <= final.number)
    if moving or final is None:
        return now, Unknown(NOT_FINAL if final else NOT_READY)
    return now, piece(final, True)


def _then(need: HeldThen, marks: Readings, held: Mapping[Address, Tokens], mine: Wallets) -> Pair:
    def piece(at: Block, final: bool) -> Balances | Unknown:
        if need.block > at.number:
            ahead = marks.settled is None or need.block > marks.settled.number
            return Unknown(AHEAD if ahead else NOT_FINAL)
        each = [holding_of(one, need.asset, held.get(one, ()), at) for one in mine]
        sure = marks.final is not None and need.block <= marks.final.number
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


def _stays(marks: Readings, moves: Mapping[Address, list[Transfer]], mine: Wallets) -> Pair:
    once = {_place(move): move for move in chain.from_iterable(moves.get(w, ()) for w in mine)}
    ordered = [once[place] for place in sorted(once)]
    last = ordered[-1].block_number if ordered else 0

    def piece(at: Block, final: bool) -> History:
        until = [move for move in ordered if move.block_number <= at.number]
        times = {move.block_number: move.block_time for move in until}
        return History(at, stays_in(until, frozenset(mine), times), final)

    return _both(marks, piece, moving=marks.final is not None and last > marks.final.number)


def _place(move: Transfer) -> tuple[int, int, int]:
    return move.block_number, move.log_index, move.sub_index


async def _minted(
    tx: Transaction, asset: Asset, marks: Readings, mints: MintBook
) -> Callable[[Wallets], Pair]:
    settled = final = None
    if marks.settled:
        settled, final = await mints.tables(tx.ledger, asset, marks.settled, marks.final)

    def of(mine: Wallets) -> Pair:
        def piece(at: Block, sure: bool) -> Mints | Unknown:
            table = settled if at == marks.settled else final
            return _mints(table, at, mine, final=sure) if table else Unknown(NOT_READY)

        return _both(_calmed(marks, mine), piece)

    return of


def _mints(table: MintTable, at: Block, mine: Wallets, *, final: bool) -> Mints:
    places = {wallet: table.wallets[wallet] for wallet in mine if wallet in table.wallets}
    return Mints(at, table.tokens, places, final)

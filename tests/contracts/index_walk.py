"""Random transfers, reorganisations and restarts, beside a plain model of who holds what."""

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from gating.holdings.follow import FollowChain
from gating.model import Address, Asset, Block, TokenKind, Transfer
from gating.ports import Chain
from gating.rules.evidence import Stay
from gating.rules.history import stays_in
from tests.contracts.access_kit import NOBODY, TIDE, Town, block, move, wallet
from tests.contracts.index_kit import following, reach
from tests.fakes.told_chain import ToldChain

PEOPLE = tuple(wallet(number) for number in range(1, 6))
COPIES = TIDE
COINS = Asset(TIDE.chain_id, Address("0x" + "c1" * 20), "Coins", TokenKind.ERC20)
THINGS = Asset(TIDE.chain_id, Address("0x" + "d1" * 20), "Things", TokenKind.ERC1155)
TOKENS = {TokenKind.ERC721: 9, TokenKind.ERC20: 1, TokenKind.ERC1155: 3}


class World(Protocol):
    """A chain on which the walk happens. `moves` are those of the history that stands."""

    moves: list[Transfer]

    @property
    def assets(self) -> tuple[Asset, ...]: ...

    @property
    def reader(self) -> Chain: ...

    async def send(self, sent: Sequence[Transfer]) -> None:
        """Mine these moves into the next block; their places are set by the world."""
        ...

    async def undo(self, depth: int) -> None: ...


@dataclass
class ToldWorld:
    """A world in memory."""

    told: ToldChain = field(default_factory=ToldChain)
    forks: int = 0

    def __post_init__(self) -> None:
        self.told.grow(0)
        self.told.span = 7

    @property
    def moves(self) -> list[Transfer]:
        return self.told.moves

    @property
    def assets(self) -> tuple[Asset, ...]:
        return COPIES, COINS, THINGS

    @property
    def reader(self) -> Chain:
        return self.told

    async def send(self, sent: Sequence[Transfer]) -> None:
        number = self.told.top + 1
        at = block(number, format(self.forks % 15 + 1, "x"))
        self.told.blocks[number], self.told.top = at, number
        self.told.final = max(self.told.final, number - 12)
        for log, one in enumerate(sent):
            more = {"asset": one.asset, "amount": one.amount, "log": log}
            self.told.moves.append(move(at, one.token_id, one.sender, one.receiver, **more))

    async def undo(self, depth: int) -> None:
        kept = max(0, self.told.top - depth)
        lost = self.told.top - kept
        self.forks += 1
        self.told.moves = [one for one in self.told.moves if one.block_number <= kept]
        self.told.top, self.told.final = kept, min(self.told.final, kept)
        for _ in range(lost):  # a new history as long as the old one
            await self.send(())


@dataclass
class Walk:
    """One walk: what happens is drawn by `chance`, and is compared with the model on the way."""

    town: Town
    world: World
    chance: random.Random
    follow: FollowChain | None = None
    steps: int = 0

    async def step(self) -> None:
        self.steps += 1
        what = self.chance.choices(
            (self.transfers, self.reorganise, self.restart, self.compare), (70, 6, 4, 20)
        )[0]
        await what()

    async def transfers(self) -> None:
        """A block with up to four moves."""
        held = held_at(self.world.moves, None)
        sent: list[Transfer] = []
        for _ in range(self.chance.randrange(5)):
            asset = self.chance.choice(self.world.assets)
            token = self.chance.randrange(TOKENS[asset.kind])
            one = self._move(asset, token, held)
            held[asset, token, one.sender] -= one.amount
            held[asset, token, one.receiver] += one.amount
            sent.append(one)
        await self.world.send(sent)

    def _move(
        self, asset: Asset, token: int, held: "Counter[tuple[Asset, int, Address]]"
    ) -> Transfer:
        holders = [who for who in PEOPLE if held[asset, token, who] > 0]
        sender = self.chance.choice(holders) if holders else NOBODY
        unique = asset.kind is TokenKind.ERC721
        if not unique and self.chance.random() < 0.4:
            sender = NOBODY
        most = 2**200 if sender == NOBODY else held[asset, token, sender]
        amount = 1 if unique else self.chance.choice((1, most, self.chance.randint(1, most)))
        receiver = self.chance.choice(PEOPLE)
        return move(block(0), token, sender, receiver, asset=asset, amount=amount)

    async def reorganise(self) -> None:
        await self.world.undo(self.chance.choice((1, 1, 2, 5, 9)))

    async def restart(self) -> None:
        self.follow = None

    async def compare(self) -> None:
        """Read up to the head; then everything is as in the model, now and at a past block."""
        if self.follow is None:
            assets = dict.fromkeys(self.world.assets, 0)
            self.follow = following(self.town, self.world.reader, assets)
        await reach(self.follow)
        for asset in self.world.assets:
            await self._compare(asset)

    async def _compare(self, asset: Asset) -> None:
        async with self.town.store() as tx:
            readings = (await tx.ledger.readings((asset,), PEOPLE))[asset]
            settled, final = readings.settled, readings.final
            assert settled is not None
            assert final is not None
            past = self.chance.randint(0, settled.number)
            then = await tx.ledger.held_at(asset, PEOPLE, past)
            counted = dict([one async for one in tx.ledger.census(asset, past)])
            moved = await tx.ledger.history(asset, PEOPLE)
            mints = [one async for one in tx.ledger.mints(asset)]
        mine = [one for one in self.world.moves if one.asset == asset]
        for who in PEOPLE:
            reading = readings.of((who,))
            for holdings, at in ((reading.at_settled, settled), (reading.at_final, final)):
                assert _tokens(holdings[0]) == _of(mine, who, at.number), (who, at, self.steps)
            assert dict(then.get(who, ())) == _of(mine, who, past)
            assert counted.get(who, 0) == sum(_of(mine, who, past).values())
        if asset.kind is TokenKind.ERC721:
            for who in PEOPLE:
                assert _since(stays_in(moved, {who})) == stays_of(mine, who, settled)
        assert [one.token_id for one in mints] == [
            one.token_id
            for one in mine
            if one.sender == NOBODY and one.block_number <= settled.number
        ]


def held_at(
    moves: Sequence[Transfer], number: int | None
) -> "Counter[tuple[Asset, int, Address]]":
    """Who holds how much of what after a block, by the simplest means."""
    held: Counter[tuple[Asset, int, Address]] = Counter()
    for one in moves:
        if number is None or one.block_number <= number:
            held[one.asset, one.token_id, one.sender] -= one.amount
            held[one.asset, one.token_id, one.receiver] += one.amount
    return held


def stays_of(moves: Sequence[Transfer], who: Address, at: Block) -> dict[int, int]:
    """From which block on this wallet has had each copy, by going through them move by move."""
    since: dict[int, int] = {}
    for one in moves:
        if one.block_number <= at.number and one.sender != one.receiver:
            since.pop(one.token_id, None)
            if one.receiver == who:
                since[one.token_id] = one.block_number
    return since


def _since(stays: Mapping[int, Sequence[Stay]]) -> dict[int, int]:
    return {token: each[-1].since for token, each in stays.items() if each[-1].left is None}


def _of(moves: Sequence[Transfer], who: Address, number: int) -> dict[int, int]:
    return {
        token: amount
        for (_, token, wallet_), amount in held_at(moves, number).items()
        if wallet_ == who and amount > 0
    }


def _tokens(holding: object) -> dict[int, int]:
    amounts = dict(getattr(holding, "amounts", ()))
    return amounts or dict.fromkeys(getattr(holding, "copies", ()), 1)

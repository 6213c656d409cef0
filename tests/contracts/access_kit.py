"""The stores of access over a real PostgreSQL, at a time that tests set."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from gating.adapters.sql.store import SqlStore
from gating.model import (
    Account,
    Address,
    Asset,
    Block,
    Change,
    GateId,
    Notice,
    Platform,
    Profile,
    Step,
    Transfer,
)
from gating.model.entries import Entry, PassChange, Post, Tell, Urgency
from gating.ports import Transaction

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
LEASE = timedelta(seconds=60)
HOLDER = GateId("holder")
ROLE = "5001"
TIDE = Asset(31337, Address("0x" + "a1" * 20), "Tide")
EBB = Asset(31337, Address("0x" + "b2" * 20), "Ebb")
NOBODY = Address("0x" + "0" * 40)
MODERATOR_LOOKS = "E-ROLEPOS"
FAN = Profile("fan", "Fan")


@dataclass
class Town:
    """The store, with the clock in the test's hand."""

    sessions: async_sessionmaker[AsyncSession]
    at: datetime = NOW

    def clock(self) -> datetime:
        return self.at

    def later(self, **span: float) -> None:
        self.at += timedelta(**span)

    @property
    def store(self) -> SqlStore:
        return SqlStore(self.sessions, self.clock)

    async def add(self, *entries: Entry) -> None:
        async with self.store() as tx:
            await tx.outbox.add(*entries)

    async def claim(
        self, platform: Platform = Platform.DISCORD, *, limit: int = 1
    ) -> Sequence[Entry]:
        async with self.store() as tx:
            return await tx.outbox.claim(platform, limit=limit, lease=LEASE)

    async def states(self) -> dict[str, list[str]]:
        """What became of each lane's entries, in the order in which they were written."""
        found: dict[str, list[str]] = {}
        for lane, state in await self.rows("SELECT lane, state FROM outbox ORDER BY id"):
            found.setdefault(lane, []).append(state)
        return found

    async def rows(self, query: str, **values: object) -> list[tuple[Any, ...]]:
        async with self.sessions() as session:
            return [tuple(row) for row in await session.execute(text(query), values)]

    async def change(self, command: str, **values: object) -> None:
        async with self.sessions.begin() as session:
            await session.execute(text(command), values)


def account(number: int, platform: Platform = Platform.DISCORD) -> Account:
    return Account(platform, str(number))


def wallet(number: int) -> Address:
    return Address(f"0x{number:040x}")


def opening(who: Account, *, target: str = ROLE, urgency: Urgency = Urgency.ADDITION) -> Entry:
    return Entry(PassChange(Change(Step.OPEN, who, HOLDER, target), "a test"), urgency)


def closing(who: Account, *, target: str = ROLE) -> Entry:
    change = Change(Step.CLOSE, who, HOLDER, target)
    return Entry(PassChange(change, "a test"), Urgency.REMOVAL)


def telling(who: Account, key: str = "access.granted", *, aside: bool = False) -> Entry:
    return Entry(Tell(who, Notice(key), aside=aside), Urgency.ADDITION)


def posting(subject: str, platform: Platform = Platform.DISCORD) -> Entry:
    return Entry(Post(platform, "drops", subject, Notice("drop.new")), Urgency.NEWS)


def block(number: int, fork: str = "a") -> Block:
    """A block of one of several histories; each has hashes of its own."""
    return Block(TIDE.chain_id, number, f"0x{fork}{number:063x}", 1_700_000_000 + number * 12)


def move(at: Block, copy: int, sender: Address, receiver: Address, **more: Any) -> Transfer:
    return Transfer(
        asset=more.get("asset", TIDE),
        block_number=at.number,
        block_hash=at.hash,
        log_index=more.get("log", 0),
        token_id=copy,
        block_time=at.timestamp,
        amount=more.get("amount", 1),
        sub_index=more.get("sub", 0),
        sender=sender,
        receiver=receiver,
    )


async def history(tx: Transaction, transfers: Sequence[Transfer], *, until: Block) -> None:
    """Store these transfers and believe everything up to `until`."""
    await tx.ledger.append(TIDE, transfers, until)
    await tx.ledger.settle(TIDE, settled=until, final=until)


async def owned(tx: Transaction, asset: Asset, number: int) -> dict[Address, frozenset[int]]:
    """Everybody who held a copy after this block, of all who ever moved one."""
    ever = await tx.ledger.moved_between(asset, 0, 2**40)
    held = await tx.ledger.held_at(asset, sorted(ever), number)
    return {who: frozenset(token for token, _ in tokens) for who, tokens in held.items()}


def shuffled(length: int, seed: int) -> list[int]:
    order = list(range(length))
    random.Random(seed).shuffle(order)  # noqa: S311  - an order, not a secret
    return order

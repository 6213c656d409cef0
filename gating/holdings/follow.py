"""Follow one contract's transfers along its chain, and back again when the chain reorganises.

One step asks for one range of logs, whatever the number of fans. A block that was followed is
remembered with its hash; when the chain answers another hash for its number, everything above the
last block that both agree on is forgotten and followed anew, so the ledger is always that of one
chain.
"""

from dataclasses import dataclass
from typing import Protocol

from gating.access.refresh import RefreshAccess
from gating.errors import TryLater
from gating.model import Address, Asset, Block, FanId
from gating.ports import Chain, Store, Transaction

NOT_READY = "E-NOTREADY"
LOGS_AT_ONCE = 1_000
"""Blocks per request; common providers cap `eth_getLogs` here."""


@dataclass(frozen=True, slots=True)
class Stride:
    """What one step found: how far it came, and who gave or received a copy on the way."""

    tip: Block
    moved: frozenset[Address]
    behind: bool


class Page(Protocol):
    """What was read beside the transfers; `behind` where it does not reach as far as they."""

    @property
    def behind(self) -> bool: ...

    async def keep(self, tx: Transaction) -> None: ...


class Beside(Protocol):
    """What is followed over the same blocks as the transfers and counts together with them."""

    async def read(self, known: int, end: Block) -> Page:
        """What is new up to `end`, `known` being the last block that still stands."""
        ...

    async def rewind(self, tx: Transaction, above: int) -> None: ...

    async def moved_between(self, tx: Transaction, first: int, last: int) -> set[Address]: ...

    async def touched(
        self, tx: Transaction, moved: frozenset[Address], *, at_head: bool
    ) -> frozenset[Address]:
        """With `moved`, whoever else gained or lost by it."""
        ...


@dataclass(frozen=True, slots=True)
class Nothing:
    """`Beside` and its `Page` for a club that follows transfers alone."""

    behind: bool = False

    async def read(self, known: int, end: Block) -> Page:
        return self

    async def keep(self, tx: Transaction) -> None:
        return

    async def rewind(self, tx: Transaction, above: int) -> None:
        return

    async def moved_between(self, tx: Transaction, first: int, last: int) -> set[Address]:
        return set()

    async def touched(
        self, tx: Transaction, moved: frozenset[Address], *, at_head: bool
    ) -> frozenset[Address]:
        return moved


@dataclass(frozen=True, slots=True)
class _Found:
    """One reading of the chain: what was stored, what of it still stands, and how far it goes."""

    tip: Block | None
    known: Block | None
    end: Block
    settled: Block
    final: Block


@dataclass(frozen=True, kw_only=True)
class FollowChain:
    """Take one step along the chain and bring everybody it touched in line.

    `depth` blocks below the head a transfer counts for additions; removals wait for the chain's
    own `finalized` block. Raises `TryLater` while the chain cannot be read; access stays as it is.
    """

    chain: Chain
    store: Store
    asset: Asset
    first_block: int
    depth: int
    refresh: RefreshAccess
    beside: Beside = Nothing()

    async def __call__(self) -> Stride:
        try:
            stride = await self._step()
        except TryLater as silent:
            await self.wait(silent.code)
            raise
        await self.refresh.each(await self._touched(stride), why="a copy moved")
        return stride

    async def wait(self, code: str = NOT_READY) -> None:
        """Until the next step that reaches the head, answer "unknown", for this reason."""
        async with self.store() as tx:
            await tx.ledger.silence(self.asset, code)

    async def _step(self) -> Stride:
        """Everything is read before anything is written, and written in one transaction."""
        head, final = await self.chain.head(), await self.chain.finalized()
        async with self.store() as tx:
            tip = await tx.ledger.tip(self.asset)
        known = await self._common(tip, head)
        start = self.first_block if known is None else known.number + 1
        end = await self._end(start, head)
        transfers = await self.chain.transfers(self.asset, start, end)
        page = await self.beside.read(start - 1, end)
        settled = await self.chain.block(max(0, min(end.number, head.number - self.depth)))
        found = _Found(tip, known, end, settled, min(final, end, key=_number))
        async with self.store() as tx:
            if not await tx.ledger.alone(self.asset, tip):
                return Stride(end, frozenset(), behind=True)  # another process took this step
            undone = await self._rewind(tx, found)
            await tx.ledger.append(self.asset, transfers, end)
            await page.keep(tx)
            if page.behind or end.number < head.number - self.depth:
                # the past is no reason to open or close anything: first reach the present
                await tx.ledger.silence(self.asset, NOT_READY)
                return Stride(end, frozenset(), behind=True)
            moved = undone | await self._settle(tx, found)
        return Stride(end, frozenset(moved), behind=end.number < head.number)

    async def _end(self, start: int, head: Block) -> Block:
        last = min(head.number, start + LOGS_AT_ONCE - 1)
        return head if last >= head.number else await self.chain.block(last)

    async def _common(self, tip: Block | None, head: Block) -> Block | None:
        """The last stored block that the chain still has.

        A head below what was followed is a node that lags, and not a reorganisation: going back
        with it would take away what was bought since. Raises `TryLater("E-CHAINDOWN")`.
        """
        if tip is not None and head.number < tip.number:
            raise TryLater("E-CHAINDOWN", after=5)
        known = tip
        while known is not None and not await self._still_there(known, head):
            async with self.store() as tx:
                known = await tx.ledger.seen(self.asset, at_most=known.number - 1)
        return known

    async def _still_there(self, known: Block, head: Block) -> bool:
        return known in (head, await self.chain.block(known.number))

    async def _rewind(self, tx: Transaction, found: "_Found") -> set[Address]:
        """Forget what the chain no longer has; who had gained or lost by it."""
        if found.tip is None or found.known == found.tip:
            return set()
        above = found.known.number if found.known else self.first_block - 1
        undone = await self._moved(tx, above + 1, found.tip.number)
        await tx.ledger.rewind(self.asset, above)
        await self.beside.rewind(tx, above)
        return undone

    async def _settle(self, tx: Transaction, found: "_Found") -> set[Address]:
        """Believe the ledger up to here; who gained or lost on the way."""
        was_settled, was_final = self.first_block - 1, self.first_block - 1
        if before := await tx.ledger.marks(self.asset):
            was_settled, was_final = (block.number for block in before)
        if found.known != found.tip:  # what was believed above may have been another history
            kept = found.known.number if found.known else self.first_block - 1
            was_settled, was_final = min(was_settled, kept), min(was_final, kept)
        await tx.ledger.settle(self.asset, settled=found.settled, final=found.final)
        newly_settled = await self._moved(tx, was_settled + 1, found.settled.number)
        newly_final = await self._moved(tx, was_final + 1, found.final.number)
        return newly_settled | newly_final

    async def _moved(self, tx: Transaction, first: int, last: int) -> set[Address]:
        moved = await tx.ledger.moved_between(self.asset, first, last)
        return moved | await self.beside.moved_between(tx, first, last)

    async def _touched(self, stride: Stride) -> list[FanId]:
        async with self.store() as tx:
            moved = await self.beside.touched(tx, stride.moved, at_head=not stride.behind)
            return list(await tx.people.owners_among(moved)) if moved else []


def _number(block: Block) -> int:
    return block.number


@dataclass(frozen=True, kw_only=True)
class RefreshEveryone:
    """The periodic pass: whatever was missed is brought in line; how many fans were looked at."""

    store: Store
    refresh: RefreshAccess

    async def __call__(self) -> int:
        async with self.store() as tx:
            everyone = [fan async for fan in tx.people.everyone()]
        await self.refresh.each(everyone, why="periodic pass")
        return len(everyone)

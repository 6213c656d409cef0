"""Follow one contract's transfers along its chain, and back again when the chain reorganises.

One step asks for one range of logs, whatever the number of fans. A block that was followed is
remembered with its hash; when the chain answers another hash for its number, everything above the
last block that both agree on is forgotten and followed anew, so the ledger is always that of one
chain.
"""

from dataclasses import dataclass

from gating.access.refresh import RefreshAccess
from gating.errors import TryLater
from gating.model import Address, Asset, Block, FanId
from gating.ports import Chain, Ledger, Store, Transaction

LOGS_AT_ONCE = 1_000
"""Blocks per request; common providers cap `eth_getLogs` here."""


@dataclass(frozen=True, slots=True)
class Stride:
    """What one step found: how far it came, and who gave or received a copy on the way."""

    tip: Block
    moved: frozenset[Address]
    behind: bool


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

    async def __call__(self) -> Stride:
        try:
            stride = await self._step()
        except TryLater as silent:
            async with self.store() as tx:
                await tx.ledger.silence(self.asset, silent.code)
            raise
        for fan in await self._touched(stride):
            await self.refresh(fan, why="a copy moved")
        return stride

    async def _step(self) -> Stride:
        head, final = await self.chain.head(), await self.chain.finalized()
        tip, undone = await self._common(head)
        start = self.first_block if tip is None else tip.number + 1
        end = await self._end(start, head)
        transfers = await self.chain.transfers(self.asset, start, end.number)
        if (await self.chain.block(end.number)).hash != end.hash:
            return Stride(end, frozenset(undone), behind=True)  # it moved under us: look again
        settled = await self.chain.block(max(0, min(end.number, head.number - self.depth)))
        async with self.store() as tx:
            await tx.ledger.append(self.asset, transfers, end)
            moved = undone | await self._settle(tx, settled, min(final, end, key=_number))
            behind = end.number < head.number
        return Stride(end, frozenset(moved), behind)

    async def _end(self, start: int, head: Block) -> Block:
        last = min(head.number, start + LOGS_AT_ONCE - 1)
        return head if last >= head.number else await self.chain.block(last)

    async def _common(self, head: Block) -> tuple[Block | None, set[Address]]:
        """The last stored block that the chain still has; what lay above it is forgotten.

        A head below what was followed is a node that lags, and not a reorganisation: going back
        with it would take away what was bought since. Raises `TryLater("E-CHAINDOWN")`.
        """
        async with self.store() as tx:
            tip = known = await tx.ledger.tip(self.asset)
        if tip is not None and head.number < tip.number:
            raise TryLater("E-CHAINDOWN", after=5)
        while known is not None and not await self._still_there(known):
            async with self.store() as tx:
                known = await tx.ledger.seen(self.asset, at_most=known.number - 1)
        if known == tip:
            return tip, set()
        return known, await self._rewind(known, tip)

    async def _still_there(self, known: Block) -> bool:
        return await self.chain.block(known.number) == known

    async def _rewind(self, known: Block | None, tip: Block | None) -> set[Address]:
        above = known.number if known else self.first_block - 1
        async with self.store() as tx:
            undone = await tx.ledger.moved_between(
                self.asset, above + 1, tip.number if tip else above
            )
            await tx.ledger.rewind(self.asset, above)
        return undone

    async def _settle(self, tx: Transaction, settled: Block, final: Block) -> set[Address]:
        before = await tx.ledger.marks(self.asset)
        await tx.ledger.settle(self.asset, settled=settled, final=final)
        if before is None:
            return await tx.ledger.moved_between(self.asset, self.first_block, settled.number)
        return await self._between(tx.ledger, before, settled, final)

    async def _between(
        self, ledger: Ledger, before: tuple[Block, Block], settled: Block, final: Block
    ) -> set[Address]:
        was_settled, was_final = before
        newly_settled = await ledger.moved_between(
            self.asset, was_settled.number + 1, settled.number
        )
        newly_final = await ledger.moved_between(self.asset, was_final.number + 1, final.number)
        return newly_settled | newly_final

    async def _touched(self, stride: Stride) -> list[FanId]:
        async with self.store() as tx:
            return list(await tx.people.owners_among(stride.moved)) if stride.moved else []


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
        for fan in everyone:
            await self.refresh(fan, why="periodic pass")
        return len(everyone)

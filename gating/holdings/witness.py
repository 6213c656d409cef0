"""Ask every endpoint for what is about to be believed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gating.holdings.beside import NOTHING, Beside
from gating.holdings.cohorts import by_mark
from gating.holdings.stored import Found, Hearing
from gating.model import Asset, Block
from gating.ports import Chain, Store, Transaction

BLOCKS_AT_ONCE = 50_000
TRANSFERS_AT_ONCE = 20_000


@dataclass(frozen=True)
class HearWitnesses:
    """What all endpoints say of the blocks that can be believed next. Nothing where there is one.

    With `by_two` that is up to the settled block, otherwise up to the final one.
    """

    chain: Chain
    store: Store
    by_two: bool
    beside: Beside = NOTHING
    leading: Asset | None = None
    """The asset beside which something is followed."""

    async def __call__(self, found: Found) -> Sequence[Hearing]:
        if self.chain.witnesses < 2:  # noqa: PLR2004  - somebody to compare with
            return ()
        goal = found.settled if self.by_two else found.believable
        async with self.store() as tx:
            marks = {asset: await self._mark(tx, asset, found) for asset in found.cohort.assets}
        hearings = []
        for mark, assets in by_mark(marks):
            if mark < goal.number:
                end = await self._end(assets, mark + 1, goal)
                hearing = await self._hear(assets, mark, end, found)
                hearings.append(replace(hearing, more=end != goal))
        return hearings

    async def _hear(
        self, assets: tuple[Asset, ...], mark: int, end: Block, found: Found
    ) -> Hearing:
        told = await self.chain.told(assets, mark + 1, end)
        first = self.beside.first
        if first is None or self.leading not in assets:
            return Hearing(assets, mark + 1, end, told)
        if mark >= found.cohort.first:  # before, the whole history beside is to be heard
            first = max(first, mark + 1)
        told = await self.beside.heard(told, first, end)
        return Hearing(assets, mark + 1, end, told, beside=first)

    async def _mark(self, tx: Transaction, asset: Asset, found: Found) -> int:
        """Up to where this asset is believed already, in the history that still stands."""
        nothing = found.cohort.first - 1
        settled, final = await tx.ledger.marks(asset) or (None, None)
        mark = settled if self.by_two else final
        return min(mark.number, found.floor) if mark else nothing

    async def _end(self, assets: Sequence[Asset], first: int, goal: Block) -> Block:
        async with self.store() as tx:
            full = await tx.ledger.full(assets, first, TRANSFERS_AT_ONCE)
        last = min(first + BLOCKS_AT_ONCE - 1, goal.number if full is None else full)
        return goal if last >= goal.number else await self.chain.block(last)

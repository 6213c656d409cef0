"""One range of logs goes into the ledger, whole or not at all, with how far it may be believed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gating.holdings.agree import Agreement, Verdict, agreement
from gating.holdings.beside import Beside, Page
from gating.holdings.cohorts import Cohort
from gating.model import Address, Asset, Block, Transfer
from gating.model.holdings import LogRange, SkipReason, Testimony
from gating.ports import Ledger, Store, Transaction

NOT_READY = "E-NOTREADY"
_DOUBTS = {Verdict.CONTRADICTED: "E-RPCDISAGREE", Verdict.ALONE: "E-RPCALONE"}


@dataclass(frozen=True, slots=True)
class Stride:
    """What one step found: how far it came, and who gave or received something on the way.

    `everyone`: an asset is believed for the first time. `odd`: logs that are no transfers, of a
    reason that is new. `doubt`: why nothing can be said now. `alone`: nobody confirms what one
    endpoint says, so nothing becomes final; `never_final`: nor ever was since the first start.
    """

    tip: Block
    moved: frozenset[Address] = frozenset()
    behind: bool = False
    everyone: bool = False
    odd: tuple[tuple[Asset, SkipReason], ...] = ()
    distrusted: tuple[int, ...] = ()
    doubt: str | None = None
    alone: bool = False
    never_final: bool = False

    def and_then(self, late: "Stride", *, all_there: bool) -> "Stride":
        """With what an asset that came later has caught up."""
        return replace(
            self,
            moved=self.moved | late.moved,
            behind=late.behind or not all_there,
            everyone=self.everyone or late.everyone,
        )


@dataclass(frozen=True, slots=True)
class Found:
    """One reading of the chain: what of the stored still stands, what came, how far it goes.

    `settled` is deep enough for additions; it is known once the head is near.
    """

    cohort: Cohort
    known: Block | None
    piece: LogRange
    head: Block
    final: Block
    settled: Block

    @property
    def end(self) -> Block:
        return self.piece.end

    @property
    def reorganised(self) -> bool:
        """Whether a part of what is stored stands no more."""
        return self.cohort.tip is not None and self.known != self.cohort.tip

    @property
    def floor(self) -> int:
        """The last stored block that still stands."""
        return self.known.number if self.known else self.cohort.first - 1

    @property
    def believable(self) -> Block:
        """The newest block that is both stored and called final by the chain."""
        return min(self.final, self.end, key=lambda block: block.number)

    def near(self, depth: int) -> bool:
        """Whether the range reaches the present."""
        return self.end.number >= self.head.number - depth

    def then(self, piece: LogRange) -> "Found":
        """The next range, once this one is stored."""
        return replace(
            self, cohort=replace(self.cohort, tip=self.end), known=self.end, piece=piece
        )


@dataclass(frozen=True, slots=True)
class Hearing:
    """What the endpoints say of the blocks `first` to `end`; `more`: there is more to hear.

    `beside`: from which block on they were asked for what is followed beside, if they were.
    """

    assets: tuple[Asset, ...]
    first: int
    end: Block
    told: Sequence[Testimony]
    more: bool = False
    beside: int | None = None


@dataclass(frozen=True, slots=True)
class _Marks:
    settled: Block | None
    final: Block | None


@dataclass(frozen=True)
class StoreRange:
    """Writes what was found, in one transaction. `witnesses` is how many endpoints there are."""

    store: Store
    witnesses: int
    by_two: bool
    beside: Beside

    async def past(self, found: Found) -> Stride | None:
        """A range of long ago: stored, and not believed yet. None if another was faster."""
        async with self.store() as tx:
            if not await self._alone(tx.ledger, found):
                return None
            _, odd = await self._write(tx, found)
            for asset in found.cohort.assets:
                await tx.ledger.silence(asset, NOT_READY)
        return Stride(found.end, behind=True, odd=odd)

    async def aside(self, found: Found, page: Page) -> bool:
        """A page of long ago is kept, and nothing believed yet. False if another was faster."""
        async with self.store() as tx:
            if not await self._alone(tx.ledger, found):
                return False
            if found.reorganised:
                await self.beside.rewind(tx, found.floor)
            await page.keep(tx)
            for asset in found.cohort.assets:
                if page.anew:
                    await tx.ledger.unsettle(asset)
                await tx.ledger.silence(asset, NOT_READY)
        return True

    async def present(self, found: Found, hearings: Sequence[Hearing], page: Page) -> Stride:
        """A range that reaches the present: stored, compared, and believed as far as it goes."""
        async with self.store() as tx:
            if not await self._alone(tx.ledger, found):
                return Stride(found.end, behind=True)
            moved, odd = await self._write(tx, found)
            await page.keep(tx)
            stride = Stride(found.end, moved, odd=odd)
            heard: set[Asset] = set()
            for hearing in hearings:
                said = await self._judged(tx, hearing, found)
                stride = await self._heard(tx, found, (hearing, said), stride)
                heard.update(hearing.assets)
            for asset in set(found.cohort.assets) - heard:
                stride = await self._believe(tx, found, asset, None, stride)
        return stride

    async def _alone(self, ledger: Ledger, found: Found) -> bool:
        """Assets are locked in one order, so that two processes never wait for each other."""
        inline = sorted(found.cohort.assets, key=lambda asset: (asset.contract, asset.kind))
        return all([await ledger.alone(asset, found.cohort.tip) for asset in inline])

    async def _write(
        self, tx: Transaction, found: Found
    ) -> tuple[frozenset[Address], tuple[tuple[Asset, SkipReason], ...]]:
        """Who had gained or lost by what the chain no longer has, and what is odd."""
        undone, ledger = await self._undone(tx, found), tx.ledger
        odd: list[tuple[Asset, SkipReason]] = []
        moves: dict[Address, list[Transfer]] = {}
        for move in found.piece.transfers:
            moves.setdefault(move.asset.contract, []).append(move)
        for asset in found.cohort.assets:
            await ledger.append(asset, moves.get(asset.contract, ()), found.end)
            left = [log for log in found.piece.skipped if log.asset == asset]
            odd += [(asset, reason) for reason in sorted(await ledger.skip(asset, left))]
        return undone, tuple(odd)

    async def _undone(self, tx: Transaction, found: Found) -> frozenset[Address]:
        """Forget what the chain no longer has; who had gained or lost by it."""
        tip = found.cohort.tip
        if tip is None or not found.reorganised:
            return frozenset()
        undone = await self.beside.moved_between(tx, found.floor + 1, tip.number)
        await self.beside.rewind(tx, found.floor)
        for asset in found.cohort.assets:
            undone |= await tx.ledger.moved_between(asset, found.floor + 1, tip.number)
            await back_to(tx.ledger, asset, found.known, found.floor)
        return frozenset(undone)

    async def _heard(
        self, tx: Transaction, found: Found, heard: tuple[Hearing, Agreement], stride: Stride
    ) -> Stride:
        hearing, said = heard
        stride = replace(stride, behind=stride.behind or hearing.more)
        stride = replace(stride, distrusted=stride.distrusted + said.against)
        if said.verdict is Verdict.WRONG:
            for asset in hearing.assets:
                await self._undo(tx, asset, hearing)
            return replace(stride, behind=True)
        if said.verdict is Verdict.CONTRADICTED or (said.verdict is Verdict.ALONE and self.by_two):
            code = _DOUBTS[said.verdict]
            for asset in hearing.assets:
                await tx.ledger.silence(asset, code)
            return replace(stride, doubt=code)
        stride = replace(stride, alone=stride.alone or said.verdict is Verdict.ALONE)
        agreed = hearing.end if said.verdict is Verdict.AGREED else None
        for asset in hearing.assets:
            stride = await self._believe(tx, found, asset, agreed, stride)
        return stride

    async def _judged(self, tx: Transaction, hearing: Hearing, found: Found) -> Agreement:
        """Compare what was heard with what is stored by now."""
        last = hearing.end.number
        stored = [
            transfer
            for asset in hearing.assets
            for transfer in await tx.ledger.between(asset, hearing.first, last)
        ]
        stored.sort(key=lambda move: (move.block_number, move.log_index, move.sub_index))
        ours, told = Testimony(hearing.end.hash, stored), hearing.told
        if hearing.beside is not None:
            ours, told = await self.beside.compared(tx, ours, told, (hearing.beside, last))
        return agreement(ours, told, final=last <= found.final.number)

    async def _undo(self, tx: Transaction, asset: Asset, hearing: Hearing) -> None:
        """Two endpoints say otherwise: back to what was believed, to read it from them."""
        marks = await self._marks(tx.ledger, asset)
        believed = marks.settled if self.by_two else marks.final
        await self.beside.rewind(tx, min(hearing.first, hearing.beside or hearing.first) - 1)
        await back_to(tx.ledger, asset, believed, hearing.first - 1)
        await tx.ledger.silence(asset, NOT_READY)

    async def _believe(
        self, tx: Transaction, found: Found, asset: Asset, agreed: Block | None, stride: Stride
    ) -> Stride:
        """Believe the ledger up to here; who gained or lost on the way."""
        ledger = tx.ledger
        before = await self._marks(ledger, asset)
        after = self._believed(before, found, agreed)
        if after.settled is None or await _unreadable(ledger, asset):
            await ledger.silence(asset, "E-UNREADABLE" if after.settled else NOT_READY)
            return stride
        await ledger.settle(asset, settled=after.settled, final=after.final)
        moved = set(stride.moved)
        for was, now in ((before.settled, after.settled), (before.final, after.final)):
            if was and now and was.number < now.number:
                moved |= await ledger.moved_between(asset, was.number + 1, now.number)
                moved |= await self.beside.moved_between(tx, was.number + 1, now.number)
        fresh = before.settled is None or (before.final is None and after.final is not None)
        return replace(
            stride,
            moved=frozenset(moved),
            everyone=stride.everyone or fresh,
            never_final=stride.never_final or (stride.alone and after.final is None),
        )

    def _believed(self, before: _Marks, found: Found, agreed: Block | None) -> _Marks:
        if self.witnesses < 2:  # noqa: PLR2004  - nobody to compare with
            return _Marks(found.settled, found.believable)
        if not self.by_two:
            return _Marks(found.settled, agreed or before.final)
        settled = agreed or before.settled
        if settled is None or settled.number <= found.believable.number:
            return _Marks(settled, settled)
        return _Marks(settled, found.believable)

    async def _marks(self, ledger: Ledger, asset: Asset) -> _Marks:
        return _Marks(*(await ledger.marks(asset) or (None, None)))


async def back_to(ledger: Ledger, asset: Asset, known: Block | None, floor: int) -> None:
    """Forget what lies above `floor`, where `known` is the block there if there is one."""
    await ledger.rewind(asset, floor)
    if known:  # another asset's step may have ended there, and not this one's
        await ledger.append(asset, (), known)


async def _unreadable(ledger: Ledger, asset: Asset) -> bool:
    """Whether logs that were left out may have been holdings: then nobody's "no" is sure."""
    left = await ledger.skipped(asset)
    if SkipReason.RANGE in left:
        return True
    return bool(left) and await ledger.full((asset,), 0, 1) is None

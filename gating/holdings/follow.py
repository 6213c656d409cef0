"""Follow the contracts of one chain, and back again when the chain reorganises.

One step asks for one range of logs of all contracts, whatever the number of fans. A block that was
followed is remembered with its hash; when the chain answers another hash for its number,
everything above the last block that both agree on is forgotten and followed anew, so the ledger is
always that of one chain. What is final is believed when two endpoints say the same of it.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from gating.access.everyone import look_over
from gating.access.refresh import RefreshAccess
from gating.errors import TryLater
from gating.holdings.alarm import TellOfChain
from gating.holdings.beside import NOTHING, Beside, Page
from gating.holdings.cohorts import Cohort, cohorts
from gating.holdings.pace import Pace
from gating.holdings.still import FinalWatch, HeadWatch, Lasting
from gating.holdings.stored import NOT_READY, Found, StoreRange, Stride
from gating.holdings.witness import HearWitnesses
from gating.model import Asset, Block, Known
from gating.model.holdings import Progress
from gating.ports import Chain, Store

ALARMING = frozenset({"E-HEADSTILL", "E-RPCDISAGREE", "E-RPCALONE"})
"""Silences that a person should look at at once; others when they last."""
PIECES = 50
"""Ranges of a long history that are read before the present is looked at again."""


@dataclass(frozen=True, kw_only=True)
class FollowChain:
    """Take one step along the chain and bring everybody it touched in line.

    `assets` say in which block their histories begin. `depth` blocks below the head a transfer
    counts for additions; removals wait for the chain's own `finalized` block. With `by_two`
    additions too wait until two endpoints agree. Raises `TryLater` while the chain cannot be read
    or its endpoints disagree; access stays as it is. `beside` goes along with the first asset.
    """

    chain: Chain
    store: Store
    assets: Mapping[Asset, int]
    depth: int
    refresh: RefreshAccess
    watch: HeadWatch
    pace: Pace
    unconfirmed: Lasting
    finality: FinalWatch
    alarm: TellOfChain
    by_two: bool = False
    beside: Beside = NOTHING

    async def __call__(self) -> Stride:
        try:
            stride = await self._step()
        except TryLater as silent:
            await self.wait(silent.code)
            if self.unconfirmed(True) or silent.code in ALARMING:
                await self.alarm(self._name, silent.code, silent.facts)
            raise
        if self.unconfirmed(stride.alone) or stride.never_final:
            await self.alarm(self._name, "E-RPCALONE", {})
        elif not stride.behind:
            self.alarm.passed(self._name)
        if touched := await self._touched(stride):
            await look_over(self.refresh, touched, why="a copy moved")
        return stride

    async def wait(self, code: str = NOT_READY) -> None:
        """Until the next step that reaches the head, answer "unknown", for this reason."""
        async with self.store() as tx:
            for asset in self.assets:
                await tx.ledger.silence(asset, code)

    def progress(self) -> Sequence[Progress]:
        """How far each history has been read by this process."""
        return self.pace()

    @property
    def alone(self) -> bool:
        """Only one endpoint is set: nobody can contradict it."""
        return self.chain.witnesses == 1

    @property
    def _name(self) -> str:
        return str(next(iter(self.assets)).chain_id)

    async def _step(self) -> Stride:
        head, final = await asyncio.gather(self.chain.head(), self.chain.finalized())
        self.watch.must_move(head)
        if self.finality.stands(head, final):
            await self.alarm(f"{self._name}-final", "E-FINALSTILL", {"block": final.number})
        else:
            self.alarm.passed(f"{self._name}-final")
        async with self.store() as tx:
            tips = {asset: await tx.ledger.tip(asset) for asset in self.assets}
        groups = cohorts(tips, self.assets)
        stride = await self._advance(groups[0], goal=head, head=head, final=final)
        if len(groups) > 1 and not stride.behind:  # who came later catches up with the others
            late = await self._advance(groups[-1], goal=stride.tip, head=head, final=final)
            return stride.and_then(late, all_there=len(groups) == 2)  # noqa: PLR2004
        return stride

    async def _advance(self, cohort: Cohort, *, goal: Block, head: Block, final: Block) -> Stride:
        known = await self._common(cohort, head)
        start = known.number + 1 if known else cohort.first
        piece = await self.chain.logs(cohort.assets, start, goal)
        found = Found(cohort, known, piece, head, final, settled=head)
        return await self._catch_up(found, goal)

    async def _catch_up(self, found: Found, goal: Block) -> Stride:
        """The past is no reason to open or close anything: first reach the present.

        While one piece is stored the next is on its way.
        """
        for _ in range(PIECES):
            if found.near(self.depth):
                return await self._arrive(found, goal)
            following = await self._store_and_read_on(found, goal)
            if following is None:  # another process took this step
                break
            found = following
        return Stride(found.end, behind=True)

    async def _store_and_read_on(self, found: Found, goal: Block) -> Found | None:
        ahead = self.chain.logs(found.cohort.assets, found.end.number + 1, goal)
        stride, piece = await asyncio.gather(
            self._store(found).past(found), ahead, return_exceptions=True
        )
        if isinstance(stride, BaseException):
            raise stride
        if stride is None:
            return None
        self._note(found)
        await self._tell_odd(stride)
        if isinstance(piece, BaseException):
            raise piece
        return found.then(piece)

    async def _arrive(self, found: Found, goal: Block) -> Stride:
        settled = max(0, min(found.end.number, found.head.number - self.depth))
        found = replace(found, settled=await self.chain.block(settled))
        page = await self._page(found)
        if page is None:
            return Stride(found.end, behind=True)
        hearings = await self._witness(found)
        stride = await self._store(found).present(found, hearings, page)
        for endpoint in stride.distrusted:
            self.chain.distrust(endpoint)
        self._note(found)
        await self._tell_odd(stride)
        if stride.doubt:
            raise TryLater(stride.doubt, after=5)
        return replace(stride, behind=stride.behind or found.end.number < goal.number)

    async def _page(self, found: Found) -> Page | None:
        """What is new beside the transfers, once it reaches as far as they; None before.

        A first page is kept by itself: what had been believed without it is to be heard anew.
        """
        beside = self._beside(found)
        for _ in range(PIECES):
            page = await beside.read(found.floor, found.end)
            if not page.behind and not page.anew:
                return page
            if not await self._store(found).aside(found, page):
                break  # another process took this step
        return None

    def _beside(self, found: Found) -> Beside:
        return self.beside if next(iter(self.assets)) in found.cohort.assets else NOTHING

    async def _tell_odd(self, stride: Stride) -> None:
        for asset, reason in stride.odd:
            await self.alarm(
                f"{self._name}:{asset.contract}:{reason}",
                "E-LOGSKIPPED",
                {"name": asset.name or asset.contract, "reason": reason},
            )

    def _note(self, found: Found) -> None:
        for asset in found.cohort.assets:
            first = self.assets[asset]
            total = max(found.head.number - first + 1, 0)
            self.pace.note(asset, done=max(found.end.number - first + 1, 0), total=total)

    def _store(self, found: Found) -> StoreRange:
        return StoreRange(self.store, self.chain.witnesses, self.by_two, self._beside(found))

    @property
    def _witness(self) -> HearWitnesses:
        return HearWitnesses(
            self.chain, self.store, self.by_two, self.beside, next(iter(self.assets))
        )

    async def _common(self, cohort: Cohort, head: Block) -> Block | None:
        """The last stored block that the chain still has.

        A head below what was followed is a node that lags, and not a reorganisation: going back
        with it would take away what was bought since. Raises `TryLater("E-CHAINDOWN")`.
        """
        if cohort.tip is not None and head.number < cohort.tip.number:
            raise TryLater("E-CHAINDOWN", after=5)
        known = cohort.tip
        if known is not None and not await self._still_there(known, head):
            self.chain.doubt()  # a reorganisation, or an endpoint that was moved to another chain
        while known is not None and not await self._still_there(known, head):
            async with self.store() as tx:
                known = await tx.ledger.seen(cohort.assets[0], at_most=known.number - 1)
        return known

    async def _still_there(self, known: Block, head: Block) -> bool:
        return known in (head, await self.chain.block(known.number))

    async def _touched(self, stride: Stride) -> Sequence[Known]:
        async with self.store() as tx:
            moved = await self.beside.touched(tx, stride.moved, at_head=not stride.behind)
            owners = await tx.people.owners_among(moved) if moved else ()
            return await tx.access.these(owners) if owners else ()

"""Follow the delegate registry over the same blocks as the transfers, and back with them.

What vaults said is kept block by block, so that at any block the ledger can tell whose a copy is
and the registry whom it counts for. A registry that is switched on for an album followed long ago
is read from its first block before anything is believed again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gating.holdings.beside import LOGS_AT_ONCE
from gating.model import Address, Block
from gating.model.delegation import Delegation, Registry, changes_in
from gating.model.holdings import Testimony
from gating.ports import Store, Transaction
from gating.ports.delegation import DelegationChain


@dataclass(frozen=True, slots=True)
class Page:
    """What was said from block `first` up to `end`; `behind` where that is not far enough.

    `anew`: the registry is read from its first block.
    """

    registry: Registry
    first: int
    said: Sequence[Delegation]
    end: Block
    behind: bool
    anew: bool

    async def keep(self, tx: Transaction) -> None:
        await tx.delegations.append(
            self.registry, self.said, first=self.first, reached=self.end.number
        )


@dataclass(frozen=True, kw_only=True)
class FollowDelegations:
    """`gating.holdings.beside.Beside`: the registry's logs beside the transfers."""

    chain: DelegationChain
    store: Store
    registry: Registry

    @property
    def first(self) -> int:
        return self.registry.first_block

    async def read(self, known: int, end: Block) -> Page:
        async with self.store() as tx:
            reached = await tx.delegations.reached(self.registry)
        first = self.registry.first_block
        if reached is not None:
            first = max(first, min(reached, known) + 1)
        last = first + LOGS_AT_ONCE - 1
        until = end if last >= end.number else await self.chain.block(last)
        said = await self.chain.delegations(self.registry, first, until)
        behind = until.number < end.number
        return Page(self.registry, first, said, until, behind=behind, anew=reached is None)

    async def heard(
        self, told: Sequence[Testimony], first: int, end: Block
    ) -> Sequence[Testimony]:
        words = await self.chain.delegations_told(self.registry, first, end)
        return [replace(one, words=words[one.endpoint]) for one in told if one.endpoint in words]

    async def compared(
        self, tx: Transaction, ours: Testimony, told: Sequence[Testimony], within: tuple[int, int]
    ) -> tuple[Testimony, Sequence[Testimony]]:
        first, last = within
        kept = await tx.delegations.between(self.registry, first, last)
        vaults = {word.vault for one in told for word in one.words}
        holding = await tx.delegations.holding(self.registry, vaults, before=first)
        theirs = [replace(one, words=changes_in(one.words, holding)) for one in told]
        return replace(ours, words=kept), theirs

    async def rewind(self, tx: Transaction, above: int) -> None:
        await tx.delegations.rewind(self.registry, above)

    async def moved_between(self, tx: Transaction, first: int, last: int) -> set[Address]:
        return await tx.delegations.moved_between(self.registry, first, last)

    async def touched(
        self, tx: Transaction, moved: frozenset[Address], *, at_head: bool
    ) -> frozenset[Address]:
        """With who shares a vault with those, or with wallets that changed hands meanwhile."""
        changed = await tx.delegations.take_changed() if at_head else set()
        them = moved | changed
        if not them:
            return moved
        return moved | await tx.delegations.sharing_with(self.registry, them)

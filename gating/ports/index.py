"""What the holdings index needs: a chain to read, and a ledger to keep what was read.

The rules for ports stand in `gating/ports/__init__.py`, which also names these two.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Protocol

from gating.model import Address, Asset, Block, Reading, Transfer
from gating.model.holdings import (
    LogRange,
    Readings,
    Skipped,
    SkipReason,
    Testimony,
    Tokens,
)
from gating.model.views import Key, Viewed


class Chain(Protocol):
    """One chain, read through its RPC endpoints. Every method may raise `TryLater`."""

    @property
    def witnesses(self) -> int:
        """How many endpoints are set."""
        ...

    async def head(self) -> Block:
        """The newest block that any endpoint has."""
        ...

    async def finalized(self) -> Block:
        """The oldest of the blocks that the endpoints call final."""
        ...

    async def block(self, number: int) -> Block: ...

    async def logs(self, assets: Sequence[Asset], first: int, head: Block) -> LogRange:
        """The transfers of these assets from block `first` on, as far as one answer reaches.

        At most up to `head`. Only from an endpoint that has exactly that last block, before and
        after it was asked: one that lags would say that nothing happened.
        """
        ...

    async def told(self, assets: Sequence[Asset], first: int, end: Block) -> Sequence[Testimony]:
        """What each endpoint says of the blocks `first` to `end`; silent ones are left out."""
        ...

    def distrust(self, endpoint: int) -> None:
        """Two others contradict this endpoint (its place in the list): for a while ask it last."""
        ...

    def doubt(self) -> None:
        """Something is odd: make sure again that each endpoint stands on this chain."""
        ...


class Views(Protocol):
    """Contracts of one chain, asked for many wallets at one block. May raise `TryLater`."""

    async def votes(
        self, contract: Address, wallets: Sequence[Address], then: Block, *, seen_from: Block
    ) -> Mapping[Address, Viewed]:
        """`getPastVotes` of each wallet at the block `then`, as a later block tells it."""
        ...

    async def keys(
        self, lock: Address, wallets: Sequence[Address], at: Block
    ) -> Mapping[Address, Key]:
        """Whether each wallet has a good key of an Unlock-style lock, and until when."""
        ...


class Ledger(Protocol):
    """Which wallet held what at which block, from the transfers of each asset."""

    async def tip(self, asset: Asset) -> Block | None:
        """The last block whose transfers are stored."""
        ...

    async def alone(self, asset: Asset, tip: Block | None) -> bool:
        """Be the only one who writes this ledger until the transaction ends.

        False if `tip` is no longer its last block: somebody else was faster.
        """
        ...

    async def seen(self, asset: Asset, at_most: int) -> Block | None:
        """The greatest block up to `at_most` whose hash was noted when it was followed."""
        ...

    async def append(self, asset: Asset, transfers: Sequence[Transfer], tip: Block) -> None:
        """Store what happened up to `tip`; what is stored already stays as it is."""
        ...

    async def skip(self, asset: Asset, skipped: Sequence[Skipped]) -> frozenset[SkipReason]:
        """Count logs that are no transfers; the reasons that this asset did not have before."""
        ...

    async def skipped(self, asset: Asset) -> Mapping[SkipReason, int]: ...

    async def rewind(self, asset: Asset, above: int) -> None:
        """Forget every transfer in blocks greater than `above`, and that they were believed."""
        ...

    async def settle(self, asset: Asset, *, settled: Block, final: Block | None) -> None:
        """Believe the ledger up to these blocks. Without `final` nothing is final yet."""
        ...

    async def unsettle(self, asset: Asset) -> None:
        """Keep what is stored, and believe none of it until it is settled again."""
        ...

    async def silence(self, asset: Asset, code: str | None) -> str | None:
        """Remember that the chain cannot be read now (`code`), or can again; the code before."""
        ...

    async def reading(self, asset: Asset, wallets: Sequence[Address]) -> Reading: ...

    async def readings(
        self, assets: Sequence[Asset], wallets: Sequence[Address]
    ) -> Mapping[Asset, Readings]:
        """The same for any number of wallets at once: a few questions for each asset."""
        ...

    async def held_at(
        self, asset: Asset, wallets: Sequence[Address], number: int
    ) -> Mapping[Address, Tokens]:
        """What these wallets held after block `number`; those that held nothing are left out."""
        ...

    def census(self, asset: Asset, number: int) -> AsyncIterator[tuple[Address, int]]:
        """Every holder after block `number` and how much, one by one: memory stays small."""
        ...

    def mints(self, asset: Asset, *, up_to: int | None = None) -> AsyncIterator[Transfer]:
        """Every transfer from nobody, in chain order, up to a block (or the settled one)."""
        ...

    async def history(
        self, asset: Asset, wallets: Sequence[Address], *, at: int | None = None
    ) -> Sequence[Transfer]:
        """Every transfer to or from these wallets, in chain order, up to `at` (or settled)."""
        ...

    async def last_sale(self, asset: Asset, wallets: Sequence[Address]) -> Transfer | None:
        """The newest final transfer of a copy out of these wallets to anybody else."""
        ...

    async def marks(self, asset: Asset) -> tuple[Block, Block | None] | None:
        """The settled and the final block as of the last step; None before the first."""
        ...

    async def between(self, asset: Asset, first: int, last: int) -> Sequence[Transfer]:
        """The transfers in the closed block range, in chain order."""
        ...

    async def full(self, assets: Sequence[Asset], first: int, most: int) -> int | None:
        """The block with which these assets reach `most` transfers from `first` on, if they do."""
        ...

    async def moved_between(self, asset: Asset, first: int, last: int) -> set[Address]:
        """Everybody who sent or received a copy in the closed block range."""
        ...

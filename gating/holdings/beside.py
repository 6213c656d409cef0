"""What is followed over the same blocks as transfers and counts together with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from gating.model import Address, Block
from gating.model.holdings import Testimony
from gating.ports import Transaction

LOGS_AT_ONCE = 1_000
"""Blocks per request; common providers cap `eth_getLogs` here."""


class Page(Protocol):
    """What was read beside the transfers; `behind` where it does not reach as far as they."""

    @property
    def behind(self) -> bool: ...

    @property
    def anew(self) -> bool:
        """Read from its first block: nobody has compared what endpoints say of it."""
        ...

    async def keep(self, tx: Transaction) -> None: ...


class Beside(Protocol):
    """Read up to where the transfers reach, and taken back with them."""

    @property
    def first(self) -> int | None:
        """The block in which its history begins; None where there is nothing."""
        ...

    async def read(self, known: int, end: Block) -> Page:
        """What is new up to `end`, `known` being the last block that still stands."""
        ...

    async def heard(
        self, told: Sequence[Testimony], first: int, end: Block
    ) -> Sequence[Testimony]:
        """The testimonies with what each endpoint says of this; who says nothing is left out."""
        ...

    async def compared(
        self, tx: Transaction, ours: Testimony, told: Sequence[Testimony], within: tuple[int, int]
    ) -> tuple[Testimony, Sequence[Testimony]]:
        """Ours with what is kept of these blocks, theirs without what would not be kept."""
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
    """`Beside` and its `Page` where transfers alone are followed."""

    behind: bool = False
    anew: bool = False
    first: int | None = None

    async def read(self, known: int, end: Block) -> Page:
        return self

    async def keep(self, tx: Transaction) -> None:
        return

    async def heard(
        self, told: Sequence[Testimony], first: int, end: Block
    ) -> Sequence[Testimony]:
        return told

    async def compared(
        self, tx: Transaction, ours: Testimony, told: Sequence[Testimony], within: tuple[int, int]
    ) -> tuple[Testimony, Sequence[Testimony]]:
        return ours, told

    async def rewind(self, tx: Transaction, above: int) -> None:
        return

    async def moved_between(self, tx: Transaction, first: int, last: int) -> set[Address]:
        return set()

    async def touched(
        self, tx: Transaction, moved: frozenset[Address], *, at_head: bool
    ) -> frozenset[Address]:
        return moved


NOTHING = Nothing()

"""What is followed over the same blocks as transfers and counts together with them."""

from dataclasses import dataclass
from typing import Protocol

from gating.model import Address, Block
from gating.ports import Transaction

LOGS_AT_ONCE = 1_000
"""Blocks per request; common providers cap `eth_getLogs` here."""


class Page(Protocol):
    """What was read beside the transfers; `behind` where it does not reach as far as they."""

    @property
    def behind(self) -> bool: ...

    async def keep(self, tx: Transaction) -> None: ...


class Beside(Protocol):
    """Read up to where the transfers reach, and taken back with them."""

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
    """`Beside` and its `Page` where transfers alone are followed."""

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


NOTHING = Nothing()

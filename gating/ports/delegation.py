"""What the core needs of the delegate registry: the chain's side, and what is kept of it."""

from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Protocol

from gating.model import Address, Asset, Block
from gating.model.delegation import Delegation, Lent, Registry, Subject


class DelegationChain(Protocol):
    """The chain on which a registry stands. Every method may raise `TryLater`."""

    async def block(self, number: int) -> Block: ...

    async def delegations(
        self, registry: Registry, first: int, end: Block
    ) -> Sequence[Delegation]:
        """What was said from block `first` up to and with `end`, in chain order.

        Only from an endpoint that has exactly the block `end`, before and after it was asked.
        """
        ...

    async def delegations_told(
        self, registry: Registry, first: int, end: Block
    ) -> Mapping[int, Sequence[Delegation]]:
        """The same from each endpoint, by its place in the list; silent ones are left out."""
        ...


class Delegations(Protocol):
    """What vaults have said, block by block, so that any past block can be asked again."""

    async def reached(self, registry: Registry) -> int | None:
        """The block up to which everything said since the registry's first block is kept."""
        ...

    async def append(
        self, registry: Registry, said: Sequence[Delegation], *, first: int, reached: int
    ) -> None:
        """Keep what was said from block `first` up to `reached`; again changes nothing.

        What only repeats what holds already is not kept, so it does not lose its place.
        """
        ...

    async def between(self, registry: Registry, first: int, last: int) -> Sequence[Delegation]:
        """What is kept of the closed block range, in chain order."""
        ...

    async def holding(
        self, registry: Registry, vaults: Iterable[Address], *, before: int
    ) -> Set[Subject]:
        """What these vaults had said before this block and not taken back."""
        ...

    async def rewind(self, registry: Registry, above: int) -> None:
        """Forget everything said above this block."""
        ...

    async def moved_between(self, registry: Registry, first: int, last: int) -> set[Address]:
        """Vaults and hot wallets of which something was said in these blocks."""
        ...

    async def sharing_with(self, registry: Registry, wallets: Iterable[Address]) -> set[Address]:
        """Linked hot wallets of the same vaults: their share may change with these wallets'."""
        ...

    async def named(self, registry: Registry, wallets: Sequence[Address]) -> bool:
        """Whether any vault ever said anything about one of these: most fans have none."""
        ...

    async def lent_to(
        self, registry: Registry, asset: Asset, hots: Sequence[Address], *, at: int
    ) -> Sequence[Lent]:
        """The copies of all vaults that named one of `hots`, as of block `at`.

        With every linked hot wallet that each copy may count for, in the order in which the vault
        named them. Vaults that hold nothing are not looked at, however many they are.
        """
        ...

    async def lent_whole(
        self, registry: Registry, asset: Asset, *, at: int
    ) -> Mapping[Address, Sequence[Address]]:
        """Each vault that lends all it held at block `at`, with the hot wallets in order."""
        ...

    async def changed_hands(self, wallets: Iterable[Address]) -> None:
        """Remember wallets that were linked or unlinked: others may share a vault with them."""
        ...

    async def take_changed(self) -> set[Address]:
        """The wallets remembered so, which are forgotten with this."""
        ...

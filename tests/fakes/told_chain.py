"""A chain that a test tells block by block, with forks, a final block and moments of silence.

The real reader is held to a real node in `tests/contracts/test_chain_rpc.py`; here a test needs
histories that no node plays on demand.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from gating.errors import TryLater
from gating.model import Asset, Block, Transfer
from gating.model.delegation import Delegation, Registry
from gating.model.holdings import LogRange, Testimony
from tests.contracts.access_kit import block


@dataclass
class ToldChain:
    """`gating.ports.Chain`, with a registry. `before_logs` runs whenever logs are asked for, and
    may raise.

    `others` are further endpoints: they testify, and never lead.
    """

    blocks: dict[int, Block] = field(default_factory=dict)
    moves: list[Transfer] = field(default_factory=list)
    top: int = 0
    final: int = 0
    before_logs: Callable[[], Awaitable[None]] | None = None
    said: list[Delegation] = field(default_factory=list)
    span: int = 1_000
    others: "list[ToldChain]" = field(default_factory=list)
    distrusted: list[int] = field(default_factory=list)

    def grow(self, to: int, *, fork: str = "a", since: int | None = None) -> None:
        """Mine up to `to`; with `since`, blocks from there on are another history."""
        for number in range(self.top if since is None else since, to + 1):
            self.blocks[number] = block(number, fork)
        self.top = to

    @property
    def witnesses(self) -> int:
        return 1 + len(self.others)

    async def head(self) -> Block:
        return self.blocks[self.top]

    async def finalized(self) -> Block:
        return self.blocks[self.final]

    async def block(self, number: int) -> Block:
        return self.blocks[number]

    async def logs(self, assets: Sequence[Asset], first: int, head: Block) -> LogRange:
        if self.before_logs:
            await self.before_logs()
        end = self.blocks[min(head.number, first + self.span - 1)]
        return LogRange(end, self._between(assets, first, end.number))

    async def delegations(
        self, registry: Registry, first: int, end: Block
    ) -> Sequence[Delegation]:
        return [word for word in self.said if first <= word.block_number <= end.number]

    async def delegations_told(
        self, registry: Registry, first: int, end: Block
    ) -> Mapping[int, Sequence[Delegation]]:
        return {
            place: [word for word in one.said if first <= word.block_number <= end.number]
            for place, one in enumerate([self, *self.others], 1)
        }

    async def told(self, assets: Sequence[Asset], first: int, end: Block) -> Sequence[Testimony]:
        said = []
        for place, one in enumerate([self, *self.others], 1):
            if one.top < end.number:
                continue
            theirs = one.blocks[end.number]
            found = one._between(assets, first, end.number) if theirs == end else []
            said.append(Testimony(theirs.hash, found, place))
        return said

    def distrust(self, endpoint: int) -> None:
        self.distrusted.append(endpoint)

    def doubt(self) -> None:
        """Told chains stand where they are."""

    def _between(self, assets: Sequence[Asset], first: int, last: int) -> list[Transfer]:
        return [
            log for log in self.moves if log.asset in assets and first <= log.block_number <= last
        ]


async def silent() -> None:
    """For `before_logs`: nobody answers."""
    raise TryLater("E-CHAINDOWN")

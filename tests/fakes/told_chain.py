"""A chain that a test tells block by block, with forks, a final block and moments of silence.

The real reader is held to a real node in `tests/contracts/test_chain_rpc.py`; here a test needs
histories that no node plays on demand.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from gating.model import Asset, Block, Transfer
from gating.model.delegation import Delegation, Registry
from tests.contracts.access_kit import block


@dataclass
class ToldChain:
    """`gating.ports.Chain`, with a registry.

    `before_logs` runs whenever transfers are asked for, and may raise.
    """

    blocks: dict[int, Block] = field(default_factory=dict)
    logs: list[Transfer] = field(default_factory=list)
    top: int = 0
    final: int = 0
    before_logs: Callable[[], Awaitable[None]] | None = None
    said: list[Delegation] = field(default_factory=list)

    def grow(self, to: int, *, fork: str = "a", since: int | None = None) -> None:
        """Mine up to `to`; with `since`, blocks from there on are another history."""
        for number in range(self.top if since is None else since, to + 1):
            self.blocks[number] = block(number, fork)
        self.top = to

    async def head(self) -> Block:
        return self.blocks[self.top]

    async def finalized(self) -> Block:
        return self.blocks[self.final]

    async def block(self, number: int) -> Block:
        return self.blocks[number]

    async def transfers(self, asset: Asset, first: int, end: Block) -> Sequence[Transfer]:
        if self.before_logs:
            await self.before_logs()
        return [log for log in self.logs if first <= log.block_number <= end.number]

    async def delegations(
        self, registry: Registry, first: int, end: Block
    ) -> Sequence[Delegation]:
        return [word for word in self.said if first <= word.block_number <= end.number]

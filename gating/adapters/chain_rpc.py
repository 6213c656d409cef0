"""A chain's blocks, transfers and delegations, read by raw JSON-RPC.

Raw calls cost a fourteenth of the CPU of contract objects. When no endpoint gives a usable answer
that is `TryLater`, and never a zero.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeVar

from gating.adapters.chain.decode import TOPICS, Decoded, decoded
from gating.adapters.chain.spans import Span, capped
from gating.adapters.chain.wire import Log, logs_in
from gating.adapters.delegation_logs import DELEGATION_TOPICS, delegations_in, in_order
from gating.adapters.rpc import RpcFault, RpcNode
from gating.errors import TryLater
from gating.model import Asset, Block, Transfer
from gating.model.delegation import Delegation, Registry
from gating.model.holdings import LogRange, Testimony

T = TypeVar("T")
AN_HOUR = 3600.0
_HEADERS_AT_ONCE = 100


class RpcChain:
    """`gating.ports.Chain` and `DelegationChain` over the endpoints of one chain, tried in turn.

    Raises `TryLater("E-CHAINDOWN")` when no endpoint gives a usable answer.
    """

    def __init__(self, node: RpcNode) -> None:
        self._node = node
        self._spans: dict[str, Span] = {}

    @property
    def witnesses(self) -> int:
        return self._node.count

    async def head(self) -> Block:
        return max(await self._from_each("latest"), key=_number)

    async def finalized(self) -> Block:
        return min(await self._from_each("finalized"), key=_number)

    async def block(self, number: int) -> Block:
        async def at(endpoint: str) -> Block:
            return await self._block(endpoint, hex(number))

        return await self._first(at)

    async def logs(self, assets: Sequence[Asset], first: int, head: Block) -> LogRange:
        if head.number < first:
            return LogRange(head)

        async def at(endpoint: str) -> LogRange:
            end = await self._end(endpoint, first, head)
            while True:
                try:
                    found = await self._logs(endpoint, assets, first, end)
                except RpcFault as fault:
                    end = await self._shorter(endpoint, first, end, fault)
                    continue
                return LogRange(end, found.transfers, found.skipped)

        return await self._first(at)

    async def told(self, assets: Sequence[Asset], first: int, end: Block) -> Sequence[Testimony]:
        async def moves(endpoint: str, first: int, last: Block) -> Sequence[Transfer]:
            return (await self._logs(endpoint, assets, first, last)).transfers

        async def at(endpoint: str) -> Testimony:
            theirs = await self._block(endpoint, hex(end.number))
            place = self._node.place(endpoint)
            if theirs.hash != end.hash:
                return Testimony(theirs.hash, (), place)
            return Testimony(end.hash, await self._all(endpoint, moves, first, end), place)

        return await self._node.each(at)

    async def delegations(
        self, registry: Registry, first: int, end: Block
    ) -> Sequence[Delegation]:
        if end.number < first:
            return ()

        async def at(endpoint: str) -> Sequence[Delegation]:
            return await self._all_words(endpoint, registry, first, end)

        return await self._first(at)

    async def delegations_told(
        self, registry: Registry, first: int, end: Block
    ) -> Mapping[int, Sequence[Delegation]]:
        async def at(endpoint: str) -> tuple[int, Sequence[Delegation]]:
            words = await self._all_words(endpoint, registry, first, end)
            return self._node.place(endpoint), words

        return dict(await self._node.each(at)) if first <= end.number else {}

    def distrust(self, endpoint: int) -> None:
        self._node.rest(endpoint, AN_HOUR)

    def doubt(self) -> None:
        self._node.check_again()

    async def _all(
        self,
        endpoint: str,
        read: Callable[[str, int, Block], Awaitable[Sequence[T]]],
        first: int,
        end: Block,
    ) -> list[T]:
        """Everything up to `end` from one endpoint, in as many answers as it takes."""
        found: list[T] = []
        while first <= end.number:
            last = await self._end(endpoint, first, end)
            try:
                found += await read(endpoint, first, last)
            except RpcFault as fault:
                await self._shorter(endpoint, first, last, fault)
                continue
            first = last.number + 1
        return found

    async def _all_words(
        self, endpoint: str, registry: Registry, first: int, end: Block
    ) -> Sequence[Delegation]:
        async def read(endpoint: str, first: int, last: Block) -> Sequence[Delegation]:
            query = {
                "address": registry.contract,
                "topics": [list(DELEGATION_TOPICS)],
                "fromBlock": hex(first),
                "toBlock": hex(last.number),
            }
            logs = await self._node.call(endpoint, "eth_getLogs", [query])
            await self._must_have(endpoint, last)
            return in_order(delegations_in(logs), range(first, last.number + 1))

        return await self._all(endpoint, read, first, end)

    async def _must_have(self, endpoint: str, wanted: Block) -> None:
        if await self._block(endpoint, hex(wanted.number)) != wanted:
            raise RpcFault(f"does not have block {wanted.number} as others do")

    async def _end(self, endpoint: str, first: int, head: Block) -> Block:
        """The last block to ask this endpoint for, which it must have."""
        span = self._spans.setdefault(endpoint, Span())
        last = min(head.number, first + span.blocks - 1)
        found = await self._block(endpoint, hex(last))
        if last == head.number and found != head:
            raise RpcFault(f"does not have block {last} as others do")
        return found

    async def _shorter(self, endpoint: str, first: int, end: Block, fault: RpcFault) -> Block:
        """Where to end instead, after a fault; raises it again where shorter is of no use."""
        if not (fault.slow or fault.large or capped(fault.error)):
            raise fault
        span = self._spans[endpoint]
        asked = end.number - first + 1
        self._spans[endpoint] = Span(min(span.blocks, asked), span.ceiling).refused()
        if asked == 1 or fault.slow:  # who is slow may be slower still: somebody else first
            raise fault
        return await self._end(endpoint, first, end)

    async def _logs(
        self, endpoint: str, assets: Sequence[Asset], first: int, end: Block
    ) -> Decoded:
        """The transfers in these blocks; the endpoint must have `end` when it has answered too."""
        query = {
            "address": [asset.contract for asset in assets],
            "topics": [TOPICS],
            "fromBlock": hex(first),
            "toBlock": hex(end.number),
        }
        logs = await self._node.call(endpoint, "eth_getLogs", [query], read=logs_in)
        await self._must_have(endpoint, end)
        times = await self._times(endpoint, logs)
        blocks = range(first, end.number + 1)
        span = self._spans.setdefault(endpoint, Span())
        self._spans[endpoint] = span.answered(len(logs), len(blocks))
        known: dict[str, Asset] = {asset.contract: asset for asset in assets}
        # in a thread, so that the last piece is stored, and people are answered, meanwhile
        return await asyncio.to_thread(decoded, logs, known, blocks, times)

    async def _times(self, endpoint: str, logs: Sequence[Log]) -> dict[str, int]:
        """The times of blocks whose logs do not say it; older nodes leave it out."""
        silent = sorted({log.blockNumber for log in logs if log.blockTimestamp is None})
        times: dict[str, int] = {}
        for at in range(0, len(silent), _HEADERS_AT_ONCE):
            asked = silent[at : at + _HEADERS_AT_ONCE]
            params = [[number, False] for number in asked]
            found = await self._node.batch(endpoint, "eth_getBlockByNumber", params)
            times |= {
                number: self._as_block(block).timestamp
                for number, block in zip(asked, found, strict=True)
            }
        return times

    async def _from_each(self, tag: str) -> Sequence[Block]:
        async def at(endpoint: str) -> Block:
            return await self._block(endpoint, tag)

        found = await self._node.each(at)
        if not found:
            raise TryLater("E-CHAINDOWN", after=5)
        return found

    async def _first(self, ask: Callable[[str], Awaitable[T]]) -> T:
        """What the first endpoint says that gives a usable answer."""
        try:
            return await self._node.first(ask)
        except RpcFault as silent:
            raise TryLater("E-CHAINDOWN", after=5) from silent

    async def _block(self, endpoint: str, tag: str) -> Block:
        return self._as_block(
            await self._node.call(endpoint, "eth_getBlockByNumber", [tag, False])
        )

    def _as_block(self, found: Any) -> Block:
        try:
            return Block(
                self._node.chain_id,
                int(found["number"], 16),
                found["hash"],
                int(found["timestamp"], 16),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise RpcFault("answered no block") from error


def _number(block: Block) -> int:
    return block.number

"""A chain's blocks, transfers and delegations, read by raw JSON-RPC.

Raw calls cost a fourteenth of the CPU of contract objects. When no endpoint gives a usable answer
that is `TryLater`, and never a zero.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

from gating.adapters.delegation_logs import DELEGATION_TOPICS, delegations_in
from gating.adapters.rpc import RpcFault, RpcNode
from gating.errors import TryLater
from gating.model import Address, Asset, Block, Transfer
from gating.model.delegation import Delegation, Registry

TRANSFER_TOPIC = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"
"""keccak256("Transfer(address,address,uint256)"), EIP-721."""
ERC721_TOPICS = 4
T = TypeVar("T")


class RpcChain:
    """`gating.ports.Chain` and `DelegationChain` over the endpoints of one chain, tried in turn.

    Raises `TryLater("E-CHAINDOWN")` when no endpoint gives a usable answer.
    """

    def __init__(self, node: RpcNode) -> None:
        self._node = node

    async def head(self) -> Block:
        return await self._block("latest")

    async def finalized(self) -> Block:
        return await self._block("finalized")

    async def block(self, number: int) -> Block:
        return await self._block(hex(number))

    async def transfers(self, asset: Asset, first: int, end: Block) -> Sequence[Transfer]:
        wanted = {"address": asset.contract, "topics": [TRANSFER_TOPIC]}
        return await self._logs(wanted, first, end, lambda logs: _transfers(asset, logs))

    async def delegations(
        self, registry: Registry, first: int, end: Block
    ) -> Sequence[Delegation]:
        wanted = {"address": registry.contract, "topics": [list(DELEGATION_TOPICS)]}
        return await self._logs(wanted, first, end, delegations_in)

    async def _logs(
        self,
        wanted: dict[str, Any],
        first: int,
        end: Block,
        read: Callable[[Any], Sequence[T]],
    ) -> Sequence[T]:
        """What `read` finds in these logs, from an endpoint that has exactly the block `end`."""
        if end.number < first:
            return ()
        query = {**wanted, "fromBlock": hex(first), "toBlock": hex(end.number)}

        async def at(endpoint: str) -> Sequence[T]:
            await self._must_have(endpoint, end)
            logs = await self._node.call(endpoint, "eth_getLogs", [query])
            await self._must_have(endpoint, end)
            return read(logs)

        return await self._first(at)

    async def _block(self, tag: str) -> Block:
        async def at(endpoint: str) -> Block:
            return self._as_block(
                await self._node.call(endpoint, "eth_getBlockByNumber", [tag, False])
            )

        return await self._first(at)

    async def _first(self, ask: Callable[[str], Awaitable[T]]) -> T:
        """What the first endpoint says that gives a usable answer."""
        try:
            return await self._node.first(ask)
        except RpcFault as silent:
            raise TryLater("E-CHAINDOWN", after=5) from silent

    async def _must_have(self, endpoint: str, wanted: Block) -> None:
        found = await self._node.call(
            endpoint, "eth_getBlockByNumber", [hex(wanted.number), False]
        )
        if self._as_block(found) != wanted:
            raise RpcFault(f"does not have block {wanted.number} as others do")

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


def _transfers(asset: Asset, logs: Any) -> Sequence[Transfer]:
    try:
        return [_transfer(asset, log) for log in logs if len(log["topics"]) == ERC721_TOPICS]
    except (KeyError, TypeError, ValueError) as error:
        raise RpcFault("answered no logs") from error


def _transfer(asset: Asset, log: dict[str, Any]) -> Transfer:
    _, sender, receiver, token = log["topics"]
    return Transfer(
        asset=asset,
        block_number=int(log["blockNumber"], 16),
        block_hash=log["blockHash"],
        log_index=int(log["logIndex"], 16),
        token_id=int(token, 16),
        sender=_address(sender),
        receiver=_address(receiver),
    )


def _address(topic: str) -> Address:
    return Address("0x" + topic[-40:].lower())

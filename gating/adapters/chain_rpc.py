"""A chain read by raw JSON-RPC over aiohttp, through one or more endpoints.

Raw calls cost a fourteenth of the CPU of contract objects. An endpoint that fails, answers
nonsense, or stands on another chain is skipped; when none is left the answer is `TryLater`, and
never a zero.
"""

import itertools
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

import aiohttp
import structlog

from gating.errors import TryLater
from gating.model import Address, Asset, Block, Transfer

log = structlog.get_logger(__name__)

TRANSFER_TOPIC = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"
"""keccak256("Transfer(address,address,uint256)"), EIP-721."""
TIMEOUT = aiohttp.ClientTimeout(total=8)
MAX_ANSWER = 32 * 1024 * 1024
ERC721_TOPICS = 4


T = TypeVar("T")


class RpcFault(Exception):
    """One endpoint did not give a usable answer."""


class RpcChain:
    """`gating.ports.Chain` over the endpoints of one chain, tried in turn.

    Raises `TryLater("E-CHAINDOWN")` when no endpoint gives a usable answer.
    """

    def __init__(
        self, session: aiohttp.ClientSession, endpoints: Sequence[str], chain_id: int
    ) -> None:
        self._session = session
        self._endpoints = tuple(endpoints)
        self._chain_id = chain_id
        self._checked: set[str] = set()
        self._numbers = itertools.count(1)

    async def head(self) -> Block:
        return await self._block("latest")

    async def finalized(self) -> Block:
        return await self._block("finalized")

    async def block(self, number: int) -> Block:
        return await self._block(hex(number))

    async def transfers(self, asset: Asset, first: int, end: Block) -> Sequence[Transfer]:
        if end.number < first:
            return ()
        query = {
            "address": asset.contract,
            "topics": [TRANSFER_TOPIC],
            "fromBlock": hex(first),
            "toBlock": hex(end.number),
        }

        async def at(endpoint: str) -> Sequence[Transfer]:
            await self._must_have(endpoint, end)
            logs = await self._call(endpoint, "eth_getLogs", [query])
            await self._must_have(endpoint, end)
            return _transfers(asset, logs)

        return await self._first(at)

    async def _block(self, tag: str) -> Block:
        async def at(endpoint: str) -> Block:
            return self._as_block(await self._call(endpoint, "eth_getBlockByNumber", [tag, False]))

        return await self._first(at)

    async def _first(self, ask: Callable[[str], Awaitable[T]]) -> T:
        """What the first endpoint says that gives a usable answer."""
        for position, endpoint in enumerate(self._endpoints, 1):
            try:
                await self._must_be_ours(endpoint)
                return await ask(endpoint)
            except RpcFault as fault:
                # the endpoint's address may hold a key: only its place in the list is logged
                log.warning("chain endpoint failed", endpoint=position, reason=str(fault))
        raise TryLater("E-CHAINDOWN", after=5)

    async def _must_have(self, endpoint: str, wanted: Block) -> None:
        found = await self._call(endpoint, "eth_getBlockByNumber", [hex(wanted.number), False])
        if self._as_block(found) != wanted:
            raise RpcFault(f"does not have block {wanted.number} as others do")

    def _as_block(self, found: Any) -> Block:
        try:
            return Block(
                self._chain_id,
                int(found["number"], 16),
                found["hash"],
                int(found["timestamp"], 16),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise RpcFault("answered no block") from error

    async def _must_be_ours(self, endpoint: str) -> None:
        if endpoint in self._checked:
            return
        answer = await self._call(endpoint, "eth_chainId", [])
        if answer != hex(self._chain_id):
            raise RpcFault(f"stands on chain {answer}, wanted {hex(self._chain_id)}")
        self._checked.add(endpoint)

    async def _call(self, endpoint: str, method: str, params: list[Any]) -> Any:
        request = {
            "jsonrpc": "2.0",
            "id": next(self._numbers),
            "method": method,
            "params": params,
        }
        try:
            async with self._session.post(endpoint, json=request, timeout=TIMEOUT) as response:
                if (response.content_length or 0) > MAX_ANSWER:
                    raise RpcFault("answer too large")
                answer = await response.json(content_type=None)
        except (TimeoutError, aiohttp.ClientError, ValueError) as error:
            self._checked.discard(endpoint)
            raise RpcFault(type(error).__name__) from error
        if not isinstance(answer, dict) or "result" not in answer:
            raise RpcFault(_complaint(answer))
        return answer["result"]


def _complaint(answer: Any) -> str:
    error = answer.get("error") if isinstance(answer, dict) else None
    return f"error {error.get('code')}" if isinstance(error, dict) else "no result"


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

"""Raw JSON-RPC over aiohttp to the endpoints of one chain, tried in turn.

An endpoint that fails, answers nonsense, or stands on another chain is skipped. What a contract
answers is kept apart from what a node cannot answer: the first is a fact, the second is silence.
"""

import asyncio
import itertools
import json
from asyncio import IncompleteReadError
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

import aiohttp
import structlog

log = structlog.get_logger(__name__)

TIMEOUT = aiohttp.ClientTimeout(total=8)
MOST_BYTES = 32 * 1024 * 1024
T = TypeVar("T")
CHECKED_FOR = 3600.0
"""Seconds for which an endpoint's chain is believed; a provider may move a name."""
_NO_ANSWER = {301, 302, 303, 307, 308, 429}
_BROKEN = 500
_REVERTED = 3
"""The error code of nodes for a call that the contract itself refused (EIP-1474 and geth)."""
_CONTRACT_SAYS = (
    "revert",
    "out of gas",
    "outofgas",
    "gas uint64 overflow",
    "opcode",
    "invalidfe",
    "notactivated",
    "stack underflow",
    "stack overflow",
    "stackunderflow",
    "stackoverflow",
    "invalid jump",
    "invalidjump",
    "evm error",
    "vm execution error",
)


class RpcFault(Exception):
    """One endpoint did not give a usable answer."""


class WrongChain(RpcFault):
    """An endpoint stands on another chain: a mistake in the settings."""


class CallFailed(Exception):
    """The node ran a contract, and the contract failed: it refused, ran out of gas, or flooded."""


class RpcNode:
    """The endpoints of one chain."""

    def __init__(
        self, session: aiohttp.ClientSession, endpoints: Sequence[str], chain_id: int
    ) -> None:
        self.chain_id = chain_id
        self._session = session
        self._endpoints = tuple(endpoints)
        self._checked: dict[str, float] = {}
        self._numbers = itertools.count(1)

    async def ask(
        self, method: str, params: list[Any], kind: type, *, most: int = MOST_BYTES
    ) -> Any:
        """The first usable answer, of this kind and within `most` bytes.

        Raises `RpcFault` where no endpoint gives one, and `CallFailed` for an `eth_call` that
        the contract itself made fail.
        """

        async def at(endpoint: str) -> Any:
            answer = await self.call(endpoint, method, params, most=most)
            if not isinstance(answer, kind):
                raise RpcFault(f"{method} answered {type(answer).__name__}")
            return answer

        return await self.first(at)

    async def first(self, ask: Callable[[str], Awaitable[T]]) -> T:
        """What the first endpoint says that gives a usable answer; raises as `ask`."""
        for position, endpoint in enumerate(self._endpoints, 1):
            try:
                await self._must_be_ours(endpoint)
                return await ask(endpoint)
            except RpcFault as fault:
                # the endpoint's address may hold a key: only its place in the list is logged
                tell = log.error if isinstance(fault, WrongChain) else log.warning
                tell("chain endpoint failed", endpoint=position, reason=str(fault))
        raise RpcFault("no endpoint gives a usable answer")

    async def _must_be_ours(self, endpoint: str) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._checked.get(endpoint, -CHECKED_FOR) < CHECKED_FOR:
            return
        answer = await self.call(endpoint, "eth_chainId", [])
        if answer != hex(self.chain_id):
            raise WrongChain(f"stands on chain {answer}, wanted {hex(self.chain_id)}")
        self._checked[endpoint] = now

    async def call(
        self, endpoint: str, method: str, params: list[Any], *, most: int = MOST_BYTES
    ) -> Any:
        """One question to one endpoint; raises as `ask`."""
        number = next(self._numbers)
        request = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
        try:
            # a node that sends us on elsewhere could choose an address of the house's own network
            async with self._session.post(
                endpoint, json=request, timeout=TIMEOUT, allow_redirects=False
            ) as response:
                if response.status in _NO_ANSWER or response.status >= _BROKEN:
                    raise RpcFault(f"status {response.status}")
                answer = json.loads(await _within(response, most, method))
        except (TimeoutError, aiohttp.ClientError, ValueError, RecursionError) as error:
            self._checked.pop(endpoint, None)
            raise RpcFault(type(error).__name__) from error
        if not isinstance(answer, dict) or "result" not in answer:
            raise _failure(method, answer)
        return answer["result"]


async def _within(response: aiohttp.ClientResponse, most: int, method: str) -> bytes:
    """The body, if it is not longer than `most`; the rest of a longer one is never read."""
    try:
        await response.content.readexactly(most + 1)
    except IncompleteReadError as whole:
        return whole.partial
    response.close()
    # only a contract decides how much a call answers
    raise CallFailed("answer too large") if method == "eth_call" else RpcFault("answer too large")


def _failure(method: str, answer: Any) -> Exception:
    error = answer.get("error") if isinstance(answer, dict) else None
    if not isinstance(error, dict):
        return RpcFault("no result")
    if method == "eth_call" and contract_failed(error):
        return CallFailed("the contract failed")
    return RpcFault(f"error {error.get('code')}")


def contract_failed(error: dict[str, Any]) -> bool:
    """Whether a node's error says that the call failed inside the contract, and not the node."""
    said = str(error.get("message", "")).lower()
    return error.get("code") == _REVERTED or any(words in said for words in _CONTRACT_SAYS)

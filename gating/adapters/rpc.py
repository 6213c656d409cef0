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
LONGEST_REST = 300.0
"""Seconds for which a slow endpoint is left alone at most."""
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
    """One endpoint did not give a usable answer.

    `error` is what it said instead. `slow`: it took too long. `large`: the answer is too large.
    """

    def __init__(
        self, reason: str, *, error: Any = None, slow: bool = False, large: bool = False
    ) -> None:
        super().__init__(reason)
        self.error = error
        self.slow = slow
        self.large = large


class WrongChain(RpcFault):
    """An endpoint stands on another chain: a mistake in the settings."""


class CallFailed(Exception):
    """The node ran a contract, and the contract failed: it refused, ran out of gas, or flooded.

    `refused`: by its own word, quickly.
    """

    def __init__(self, reason: str, *, refused: bool = False) -> None:
        super().__init__(reason)
        self.refused = refused


class RpcNode:
    """The endpoints of one chain."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        endpoints: Sequence[str],
        chain_id: int,
        timeout: aiohttp.ClientTimeout = TIMEOUT,
    ) -> None:
        self._timeout = timeout
        self.chain_id = chain_id
        self._session = session
        self._endpoints = tuple(endpoints)
        self._checked: dict[str, float] = {}
        self._rests: dict[str, float] = {}
        self._tired: dict[str, float] = {}
        self._numbers = itertools.count(1)

    @property
    def count(self) -> int:
        """How many endpoints are set."""
        return len(self._endpoints)

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
        for endpoint in sorted(self._endpoints, key=self._resting):
            try:
                return await self._from(endpoint, ask)
            except RpcFault:
                continue
        raise RpcFault("no endpoint gives a usable answer")

    async def each(self, ask: Callable[[str], Awaitable[T]]) -> list[T]:
        """What every endpoint says that gives a usable answer, all asked at once.

        One that was too slow is left alone for a while, or everybody would wait for it each time.
        """
        awake = [endpoint for endpoint in self._endpoints if not self._resting(endpoint)]
        said = await asyncio.gather(
            *(self._from(endpoint, ask) for endpoint in awake or self._endpoints),
            return_exceptions=True,
        )
        for one in said:
            if isinstance(one, BaseException) and not isinstance(one, RpcFault):
                raise one
        return [one for one in said if not isinstance(one, BaseException)]

    def place(self, endpoint: str) -> int:
        """Its place in the list, from 1: what may be shown, for an address may hold a key."""
        return self._endpoints.index(endpoint) + 1

    def rest(self, place: int, seconds: float) -> None:
        """Ask this endpoint last for a while."""
        self._rests[self._endpoints[place - 1]] = asyncio.get_running_loop().time() + seconds

    def check_again(self) -> None:
        """Ask each endpoint anew which chain it stands on."""
        self._checked.clear()

    def _resting(self, endpoint: str) -> bool:
        return asyncio.get_running_loop().time() < self._rests.get(endpoint, 0.0)

    async def _from(self, endpoint: str, ask: Callable[[str], Awaitable[T]]) -> T:
        try:
            await self._must_be_ours(endpoint)
            answer = await ask(endpoint)
        except RpcFault as fault:
            tell = log.error if isinstance(fault, WrongChain) else log.warning
            tell("chain endpoint failed", endpoint=self.place(endpoint), reason=str(fault))
            if fault.slow:
                self._tired[endpoint] = min(LONGEST_REST, 2 * self._tired.get(endpoint, 5.0))
                self.rest(self.place(endpoint), self._tired[endpoint])
            raise
        self._tired.pop(endpoint, None)
        return answer

    async def _must_be_ours(self, endpoint: str) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._checked.get(endpoint, -CHECKED_FOR) < CHECKED_FOR:
            return
        answer = await self.call(endpoint, "eth_chainId", [])
        if answer != hex(self.chain_id):
            raise WrongChain(f"stands on chain {answer}, wanted {hex(self.chain_id)}")
        self._checked[endpoint] = now

    async def call(
        self,
        endpoint: str,
        method: str,
        params: list[Any],
        *,
        most: int = MOST_BYTES,
        read: Callable[[bytes], Any] = json.loads,
    ) -> Any:
        """One question to one endpoint, its answer read by `read`; raises as `ask`."""
        number = next(self._numbers)
        request = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
        answer = await self._post(endpoint, request, most=most, read=read)
        if not isinstance(answer, dict) or "result" not in answer:
            raise _failure(method, answer)
        return answer["result"]

    async def batch(self, endpoint: str, method: str, params: Sequence[list[Any]]) -> list[Any]:
        """The same method many times in one request (JSON-RPC 2.0, 6); raises as `ask`."""
        requests = [
            {"jsonrpc": "2.0", "id": number, "method": method, "params": each}
            for number, each in enumerate(params)
        ]
        answers = await self._post(endpoint, requests, most=MOST_BYTES, read=json.loads)
        try:
            found = {answer["id"]: answer["result"] for answer in answers}
            return [found[number] for number in range(len(requests))]
        except (KeyError, TypeError) as error:
            raise RpcFault("answered a part of a batch") from error

    async def _post(
        self, endpoint: str, request: Any, *, most: int, read: Callable[[bytes], Any]
    ) -> Any:
        try:
            # a node that sends us on elsewhere could choose an address of the house's own network
            async with self._session.post(
                endpoint, json=request, timeout=self._timeout, allow_redirects=False
            ) as response:
                if response.status in _NO_ANSWER or response.status >= _BROKEN:
                    raise RpcFault(f"status {response.status}")
                method = request["method"] if isinstance(request, dict) else "a batch"
                return read(await _within(response, most, method))
        except (TimeoutError, aiohttp.ClientError, ValueError, RecursionError) as error:
            self._checked.pop(endpoint, None)
            slow = isinstance(error, TimeoutError)
            raise RpcFault(type(error).__name__, slow=slow) from error


async def _within(response: aiohttp.ClientResponse, most: int, method: str) -> bytes:
    """The body, if it is not longer than `most`; the rest of a longer one is never read."""
    try:
        await response.content.readexactly(most + 1)
    except IncompleteReadError as whole:
        return whole.partial
    response.close()
    # only a contract decides how much a call answers
    if method == "eth_call":
        raise CallFailed("answer too large")
    raise RpcFault("answer too large", large=True)


def _failure(method: str, answer: Any) -> Exception:
    error = answer.get("error") if isinstance(answer, dict) else None
    if not isinstance(error, dict):
        return RpcFault("no result")
    if method == "eth_call" and contract_failed(error):
        return CallFailed("the contract failed", refused=_refused(error))
    return RpcFault(f"error {error.get('code')}", error=error)


def _refused(error: dict[str, Any]) -> bool:
    return "revert" in str(error.get("message", "")).lower()


def contract_failed(error: dict[str, Any]) -> bool:
    """Whether a node's error says that the call failed inside the contract, and not the node."""
    said = str(error.get("message", "")).lower()
    return error.get("code") == _REVERTED or any(words in said for words in _CONTRACT_SAYS)

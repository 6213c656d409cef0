"""A server before a real node that spoils its answers as a test asks.

Everything that is not spoilt comes from the node behind it.
"""

import asyncio
from dataclasses import dataclass, field
from typing import Any, Self

import aiohttp
from aiohttp import web

from gating.adapters.delegation_logs import DELEGATION_TOPICS

OTHER_CHAIN = "0x2105"
WORDS = {"no-words": "empty", "false-words": "lie"}


@dataclass
class FaultyNode:
    """`fault` is one of: ok, error, timeout, busy, wrong-chain, bad-json, lie, empty, no-times,
    old-state, and of the delegate registry alone no-words and false-words.

    `behind`: blocks by which it lags. `until`: its head, if it is lower. `blocks` and `results`:
    the caps of `eth_getLogs`. `state`: the block of which `old-state` answers. `final`: so many
    blocks below the head one is final. `asked` is what was asked for.
    """

    upstream: str
    fault: str = "ok"
    behind: int = 0
    until: int | None = None
    blocks: int | None = None
    results: int | None = None
    lie: str = "beef"
    state: str = "0x1"
    final: int = 2
    heavy_after: int | None = None
    asked: list[tuple[str, Any]] = field(default_factory=list)
    url: str = ""

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=2**26)
        app.router.add_post("/", self._rpc)
        self._http = aiohttp.ClientSession()
        self._runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.close()
        await self._runner.cleanup()

    async def _rpc(self, request: web.Request) -> web.Response:
        asked = await request.json()
        match self.fault:
            case "error":
                return _error(-32000, "internal error")
            case "timeout":
                await asyncio.sleep(60)
            case "busy":
                return web.json_response({"error": {"code": -32005}}, status=429)
            case "bad-json":
                return web.Response(text='{"jsonrpc":"2.0","result":{', content_type="a/json")
        if isinstance(asked, list):
            return web.json_response([await self._answer(one) for one in asked])
        return web.json_response(await self._answer(asked))

    async def _answer(self, asked: dict[str, Any]) -> dict[str, Any]:
        method, params = asked["method"], asked["params"]
        self.asked.append((method, params))
        if method == "eth_chainId" and self.fault == "wrong-chain":
            return {"id": asked["id"], "result": OTHER_CHAIN}
        if method == "eth_getBlockByNumber":
            return await self._block(asked)
        if method == "eth_getLogs":
            return await self._logs(asked)
        if method == "eth_call" and self.fault == "lie":
            return _one_more(await self._ask(asked))
        if method == "eth_call" and self.fault == "old-state":
            return await self._ask({**asked, "params": [params[0], self.state, *params[2:]]})
        return await self._ask(asked)

    async def _head(self) -> int:
        said = await self._ask({"method": "eth_blockNumber", "params": []})
        head = int(said["result"], 16) - self.behind
        return min(head, self.until) if self.until is not None else head

    async def _block(self, asked: dict[str, Any]) -> dict[str, Any]:
        head, tag = await self._head(), asked["params"][0]
        number = {"latest": head, "safe": head - 1, "finalized": max(0, head - self.final)}.get(
            tag
        )
        number = int(tag, 16) if number is None else number
        if number > head:
            return {"id": asked["id"], "result": None}
        return await self._ask({**asked, "params": [hex(number), *asked["params"][1:]]})

    async def _logs(self, asked: dict[str, Any]) -> dict[str, Any]:
        query = asked["params"][0]
        first, last = int(query["fromBlock"], 16), int(query["toBlock"], 16)
        if self.blocks is not None and last - first >= self.blocks:
            said = f"eth_getLogs is limited to a {self.blocks} blocks range"
            return {"id": asked["id"], "error": {"code": -32600, "message": said}}
        if self.heavy_after is not None and last - first >= self.heavy_after:
            await asyncio.sleep(60)
        answer = await self._ask(asked)
        logs = answer["result"]
        if self.results is not None and len(logs) > self.results:
            said = f"query returned more than {self.results} results"
            return {"id": asked["id"], "error": {"code": -32005, "message": said}}
        fault = self.fault
        if fault in WORDS:
            fault = WORDS[fault] if _asks_registry(query) else "ok"
        return {**answer, "result": [] if fault == "empty" else self._spoilt(logs, fault)}

    def _spoilt(self, logs: list[dict[str, Any]], fault: str) -> list[dict[str, Any]]:
        if fault == "lie":  # somebody else received it
            return [
                {**log, "topics": [*log["topics"][:2], _topic(self.lie), *log["topics"][3:]]}
                for log in logs
            ]
        if fault == "no-times":
            return [{k: v for k, v in log.items() if k != "blockTimestamp"} for log in logs]
        return logs

    async def _ask(self, asked: dict[str, Any]) -> dict[str, Any]:
        asked = {"jsonrpc": "2.0", "id": 1, **asked}
        async with self._http.post(self.upstream, json=asked) as response:
            answer: dict[str, Any] = await response.json()
        return answer


def _one_more(answer: dict[str, Any]) -> dict[str, Any]:
    """The last word of what a contract says, and one more."""
    said = answer["result"]
    return {**answer, "result": said[:-1] + format((int(said[-1], 16) + 1) % 16, "x")}


def _asks_registry(query: dict[str, Any]) -> bool:
    return set(query["topics"][0]) == set(DELEGATION_TOPICS)


def _topic(word: str) -> str:
    return "0x" + word.rjust(64, "0")


def _error(code: int, message: str) -> web.Response:
    return web.json_response({"error": {"code": code, "message": message}})

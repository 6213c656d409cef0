"""Raw JSON-RPC to the local node: one call at a time, refusals as errors."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import aiohttp


class RpcRefused(Exception):
    """The node answered with an error; the text is the node's own."""


class RpcUnreachable(Exception):
    """Nobody answered at the address; the node is stopped or gone."""


@dataclass(frozen=True)
class Rpc:
    """Calls to the node at `url` over `session`."""

    url: str
    session: aiohttp.ClientSession
    ids: Iterator[int]

    async def call(self, method: str, *params: Any) -> Any:
        """The result of `method`; raises RpcRefused or RpcUnreachable, never returns an error."""
        body = {"jsonrpc": "2.0", "id": next(self.ids), "method": method, "params": list(params)}
        try:
            async with self.session.post(self.url, json=body) as response:
                answer = await response.json(content_type=None)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise RpcUnreachable(f"the local chain does not answer {method}") from error
        if "error" in answer:
            raise RpcRefused(f"{method}: {answer['error'].get('message', answer['error'])}")
        return answer["result"]


def open_rpc(url: str) -> Rpc:
    """A caller with its own connections; close it with `await rpc.session.close()`."""
    timeout = aiohttp.ClientTimeout(total=30)
    return Rpc(url, aiohttp.ClientSession(timeout=timeout), count(1))

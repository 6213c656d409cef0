"""Does each endpoint stand on the club's chain, keep up, and answer what we ask it?"""

from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.doctor.findings import Finding, fault, ok, warning
from config.community import Club
from gating.adapters.chain.decode import TOPICS
from gating.adapters.rpc import CallFailed, RpcFault, RpcNode
from gating.ports import Clock

ALBUM = "album"
OLDEST_HEAD = 300
"""Seconds: of the chains that people use none makes a block more seldom than that."""
BLOCKS_OF_LOGS = 1_000
"""As many as one step of reading the chain asks for."""
_ERC721 = "0x01ffc9a7" + "80ac58cd".ljust(64, "0")
"""supportsInterface(0x80ac58cd), EIP-165 and EIP-721."""
_YES = "0x" + "1".zfill(64)
_NO_CODE = "0x"


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """One RPC endpoint, named by its place in the settings: its address may hold a key."""

    node: RpcNode
    url: str
    number: int
    clock: Clock

    @property
    def part(self) -> str:
        return f"endpoint {self.number}"

    async def ask(self, method: str, *params: Any) -> Any:
        return await self.node.call(self.url, method, list(params))


async def chain_findings(
    session: aiohttp.ClientSession, urls: list[str], club: Club, clock: Clock
) -> list[Finding]:
    """One finding per endpoint, and one for the album at the first that works."""
    found, album = [], None
    for number, url in enumerate(urls, 1):
        node = RpcNode(session, [url], club.asset.chain_id)
        endpoint = Endpoint(node=node, url=url, number=number, clock=clock)
        try:
            found.append(await _endpoint(endpoint, club))
            album = album or await _album(endpoint, club)
        except (RpcFault, CallFailed) as silent:
            found.append(fault(endpoint.part, "E-RPCSILENT", number=number, reason=str(silent)))
    if len(urls) == 1:
        found.append(warning("endpoints", "E-RPCONE"))
    return [*found, *([album] if album else [])]


async def _endpoint(endpoint: Endpoint, club: Club) -> Finding:
    number, wanted = endpoint.number, club.asset.chain_id
    chain = _number(await endpoint.ask("eth_chainId"))
    if chain != wanted:
        return fault(endpoint.part, "E-RPCCHAIN", number=number, found=chain, wanted=wanted)
    last, made = await _head(endpoint)
    if not await _answers(endpoint, "eth_getBlockByNumber", "finalized", False):
        return fault(endpoint.part, "E-RPCFINAL", number=number)
    logs = {
        "address": club.asset.contract,
        "topics": [TOPICS],
        "fromBlock": hex(max(0, last - BLOCKS_OF_LOGS + 1)),
        "toBlock": hex(last),
    }
    if not await _answers(endpoint, "eth_getLogs", logs):
        return fault(endpoint.part, "E-RPCLOGS", number=number, blocks=BLOCKS_OF_LOGS)
    age = int(endpoint.clock().timestamp()) - made
    if age > OLDEST_HEAD:
        return warning(endpoint.part, "E-RPCOLD", number=number, seconds=age)
    return ok(endpoint.part, "doctor.endpoint", chain=chain, block=last)


async def _head(endpoint: Endpoint) -> tuple[int, int]:
    """The newest block's number, and when it was made."""
    head = await endpoint.ask("eth_getBlockByNumber", "latest", False)
    if not isinstance(head, dict):
        raise RpcFault("answered no block")
    return _number(head.get("number")), _number(head.get("timestamp"))


async def _album(endpoint: Endpoint, club: Club) -> Finding | None:
    """Whether the album is there and what it says it is; None where this endpoint is of no use."""
    if _number(await endpoint.ask("eth_chainId")) != club.asset.chain_id:
        return None
    contract = club.asset.contract
    if await endpoint.ask("eth_getCode", contract, "latest") in {_NO_CODE, None}:
        return fault(ALBUM, "E-NOCONTRACT", contract=contract, chain=club.asset.chain_id)
    try:
        said = await endpoint.ask("eth_call", {"to": contract, "data": _ERC721}, "latest")
    except CallFailed:
        said = None
    if said != _YES:
        return fault(ALBUM, "E-NOTERC721", contract=contract)
    return ok(ALBUM, "doctor.album", album=club.asset.name, contract=contract)


async def _answers(endpoint: Endpoint, method: str, *params: Any) -> bool:
    try:
        return await endpoint.ask(method, *params) is not None
    except RpcFault:
        return False


def _number(said: Any) -> int:
    """A quantity of JSON-RPC. Raises `RpcFault` for anything else."""
    try:
        return int(said, 16)
    except (TypeError, ValueError) as error:
        raise RpcFault("answered no number") from error

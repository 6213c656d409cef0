"""Does each endpoint stand on its chain, keep up, and answer us? Is each contract there?"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.doctor.findings import Finding, fault, ok, warning
from config.community import Club
from config.contracts import ALBUM
from gating.adapters.chain.decode import TOPICS
from gating.adapters.rpc import CallFailed, RpcFault, RpcNode
from gating.errors import Fact
from gating.model import Address
from gating.ports import Clock

OLDEST_HEAD = 300
"""Seconds: of the chains that people use none makes a block more seldom than that."""
AHEAD = 60
"""Seconds by which a block may be ahead of our clock before one of the two is wrong."""
BLOCKS_OF_LOGS = 1_000
"""As many as one step of reading the chain asks for."""
_ERC721 = "0x01ffc9a7" + "80ac58cd".ljust(64, "0")
"""supportsInterface(0x80ac58cd), EIP-165 and EIP-721."""
_YES = "0x" + "1".zfill(64)
_NO_CODE = "0x"
_REGISTRY = "delegate registry"


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """One RPC endpoint, named by its place in the settings: its address may hold a key."""

    node: RpcNode
    url: str
    number: int
    clock: Clock
    clubs: int
    """The album's chain, which goes without saying."""

    @property
    def part(self) -> str:
        return self.named(f"endpoint {self.number}")

    def named(self, part: str) -> str:
        return part if self.node.chain_id == self.clubs else f"{part} of {self.node.chain_id}"

    async def ask(self, method: str, *params: Any) -> Any:
        return await self.node.call(self.url, method, list(params))


Contracts = Sequence[tuple[str, Address]]
"""What the club file says is on a chain: the name of each contract, and its address."""


async def chain_findings(
    session: aiohttp.ClientSession, urls: Mapping[int, Sequence[str]], club: Club, clock: Clock
) -> list[Finding]:
    """For each chain, the album's first: its endpoints, and its contracts at one that works."""
    clubs = club.asset.chain_id
    found: list[Finding] = []
    for chain_id in sorted(urls, key=lambda each: (each != clubs, each)):
        node = RpcNode(session, urls[chain_id], chain_id)
        found += await _chain(
            [
                Endpoint(node=node, url=url, number=number, clock=clock, clubs=clubs)
                for number, url in enumerate(urls[chain_id], 1)
            ],
            contracts_on(club, chain_id),
        )
    return found


def contracts_on(club: Club, chain_id: int) -> Contracts:
    """The contracts on this chain; the album is the one that its own table names."""
    others = (each for each in club.contracts if each.name != ALBUM)
    listed = [
        (ALBUM, club.asset),
        *((f"contract {each.name}", each.asset) for each in others),
    ]
    found = [(name, asset.contract) for name, asset in listed if asset.chain_id == chain_id]
    if club.delegation and club.asset.chain_id == chain_id:
        found.append((_REGISTRY, club.delegation.contract))
    return found


async def _chain(endpoints: Sequence[Endpoint], contracts: Contracts) -> Iterable[Finding]:
    found: list[Finding] = []
    there: Sequence[Finding] = ()
    for endpoint in endpoints:
        try:
            found.append(await _endpoint(endpoint, contracts[0][1]))
            there = there or await _contracts(endpoint, contracts)
        except (RpcFault, CallFailed) as silent:
            number = endpoint.number
            found.append(fault(endpoint.part, "E-RPCSILENT", number=number, reason=str(silent)))
    if len(endpoints) == 1:
        found.append(warning(endpoints[0].named("endpoints"), "E-RPCONE"))
    return [*found, *there]


async def _endpoint(endpoint: Endpoint, contract: Address) -> Finding:
    number, wanted = endpoint.number, endpoint.node.chain_id
    chain = _number(await endpoint.ask("eth_chainId"))
    if chain != wanted:
        return fault(endpoint.part, "E-RPCCHAIN", number=number, found=chain, wanted=wanted)
    last, made = await _head(endpoint)
    if not await _answers(endpoint, "eth_getBlockByNumber", "finalized", False):
        return fault(endpoint.part, "E-RPCFINAL", number=number)
    logs = {
        "address": contract,
        "topics": [TOPICS],
        "fromBlock": hex(max(0, last - BLOCKS_OF_LOGS + 1)),
        "toBlock": hex(last),
    }
    if not await _answers(endpoint, "eth_getLogs", logs):
        return fault(endpoint.part, "E-RPCLOGS", number=number, blocks=BLOCKS_OF_LOGS)
    age = int(endpoint.clock().timestamp()) - made
    if age > OLDEST_HEAD:
        return warning(endpoint.part, "E-RPCOLD", number=number, seconds=age)
    if -age > AHEAD:
        return warning(endpoint.part, "E-RPCAHEAD", number=number, seconds=-age)
    return ok(endpoint.part, "doctor.endpoint", chain=chain, block=last)


async def _head(endpoint: Endpoint) -> tuple[int, int]:
    """The newest block's number, and when it was made."""
    head = await endpoint.ask("eth_getBlockByNumber", "latest", False)
    if not isinstance(head, dict):
        raise RpcFault("answered no block")
    return _number(head.get("number")), _number(head.get("timestamp"))


async def _contracts(endpoint: Endpoint, contracts: Contracts) -> Sequence[Finding]:
    """Whether each is there, and the album an ERC-721; none where this endpoint is of no use."""
    if _number(await endpoint.ask("eth_chainId")) != endpoint.node.chain_id:
        return ()
    return [await _contract(endpoint, name, contract) for name, contract in contracts]


async def _contract(endpoint: Endpoint, name: str, contract: Address) -> Finding:
    facts: dict[str, Fact] = {"contract": contract, "chain": endpoint.node.chain_id}
    if await endpoint.ask("eth_getCode", contract, "latest") in {_NO_CODE, None}:
        return fault(name, "E-NOCONTRACT", **facts)
    if name != ALBUM:
        return ok(name, "doctor.contract", **facts)
    try:
        said = await endpoint.ask("eth_call", {"to": contract, "data": _ERC721}, "latest")
    except CallFailed:
        said = None
    if said != _YES:
        return fault(name, "E-NOTERC721", contract=contract)
    return ok(name, "doctor.album", contract=contract)


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

"""Our JSON-RPC reader against web3.py on the same node, and against nodes that fail or lie."""

from collections import Counter
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from web3 import AsyncHTTPProvider, AsyncWeb3

from bot.sandbox.chain.album import Album, deploy_album, transfer_copy
from bot.sandbox.chain.anvil import ChainSettings, LocalChain
from bot.sandbox.chain.wallets import ARTIST, HOLDER, NEWCOMER
from gating.adapters.chain.decode import TRANSFER
from gating.adapters.chain_rpc import RpcChain
from gating.adapters.rpc import RpcNode
from gating.errors import TryLater
from gating.model import Address, Asset, Block

CHAIN = 31337


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def chain(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[LocalChain]:
    folder: Path = tmp_path_factory.mktemp("chain")
    async with LocalChain(ChainSettings(folder=folder)) as chain:
        yield chain


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def album(chain: LocalChain) -> Album:
    album = await deploy_album(chain)
    await transfer_copy(chain, album, 17, HOLDER, NEWCOMER)
    await chain.mine(3)
    return album


@pytest_asyncio.fixture(loop_scope="session")
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


def asset_of(album: Album) -> Asset:
    return Asset(CHAIN, Address(album.address.lower()), "Tide")


Answer = Callable[[str], object]
WHO = "0x" + "0" * 24 + "a1" * 20


def a_log(**different: object) -> dict[str, object]:
    """One log of block 1."""
    return {
        "topics": [TRANSFER, WHO, WHO, "0x07"],
        "data": "0x",
        "blockNumber": "0x1",
        "blockHash": "0x" + "1" * 64,
        "blockTimestamp": "0x1",
        "logIndex": "0x0",
        **different,
    }


async def test_blocks_are_what_web3_reads(
    chain: LocalChain, album: Album, http: aiohttp.ClientSession
) -> None:
    ours, theirs = RpcChain(RpcNode(http, [chain.rpc_url], CHAIN)), web3_of(chain)
    for tag, block in (("latest", await ours.head()), ("finalized", await ours.finalized())):
        seen = await theirs.eth.get_block(tag)
        assert (block.number, block.hash) == (seen["number"], seen["hash"].to_0x_hex())
        assert block.timestamp == seen["timestamp"]
    assert (await ours.block(1)).number == 1


async def test_transfers_are_what_web3_reads(
    chain: LocalChain, album: Album, http: aiohttp.ClientSession
) -> None:
    ours = RpcChain(RpcNode(http, [chain.rpc_url], CHAIN))
    head = await ours.head()
    last = head.number
    found = (await ours.logs((asset_of(album),), 0, head)).transfers
    logs = await web3_of(chain).eth.get_logs(
        {"address": album.address, "topics": [TRANSFER], "fromBlock": 0, "toBlock": last}
    )
    assert [(t.block_number, t.log_index, t.token_id, t.receiver) for t in found] == [
        (
            log["blockNumber"],
            log["logIndex"],
            int.from_bytes(log["topics"][3]),
            "0x" + log["topics"][2].hex()[-40:],
        )
        for log in logs
    ]
    assert found[-1].token_id == 17
    assert found[-1].sender == HOLDER.address.lower()
    assert len({t.token_id for t in found if t.receiver == ARTIST.address.lower()}) == 1000


async def test_a_node_of_another_chain_is_not_believed(
    chain: LocalChain, album: Album, http: aiohttp.ClientSession
) -> None:
    with pytest.raises(TryLater, match="E-CHAINDOWN"):
        await RpcChain(RpcNode(http, [chain.rpc_url], 1)).head()


async def test_the_second_endpoint_answers_when_the_first_is_dead(
    chain: LocalChain, album: Album, http: aiohttp.ClientSession
) -> None:
    both = RpcChain(RpcNode(http, ["http://127.0.0.1:9", chain.rpc_url], CHAIN))
    assert (await both.head()).number == await chain.head()


def plain(result: object) -> Answer:
    return lambda method: result if method != "eth_chainId" else hex(CHAIN)


@pytest.mark.parametrize(
    ("said", "what"),
    [
        (plain(None), "no block"),
        (plain({"number": "0x1"}), "half a block"),
        (plain("0x0"), "a number for a block"),
        (plain({"number": "one", "hash": "0x", "timestamp": "0x0"}), "words for numbers"),
    ],
)
async def test_an_answer_that_is_no_block_is_unknown_and_never_zero(
    said: Answer, what: str, http: aiohttp.ClientSession
) -> None:
    async with node_saying(lambda method: web.json_response({"result": said(method)})) as url:
        with pytest.raises(TryLater, match="E-CHAINDOWN"):
            await RpcChain(RpcNode(http, [url], CHAIN)).head()


@pytest.mark.parametrize(
    "answer",
    [
        lambda: web.Response(text="<html>gateway timeout</html>", status=504),
        lambda: web.json_response({"error": {"code": -32005, "message": "limit"}}, status=429),
        lambda: web.json_response([1, 2, 3]),
        lambda: web.Response(body=b"\xff\xfe", content_type="application/json"),
    ],
)
async def test_a_node_that_answers_errors_or_nonsense_is_unknown(
    answer: Callable[[], web.Response], http: aiohttp.ClientSession
) -> None:
    async with node_saying(lambda _method: answer()) as url:
        with pytest.raises(TryLater, match="E-CHAINDOWN"):
            await RpcChain(RpcNode(http, [url], CHAIN)).head()


@pytest.mark.parametrize(
    "log",
    [
        {"topics": [TRANSFER, "0x0", "0x0"]},
        a_log(topics=[TRANSFER, WHO, WHO, "zz"]),
        a_log(blockNumber="0x2"),
        a_log(address="0x" + "9" * 40),
        a_log(blockNumber=1),
    ],
)
async def test_logs_that_no_honest_node_gives_are_unknown(
    log: dict[str, object], album: Album, http: aiohttp.ClientSession
) -> None:
    whole = {"address": asset_of(album).contract, **log} if "data" in log else log
    async with node_saying(_logs([whole])) as url:
        with pytest.raises(TryLater, match="E-CHAINDOWN"):
            await RpcChain(RpcNode(http, [url], CHAIN)).logs((asset_of(album),), 0, ONE)


@pytest.mark.parametrize("second", ["0x0", "0x1"])
async def test_the_same_log_twice_or_out_of_order_is_unknown(
    second: str, album: Album, http: aiohttp.ClientSession
) -> None:
    here = {"address": asset_of(album).contract}
    logs = [{**a_log(logIndex=index), **here} for index in ("0x1", second)]
    async with node_saying(_logs(logs)) as url:
        with pytest.raises(TryLater, match="E-CHAINDOWN"):
            await RpcChain(RpcNode(http, [url], CHAIN)).logs((asset_of(album),), 0, ONE)
    async with node_saying(_logs(logs[::-1] if second == "0x0" else logs[:1])) as url:
        found = await RpcChain(RpcNode(http, [url], CHAIN)).logs((asset_of(album),), 0, ONE)
    assert len(found.transfers) == (2 if second == "0x0" else 1)


async def test_logs_of_a_block_that_went_while_they_were_asked_for_are_not_taken(
    album: Album, http: aiohttp.ClientSession
) -> None:
    answer, asked = _logs([]), Counter[str]()

    def changing(method: str) -> web.Response:
        asked[method] += 1
        if method == "eth_getBlockByNumber" and asked["eth_getLogs"]:
            forked = {"number": "0x1", "hash": "0x02", "timestamp": "0x1"}
            return web.json_response({"result": forked})
        return answer(method)

    async with node_saying(changing) as url:
        with pytest.raises(TryLater, match="E-CHAINDOWN"):
            await RpcChain(RpcNode(http, [url], CHAIN)).logs((asset_of(album),), 0, ONE)


async def test_a_node_that_lags_is_not_asked_what_happened(
    chain: LocalChain, album: Album, http: aiohttp.ClientSession
) -> None:
    """Asked for logs above its head a node says "none": that must not be believed."""
    head = await RpcChain(RpcNode(http, [chain.rpc_url], CHAIN)).head()
    async with node_saying(_logs([])) as lagging:
        both = RpcChain(RpcNode(http, [lagging, chain.rpc_url], CHAIN))
        assert len((await both.logs((asset_of(album),), 0, head)).transfers) > 1000
        with pytest.raises(TryLater, match="E-CHAINDOWN"):
            await RpcChain(RpcNode(http, [lagging], CHAIN)).logs((asset_of(album),), 0, head)


ONE = Block(CHAIN, 1, "0x01", 1)


def _logs(logs: list[object]) -> Callable[[str], web.Response]:
    """A node whose head is block 1, and whose logs are these."""
    block = {"number": "0x1", "hash": ONE.hash, "timestamp": "0x1"}
    said = {"eth_getLogs": logs, "eth_getBlockByNumber": block, "eth_chainId": hex(CHAIN)}
    return lambda method: web.json_response({"result": said[method]})


def web3_of(chain: LocalChain) -> AsyncWeb3:
    provider = AsyncHTTPProvider(chain.rpc_url)
    provider.global_ccip_read_enabled = False
    return AsyncWeb3(provider)


class node_saying:  # noqa: N801 - reads as a phrase where it is used
    """A node on this machine that answers each method with what it is told."""

    def __init__(self, answer: Callable[[str], web.Response]) -> None:
        self._answer = answer

    async def __aenter__(self) -> str:
        app = web.Application()
        app.router.add_post("/", self._rpc)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}/"

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _rpc(self, request: web.Request) -> web.Response:
        return self._answer((await request.json())["method"])

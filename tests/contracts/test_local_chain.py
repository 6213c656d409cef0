"""The local chain is a real node: it keeps its state, undoes blocks, and says when it died."""

import asyncio
import sys
from pathlib import Path

import aiohttp
import pytest
from eth_account import Account
from eth_account.messages import encode_defunct
from eth_utils.address import to_checksum_address

from bot.sandbox.chain.album import (
    COPIES,
    PRICE,
    Album,
    buy_copy,
    copies_of,
    open_album,
    sell_copy,
    transfer_copy,
)
from bot.sandbox.chain.anvil import ChainSettings, LocalChain
from bot.sandbox.chain.binary import AnvilMissing
from bot.sandbox.chain.process import ChainStopped
from bot.sandbox.chain.rpc import RpcRefused
from bot.sandbox.chain.transactions import TransactionFailed
from bot.sandbox.chain.wallets import (
    ARTIST,
    HOLDER,
    MARKET,
    NEWCOMER,
    SECOND_HOLDER,
    WALLETS,
    sign_text,
)

TRANSFER = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"


@pytest.fixture
async def chain(tmp_path: Path):
    async with LocalChain(ChainSettings(folder=tmp_path)) as chain:
        yield chain


@pytest.fixture
async def album(chain: LocalChain) -> Album:
    return await open_album(chain)


async def block_at(chain: LocalChain, tag: str) -> dict[str, str]:
    return await chain.call("eth_getBlockByNumber", tag, False)


async def transfers(chain: LocalChain, album: Album) -> list[dict[str, object]]:
    wanted = {"fromBlock": "0x0", "toBlock": "latest", "address": album.address}
    return await chain.call("eth_getLogs", wanted | {"topics": [TRANSFER]})


async def wei_of(chain: LocalChain, address: str) -> int:
    return int(await chain.call("eth_getBalance", address, "latest"), 16)


async def test_a_new_album_has_a_thousand_numbered_copies(chain, album):
    handed_out = {
        HOLDER: [17, 204],
        SECOND_HOLDER: [310],
        NEWCOMER: [],
        MARKET: [],
    }
    for wallet, copies in handed_out.items():
        assert await copies_of(chain, album, wallet.address) == copies
    kept = await copies_of(chain, album, ARTIST.address)
    assert kept == [n for n in range(1, COPIES + 1) if n not in (17, 204, 310)]


async def test_pressing_the_album_leaves_one_transfer_per_copy_in_the_log(chain, album):
    logs = await transfers(chain, album)
    assert len(logs) == COPIES + 3
    assert min(int(log["blockNumber"], 16) for log in logs) >= album.deployed_block


async def test_multicall_answers_many_reads_in_one_call(chain, album):
    # getBlockNumber() of Multicall3
    call = {"to": album.multicall, "data": "0x42cbb15c"}
    head = await chain.mine()
    assert int(await chain.call("eth_call", call, hex(head)), 16) == head


async def test_selling_a_copy_gives_it_to_the_market(chain, album):
    block = await sell_copy(chain, album, 17, HOLDER)
    assert await copies_of(chain, album, HOLDER.address) == [204]
    assert await copies_of(chain, album, MARKET.address) == [17]
    assert int((await transfers(chain, album))[-1]["blockNumber"], 16) == block


async def test_nobody_moves_a_copy_of_someone_else(chain, album):
    with pytest.raises(TransactionFailed):
        await transfer_copy(chain, album, 17, NEWCOMER, MARKET)
    assert await copies_of(chain, album, HOLDER.address) == [17, 204]


async def test_buying_gives_the_lowest_copy_and_pays_the_artist(chain, album):
    await transfer_copy(chain, album, 1, ARTIST, MARKET)
    before = await wei_of(chain, ARTIST.address)
    await buy_copy(chain, album, NEWCOMER)
    assert await copies_of(chain, album, NEWCOMER.address) == [2]
    assert await wei_of(chain, ARTIST.address) == before + PRICE


async def test_safe_is_one_block_behind_the_head_and_finalized_two(chain):
    await chain.mine(10)
    numbers = [int((await block_at(chain, tag))["number"], 16) for tag in ("safe", "finalized")]
    assert numbers == [9, 8]


async def test_a_reorganisation_takes_a_transfer_back(chain, album):
    await sell_copy(chain, album, 17, HOLDER)
    head = await chain.mine(1)
    before = await block_at(chain, hex(head))
    await chain.reorg(3)
    assert await copies_of(chain, album, HOLDER.address) == [17, 204]
    assert (await block_at(chain, hex(head)))["hash"] != before["hash"]


async def test_a_stopped_chain_does_not_answer_and_a_restart_finds_everything_again(chain, album):
    sold_in = await sell_copy(chain, album, 17, HOLDER)
    before, address = await transfers(chain, album), chain.rpc_url
    await chain.stop()
    assert not chain.running
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.ClientConnectionError):
            await session.post(address, json={})
    await chain.start()
    assert chain.rpc_url == address
    assert await open_album(chain) == album
    assert await transfers(chain, album) == before
    assert await copies_of(chain, album, HOLDER.address) == [204]
    assert await owner_at(chain, album, 17, sold_in - 1) == HOLDER.address


async def owner_at(chain: LocalChain, album: Album, copy: int, block: int) -> str:
    call = {"to": album.address, "data": f"0x6352211e{copy:064x}"}
    return to_checksum_address((await chain.call("eth_call", call, hex(block)))[-40:])


async def test_blocks_come_by_the_clock_when_a_block_time_is_set(tmp_path: Path):
    settings = ChainSettings(folder=tmp_path, block_seconds=1, chain_id=31338)
    async with LocalChain(settings) as chain:
        assert int(await chain.call("eth_chainId"), 16) == 31338
        await open_album(chain)
        head = await chain.head()
        await asyncio.sleep(1.5)
        assert head < await chain.head() <= head + 2


async def test_a_chain_that_died_says_so_in_one_sentence_and_can_start_again(chain, album):
    await chain.kill()
    with pytest.raises(ChainStopped, match=r"^the local chain was killed$"):
        await chain.head()
    await chain.start()
    assert await chain.head() == 0  # a crash keeps nothing, so the album is pressed anew
    assert await open_album(chain) == album


async def test_a_chain_that_ends_by_itself_is_noticed(tmp_path: Path):
    (tmp_path / "state.json").write_text("{broken")
    with pytest.raises(
        ChainStopped, match=r"ended by itself \(exit code 2\): error: .*state.json"
    ):
        await LocalChain(ChainSettings(folder=tmp_path)).start()


async def test_a_missing_program_names_the_command_that_brings_it(tmp_path: Path):
    chain = LocalChain(ChainSettings(folder=tmp_path, programs=tmp_path))
    with pytest.raises(AnvilMissing, match=r"run `make setup`$"):
        await chain.start()


@pytest.mark.parametrize("wallet", WALLETS.values(), ids=WALLETS.keys())
async def test_each_demo_wallet_signs_for_its_own_address_and_is_known_to_the_node(chain, wallet):
    signed = sign_text(wallet, b"Tide Club")
    signer = Account.recover_message(encode_defunct(primitive=b"Tide Club"), signature=signed)
    assert signer == wallet.address
    assert wallet.private_key not in repr(wallet)
    assert wallet.address.lower() in await chain.call("eth_accounts")


async def test_a_copy_is_sold_at_its_price_only(chain, album):
    buy = {"from": NEWCOMER.address, "to": album.address, "data": "0xa6f2ae3a"}
    for offer in (0, PRICE - 1, PRICE + 1):
        with pytest.raises(RpcRefused, match="revert"):
            await chain.call("eth_call", buy | {"value": hex(offer)}, "latest")
    first_copy = await chain.call("eth_call", buy | {"value": hex(PRICE)}, "latest")
    assert int(first_copy, 16) == 1


OWNER_THAT_DIES = """
import asyncio, os, pathlib, sys
from bot.sandbox.chain.anvil import ChainSettings, LocalChain

async def main():
    chain = LocalChain(ChainSettings(folder=pathlib.Path(sys.argv[1])))
    await chain.start()
    print(chain.rpc_url, flush=True)
    os.kill(os.getpid(), 9)

asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
async def test_the_node_does_not_outlive_a_demo_that_was_killed(tmp_path: Path):
    owner = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", OWNER_THAT_DIES, str(tmp_path)),
        stdout=asyncio.subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    said, _ = await owner.communicate()
    async with asyncio.timeout(10), aiohttp.ClientSession() as session:
        while await answers(session, said.decode().strip()):  # noqa: ASYNC110  - no event from outside
            await asyncio.sleep(0.1)


async def answers(session: aiohttp.ClientSession, address: str) -> bool:
    try:
        await session.post(address, json={})
    except aiohttp.ClientConnectionError:
        return False
    return True

"""The album "Tide" on the local chain: press it, move copies, buy and sell them."""

import json
from dataclasses import asdict, dataclass

from eth_abi.abi import encode
from eth_utils.address import to_checksum_address

from bot.sandbox.chain.anvil import LocalChain
from bot.sandbox.chain.transactions import (
    as_hex,
    call_data,
    code_of,
    send,
    settle,
    settle_one,
)
from bot.sandbox.chain.wallets import ARTIST, HOLDER, MARKET, SECOND_HOLDER, DemoWallet

COPIES = 1000
PRICE = 10**17  # wei, 0.1 ether, as in TideAlbum.sol
OWNERS = {17: HOLDER, 204: HOLDER, 310: SECOND_HOLDER}
_PRESS_GAS = 200_000_000


@dataclass(frozen=True)
class Album:
    """Where the album and Multicall3 live, and the block before which neither existed."""

    address: str
    multicall: str
    deployed_block: int


async def open_album(chain: LocalChain) -> Album:
    """The album of an earlier start if the chain still carries it, otherwise a new one."""
    note = chain.settings.folder / "album.json"
    if note.is_file():
        album = Album(**json.loads(note.read_text()))
        if await chain.call("eth_getCode", album.address, "latest") != "0x":
            return album
    album = await deploy_album(chain)
    note.write_text(json.dumps(asdict(album)))
    return album


async def deploy_album(chain: LocalChain) -> Album:
    """Deploy, press 1,000 copies for the artist and hand out those in OWNERS (0.1 s)."""
    album_code = code_of("TideAlbum") + encode(["address"], [ARTIST.address])
    sent = [await send(chain, ARTIST, code) for code in (album_code, code_of("Multicall3"))]
    receipts = await settle(chain, *sent)
    address, multicall = (to_checksum_address(receipt["contractAddress"]) for receipt in receipts)
    press = call_data("mintBatch(address,uint256,uint256)", ARTIST.address, 1, COPIES)
    sent = [await send(chain, ARTIST, press, to=address, gas=_PRESS_GAS)]
    for copy, to in OWNERS.items():
        sent.append(await send(chain, ARTIST, _move(copy, ARTIST, to), to=address))
    await settle(chain, *sent)
    return Album(address, multicall, int(receipts[0]["blockNumber"], 16))


async def transfer_copy(
    chain: LocalChain, album: Album, copy: int, frm: DemoWallet, to: DemoWallet
) -> int:
    """Move one copy and mine it; returns the block. Raises TransactionFailed if not `frm`'s."""
    sent = await send(chain, frm, _move(copy, frm, to), to=album.address)
    return await settle_one(chain, sent)


async def sell_copy(chain: LocalChain, album: Album, copy: int, seller: DemoWallet) -> int:
    """Give one copy to the market, as a sale would; returns the block."""
    return await transfer_copy(chain, album, copy, seller, MARKET)


async def buy_copy(chain: LocalChain, album: Album, buyer: DemoWallet) -> int:
    """Buy the artist's lowest-numbered copy for PRICE; returns the block."""
    sent = await send(chain, buyer, call_data("buy()"), to=album.address, value=PRICE)
    return await settle_one(chain, sent)


async def copies_of(chain: LocalChain, album: Album, address: str) -> list[int]:
    """The numbers of the copies that `address` holds at the head, in order."""
    count = await _read(chain, album, call_data("balanceOf(address)", address))
    reads = [call_data("tokenOfOwnerByIndex(address,uint256)", address, i) for i in range(count)]
    return sorted([await _read(chain, album, data) for data in reads])


async def _read(chain: LocalChain, album: Album, data: bytes) -> int:
    answer = await chain.call("eth_call", {"to": album.address, "data": as_hex(data)}, "latest")
    return int(answer, 16)


def _move(copy: int, frm: DemoWallet, to: DemoWallet) -> bytes:
    return call_data("transferFrom(address,address,uint256)", frm.address, to.address, copy)

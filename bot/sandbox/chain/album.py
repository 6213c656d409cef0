"""The album "Tide" on the local chain: press it, move copies, buy and sell them."""

import json
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from eth_abi.abi import encode
from eth_utils.abi import function_signature_to_4byte_selector
from eth_utils.address import to_checksum_address

from bot.sandbox.chain.anvil import LocalChain
from bot.sandbox.chain.wallets import ARTIST, HOLDER, MARKET, SECOND_HOLDER, DemoWallet

COPIES = 1000
PRICE = 10**17  # wei, 0.1 ether, as in TideAlbum.sol
OWNERS = {17: HOLDER, 204: HOLDER, 310: SECOND_HOLDER}
_ARTEFACTS = Path(__file__).parent / "contracts"
# Ceilings, given so that the node need not estimate a move of a copy that is not pressed yet.
_GAS = 8_000_000
_PRESS_GAS = 200_000_000


class TransactionFailed(Exception):
    """A transaction was mined but the contract refused it."""


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
    album_code = _code("TideAlbum") + encode(["address"], [ARTIST.address])
    sent = [await _send(chain, ARTIST, code) for code in (album_code, _code("Multicall3"))]
    receipts = await _settle(chain, *sent)
    address, multicall = (to_checksum_address(receipt["contractAddress"]) for receipt in receipts)
    press = _data("mintBatch(address,uint256,uint256)", ARTIST.address, 1, COPIES)
    sent = [await _send(chain, ARTIST, press, to=address, gas=_PRESS_GAS)]
    for copy, to in OWNERS.items():
        sent.append(await _send(chain, ARTIST, _move(copy, ARTIST, to), to=address))
    await _settle(chain, *sent)
    return Album(address, multicall, int(receipts[0]["blockNumber"], 16))


async def transfer_copy(
    chain: LocalChain, album: Album, copy: int, frm: DemoWallet, to: DemoWallet
) -> int:
    """Move one copy and mine it; returns the block. Raises TransactionFailed if not `frm`'s."""
    sent = await _send(chain, frm, _move(copy, frm, to), to=album.address)
    return await _settle_one(chain, sent)


async def sell_copy(chain: LocalChain, album: Album, copy: int, seller: DemoWallet) -> int:
    """Give one copy to the market, as a sale would; returns the block."""
    return await transfer_copy(chain, album, copy, seller, MARKET)


async def buy_copy(chain: LocalChain, album: Album, buyer: DemoWallet) -> int:
    """Buy the artist's lowest-numbered copy for PRICE; returns the block."""
    sent = await _send(chain, buyer, _data("buy()"), to=album.address, value=PRICE)
    return await _settle_one(chain, sent)


async def copies_of(chain: LocalChain, album: Album, address: str) -> list[int]:
    """The numbers of the copies that `address` holds at the head, in order."""
    count = await _read(chain, album, _data("balanceOf(address)", address))
    reads = [_data("tokenOfOwnerByIndex(address,uint256)", address, i) for i in range(count)]
    return sorted([await _read(chain, album, data) for data in reads])


async def _send(
    chain: LocalChain,
    frm: DemoWallet,
    data: bytes,
    *,
    to: str | None = None,
    value: int = 0,
    gas: int = _GAS,
) -> str:
    sent = {"from": frm.address, "data": _hex(data), "value": hex(value), "gas": hex(gas)}
    return str(await chain.call("eth_sendTransaction", sent | ({"to": to} if to else {})))


async def _settle(chain: LocalChain, *hashes: str) -> list[dict[str, Any]]:
    """Mine what was sent; its receipts, or TransactionFailed if the contract refused one."""
    await chain.mine()
    receipts = [await chain.call("eth_getTransactionReceipt", sent) for sent in hashes]
    for receipt in receipts:
        if not receipt or receipt["status"] != "0x1":
            raise TransactionFailed(f"the album's contract refused the transaction: {receipt}")
    return receipts


async def _settle_one(chain: LocalChain, sent: str) -> int:
    [receipt] = await _settle(chain, sent)
    return int(receipt["blockNumber"], 16)


async def _read(chain: LocalChain, album: Album, data: bytes) -> int:
    answer = await chain.call("eth_call", {"to": album.address, "data": _hex(data)}, "latest")
    return int(answer, 16)


def _move(copy: int, frm: DemoWallet, to: DemoWallet) -> bytes:
    return _data("transferFrom(address,address,uint256)", frm.address, to.address, copy)


def _data(signature: str, *values: object) -> bytes:
    """Call data of a contract function, e.g. `balanceOf(address)`."""
    types = signature.partition("(")[2].rstrip(")")
    selector = function_signature_to_4byte_selector(signature)
    return selector + encode(types.split(",") if types else [], values)


def _hex(data: bytes) -> str:
    return "0x" + data.hex()


@cache
def _code(name: str) -> bytes:
    artefact = json.loads((_ARTEFACTS / f"{name}.json").read_text())
    return bytes.fromhex(artefact["bytecode"].removeprefix("0x"))

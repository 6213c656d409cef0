"""The local chain and its album as the buttons of the page."""

from bot.sandbox.chain.album import Album, sell_copy
from bot.sandbox.chain.anvil import LocalChain
from bot.sandbox.chain.wallets import WALLETS
from bot.sandbox.page.world import BlockNumbers, ChainControls, Holding

NAMED_COPIES = 12  # the artist holds nearly all copies: too many to name, or to read each time
# ERC-721 Enumerable: balanceOf(address), tokenOfOwnerByIndex(address,uint256)
_BALANCE_OF = "0x70a08231"
_TOKEN_BY_INDEX = "0x2f745c59"  # noqa: S105  - a function selector, not a secret


def chain_controls(chain: LocalChain, album: Album) -> ChainControls:
    """Controls of a chain that has been started and carries the album."""

    async def mine() -> None:
        await chain.mine()

    async def blocks() -> BlockNumbers:
        return await _blocks(chain)

    async def holding(address: str) -> Holding:
        return await _holding(chain, album, address)

    async def sell(address: str, number: int) -> None:
        seller = next(wallet for wallet in WALLETS.values() if wallet.address == address)
        await sell_copy(chain, album, number, seller)

    return ChainControls(
        chain_id=chain.settings.chain_id,
        running=lambda: chain.running,
        start=chain.start,
        stop=chain.stop,
        mine=mine,
        blocks=blocks,
        holding=holding,
        sell=sell,
    )


async def _blocks(chain: LocalChain) -> BlockNumbers:
    final = await chain.call("eth_getBlockByNumber", "finalized", False)
    return BlockNumbers(await chain.head(), int(final["number"], 16))


async def _holding(chain: LocalChain, album: Album, address: str) -> Holding:
    owner = address.removeprefix("0x").lower().rjust(64, "0")
    count = await _read(chain, album, _BALANCE_OF + owner)
    if count > NAMED_COPIES:
        return Holding(count, ())
    reads = [f"{_TOKEN_BY_INDEX}{owner}{index:064x}" for index in range(count)]
    return Holding(count, tuple(sorted([await _read(chain, album, data) for data in reads])))


async def _read(chain: LocalChain, album: Album, data: str) -> int:
    call = {"to": album.address, "data": data}
    return int(await chain.call("eth_call", call, "latest"), 16)

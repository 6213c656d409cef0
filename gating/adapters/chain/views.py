"""What logs do not tell: balances of tokens without logs, votes of the past, keys that end."""

from collections.abc import Mapping, Sequence

from gating.adapters.chain.abi import Call, address_word, call_of, word
from gating.adapters.chain.multicall import Multicall
from gating.adapters.rpc import CallFailed, RpcFault, RpcNode
from gating.errors import TryLater
from gating.model import Address, Block
from gating.model.views import Key, NoAnswer, Viewed

_BALANCE_OF = "70a08231"
_PAST_VOTES = "3a46b1a8"
"""getPastVotes(address,uint256), EIP-5805."""
_CLOCK_MODE = "4bf5d7e9"
_HAS_KEY = "6d8ea5b4"
"""getHasValidKey(address), Unlock's PublicLock."""
_FIRST_KEY = "2f745c59"
"""tokenOfOwnerByIndex(address,uint256)."""
_ENDS_BY_KEY = "54b249fb"
"""keyExpirationTimestampFor(uint256), PublicLock from version 10 on."""
_ENDS_BY_OWNER = "abdf82ce"
"""keyExpirationTimestampFor(address), as before."""
_BY_TIME = b"mode=timestamp"


class ContractViews:
    """Reads of many wallets at one block. Raises `TryLater("E-CHAINDOWN")` for a silent chain.

    With two endpoints or more a number counts where two say it, or, `by_one`, where one says it
    and the others are silent.
    """

    def __init__(
        self, node: RpcNode, multicall: Multicall | None = None, *, by_one: bool = False
    ) -> None:
        self._node = node
        self._by_one = by_one
        self._many = multicall or Multicall(node)

    async def balances(
        self, contract: Address, wallets: Sequence[Address], at: Block
    ) -> Mapping[Address, Viewed]:
        """`balanceOf` of each wallet after this block."""
        return await self._of_each(contract, _BALANCE_OF, wallets, at)

    async def votes(
        self, contract: Address, wallets: Sequence[Address], then: Block, *, seen_from: Block
    ) -> Mapping[Address, Viewed]:
        """`getPastVotes` of each wallet at the block `then`, by the contract's clock (EIP-6372).

        `seen_from` is a later block: of its own the contract does not speak.
        """
        by_time = await self._counts_by_time(contract, seen_from)
        moment = then.timestamp if by_time else then.number
        return await self._of_each(contract, _PAST_VOTES, wallets, seen_from, word(moment))

    async def keys(
        self, lock: Address, wallets: Sequence[Address], at: Block
    ) -> Mapping[Address, Key]:
        """Whether each wallet has a good key of an Unlock-style lock, and until when."""
        good = await self._of_each(lock, _HAS_KEY, wallets, at)
        key = await self._of_each(lock, _FIRST_KEY, wallets, at, word(0))
        asked = [_ends(lock, wallet, key[wallet]) for wallet in wallets]
        ends = dict(zip(wallets, await self._words(asked, at), strict=True))
        return {wallet: _key(good[wallet], ends[wallet]) for wallet in wallets}

    async def _of_each(
        self, contract: Address, selector: str, wallets: Sequence[Address], at: Block, *more: bytes
    ) -> Mapping[Address, Viewed]:
        calls = [call_of(contract, selector, address_word(wallet), *more) for wallet in wallets]
        return dict(zip(wallets, await self._words(calls, at), strict=True))

    async def _words(self, calls: Sequence[Call], at: Block) -> Sequence[Viewed]:
        try:
            return await self._many.agreed(calls, at, by_one=self._by_one)
        except RpcFault as silent:
            raise TryLater("E-CHAINDOWN", after=5) from silent

    async def _counts_by_time(self, contract: Address, at: Block) -> bool:
        """A contract without a clock of its own counts blocks (EIP-5805)."""
        asked = {"to": contract, "data": "0x" + _CLOCK_MODE}
        try:
            said = await self._node.ask("eth_call", [asked, hex(at.number)], str)
            return _BY_TIME in bytes.fromhex(said[2:])
        except CallFailed:
            return False
        except (RpcFault, ValueError) as silent:
            raise TryLater("E-CHAINDOWN", after=5) from silent


def _ends(lock: Address, wallet: Address, key: Viewed) -> Call:
    if isinstance(key, int):
        return call_of(lock, _ENDS_BY_KEY, word(key))
    return call_of(lock, _ENDS_BY_OWNER, address_word(wallet))


def _key(good: Viewed, until: Viewed) -> Key:
    return Key(good if isinstance(good, NoAnswer) else good != 0, until)

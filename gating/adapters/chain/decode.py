"""Logs into transfers, by the standards. Pure.

A contract may write what it likes into a log, so one that is no transfer is left out with the
reason. What no contract can write (words that are no hex, logs out of order, of other contracts
or of other blocks) is a node that answers nonsense.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from gating.adapters.chain.wire import Log
from gating.adapters.rpc import RpcFault
from gating.model import Address, Asset, TokenKind, Transfer
from gating.model.holdings import Skipped, SkipReason

TRANSFER = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"
"""keccak256("Transfer(address,address,uint256)"): EIP-20 and EIP-721."""
CONSECUTIVE = "0xdeaa91b6123d068f5821d0fb0678463d1a8a6079fe8af5de3ce5e896dcf9133d"
"""keccak256("ConsecutiveTransfer(uint256,uint256,address,address)"): EIP-2309."""
SINGLE = "0xc3d58168c5ae7397731d063d5bbf3d657854427343f4c083240f7aacaa2d0f62"
"""keccak256("TransferSingle(address,address,address,uint256,uint256)"): EIP-1155."""
BATCH = "0x4a39dc06d4c0dbc64b70af90fd698a233a518aa5d07e595d983b8c0526c8f7fb"
"""keccak256("TransferBatch(address,address,address,uint256[],uint256[])"): EIP-1155."""
TOPICS = [TRANSFER, CONSECUTIVE, SINGLE, BATCH]
MOST_IN_RANGE = 100_000
"""Copies of one ERC-2309 log that are kept, one row each. Contracts in use mint 5,000 at once."""
_WORD = 64
_PADDING = "0x" + "0" * 24
_INDEXED_TOO = 4
_NOT_INDEXED = 3

Moved = tuple[int, int, Address, Address]
"""Token, amount, sender, receiver."""
Readers = Mapping[str, Callable[[list[str], str], Sequence[Moved]]]
"""By the first topic, what reads such a log."""


class _Left(Exception):
    """A log that is no transfer of its asset's kind."""

    def __init__(self, reason: SkipReason) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(slots=True)
class Decoded:
    """What a range of logs says."""

    transfers: list[Transfer] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)


@dataclass(slots=True)
class _Place:
    """The block that is being read; its logs follow each other."""

    named: str = ""
    number: int = -1
    hash: str = ""
    time: int = 0
    log: int = -1


def decoded(
    logs: Iterable[Log],
    assets: Mapping[str, Asset],
    blocks: range,
    times: Mapping[str, int],
) -> Decoded:
    """Transfers in chain order. `times` are those of blocks (`0x…`) whose logs do not say it.

    Raises `RpcFault` for an answer that no honest node gives.
    """
    found, place = Decoded(), _Place()
    known = {address: (asset, _READERS[asset.kind]) for address, asset in assets.items()}
    try:
        for log in logs:
            _arrive(place, log, blocks, times)
            asset, readers = known[log.address.lower()]
            _read(log, asset, readers, place, found)
    except (ValueError, KeyError, IndexError) as error:
        raise RpcFault("answered logs that were not asked for, or no logs") from error
    return found


def _arrive(place: _Place, log: Log, blocks: range, times: Mapping[str, int]) -> None:
    if log.blockNumber != place.named:
        number = int(log.blockNumber, 16)
        if number <= place.number or number not in blocks:
            raise ValueError("a block out of order")
        place.named, place.number, place.log = log.blockNumber, number, -1
        place.hash = f"0x{int(log.blockHash, 16):064x}"
        said = log.blockTimestamp
        place.time = times[log.blockNumber] if said is None else int(said, 16)
    index = int(log.logIndex, 16)
    if index <= place.log:
        raise ValueError("a log out of order")
    place.log = index


def _read(log: Log, asset: Asset, readers: Readers, place: _Place, found: Decoded) -> None:
    try:
        reader = readers.get(log.topics[0])
        if reader is None:
            raise _Left(SkipReason.OTHER_KIND)
        moves = reader(log.topics, log.data)
    except _Left as left:
        found.skipped.append(Skipped(asset, left.reason, place.number))
        return
    number, digest, index, time = place.number, place.hash, place.log, place.time
    for sub, (token, amount, sender, receiver) in enumerate(moves):
        found.transfers.append(
            Transfer(asset, number, digest, index, token, sender, receiver, amount, sub, time)
        )


def _copy(topics: list[str], _data: str) -> Sequence[Moved]:
    if len(topics) != _INDEXED_TOO:
        raise _Left(SkipReason.NO_TOKEN)
    return ((int(topics[3], 16), 1, _who(topics[1]), _who(topics[2])),)


def _coins(topics: list[str], data: str) -> Sequence[Moved]:
    if len(topics) != _NOT_INDEXED:
        raise _Left(SkipReason.HAS_TOKEN)
    (amount,) = _words(data, exactly=1)
    return ((0, amount, _who(topics[1]), _who(topics[2])),)


def _range(topics: list[str], data: str) -> Sequence[Moved]:
    if len(topics) != _INDEXED_TOO:
        raise _Left(SkipReason.DATA)
    first, (last,) = int(topics[1], 16), _words(data, exactly=1)
    if not first <= last < first + MOST_IN_RANGE:
        raise _Left(SkipReason.RANGE)
    sender, receiver = _who(topics[2]), _who(topics[3])
    return [(token, 1, sender, receiver) for token in range(first, last + 1)]


def _single(topics: list[str], data: str) -> Sequence[Moved]:
    token, amount = _words(data, exactly=2)
    return ((token, amount, *_between(topics)),)


def _batch(topics: list[str], data: str) -> Sequence[Moved]:
    words = _words(data)
    tokens, amounts = _array(words, 0), _array(words, 1)
    if len(tokens) != len(amounts):
        raise _Left(SkipReason.DATA)
    sender, receiver = _between(topics)
    return [
        (token, amount, sender, receiver) for token, amount in zip(tokens, amounts, strict=True)
    ]


def _between(topics: list[str]) -> tuple[Address, Address]:
    """Sender and receiver of EIP-1155's logs, behind the operator."""
    if len(topics) != _INDEXED_TOO:
        raise _Left(SkipReason.DATA)
    return _who(topics[2]), _who(topics[3])


def _array(words: Sequence[int], argument: int) -> Sequence[int]:
    """A dynamic array of the ABI: the argument's word says how many bytes in it begins."""
    try:
        start, rest = divmod(words[argument], _WORD // 2)
        length = words[start]
    except IndexError as error:
        raise _Left(SkipReason.DATA) from error
    if rest or start + 1 + length > len(words):
        raise _Left(SkipReason.DATA)
    return words[start + 1 : start + 1 + length]


def _words(data: str, *, exactly: int | None = None) -> Sequence[int]:
    count, rest = divmod(len(data) - 2, _WORD)
    if rest or (exactly is not None and count != exactly):
        raise _Left(SkipReason.DATA)
    return [int(data[at : at + _WORD], 16) for at in range(2, len(data), _WORD)]


@lru_cache(maxsize=10_000)  # most senders and receivers move more than once
def _who(topic: str) -> Address:
    if not topic.startswith(_PADDING):
        raise _Left(SkipReason.NO_ADDRESS)
    who = topic[26:]
    int(who, 16)
    return Address("0x" + who.lower())


_READERS: Mapping[TokenKind, Readers] = {
    TokenKind.ERC721: {TRANSFER: _copy, CONSECUTIVE: _range},
    TokenKind.ERC20: {TRANSFER: _coins},
    TokenKind.ERC1155: {SINGLE: _single, BATCH: _batch},
}

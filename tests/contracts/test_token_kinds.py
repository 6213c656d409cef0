"""Each kind of token on a real node: what its logs say is what the ledger answers."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from eth_utils.crypto import keccak

from bot.sandbox.chain.anvil import ChainSettings, LocalChain
from gating.access.mints import MintTable
from gating.adapters.chain.decode import BATCH, CONSECUTIVE, MOST_IN_RANGE, SINGLE, TRANSFER
from gating.model import Asset, TokenKind
from gating.model.holdings import SkipReason
from gating.rules.history import stays_in
from tests.contracts.access_kit import NOBODY, Town, wallet
from tests.contracts.index_kit import Tokens, alarms, balances, following, reach
from tests.contracts.wallet_kit import CHAIN

ONE, TWO, THREE = wallet(11), wallet(12), wallet(13)
GREATEST = 2**256 - 1


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def tokens(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Tokens]:
    folder: Path = tmp_path_factory.mktemp("tokens")
    async with (
        LocalChain(ChainSettings(folder=folder)) as chain,
        aiohttp.ClientSession() as http,
    ):
        yield Tokens(chain, http)


async def read(town: Town, tokens: Tokens, *assets: Asset) -> None:
    await tokens.chain.mine(3)
    await reach(following(town, tokens.chain_of(), dict.fromkeys(assets, 0)))


async def test_coins_are_counted_to_the_last_unit(town: Town, tokens: Tokens) -> None:
    coins = await tokens.token("Coins")
    await tokens.call(coins.contract, "mint(address,uint256)", ONE, GREATEST)
    await tokens.call(coins.contract, "move(address,address,uint256)", ONE, TWO, GREATEST - 7)
    await tokens.call(coins.contract, "move(address,address,uint256)", ONE, ONE, 5)
    await read(town, tokens, coins)
    assert await balances(town, coins, (ONE, TWO, THREE)) == {ONE: 7, TWO: GREATEST - 7, THREE: 0}
    async with town.store() as tx:
        tip = await tx.ledger.tip(coins)
        assert tip
        counted = dict([one async for one in tx.ledger.census(coins, tip.number)])
    assert counted == {ONE: 7, TWO: GREATEST - 7}


async def test_a_copy_minted_in_a_range_is_held_like_any_other(town: Town, tokens: Tokens) -> None:
    copies = await tokens.token("Copies")
    await tokens.call(copies.contract, "mintRange(address,uint256,uint256)", ONE, 1, 5000)
    await tokens.call(copies.contract, "scatter(uint160,uint256,uint256)", int(TWO, 16), 6000, 2)
    await read(town, tokens, copies)
    assert await balances(town, copies, (ONE, TWO, THREE)) == {ONE: 5000, TWO: 1, THREE: 1}
    async with town.store() as tx:
        first = [mint async for mint in tx.ledger.mints(copies)]
    ranks = MintTable(-1).and_then(first, first[-1].block_number)
    assert [ranks.tokens[copy].rank for copy in (1, 5000, 6000)] == [1, 5000, 5001]
    assert ranks.wallets == {ONE: 1, TWO: 2, THREE: 3}


async def test_things_of_one_log_are_counted_each(town: Town, tokens: Tokens) -> None:
    things = await tokens.token("Things")
    many = "many(address,address,uint256[],uint256[])"
    await tokens.call(things.contract, many, NOBODY, ONE, [1, 2, 1, GREATEST], [5, 6, 7, GREATEST])
    await tokens.call(things.contract, "one(address,address,uint256,uint256)", ONE, TWO, 1, 10)
    await tokens.call(things.contract, many, ONE, TWO, [2, 1], [6, 1])
    await tokens.call(things.contract, many, ONE, TWO, [], [])
    await read(town, tokens, things)
    async with town.store() as tx:
        readings = (await tx.ledger.readings((things,), (ONE, TWO, THREE)))[things]
    held = {each: readings.of((each,)).at_settled[0].amounts for each in (ONE, TWO, THREE)}
    assert held == {ONE: ((1, 1), (GREATEST, GREATEST)), TWO: ((1, 11), (2, 6)), THREE: ()}


async def test_three_kinds_are_followed_by_one_question(town: Town, tokens: Tokens) -> None:
    assets = [await tokens.token(name) for name in ("Copies", "Coins", "Things")]
    copies, coins, things = assets
    await tokens.call(copies.contract, "mint(address,uint256,uint256)", ONE, 7, 2)
    await tokens.call(coins.contract, "mint(address,uint256)", ONE, 30)
    await tokens.call(things.contract, "one(address,address,uint256,uint256)", NOBODY, ONE, 4, 40)
    await read(town, tokens, *assets)
    assert [(await balances(town, asset, (ONE,)))[ONE] for asset in assets] == [2, 30, 40]


async def test_a_transfer_to_oneself_ends_no_holding(town: Town, tokens: Tokens) -> None:
    copies = await tokens.token("Copies")
    minted = await tokens.call(copies.contract, "mint(address,uint256,uint256)", ONE, 7, 1)
    await tokens.call(copies.contract, "move(address,address,uint256)", ONE, ONE, 7)
    await read(town, tokens, copies)
    async with town.store() as tx:
        [[stay]] = stays_in(await tx.ledger.history(copies, (ONE,)), {ONE}).values()
    assert (stay.since, stay.left) == (_number(minted), None)
    assert await balances(town, copies, (ONE,)) == {ONE: 1}


WORD = "00" * 31 + "07"
NOT_AN_ADDRESS = "0x" + "f" * 64
ODD: list[tuple[TokenKind, list[str], str, SkipReason]] = [
    (TokenKind.ERC721, [TRANSFER, ONE, TWO], WORD, SkipReason.NO_TOKEN),
    (TokenKind.ERC721, [TRANSFER], WORD * 3, SkipReason.NO_TOKEN),
    (TokenKind.ERC721, [TRANSFER, NOT_AN_ADDRESS, TWO, ONE], "", SkipReason.NO_ADDRESS),
    (TokenKind.ERC721, [SINGLE, ONE, ONE, TWO], WORD * 2, SkipReason.OTHER_KIND),
    (TokenKind.ERC721, [CONSECUTIVE, hex(9), ONE, TWO], WORD, SkipReason.RANGE),
    (TokenKind.ERC721, [CONSECUTIVE, hex(0), ONE, TWO], "ff" * 32, SkipReason.RANGE),
    (TokenKind.ERC721, [CONSECUTIVE, hex(0), ONE, TWO], "07", SkipReason.DATA),
    (TokenKind.ERC20, [TRANSFER, ONE, TWO, hex(7)], "", SkipReason.HAS_TOKEN),
    (TokenKind.ERC20, [TRANSFER, ONE, TWO], WORD[:-2], SkipReason.DATA),
    (TokenKind.ERC20, [TRANSFER, ONE, TWO], WORD * 2, SkipReason.DATA),
    (TokenKind.ERC1155, [SINGLE, ONE, ONE, TWO], WORD, SkipReason.DATA),
    (TokenKind.ERC1155, [BATCH, ONE, ONE, TWO], WORD * 2, SkipReason.DATA),
    (TokenKind.ERC1155, [BATCH, ONE, ONE, TWO], "ff" * 64, SkipReason.DATA),
    (
        TokenKind.ERC1155,
        [BATCH, ONE, ONE, TWO],
        "00" * 31 + "40" + "00" * 31 + "40" + "ff" * 32,
        SkipReason.DATA,
    ),
]


@pytest.mark.parametrize(("kind", "topics", "data", "reason"), ODD)
async def test_a_log_that_is_no_transfer_is_left_out_and_told_once(
    town: Town,
    tokens: Tokens,
    kind: TokenKind,
    topics: list[str],
    data: str,
    reason: SkipReason,
) -> None:
    odd = await tokens.token("Oddity")
    asset = Asset(CHAIN, odd.contract, "Odd", kind)
    for _ in range(2):
        await tokens.call(odd.contract, "say(bytes32[],bytes)", *_log(topics, data))
    await tokens.chain.mine(3)
    follow = following(town, tokens.chain_of(), {asset: 0})
    await reach(follow)
    await tokens.call(odd.contract, "say(bytes32[],bytes)", *_log(topics, data))
    await reach(follow)
    async with town.store() as tx:
        assert await tx.ledger.skipped(asset) == {reason: 3}
        assert (await tx.ledger.reading(asset, (ONE,))).silent == "E-UNREADABLE"
    assert await alarms(town) == ["E-LOGSKIPPED"]


async def test_one_odd_log_among_good_ones_makes_nobody_unknown(
    town: Town, tokens: Tokens
) -> None:
    odd = await tokens.token("Oddity")
    say = "say(bytes32[],bytes)"
    await tokens.call(odd.contract, say, *_log([TRANSFER, ONE, TWO], WORD))
    await tokens.call(odd.contract, say, *_log([TRANSFER, NOBODY, ONE, hex(7)], ""))
    await read(town, tokens, odd)
    async with town.store() as tx:
        reading = await tx.ledger.reading(odd, (ONE,))
    assert (reading.silent, reading.at_settled[0].copies) == (None, frozenset({7}))


async def test_the_topics_are_the_hashes_of_the_standards_events() -> None:
    assert [
        "0x" + keccak(text=event).hex()
        for event in (
            "Transfer(address,address,uint256)",
            "ConsecutiveTransfer(uint256,uint256,address,address)",
            "TransferSingle(address,address,address,uint256,uint256)",
            "TransferBatch(address,address,address,uint256[],uint256[])",
        )
    ] == [TRANSFER, CONSECUTIVE, SINGLE, BATCH]
    assert MOST_IN_RANGE >= 5000  # what contracts in use mint at once


def _log(topics: list[str], data: str) -> tuple[list[bytes], bytes]:
    padded = [bytes.fromhex(topic[2:].rjust(64, "0")) for topic in topics]
    return padded, bytes.fromhex(data)


def _number(receipt: dict[str, Any]) -> int:
    return int(receipt["blockNumber"], 16)


async def _time(tokens: Tokens, number: int) -> int:
    block = await tokens.chain.call("eth_getBlockByNumber", hex(number), False)
    return int(block["timestamp"], 16)

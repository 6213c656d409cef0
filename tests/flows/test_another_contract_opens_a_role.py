"""A gate that asks for tokens of a second contract, on the real chain."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from bot.sandbox.chain.anvil import LocalChain
from bot.sandbox.demo import Demo
from bot.sandbox.town import Town
from gating.model import Asset
from tests.contracts.access_kit import NOBODY
from tests.contracts.index_kit import Tokens
from tests.flows.conftest import played
from tests.flows.house import Fan, eventually

STICKER = 7
MOVE = "one(address,address,uint256,uint256)"


class Stickers:
    """An ERC-1155 beside the album, and the gate that asks for it."""

    asset: Asset

    async def press(self, chain: LocalChain, town: Town) -> str:
        async with aiohttp.ClientSession() as http:
            self.asset = await Tokens(chain, http).token("Things")
        return f"""
[[contracts]]
name = "stickers"
kind = "erc1155"
chain = {self.asset.chain_id}
address = "{self.asset.contract}"

[[gates]]
id = "sticker-friends"
name = "Sticker friends"
grace_hours = 0
rule = {{ token_ids = "stickers", ids = "{STICKER}", min = 3 }}
discord_roles = [{town.server.first_role}]
"""

    async def move(self, demo: Demo, sender: str, receiver: str, amount: int) -> None:
        async with aiohttp.ClientSession() as http:
            tokens = Tokens(demo.chain, http)
            await tokens.call(self.asset.contract, MOVE, sender, receiver, STICKER, amount)


@pytest.fixture(scope="module")
def stickers() -> Stickers:
    return Stickers()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def demo(data: Path, stickers: Stickers) -> AsyncIterator[Demo]:
    async with played(data, more_club=stickers.press) as demo:
        yield demo


async def test_who_holds_enough_of_it_gets_the_role_without_any_copy_of_the_album(
    newcomer: Fan, demo: Demo, stickers: Stickers
) -> None:
    await stickers.move(demo, NOBODY, newcomer.wallet.address, 2)
    await demo.chain.mine(3)
    await newcomer.verify_on_discord()
    await newcomer.reads("holds 0 copies")
    assert "First 100" not in newcomer.discord.roles()
    await stickers.move(demo, NOBODY, newcomer.wallet.address, 1)
    await demo.chain.mine(3)
    await eventually(lambda: "First 100" in newcomer.discord.roles(), what="the role is given")
    await newcomer.reads("Sticker friends")


async def test_why_names_the_other_contract_and_what_was_found(newcomer: Fan) -> None:
    await newcomer.discord.command("why")
    told = await newcomer.reads("3 or more of stickers, numbered #7")
    assert "Sticker friends" in told.text


async def test_who_gives_it_away_loses_the_role_once_that_is_final(
    newcomer: Fan, demo: Demo, stickers: Stickers, fan: Fan
) -> None:
    await stickers.move(demo, newcomer.wallet.address, fan.wallet.address, 1)
    await demo.chain.mine(3)
    assert "First 100" in newcomer.discord.roles()
    await demo.chain.mine(2 * demo.chain.settings.epoch)
    await eventually(lambda: "First 100" not in newcomer.discord.roles(), what="it ends")

"""A key that ends is seen to end in seconds, not at the next pass over everybody."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from bot.sandbox.chain.anvil import LocalChain
from bot.sandbox.demo import Demo
from bot.sandbox.town import Town
from gating.adapters.chain.multicall import MULTICALL3
from gating.model import Address
from tests.contracts.index_kit import Tokens
from tests.flows.conftest import played
from tests.flows.house import Fan, eventually
from tests.flows.test_selling_ends_telegram_too import rows

LASTS = 12
"""Seconds of the chain for which the key is good: a fan signs in meanwhile."""


class Season:
    """A lock beside the album, and the gate that asks for a key of it."""

    lock: Address

    async def press(self, chain: LocalChain, town: Town) -> str:
        async with aiohttp.ClientSession() as http:
            tokens = Tokens(chain, http)
            self.lock = await tokens.deploy("Lock")
            many = await chain.call("eth_getCode", await tokens.deploy("Many"), "latest")
            await chain.call("anvil_setCode", MULTICALL3, many)
        return f"""
[[contracts]]
name = "season"
kind = "key"
chain = {chain.settings.chain_id}
address = "{self.lock}"

[[gates]]
id = "season"
name = "Season"
grace_hours = 0
rule = {{ expiring_key = "season" }}
discord_roles = [{town.server.first_role}]
"""

    async def grant(self, demo: Demo, owner: str) -> datetime:
        """A key for this wallet; when it ends."""
        async with aiohttp.ClientSession() as http:
            tokens = Tokens(demo.chain, http)
            ends = (await tokens.chain_of().head()).timestamp + LASTS
            await tokens.call(self.lock, "grant(address,uint256)", owner, ends)
        return datetime.fromtimestamp(ends, UTC)


@pytest.fixture(scope="module")
def season() -> Season:
    return Season()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def demo(data: Path, season: Season) -> AsyncIterator[Demo]:
    async with played(data, more_club=season.press) as demo:
        yield demo


async def test_the_role_ends_within_seconds_of_the_key(
    newcomer: Fan, demo: Demo, season: Season
) -> None:
    ends = await season.grant(demo, newcomer.wallet.address)
    await demo.chain.mine(3)
    await newcomer.verify_on_discord()
    await newcomer.discord.command("recheck")  # a contract is asked before a transaction
    await eventually(lambda: "First 100" in newcomer.discord.roles(), what="the key opens")
    assert await rows(demo, "SELECT look_at FROM fan WHERE look_at IS NOT NULL") == [(ends,)]
    clock = demo.house.services.clock
    await asyncio.sleep(max(0.0, (ends - clock()).total_seconds()))
    await demo.chain.call("evm_setNextBlockTimestamp", int(ends.timestamp()) + 60)
    await demo.chain.mine(2 + 2 * demo.chain.settings.epoch)
    await eventually(lambda: "First 100" not in newcomer.discord.roles(), what="it ends")
    [(why,)] = await rows(
        demo, "SELECT facts->>'why' FROM audit WHERE what = 'pass.end' ORDER BY id"
    )
    assert why == "its time had come"

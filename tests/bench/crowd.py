"""Many fans at once: wallets with a copy each, Discord accounts, and browsers of their own."""

import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from eth_account import Account as Key

from bot.sandbox.chain.album import transfer_copy
from bot.sandbox.chain.wallets import ARTIST, DemoWallet, sign_text
from bot.sandbox.demo import Demo, DemoOptions
from gating.model import Account, Platform, Profile
from tests.flows.house import hosted, says_yes

FIRST_COPY = 501


@dataclass
class Guest:
    """One fan of the crowd: an account, a wallet, and a page that waits for the signature."""

    demo: Demo
    number: int
    user: int
    wallet: DemoWallet
    http: aiohttp.ClientSession
    link: str = ""
    body: dict[str, str] | None = None
    cookies: dict[str, str] = field(default_factory=dict)

    @property
    def account(self) -> Account:
        return Account(Platform.DISCORD, str(self.user))

    async def open_page(self) -> None:
        """Everything up to the moment at which the wallet has signed."""
        issued = await self.demo.house.services.start_link(
            self.account, Profile(f"guest{self.number}", "Guest")
        )
        self.link = f"{self.demo.url}/link/{issued.token}"
        await self._prove()
        asked = {"address": self.wallet.address, "chain_id": 31337}
        text = (await self._post("text", asked))["text"]
        self.body = {"text": text, "signature": sign_text(self.wallet, text.encode())}

    async def press_sign(self) -> dict[str, Any]:
        assert self.body is not None
        return await self._post("finish", self.body)

    async def _prove(self) -> None:
        """To Discord and back: this browser is this guest's own."""
        consent = (await self._post("account", {}))["address"]
        back = await says_yes(consent, str(self.user))
        cookie = self._cookie
        async with self.http.get(back, headers=cookie, allow_redirects=False) as answer:
            assert answer.status == 303, await answer.text()

    async def _post(self, step: str, body: dict[str, Any]) -> dict[str, Any]:
        headers = {"Origin": self.demo.url, "Sec-Fetch-Site": "same-origin", **self._cookie}
        async with self.http.post(f"{self.link}/{step}", json=body, headers=headers) as answer:
            said = await answer.json()
            assert answer.status == 200, said
            for name, morsel in answer.cookies.items():
                self.cookies[name] = morsel.value
        return dict(said)

    @property
    def _cookie(self) -> dict[str, str]:
        kept = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {"Cookie": kept} if kept else {}


@asynccontextmanager
async def opened(**options: Any) -> AsyncIterator[Demo]:
    """A demo in a folder of its own, whose chain moves only when it is told to."""
    with tempfile.TemporaryDirectory(prefix="stagedoor-", ignore_cleanup_errors=True) as folder:
        os.chmod(folder, 0o755)  # noqa: S103  - the database may run as another user
        async with hosted(DemoOptions(data=Path(folder), block_seconds=None, **options)) as demo:
            yield demo


@asynccontextmanager
async def crowd(demo: Demo, size: int, *, first: int = 0) -> AsyncIterator[list[Guest]]:
    """`size` people in the Discord server, each with one copy that is settled."""
    guests = [await _guest(demo, number) for number in range(first, first + size)]
    await demo.chain.mine(2 * demo.chain.settings.epoch + 3)
    await _followed(demo)
    try:
        yield guests
    finally:
        for guest in guests:
            await guest.http.close()


async def _guest(demo: Demo, number: int) -> Guest:
    user = demo.discord.add_user(f"guest{number}", f"Guest {number}")
    demo.discord.join(demo.town.server.guild, user)
    key = Key.create()
    wallet = DemoWallet(f"guest{number}", "Guest", key.address, key.key.to_0x_hex())
    await transfer_copy(demo.chain, demo.album, FIRST_COPY + number, ARTIST, wallet)
    # each comes from a network of its own, as people do; Linux answers on all of 127.0.0.0/8
    home = f"127.0.{1 + number // 200}.{1 + number % 200}"
    http = aiohttp.ClientSession(connector=aiohttp.TCPConnector(local_addr=(home, 0)))
    return Guest(demo, number, user, wallet, http)


async def _followed(demo: Demo) -> None:
    head = await demo.chain.head()
    while True:
        async with demo.house.services.store() as tx:
            tip = await tx.ledger.tip(demo.club.asset)
        if tip is not None and tip.number >= head:
            return
        for chain in demo.house.services.chains:
            await chain()

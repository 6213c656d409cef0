"""A house in which people stand before the last step: each has a signature to hand in.

Real database, real pages with all their guards, real keys; no chat platform and no chain. The
album's ledger is written as the follower would, and so is what Discord would have said.
"""

import json
import os
import secrets
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from eth_account import Account as Key
from eth_account.messages import encode_defunct
from pydantic import SecretStr
from sqlalchemy import text

from bot.sandbox.demo import free_port
from bot.web.cookies import BROWSER
from bot.wiring import House, open_house, utc_now
from config.community import Club, read_club
from config.settings import Settings
from gating.identity.opening import opened_by
from gating.identity.proving import decide
from gating.model import Account, Address, Block, Platform, Profile, Transfer

CLUB = Path(__file__).parents[2] / "config" / "tide.toml"
NOBODY = Address("0x" + "0" * 40)
FIRST_COPY = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Opened:
    """The house, its club, and where it answers."""

    house: House
    club: Club
    settings: Settings

    async def press(self, people: int, *, first: int) -> list[bytes]:
        """The last request of each of these people, as it goes over the wire."""
        keys = [Key.create() for _ in range(people)]
        await self._give(keys, first)
        return [await self._signed(first + at, key) for at, key in enumerate(keys)]

    async def _give(self, keys: list[Key], first: int) -> None:
        asset = self.club.asset
        number = self.club.first_block + first
        at = Block(asset.chain_id, number, f"0x{number:064x}", 1_700_000_000)
        moves = [
            Transfer(asset, number, at.hash, log, FIRST_COPY + first + log, NOBODY, _low(key))
            for log, key in enumerate(keys)
        ]
        async with self.house.services.store() as tx:
            await tx.ledger.append(asset, moves, at)
            await tx.ledger.settle(asset, settled=at, final=at)

    async def tidied(self) -> None:
        """Let PostgreSQL learn how its tables lie now; by itself it does so once a minute."""
        async with self.house.services.store.sessions.begin() as session:  # type: ignore[attr-defined]
            await session.execute(text("ANALYZE"))

    async def _signed(self, number: int, key: Key) -> bytes:
        services, secret = self.house.services, secrets.token_urlsafe(32)
        browser = sha256(secret.encode()).hexdigest()
        account = Account(Platform.DISCORD, str(10**17 + number))
        issued = await services.start_link(account, Profile(f"guest{number}", "Guest"))
        async with services.store() as tx:
            await decide(tx, await opened_by(tx, issued.token, browser, utc_now()), account)
        chain = self.club.asset.chain_id
        asked = await services.ask_signature(issued.token, browser, _low(key), chain)
        signature = key.sign_message(encode_defunct(asked.text)).signature.to_0x_hex()
        body = {"text": asked.text.decode(), "signature": signature}
        return self._request(issued.token, secret, json.dumps(body).encode())

    def _request(self, token: str, secret: str, body: bytes) -> bytes:
        head = (
            f"POST /link/{token}/finish HTTP/1.1",
            f"Host: 127.0.0.1:{self.settings.port}",
            f"Origin: {self.settings.public_url}",
            "Sec-Fetch-Site: same-origin",
            "Content-Type: application/json",
            f"Content-Length: {len(body)}",
            f"Cookie: {BROWSER}={secret}",
        )
        return "\r\n".join((*head, "", "")).encode() + body


@asynccontextmanager
async def opened() -> AsyncIterator[Opened]:
    """A house in a folder of its own, not yet listening."""
    with tempfile.TemporaryDirectory(prefix="stagedoor-", ignore_cleanup_errors=True) as folder:
        os.chmod(folder, 0o755)  # noqa: S103  - the database may run as another user
        port, club = free_port(), read_club(CLUB)
        settings = Settings(
            data=Path(folder),
            public_url=f"http://127.0.0.1:{port}",
            port=port,
            discord_token=SecretStr("not.a.token"),
            discord_client_id="1",
            discord_client_secret=SecretStr("not a secret"),
            telegram_token=SecretStr("1:not-a-token"),
        )
        async with open_house(settings, club) as house:
            yield Opened(house=house, club=club, settings=settings)


def _low(key: Key) -> Address:
    return Address(key.address.lower())

"""What a refused sign-in must leave alone, and how it is handed in."""

from typing import Any

from sqlalchemy import text as sql

from bot.sandbox.chain.wallets import HOLDER, DemoWallet, sign_text
from bot.sandbox.demo import Demo
from gating.model import Account, Platform, Profile
from tests.flows.house import Browser

Rows = dict[str, list[tuple[Any, ...]]]
KEPT = ("fan", "account", "wallet", "held_pass", "knock", "outbox", "audit")


class Unchanged:
    """What the house keeps of people is, row for row, the same afterwards."""

    def __init__(self, demo: Demo) -> None:
        self._demo = demo
        self._before: Rows = {}

    async def __aenter__(self) -> None:
        self._before = await contents(self._demo)

    async def __aexit__(self, *failure: object) -> None:
        if failure[0] is None:
            assert await contents(self._demo) == self._before


async def contents(demo: Demo) -> Rows:
    async with demo.house.services.store.sessions() as session:
        found = {}
        for table in KEPT:
            rows = await session.execute(sql(f"SELECT * FROM {table}"))  # noqa: S608  - fixed names
            found[table] = sorted(map(tuple, rows), key=str)
        return found


async def all_is_said(demo: Demo) -> bool:
    rows = (await contents(demo))["outbox"]
    return not any("due" in row for row in rows)


async def fresh_link(demo: Demo, key: str = "fan") -> str:
    who = Account(Platform.DISCORD, demo.town.person(key).discord_id)
    issued = await demo.house.services.start_link(who, Profile(key, key.capitalize()))
    return f"{demo.url}/link/{issued.token}"


async def proved_link(demo: Demo, browser: Browser, key: str = "fan") -> str:
    """A fresh link whose account this browser has shown to be its own."""
    link = await fresh_link(demo, key)
    await browser.proves(link, str(demo.town.person(key).discord_id))
    return link


async def expire(demo: Demo, link: str) -> None:
    async with demo.house.services.store.sessions.begin() as session:
        await session.execute(
            sql("UPDATE link SET expires_at = now() WHERE state = 'challenged'"),
        )


def asked(wallet: DemoWallet, *, chain: int = 31337) -> dict[str, Any]:
    return {"address": wallet.address, "chain_id": chain}


def sign(text: str) -> str:
    return sign_text(HOLDER, text.encode())


async def refused(
    browser: Browser, link: str, text: str, signature: str, code: str, words: str
) -> None:
    """The signature is handed in and turned down by this code and in these words."""
    body = {"text": text, "signature": signature}
    status, said, _ = await browser.post(f"{link}/finish", body)
    assert 400 <= status < 500, said
    assert said["code"] == code, said
    assert words in said["text"]

"""WB6: whatever address strangers write anywhere, the house never goes there.

Access needs balances only, so nothing that a token, a name or a picture points to is ever asked
for; and the servers that the operator chose cannot send the house on to somewhere else.
"""

import ast
import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from bot.web import show
from gating.adapters.discord_sign_in import DiscordClient, DiscordSignIn
from gating.adapters.rpc import RpcFault, RpcNode
from gating.errors import Refused, TryLater
from gating.identity.linking import StartLink
from gating.model import Platform, Profile
from gating.model.link import Proof
from tests.doors.web_stage import CHAIN, WebStage, on_time, stage

__all__ = ["on_time", "stage"]
ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("bot", "gating", "governance", "config")
SCHEMES = ("http", "https", "ftp", "file", "gopher")
PRIVATE = (
    "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0", "10.0.0.1",
    "10.255.255.255", "172.16.0.1", "172.31.255.254", "192.168.0.1", "169.254.169.254",
    "100.64.0.1", "100.127.255.254", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1",
    "203.0.113.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "localhost", "localhost.",
    "metadata.google.internal", "[::]", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]",
    "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]",
    "[2001:0:7f00:1::]", "[fec0::1]", "[fe80::1]", "[fc00::1]", "[fd00::1]", "[ff02::1]",
    "127.0.0.1.nip.io",
)  # fmt: skip
HOSTILE = tuple(f"{scheme}://{host}/latest" for host in PRIVATE for scheme in SCHEMES)
POINTING = {"src", "srcset", "href", "action", "data", "poster", "content"}
ASKS_FOR_A_TOKEN_S_PAGE = ("tokenuri", "c87b56dd", "0e89341c", "contracturi", "e8a3d485")
"""EIP-721 `tokenURI`, EIP-1155 `uri` and EIP-7572 `contractURI`, by name and selector."""


@dataclass
class Listener:
    """A server of the house's own network, which nobody should ever reach."""

    address: str = ""
    connections: int = 0


@asynccontextmanager
async def inner_server() -> AsyncIterator[Listener]:
    listener = Listener()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        listener.connections += 1
        writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    listener.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield listener


@asynccontextmanager
async def sends_on_to(target: str, status: int) -> AsyncIterator[str]:
    """The address of a server which answers that one should ask `target` instead."""

    async def redirect(request: web.Request) -> web.Response:
        return web.Response(status=status, headers={"Location": target})

    app = web.Application()
    app.router.add_route("*", "/{anything:.*}", redirect)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


class Pointers(HTMLParser):
    """Every address that a page makes a browser or a person go to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.extend(value or "" for name, value in attrs if name in POINTING)


def test_wb6_forty_addresses_in_five_schemes_are_never_a_picture() -> None:
    assert len(PRIVATE) == 40
    assert [url for url in HOSTILE if show.picture(url) is not None] == []


@pytest.mark.parametrize("host", PRIVATE)
async def test_wb6_an_address_in_a_name_or_a_picture_is_never_asked_for(
    stage: WebStage, host: str
) -> None:
    async with inner_server() as inner, stage.browser() as browser:
        for url in (f"http://{host}/latest", f"{inner.address}/picture.png"):
            token = await _link_with_picture(stage, url)
            answer = await browser.get(f"/link/{token}")
            pointers = Pointers()
            pointers.feed(await answer.text())
            assert answer.status == 200
            assert [found for found in pointers.found if url in found] == []
        assert inner.connections == 0


async def _link_with_picture(stage: WebStage, url: str) -> str:
    start = StartLink(
        store=stage.store,
        clock=stage.clock,
        random=stage.random,
        proofs={Platform.DISCORD: Proof.CODE},
    )
    issued = await start(stage.account(), Profile(url, url, picture=url))
    return issued.token


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_wb6_a_node_cannot_send_the_house_on_to_another_address(status: int) -> None:
    async with inner_server() as inner, sends_on_to(inner.address, status) as node:
        async with aiohttp.ClientSession() as http:
            with pytest.raises(RpcFault):
                await RpcNode(http, [node], CHAIN).ask("eth_blockNumber", [], str)
        assert inner.connections == 0


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_wb6_the_sign_in_of_a_platform_cannot_send_the_house_on(status: int) -> None:
    async with inner_server() as inner, sends_on_to(inner.address, status) as platform:
        async with aiohttp.ClientSession() as http:
            client = DiscordClient("1", "secret", "https://club.example/link/back", platform)
            with pytest.raises((TryLater, Refused)):
                await DiscordSignIn(http, client).account("code", "verifier")
        assert inner.connections == 0


def test_wb6_no_code_asks_a_token_for_its_page_or_a_name_for_its_address() -> None:
    """DNS rebinding needs a name that a stranger chose: there is none that we resolve."""
    shipped = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    assert len(shipped) > 100
    asking = [path.name for path in shipped if _asks(path)]
    assert asking == []


def _asks(path: Path) -> bool:
    """Whether a text in this file names a call that answers with somebody's address."""
    said = [
        node.value.lower()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    return any(word in text for word in ASKS_FOR_A_TOKEN_S_PAGE for text in said)

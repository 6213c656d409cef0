"""A running demo for the flows, and what a fan does at the web service without a browser.

The pages themselves are tested in Chromium (`tests/browser`); here the same requests are sent.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from bot import tasks
from bot.sandbox.chain.wallets import WALLETS, DemoWallet, sign_text
from bot.sandbox.demo import Demo, DemoOptions, open_demo
from bot.sandbox.discord_server.person import Person as DiscordPerson
from bot.sandbox.telegram_server.person import Person as TelegramPerson

PATIENCE = 30.0


@asynccontextmanager
async def hosted(options: DemoOptions) -> AsyncIterator[Demo]:
    """A demo in a task of its own, so that fixtures may open and close it from different tasks."""
    opened: asyncio.Future[Demo] = asyncio.get_running_loop().create_future()
    leave = asyncio.Event()

    async def live() -> None:
        try:
            async with open_demo(options) as demo:
                opened.set_result(demo)
                await leave.wait()
        except BaseException as error:
            if not opened.done():
                opened.set_exception(error)
            raise

    living = tasks.start("demo", live())
    try:
        yield await opened
    finally:
        leave.set()
        await asyncio.wait([living])


@dataclass
class Fan:
    """One of the demo's people, at both chats and at the web service."""

    demo: Demo
    key: str
    browser: "Browser" = field(init=False)

    def __post_init__(self) -> None:
        self.browser = Browser(self.demo.url)

    @property
    def discord(self) -> DiscordPerson:
        person = self.demo.town.person(self.key)
        return self.demo.discord.person(int(person.discord_id), self.demo.town.server.guild)

    @property
    def telegram(self) -> TelegramPerson:
        return self.demo.telegram.person(self.demo.town.person(self.key).telegram_id)

    @property
    def wallet(self) -> DemoWallet:
        return WALLETS[str(self.demo.town.person(self.key).wallet_key)]

    async def reads(
        self, words: str, *, within: float = PATIENCE, besides: Collection[int] = ()
    ) -> Any:
        """Wait for a Discord message with these words, whatever is bold in them.

        `besides`: the ids of messages that are not meant.
        """
        return await self.discord.sees(
            lambda m: words in _plain(m.text) and m.id not in besides, timeout=within
        )

    async def link_on_discord(self) -> str:
        """Press "Verify my copy" and read the address of the page."""
        welcome = await self.reads("Welcome to Tide Club")
        await self.discord.press(welcome, "Verify my copy")
        page = await self.reads("Open this page")
        return str(await self.discord.press(page, "Open page"))

    async def link_on_telegram(self) -> str:
        bot = self.demo.town.groups.bot
        await self.telegram.start(bot)
        welcome = await self.telegram.sees(bot, "Welcome to Tide Club")
        await self.telegram.press(welcome, "Verify my copy")
        page = await self.telegram.sees(bot, "Open this page")
        return str(await self.telegram.press(page, "Open page"))

    async def verify_on_discord(self) -> dict[str, Any]:
        return await self.sign_in(await self.link_on_discord())

    async def sign_in(self, link: str) -> dict[str, Any]:
        """Show whose browser it is, and sign; what the page asks for first comes first."""
        if 'data-stage="prove"' in (await self.browser.get(link))[1]:
            await self.browser.proves(link, self.discord_id)
        said = await self.browser.sign_in(link, self.wallet)
        if not said.get("pending"):
            return said
        await self.send_code(str(said["code"]))
        return await self.browser.outcome(link)

    async def send_code(self, code: str) -> None:
        """Write the code of the page into the private chat with the Telegram bot."""
        bot = self.demo.town.groups.bot
        await self.telegram.send(bot, code)
        await self.telegram.sees(bot, "That is the right code", timeout=PATIENCE)

    @property
    def discord_id(self) -> str:
        return str(self.demo.town.person(self.key).discord_id)


def _plain(text: str) -> str:
    return text.replace("**", "").replace("\\", "").replace("\N{NO-BREAK SPACE}", " ")


class Browser:
    """The requests of one browser, with its cookies. Secure cookies are kept for loopback too."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.cookies: dict[str, str] = {}

    async def get(self, url: str, **headers: str) -> tuple[int, str]:
        async with self._session() as http, http.get(url, headers=headers) as answer:
            return answer.status, await answer.text()

    async def get_bytes(self, url: str) -> tuple[int, bytes]:
        async with self._session() as http, http.get(url) as answer:
            return answer.status, await answer.read()

    async def post(self, url: str, body: dict[str, Any] | None = None) -> tuple[int, Any, str]:
        """Status, JSON (or text), and where it redirects to."""
        headers = {"Origin": self.origin, "Sec-Fetch-Site": "same-origin"}
        async with (
            self._session() as http,
            http.post(url, json=body, headers=headers, allow_redirects=False) as answer,
        ):
            for name, morsel in answer.cookies.items():
                self.cookies[name] = morsel.value
            said: Any = await answer.text()
            if "json" in answer.headers.get("Content-Type", ""):
                said = await answer.json()
            return answer.status, said, answer.headers.get("Location", "")

    async def proves(self, link: str, person: str) -> None:
        """Go to Discord, say there that it is this person, and come back."""
        status, _, address = await self.comes_back(await self.goes_to_discord(link), person)
        assert (status, address) == (303, f"/link/{link.rpartition('/')[2]}")

    async def goes_to_discord(self, link: str) -> str:
        """The address of Discord's consent page for this link."""
        status, said, _ = await self.post(f"{link}/account", {})
        assert status == 200, said
        return str(said["address"])

    async def comes_back(self, consent: str, person: str) -> tuple[int, str, str]:
        """Status, page and redirection of our side, after this person said yes at Discord."""
        return await self.arrives(await says_yes(consent, person))

    async def arrives(self, address: str) -> tuple[int, str, str]:
        """What our side answers at this address, and where it sends the browser."""
        async with self._session() as http, http.get(address, allow_redirects=False) as answer:
            return answer.status, await answer.text(), answer.headers.get("Location", "")

    async def state(self, link: str) -> tuple[int, Any]:
        """What the page hears when it asks whether its code has come."""
        async with self._session() as http, http.get(f"{link}/state") as answer:
            return answer.status, await answer.json()

    async def outcome(self, link: str) -> dict[str, Any]:
        """What the page says once the code has come."""
        status, said = await self.state(link)
        assert status == 200, said
        assert not said.get("pending")
        return dict(said)

    async def text_to_sign(self, link: str, wallet: DemoWallet) -> str:
        body = {"address": wallet.address, "chain_id": 31337}
        status, said, _ = await self.post(f"{link}/text", body)
        assert status == 200, said
        return str(said["text"])

    async def sign_in(self, link: str, wallet: DemoWallet) -> dict[str, Any]:
        text = await self.text_to_sign(link, wallet)
        signature = sign_text(wallet, text.encode())
        status, said, _ = await self.post(f"{link}/finish", {"text": text, "signature": signature})
        assert status == 200, said
        return dict(said)

    def _session(self) -> aiohttp.ClientSession:
        held = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return aiohttp.ClientSession(headers={"Cookie": held} if held else {})


async def says_yes(consent: str, person: str) -> str:
    """Where Discord sends the browser of a person who agrees."""
    async with (
        aiohttp.ClientSession() as http,
        http.post(consent, data={"person": person}, allow_redirects=False) as answer,
    ):
        assert answer.status == 302, await answer.text()
        return str(answer.headers["Location"])


async def eventually(
    holds: Callable[[], bool | Awaitable[bool]], *, within: float = PATIENCE, what: str = ""
) -> None:
    """Wait until something holds; fail with `what` if it does not in time."""
    end = asyncio.get_running_loop().time() + within
    while True:
        answer = holds()
        if answer if isinstance(answer, bool) else await answer:
            return
        assert asyncio.get_running_loop().time() < end, f"did not happen in {within} s: {what}"
        await asyncio.sleep(0.05)

"""People in front of the web pages: a browser of their own, with or without a wallet."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from eth_account import Account as Key
from eth_account.signers.local import LocalAccount
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from tests.doors.web_stage import CHAIN, WebStage, signed

PATIENCE = 30_000
"""Milliseconds for anything to appear: machines that test are busy ones."""
expect.set_options(timeout=PATIENCE)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ANNOUNCE = """
const provider = { request: (asked) => window.askWallet(asked).then((told) => {
  if (told.failed) throw Object.assign(new Error("refused"), { code: told.failed });
  return told.value;
}) };
const info = { uuid: crypto.randomUUID?.() ?? "1", name: "Harbour Wallet", rdns: "example.harbour",
  icon: "data:image/svg+xml;base64,ICON" };
const detail = Object.freeze({ info: Object.freeze(info), provider });
const announce = () => window.dispatchEvent(
  new CustomEvent("eip6963:announceProvider", { detail }));
window.addEventListener("eip6963:requestProvider", announce);
announce();
"""
ICON = (
    "PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciIHZpZXdCb3g9IjAgMCAzMiAzMiI+PHJlY3Qgd2lk"
    "dGg9IjMyIiBoZWlnaHQ9IjMyIiBmaWxsPSIjMmY0ZDhmIi8+PGNpcmNsZSBjeD0iMTYiIGN5PSIxNiIgcj0iOCIgZmls"
    "bD0iI2ZmZiIvPjwvc3ZnPg=="
)

WIDTHS = ((320, 640), (390, 844), (1280, 900))
MARKUP = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</title><svg onload=alert(1)>",
    "{{ 7 * 7 }}{% debug %}",
    "javascript:alert(1)//",
    "' autofocus onfocus=alert(1) x='",
    "\u202egpj.tnalp<b>",
    "<iframe srcdoc='<script>parent.alert(1)</script>'>",
)


@dataclass
class PageWallet:
    """A wallet in the page (EIP-6963) whose key is here. `refuse` answers with that error code."""

    key: LocalAccount = field(default_factory=Key.create)
    chain: int = CHAIN
    refuse: dict[str, int] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)

    async def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        method = request["method"]
        self.asked.append(method)
        if method in self.refuse:
            return {"failed": self.refuse[method]}
        return {"value": self._value(method, request.get("params") or [])}

    def _value(self, method: str, params: list[Any]) -> Any:
        if method == "eth_requestAccounts":
            return [self.key.address]
        if method == "eth_chainId":
            return hex(self.chain)
        assert method == "personal_sign", method
        assert params[1].lower() == self.key.address.lower()
        self.shown.append(bytes.fromhex(params[0].removeprefix("0x")).decode())
        return signed(self.key, self.shown[-1])


@dataclass
class People:
    """Opens browsers that know nothing of one another, and notes what goes wrong in them."""

    browser: Browser
    stage: WebStage
    faults: list[str] = field(default_factory=list)

    @asynccontextmanager
    async def context(
        self, wallet: PageWallet | None = None, **more: Any
    ) -> AsyncIterator[BrowserContext]:
        context = await self.browser.new_context(base_url=self.stage.site.address, **more)
        context.set_default_timeout(PATIENCE)
        if wallet:
            await context.expose_function("askWallet", wallet.answer)
            await context.add_init_script(ANNOUNCE.replace("ICON", ICON))
        try:
            yield context
        finally:
            await context.close()

    @asynccontextmanager
    async def page(self, wallet: PageWallet | None = None, **more: Any) -> AsyncIterator[Page]:
        async with self.context(wallet, **more) as context:
            page = await context.new_page()
            page.on("pageerror", lambda fault: self.faults.append(str(fault)))
            page.on("dialog", lambda dialog: self.faults.append(f"dialog: {dialog.message}"))
            yield page


@pytest.fixture(scope="module")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield running
        await running.close()


@pytest.fixture
async def people(browser: Browser, stage: WebStage) -> AsyncIterator[People]:
    everyone = People(browser, stage)
    yield everyone
    assert everyone.faults == []


async def visit(page: Page, stage: WebStage, link: str) -> None:
    """Open the link as its fan does: whoever is asked to shows at Discord who they are."""
    await page.goto(link)
    if await page.locator("#flow").get_attribute("data-stage") == "prove":
        await go_to_discord(page)
        await page.locator(f"button[value='{stage.whose[link].user_id}']").click()
        await expect(page.locator("#flow")).to_have_attribute("data-stage", "choose")


async def enter_code(page: Page, stage: WebStage, link: str) -> None:
    """The fan sends the code on the page to the bot, from the account that the link is for."""
    await expect(page.locator("#proof-code")).to_be_visible()
    code = await page.locator("#proof-code").inner_text()
    await stage.enter_code(stage.whose[link], code)


async def go_to_discord(page: Page) -> None:
    await page.get_by_role("button", name="Continue to Discord").click()
    await expect(page.get_by_role("heading", name="asks who you are")).to_be_visible()


async def overflow(page: Page) -> int:
    """How many pixels the page is wider than its window."""
    return int(
        await page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
    )

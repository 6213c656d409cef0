"""The attacker's story: his own link, relayed to a holder, in two browsers that share nothing.

Real chain, bots, database and pages; the victim does all that the page asks, with a real copy.
"""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlencode

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect
from sqlalchemy import text as sql

from bot.sandbox.chain.wallets import HOLDER
from bot.sandbox.demo import Demo
from bot.sandbox.telegram_server.init_data import sign_init_data
from tests.browser.web_people import FLAGS, PATIENCE
from tests.flows.conftest import data, demo
from tests.flows.house import PATIENCE as SECONDS
from tests.flows.house import Fan, eventually

__all__ = ["data", "demo"]
pytestmark = pytest.mark.browser


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def chrome(chromium: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield running
        await running.close()


@asynccontextmanager
async def somebody(chrome: Browser) -> AsyncIterator[Page]:
    """A browser that knows nothing of any other."""
    context = await chrome.new_context()
    context.set_default_timeout(PATIENCE)
    yield await context.new_page()
    await context.close()


async def wallets(demo: Demo, address: str) -> int:
    """How many people have this wallet linked."""
    async with demo.house.services.store.sessions() as session:
        query = sql("SELECT count(*) FROM wallet WHERE address = :address")
        return int((await session.execute(query, {"address": address.lower()})).scalar_one())


async def states(demo: Demo, key: str) -> list[str]:
    """The states of all links of this person's Discord account."""
    query = sql("SELECT state FROM link WHERE user_id = :user AND nonce IS NULL AND text IS NULL")
    async with demo.house.services.store.sessions() as session:
        found = await session.execute(query, {"user": demo.town.person(key).discord_id})
        return [str(state) for (state,) in found]


async def sign(page: Page, wallet: str) -> None:
    await page.get_by_role("button", name=wallet, exact=True).click()
    await page.get_by_role("button", name="Sign", exact=True).click()
    asked = page.get_by_role("dialog")
    await expect(asked).to_contain_text("This costs nothing and can move nothing")
    await asked.get_by_role("button", name="Sign").click()


async def test_bd2_a_holder_on_a_relayed_discord_link_is_stopped_and_the_attacker_gets_nothing(
    demo: Demo, chrome: Browser
) -> None:
    attacker = Fan(demo, "newcomer")
    async with somebody(chrome) as his, somebody(chrome) as victims:
        await his.goto(demo.url)
        await (
            his.get_by_role("radio", name="Newcomer")
            .or_(his.get_by_role("button", name="Newcomer", exact=True))
            .first.click()
        )
        await his.get_by_role("button", name="Verify my copy", exact=True).first.click()
        link = await his.get_by_role("link", name="Open page").last.get_attribute("href")
        assert link is not None

        await victims.goto(link)
        await expect(
            victims.get_by_role("heading", name="Show that you are @newcomer")
        ).to_be_visible()
        await expect(victims.get_by_text("Did somebody send you this link?")).to_be_visible()
        await expect(victims.get_by_role("button", name="Fan's wallet")).to_be_hidden()
        await victims.get_by_role("button", name="Continue to Discord").click()
        await victims.get_by_role("button", name="Continue as Fan @fan", exact=True).click()
        await expect(
            victims.get_by_role("heading", name="Stop: this link is somebody else's")
        ).to_be_visible()
        await expect(victims.get_by_text("they wanted your copy")).to_be_visible()
        await expect(victims.get_by_text("E-NOTYOU")).to_be_visible()
        assert await victims.get_by_role("button").count() == 0

        await his.goto(link)
        await expect(his.get_by_text("E-LINKDEAD")).to_be_visible()
    assert await states(demo, "newcomer") == ["dead"]  # and nothing was ever there to sign
    assert await wallets(demo, HOLDER.address) == 0
    assert not {"Holder", "First 100"} & set(attacker.discord.roles())


async def test_bd3_a_holder_who_signs_on_a_relayed_telegram_link_gives_the_attacker_nothing(
    demo: Demo, chrome: Browser
) -> None:
    attacker, victim, bot = Fan(demo, "newcomer"), Fan(demo, "fan"), demo.town.groups.bot
    link = await attacker.link_on_telegram()
    async with somebody(chrome) as page:
        await page.goto(link + the_attackers_word(demo))
        await sign(page, "Fan's wallet")
        await expect(page.get_by_role("heading", name="Send this code to the bot")).to_be_focused()
        await expect(page.get_by_text("stealing your access")).to_be_visible()
        code = await page.locator("#proof-code").inner_text()
        assert re.fullmatch(r"[A-Z2-9]{3}-[A-Z2-9]{3}", code)
        assert await wallets(demo, HOLDER.address) == 0

        await victim.telegram.start(bot)
        await victim.telegram.send(bot, code)  # the victim does as the page says
        await victim.telegram.sees(bot, "No sign-in of this account waits", timeout=SECONDS)
        for left in (4, 3, 2, 1):
            await attacker.telegram.send(bot, "222-222")
            await attacker.telegram.sees(bot, f"tries left: {left}", timeout=SECONDS)
        await attacker.telegram.send(bot, "222-222")
        await attacker.telegram.sees(bot, "wrong five times", timeout=SECONDS)
        await attacker.telegram.send(bot, code)
        await attacker.telegram.sees(bot, "No sign-in of this account waits", timeout=SECONDS)
        await expect(page.locator("#done")).to_contain_text("E-PROOFOVER")
    assert await wallets(demo, HOLDER.address) == 0
    groups = demo.town.groups
    assert not attacker.telegram.is_member(groups.holders)


def the_attackers_word(demo: Demo) -> str:
    """Telegram's word for the attacker, as its address fragment: it can be relayed as well."""
    bot = demo.telegram.world.profiles[demo.town.groups.bot]
    person = demo.town.person("newcomer").telegram_id
    fields = {"user": f'{{"id":{person}}}', "auth_date": str(int(demo.telegram.world.now()))}
    return "#" + urlencode({"tgWebAppData": sign_init_data(fields, token=bot.token)})


async def test_bd3_the_fans_own_code_in_the_fans_own_chat_finishes_the_page(
    demo: Demo, chrome: Browser
) -> None:
    fan = Fan(demo, "fan")
    link = await fan.link_on_telegram()
    async with somebody(chrome) as page:
        await page.goto(link)
        await sign(page, "Fan's wallet")
        await expect(page.get_by_role("heading", name="Send this code to the bot")).to_be_focused()
        code = await page.locator("#proof-code").inner_text()
        spelled = await page.locator("#proof-code").get_attribute("aria-label")
        assert spelled == f"Your code: {' '.join(code)}"
        await page.reload()
        await expect(page.locator("#proof-code")).to_have_text(code)
        await fan.send_code(code)
        await expect(page.get_by_role("heading", name="Done")).to_be_focused()
        await expect(page.locator("#done")).to_contain_text("Found #17 and #204")
    await eventually(lambda: has(demo, HOLDER.address), what="the wallet is the fan's")


async def has(demo: Demo, address: str) -> bool:
    return await wallets(demo, address) == 1

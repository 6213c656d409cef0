"""The page of a wallet in a real browser: for whoever holds it, and for nobody else."""

import pytest
from playwright.async_api import Page, expect

from bot.web.cookies import WALLET
from gating.model import Platform, Profile
from tests.browser.test_sign_in_page import choose, ink_ratio, press_sign, tab_to
from tests.browser.web_people import (
    MARKUP,
    WIDTHS,
    PageWallet,
    People,
    browser,
    overflow,
    people,
)
from tests.doors.test_web_wallet import a_fan, accounts
from tests.doors.web_stage import WebStage, on_time, stage

__all__ = ["browser", "on_time", "people", "stage"]
pytestmark = pytest.mark.browser


async def enter(page: Page) -> None:
    """Sign in with the wallet alone, and see what it counts for."""
    await page.goto("/wallet")
    await choose(page)
    await expect(page.locator("#text")).to_contain_text("See and unlink the chat accounts")
    await press_sign(page)
    await expect(page.locator("#accounts-title")).to_be_focused()


async def to_choice(page: Page) -> None:
    await page.goto("/wallet")
    await expect(page.get_by_role("button", name="Harbour Wallet")).to_be_visible()


async def to_text(page: Page) -> None:
    await to_choice(page)
    await choose(page)
    await expect(page.locator("#text")).to_be_visible()


SCREENS = {"choice": to_choice, "text": to_text, "accounts": enter}


async def test_bd8_a_lured_holder_finds_the_account_and_unlinks_it_with_one_click(
    stage: WebStage, people: People
) -> None:
    wallet = PageWallet()
    here, there = await a_fan(stage, wallet.key.address, "thief")
    async with people.page(wallet) as page:
        await enter(page)
        await expect(page.get_by_text("@thief", exact=True)).to_be_visible()
        await page.get_by_role("button", name="Unlink Telegram thief_tg").click()
        await expect(page.get_by_text("@thief_tg")).to_have_count(0)
        assert await accounts(stage, wallet.key.address) == (here,)
        await page.get_by_role("button", name="Unlink Discord thief").click()
        await expect(page.get_by_role("heading", name="counts for nobody here")).to_be_focused()
    assert await accounts(stage, wallet.key.address) == ()
    assert there not in await accounts(stage, wallet.key.address)
    assert wallet.asked == ["eth_requestAccounts", "eth_chainId", "personal_sign"]


async def test_bd8_all_accounts_go_with_one_press_and_signing_out_forgets(
    stage: WebStage, people: People
) -> None:
    wallet = PageWallet()
    await a_fan(stage, wallet.key.address)
    async with people.page(wallet) as page:
        await enter(page)
        await page.get_by_role("button", name="Unlink all of them").click()
        await expect(page.get_by_role("heading", name="counts for nobody here")).to_be_visible()
        await page.get_by_role("button", name="Sign out").click()
        await expect(page.get_by_role("heading", name="Choose your wallet")).to_be_visible()
        assert WALLET not in {each["name"] for each in await page.context.cookies()}


async def test_bd8_a_second_browser_sees_nothing_of_the_first_one_s_visit(
    stage: WebStage, people: People
) -> None:
    wallet = PageWallet()
    await a_fan(stage, wallet.key.address, "secretive")
    async with people.page(wallet) as page, people.page() as other:
        await enter(page)
        await other.goto("/wallet")
        await expect(other.get_by_text("No wallet was found in this browser.")).to_be_visible()
        assert "secretive" not in await other.content()


async def test_no_cookie_is_set_before_a_wallet_is_chosen(stage: WebStage, people: People) -> None:
    async with people.page(PageWallet()) as page:
        await to_choice(page)
        assert await page.context.cookies() == []
        await choose(page)
        await expect(page.locator("#text")).to_be_visible()
        held = {each["name"]: each for each in await page.context.cookies()}
        assert held[WALLET]["httpOnly"]
        assert held[WALLET]["secure"]


async def test_who_says_no_in_the_wallet_may_try_again(stage: WebStage, people: People) -> None:
    wallet = PageWallet(refuse={"personal_sign": 4001})
    async with people.page(wallet) as page:
        await to_text(page)
        await press_sign(page)
        await expect(page.get_by_role("status")).to_contain_text("You said no in your wallet.")
        wallet.refuse.clear()
        await page.get_by_role("button", name="Try again").click()
        await choose(page)
        await press_sign(page)
        await expect(page.get_by_role("heading", name="counts for nobody here")).to_be_visible()


async def test_the_whole_way_goes_by_keyboard_alone(stage: WebStage, people: People) -> None:
    wallet = PageWallet()
    await a_fan(stage, wallet.key.address)
    async with people.page(wallet) as page:
        await to_choice(page)
        for button, then in (
            ("Harbour Wallet", page.locator("#sign-title")),
            ("Sign", page.locator("#accounts-title")),
            ("Unlink", page.locator(".accounts li:only-child")),
            ("Unlink", page.get_by_text("No chat account of Tide Club")),
        ):
            await tab_to(page, button)
            await page.keyboard.press("Enter")
            await expect(then).to_be_visible()
        await expect(page.get_by_role("heading", name="counts for nobody here")).to_be_focused()


async def test_wb8_markup_in_names_of_accounts_stays_text(stage: WebStage, people: People) -> None:
    wallet = PageWallet()
    here, _ = await a_fan(stage, wallet.key.address)
    for payload in MARKUP:
        async with stage.store() as tx:
            await tx.people.enrol(here, Profile(payload, payload))
        async with people.page(wallet) as page:
            await enter(page)
            assert await page.locator(".accounts li").count() == 2
            assert await page.locator("main :is(script, img, iframe, b, svg)").count() == 0


async def test_the_page_is_named_at_the_foot_of_the_sign_in_page(
    stage: WebStage, people: People
) -> None:
    async with people.page(PageWallet()) as page:
        await page.goto(await stage.link(platform=Platform.TELEGRAM))
        await page.get_by_role(
            "link", name="See which chat accounts your wallet counts for"
        ).click()
        await expect(page.get_by_role("heading", name="Choose your wallet")).to_be_visible()


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize(("width", "height"), [WIDTHS[0], WIDTHS[2]])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_screen_fits_and_is_legible(
    stage: WebStage, people: People, screen: str, width: int, height: int, scheme: str
) -> None:
    wallet = PageWallet()
    here, there = await a_fan(stage, wallet.key.address)
    async with stage.store() as tx:
        for account in (here, there):
            await tx.people.enrol(account, Profile("w" * 32, "M" * 64))
    size = {"width": width, "height": height}
    async with people.page(wallet, viewport=size, color_scheme=scheme) as page:
        await SCREENS[screen](page)
        assert await overflow(page) == 0
        heights = await page.locator(".button:visible").evaluate_all(
            "all => all.map((one) => one.getBoundingClientRect().height)"
        )
        assert min(heights) >= 44
        for part in ("body", ".unlink", ".quiet"):
            if await page.locator(part).first.is_visible():
                assert await ink_ratio(page, part) >= (7 if part == "body" else 4.5), part

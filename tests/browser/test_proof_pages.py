"""The screens on which a browser shows whose it is: to be read, heard, and used by keys alone."""

import re

import pytest
from playwright.async_api import Page, expect

from gating.model.link import Proof
from tests.browser.test_sign_in_page import choose, ink_ratio, press_sign, tab_to
from tests.browser.web_people import (
    MARKUP,
    WIDTHS,
    PageWallet,
    People,
    browser,
    enter_code,
    go_to_discord,
    overflow,
    people,
    visit,
)
from tests.doors.web_stage import WebStage, on_time, stage

__all__ = ["browser", "on_time", "people", "stage"]
pytestmark = pytest.mark.browser


async def to_prove(page: Page, stage: WebStage) -> None:
    await page.goto(await stage.link(shown="M" * 64, username="w" * 32))


async def to_not_you(page: Page, stage: WebStage) -> None:
    await to_prove(page, stage)
    await go_to_discord(page)
    stranger = stage.account("holder", "Holder")
    await page.reload()
    await page.locator(f"button[value='{stranger.user_id}']").click()
    await expect(page.get_by_text("E-NOTYOU")).to_be_visible()


async def to_proved(page: Page, stage: WebStage) -> None:
    await visit(page, stage, await stage.link(shown="M" * 64, username="w" * 32))


async def to_code(page: Page, stage: WebStage) -> None:
    link = await stage.link(shown="M" * 64, username="w" * 32, proof=Proof.CODE)
    await page.goto(link)
    await choose(page)
    await press_sign(page)
    await expect(page.locator("#proof-code")).to_be_visible()


async def to_accepted(page: Page, stage: WebStage) -> None:
    await to_code(page, stage)
    await enter_code(page, stage, re.sub(r"^https?://[^/]+", "", page.url))
    await expect(page.locator("#done")).to_be_visible()


SCREENS = {
    "prove": to_prove,
    "not-you": to_not_you,
    "proved": to_proved,
    "code": to_code,
    "accepted": to_accepted,
}


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize(("width", "height"), [WIDTHS[0], WIDTHS[2]])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_screen_fits_and_is_legible(
    stage: WebStage, people: People, screen: str, width: int, height: int, scheme: str
) -> None:
    size = {"width": width, "height": height}
    async with people.page(PageWallet(), viewport=size, color_scheme=scheme) as page:
        await SCREENS[screen](page, stage)
        assert await overflow(page) == 0
        heights = await page.locator(".button:visible").evaluate_all(
            "all => all.map((one) => one.getBoundingClientRect().height)"
        )
        assert min(heights, default=44) >= 44
        for part in ("body", ".warning strong", ".confirmed", ".quiet"):
            if await page.locator(part).first.is_visible():
                assert await ink_ratio(page, part) >= (7 if part == "body" else 4.5), part


async def test_the_way_to_discord_and_back_goes_by_keyboard_alone(
    stage: WebStage, people: People
) -> None:
    async with people.page(PageWallet()) as page:
        link = await stage.link(username="tide_fan", shown="Tide Fan")
        await page.goto(link)
        await tab_to(page, "Continue to Discord")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="asks who you are")).to_be_visible()
        await page.locator(f"button[value='{stage.whose[link].user_id}']").focus()
        await page.keyboard.press("Enter")
        await expect(page.locator("#flow")).to_have_attribute("data-stage", "choose")
        await tab_to(page, "Harbour Wallet")


async def test_a_screen_reader_hears_the_proof_and_the_code(
    stage: WebStage, people: People
) -> None:
    async with people.page(PageWallet()) as page:
        await page.goto(await stage.link(username="tide_fan"))
        await expect(
            page.get_by_role("heading", name="First - Show that you are @tide_fan")
        ).to_be_visible()
        await expect(
            page.get_by_role("region", name="Show that you are @tide_fan")
        ).to_be_visible()
        await to_code(page, stage)
        heading = page.get_by_role("heading", name="Last step - Send this code to the bot")
        await expect(heading).to_be_focused()
        code = await page.locator("#proof-code").inner_text()
        await expect(page.get_by_label(f"Your code: {' '.join(code)}")).to_be_visible()
        await expect(page.get_by_role("button", name="Copy the code")).to_be_visible()
        await expect(page.get_by_role("status")).to_contain_text("Waiting for the code in Discord")
        await expect(
            page.get_by_text("Anyone asking you for this code is stealing")
        ).to_be_visible()


async def test_who_closed_the_tab_with_the_code_is_told_so(
    stage: WebStage, people: People
) -> None:
    async with people.context(PageWallet()) as context:
        page = await context.new_page()
        await to_code(page, stage)
        address, code = page.url, await page.locator("#proof-code").inner_text()
        again = await context.new_page()
        await again.goto(address)
        await expect(again.get_by_text("The code was shown once")).to_be_visible()
        await expect(again.locator("#proof-code")).to_be_hidden()
        assert code not in await again.content()


async def test_whoever_signed_in_error_stops_it_with_one_press(
    stage: WebStage, people: People
) -> None:
    async with people.page(PageWallet()) as page:
        await to_code(page, stage)
        await expect(page.get_by_role("link", name="Not me")).to_be_hidden()
        await tab_to(page, "This was not me")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="Good that you looked")).to_be_focused()
        await expect(page.locator("#done")).to_contain_text("Nothing was linked")


async def test_wb8_markup_in_a_name_stays_text_on_the_way_to_discord(
    stage: WebStage, people: People
) -> None:
    async with people.page() as page:
        for payload in MARKUP[:4]:
            await page.goto(await stage.link(username=payload, shown=payload))
            assert payload in await page.locator("#prove-title").inner_text()
            await go_to_discord(page)
            assert await page.locator("main :is(script, img, iframe, b)").count() == 0


async def test_without_discord_the_fan_is_told_and_may_press_again(
    stage: WebStage, people: People
) -> None:
    async with people.context(PageWallet()) as context:
        page = await context.new_page()
        await page.goto(await stage.link())
        await context.set_offline(True)
        go = page.get_by_role("button", name="Continue to Discord")
        await go.click()
        await expect(page.get_by_role("status")).to_contain_text("cannot be reached")
        await expect(go).to_be_focused()
        await context.set_offline(False)
        await go_to_discord(page)

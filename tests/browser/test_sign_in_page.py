"""The sign-in page in a real browser: what a fan sees and presses, and what an attacker tries."""

import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import Page, expect

from gating.model import Platform
from tests.browser.web_people import (
    MARKUP,
    WIDTHS,
    PageWallet,
    People,
    browser,
    enter_code,
    overflow,
    people,
    visit,
)
from tests.doors.web_stage import WebStage, on_time, stage

__all__ = ["browser", "on_time", "people", "stage"]
pytestmark = pytest.mark.browser


async def choose(page: Page) -> None:
    await page.get_by_role("button", name="Harbour Wallet").click()


async def press_sign(page: Page) -> None:
    await page.get_by_role("button", name="Sign", exact=True).click()


async def test_a_holder_chooses_signs_and_reads_what_opened(
    stage: WebStage, people: People
) -> None:
    wallet = PageWallet()
    await stage.holds(wallet.key.address, 17, 204)
    async with people.page(wallet) as page:
        await visit(page, stage, await stage.link())
        await choose(page)
        await expect(page.locator("#text")).to_contain_text("wants you to sign in")
        text = await page.locator("#text").inner_text()
        assert "personal_sign" not in wallet.asked  # the text is shown before the wallet opens
        await press_sign(page)
        await expect(page.get_by_role("heading", name="Done")).to_be_focused()
        await expect(page.locator("#done")).to_contain_text(
            "Found #17 and #204. Opened: Holder, First 100."
        )
        await expect(page.locator("#done")).to_contain_text("go back to Discord")
        await expect(page.get_by_role("button")).to_have_count(0)
    assert wallet.shown == [text]
    assert wallet.asked == ["eth_requestAccounts", "eth_chainId", "personal_sign"]


async def test_a_fan_without_a_copy_reads_the_reason_and_its_code(
    stage: WebStage, people: People
) -> None:
    async with people.page(PageWallet()) as page:
        link = await stage.link(platform=Platform.TELEGRAM)
        await visit(page, stage, link)
        await choose(page)
        await press_sign(page)
        await enter_code(page, stage, link)
        done = page.locator("#done")
        await expect(done).to_contain_text(re.compile(r"holds 0 copies of Tide at block \d"))
        await expect(done).to_contain_text("E-NOHOLD")
        await expect(done).to_contain_text("go back to Telegram")


async def test_who_says_no_in_the_wallet_may_try_again_with_the_same_text(
    stage: WebStage, people: People
) -> None:
    wallet = PageWallet(refuse={"personal_sign": 4001})
    await stage.holds(wallet.key.address, 31)
    async with people.page(wallet) as page:
        await visit(page, stage, await stage.link())
        await choose(page)
        await press_sign(page)
        said = page.get_by_role("status")
        await expect(said).to_contain_text("You said no in your wallet. Nothing was signed.")
        wallet.refuse.clear()
        await page.get_by_role("button", name="Try again").click()
        await press_sign(page)
        await expect(page.get_by_role("heading", name="Done")).to_be_visible()


@pytest.mark.parametrize(
    ("method", "code", "words"),
    [
        ("eth_requestAccounts", 4001, "You said no in your wallet."),
        ("eth_requestAccounts", -32002, "Your wallet still waits for an earlier answer."),
        ("eth_chainId", -32603, "Your wallet gave no usable answer."),
    ],
)
async def test_a_wallet_that_does_not_answer_leads_back_to_the_choice(
    stage: WebStage, people: People, method: str, code: int, words: str
) -> None:
    async with people.page(PageWallet(refuse={method: code})) as page:
        await visit(page, stage, await stage.link())
        await choose(page)
        await expect(page.get_by_role("status")).to_contain_text(words)
        await page.get_by_role("button", name="Try again").click()
        await expect(page.get_by_role("heading", name="Choose your wallet")).to_be_focused()


class TwoOwners(PageWallet):
    """A wallet whose signature only its contract understands, and no node is there to ask it."""

    parts = 2

    def _value(self, method: str, params: list[Any]) -> Any:
        said = super()._value(method, params)
        return "0x" + said[2:] * self.parts if method == "personal_sign" else said


async def test_a_node_that_cannot_say_gives_the_same_wallet_the_next_text_at_once(
    stage: WebStage, people: People
) -> None:
    wallet = TwoOwners()
    await stage.holds(wallet.key.address, 32)
    async with people.page(wallet) as page:
        await visit(page, stage, await stage.link())
        await choose(page)
        await press_sign(page)
        said = page.get_by_role("status")
        await expect(said).to_contain_text("so nothing was decided")
        await expect(said).to_contain_text("E-WALLETNODE")
        wallet.parts = 1
        await page.get_by_role("button", name="Try again").click()
        await press_sign(page)
        await expect(page.get_by_role("heading", name="Done")).to_be_visible()
    first, second = wallet.shown
    assert first != second


async def test_a_wallet_on_another_network_is_told_and_never_switched(
    stage: WebStage, people: People
) -> None:
    wallet = PageWallet(chain=8453)
    async with people.page(wallet) as page:
        await visit(page, stage, await stage.link())
        await choose(page)
        said = page.get_by_role("status")
        await expect(said).to_contain_text("Your wallet is set to another network.")
        await expect(said).to_contain_text("E-WALLETCHAIN")
    assert wallet.asked == ["eth_requestAccounts", "eth_chainId"]


async def test_without_a_wallet_the_page_says_where_to_open_it(
    stage: WebStage, people: People
) -> None:
    async with people.page() as page:
        await visit(page, stage, await stage.link())
        await expect(page.get_by_text("No wallet was found in this browser.")).to_be_visible()
        await expect(page.get_by_role("button", name="Look again")).to_be_visible()
        # A wallet that wakes up late is found, and the older kind (EIP-1193 alone) too.
        await page.evaluate("window.ethereum = { request: async () => [] }")
        await page.get_by_role("button", name="Look again").click()
        await expect(page.get_by_role("button", name="Wallet in this browser")).to_be_visible()
        await expect(page.get_by_text("No wallet was found")).to_be_hidden()


async def test_a_server_that_cannot_be_reached_is_said_so_and_tried_again(
    stage: WebStage, people: People
) -> None:
    wallet = PageWallet()
    await stage.holds(wallet.key.address, 47)
    async with people.context(wallet) as context:
        page = await context.new_page()
        await visit(page, stage, await stage.link())
        await context.set_offline(True)
        await choose(page)
        await expect(page.get_by_role("status")).to_contain_text("cannot be reached")
        await context.set_offline(False)
        await page.get_by_role("button", name="Try again").click()
        await choose(page)
        await press_sign(page)
        await expect(page.get_by_role("heading", name="Done")).to_be_visible()


async def test_a_link_that_ends_while_the_page_is_open_says_so_calmly(
    stage: WebStage, people: People
) -> None:
    async with people.page(PageWallet()) as page:
        link = await stage.link()
        await visit(page, stage, link)
        await choose(page)
        await expect(page.locator("#text")).to_be_visible()
        stage.late = timedelta(minutes=11)
        await press_sign(page)
        await expect(page.locator("#done")).to_contain_text("This link lasted 10 minutes.")
        await expect(page.locator("#done")).to_contain_text("E-EXPIRED")
        shown = await page.goto(link)
        assert shown
        assert shown.status == 410
        await expect(page.get_by_text("This link lasted 10 minutes.")).to_be_visible()


async def test_a_second_browser_is_turned_away(stage: WebStage, people: People) -> None:
    link = await stage.link()
    async with people.page(PageWallet()) as first, people.page(PageWallet()) as second:
        await second.goto(link)
        await visit(first, stage, link)
        await choose(first)
        await expect(first.locator("#text")).to_be_visible()
        await second.get_by_role("button", name="Continue to Discord").click()
        await expect(second.locator("#done")).to_contain_text("opened in another browser")
        await expect(second.locator("#done")).to_contain_text("E-BROWSER")
        shown = await second.goto(link)
        assert shown
        assert shown.status == 409


async def test_in_two_tabs_the_newest_text_counts_and_the_other_may_try_again(
    stage: WebStage, people: People
) -> None:
    wallet = PageWallet()
    await stage.holds(wallet.key.address, 59)
    link = await stage.link()
    async with people.context(wallet) as context:
        older, newer = await context.new_page(), await context.new_page()
        for tab in (older, newer):
            await visit(tab, stage, link)
            await choose(tab)
            await expect(tab.locator("#text")).to_be_visible()
        await press_sign(older)
        await expect(older.get_by_role("status")).to_contain_text("Nothing was changed.")
        await older.get_by_role("button", name="Try again").click()
        await choose(older)
        await press_sign(older)
        await expect(older.get_by_role("heading", name="Done")).to_be_visible()
        await press_sign(newer)
        await expect(newer.locator("#done")).to_contain_text("E-LINKUSED")


async def test_a_page_that_alters_the_text_gets_nowhere(stage: WebStage, people: People) -> None:
    wallet = PageWallet()
    async with people.page(wallet) as page:
        await page.route(
            "**/finish",
            lambda route: route.continue_(
                post_data=str(route.request.post_data).replace("costs nothing", "costs a lot")
            ),
        )
        await visit(page, stage, await stage.link())
        await choose(page)
        await press_sign(page)
        said = page.get_by_role("status")
        await expect(said).to_contain_text("The signature is for another site or another text.")
        await expect(said).to_contain_text("E-SIG")


async def test_not_me_leaves_with_a_sentence_and_links_nothing(
    stage: WebStage, people: People
) -> None:
    wallet = PageWallet()
    async with people.page(wallet) as page:
        link = await stage.link()
        await visit(page, stage, link)
        await choose(page)
        await expect(page.locator("#text")).to_be_visible()
        await page.get_by_role("link", name="Not me").click()
        await expect(
            page.get_by_text("Nothing was signed and nothing was linked.")
        ).to_be_visible()
    assert "personal_sign" not in wallet.asked
    async with stage.store() as tx:
        assert await tx.people.of_wallet(wallet.key.address.lower()) is None  # type: ignore[arg-type]


async def tab_to(page: Page, name: str) -> None:
    for _ in range(8):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement.textContent.trim()") == name:
            return
    pytest.fail(f"no way to {name!r} by the Tab key")


async def focus_is_drawn(page: Page) -> bool:
    return bool(
        await page.evaluate(
            "parseFloat(getComputedStyle(document.activeElement).outlineWidth) >= 2"
        )
    )


async def test_a_screen_reader_hears_names_steps_and_states(
    stage: WebStage, people: People
) -> None:
    async with people.page(PageWallet(refuse={"personal_sign": 4001})) as page:
        await visit(page, stage, await stage.link(username="tide_fan"))
        assert await page.locator("[role=status]").get_attribute("aria-live") == "polite"
        account = page.get_by_role("region", name="The account that gets the wallet")
        await expect(account).to_contain_text("@tide_fan")
        await expect(
            page.get_by_role("heading", name="Step 1 of 2 - Choose your wallet")
        ).to_be_visible()
        await choose(page)
        await expect(page.get_by_role("heading", name="Step 2 of 2 - Sign")).to_be_visible()
        await expect(page.get_by_label("Your wallet will show exactly this text:")).to_be_visible()
        assert await page.get_attribute("html", "lang") == "en"


@pytest.mark.parametrize(("width", "height"), WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_page_fits_and_is_legible_at_every_width(
    stage: WebStage, people: People, width: int, height: int, scheme: str
) -> None:
    size = {"width": width, "height": height}
    async with people.page(PageWallet(), viewport=size, color_scheme=scheme) as page:
        await visit(page, stage, await stage.link(shown="M" * 64, username="w" * 32))
        await choose(page)
        await expect(page.locator("#text")).to_be_visible()
        assert await overflow(page) == 0
        heights = await page.locator(".button:visible").evaluate_all(
            "all => all.map((one) => one.getBoundingClientRect().height)"
        )
        assert heights
        assert min(heights) >= 44
        assert await ink_ratio(page, "body") >= 7
        assert await ink_ratio(page, ".quiet") >= 4.5


async def ink_ratio(page: Page, selector: str) -> float:
    """WCAG contrast of an element's ink against the paper, as the browser computes both."""
    return float(
        await page.evaluate(
            """(selector) => {
              const seen = (colour) => colour.match(/[\\d.]+/g).slice(0, 3).map(Number);
              const light = (colour) => seen(colour).map((part) => part / 255)
                .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
                .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
              const ink = light(getComputedStyle(document.querySelector(selector)).color);
              const paper = light(getComputedStyle(document.documentElement).backgroundColor);
              return (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
            }""",
            selector,
        )
    )


async def test_wb8_markup_in_a_fans_name_stays_text(stage: WebStage, people: People) -> None:
    async with people.page() as page:
        for payload in MARKUP:
            await visit(page, stage, await stage.link(username=payload, shown=payload))
            words = payload.replace("\u202e", "")
            assert words in await page.locator(".who").inner_text()
            assert await page.locator(".who :is(script, img, svg, iframe, b)").count() == 0


async def test_a_wallets_own_name_and_icon_cannot_become_markup(
    stage: WebStage, people: People
) -> None:
    payload = "<img src=x onerror=alert(1)>"
    script = f"""window.addEventListener("eip6963:requestProvider", () => {{
      for (const icon of ["javascript:alert(1)", "https://evil.example/a.png"]) {{
        const info = {{ uuid: icon, name: {payload!r}, icon }};
        window.dispatchEvent(new CustomEvent("eip6963:announceProvider",
          {{ detail: {{ info, provider: {{}} }} }}));
      }}
    }});"""
    async with people.page() as page:
        await page.add_init_script(script)
        await visit(page, stage, await stage.link())
        await expect(page.get_by_role("button", name=payload)).to_have_count(2)
        assert await page.locator("#wallets img").count() == 0


async def test_another_site_can_neither_frame_the_page_nor_post_to_it(
    stage: WebStage, people: People
) -> None:
    link = f"{stage.site.address}{await stage.link()}"
    foreign = (
        f"<iframe src='{link}'></iframe>"
        f"<form method='post' action='{link}/finish' enctype='text/plain' target='_self'>"
        "<button>Win a copy</button></form>"
    )
    async with people.page() as page:
        await page.route(
            "http://evil.test/",
            lambda route: route.fulfill(body=foreign, content_type="text/html"),
        )
        await page.goto("http://evil.test/")
        assert "Step 1 of 2" not in await page.frames[-1].content()
        async with page.expect_navigation() as sent:
            await page.get_by_role("button", name="Win a copy").click()
        answer = await sent.value
        assert answer
        assert answer.status == 403
        await expect(page.get_by_text("E-FOREIGN")).to_be_visible()


async def test_the_hour_is_said_in_the_readers_own_zone(stage: WebStage, people: People) -> None:
    async with people.page(timezone_id="Asia/Tokyo") as page:
        await visit(page, stage, await stage.link())
        await expect(page.locator("time")).to_contain_text(re.compile(r"GMT\+9|JST"))

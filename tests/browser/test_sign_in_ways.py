"""The ways to sign in without a wallet in this browser, and all of them by keys alone."""

import pytest
import zxingcpp
from aiohttp.test_utils import unused_port
from playwright.async_api import Page, expect

from bot.web.wallet_apps import wallet_apps
from gating.model.link import Proof
from tests.browser.test_sign_in_page import TwoOwners, choose, focus_is_drawn, press_sign
from tests.browser.web_people import (
    PageWallet,
    People,
    browser,
    overflow,
    people,
    visit,
)
from tests.doors.web_stage import WebStage, on_time, signed, stage, web_stage_at

__all__ = ["browser", "on_time", "people", "stage"]
pytestmark = pytest.mark.browser
PIXELS = """async (svg) => {
  const image = new Image();
  const source = new XMLSerializer().serializeToString(svg);
  image.src = "data:image/svg+xml," + encodeURIComponent(source);
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: 400, height: 400 });
  const drawn = canvas.getContext("2d");
  drawn.drawImage(image, 0, 0, 400, 400);
  return Array.from(drawn.getImageData(0, 0, 400, 400).data).filter((_, at) => at % 4 === 0);
}"""


FOCUSED = """() => {
  const one = document.activeElement;
  const label = one.getAttribute("aria-label") ?? one.labels?.[0]?.textContent;
  const top = one.getBoundingClientRect().top + scrollY;
  return { top, name: label ?? one.textContent.trim() };
}"""
KINDS = """async (words) => {
  const address = document.querySelector("script[src$='link.js']").src;
  const { tell, end } = await import(address.replace("link.js", "state.js"));
  const told = (say, kind) => {
    try { say(kind, "a", "b"); return true; } catch (failure) {
      if (failure instanceof RangeError) return false;
      throw failure;
    }
  };
  return words.filter((word) => told(tell, word) || told(end, word));
}"""


async def write_address(page: Page, address: str) -> None:
    await page.get_by_role("button", name="by hand").click()
    await page.get_by_label("The wallet's address").fill(address)
    await page.get_by_role("button", name="Show the text").click()


async def bring(page: Page, signature: str) -> None:
    await page.get_by_label("The signature").fill(signature)
    await page.get_by_role("button", name="Check the signature").click()


async def asked_text(page: Page) -> str:
    await expect(page.get_by_label("The signature")).to_be_visible()
    return await page.locator("#text").inner_text()


async def test_a_signature_made_elsewhere_links_the_wallet(
    stage: WebStage, people: People
) -> None:
    wallet = PageWallet()
    await stage.holds(wallet.key.address, 301)
    async with people.page() as page:
        await visit(page, stage, await stage.link())
        await write_address(page, f" {wallet.key.address} ")
        signature = signed(wallet.key, await asked_text(page))
        await bring(page, f"{signature[2:80]}\n  {signature[80:]}\n")  # as it was copied
        await expect(page.get_by_role("heading", name="Done")).to_be_focused()
        await expect(page.locator("#done")).to_contain_text("Found #301.")


async def test_the_text_is_copied_as_it_is_to_be_signed(stage: WebStage, people: People) -> None:
    async with people.page(permissions=["clipboard-read", "clipboard-write"]) as page:
        await visit(page, stage, await stage.link())
        await write_address(page, PageWallet().key.address)
        text = await asked_text(page)
        await page.get_by_role("button", name="Copy the text").click()
        await expect(page.get_by_role("button", name="Copied")).to_be_visible()
        copied = await page.evaluate("navigator.clipboard.readText()")
    assert copied == text
    assert copied.splitlines()[0].endswith("wants you to sign in with your Ethereum account:")


async def test_half_a_signature_costs_nothing_and_a_wrong_one_only_the_text(
    stage: WebStage, people: People
) -> None:
    wallet = PageWallet()
    await stage.holds(wallet.key.address, 302)
    async with people.page() as page:
        await visit(page, stage, await stage.link())
        await write_address(page, wallet.key.address)
        text = await asked_text(page)
        said = page.get_by_role("status")
        await bring(page, "0xabc")
        await expect(said).to_contain_text("E-SIGFORM")
        await expect(page.get_by_label("The signature")).to_be_focused()
        assert await asked_text(page) == text
        await bring(page, signed(PageWallet().key, text))
        await expect(said).to_contain_text("E-SIG")
        await page.get_by_role("button", name="Try again").click()
        await expect(page.get_by_label("The wallet's address")).to_have_value(wallet.key.address)
        await page.get_by_role("button", name="Show the text").click()
        await bring(page, signed(wallet.key, await asked_text(page)))
        await expect(page.get_by_role("heading", name="Done")).to_be_visible()


async def test_a_node_that_cannot_say_about_a_brought_signature_means_try_again(
    stage: WebStage, people: People
) -> None:
    wallet = TwoOwners()
    await stage.holds(wallet.key.address, 303)
    async with people.page() as page:
        await visit(page, stage, await stage.link())
        await write_address(page, wallet.key.address)
        first = await asked_text(page)
        await bring(page, signed(wallet.key, first) + signed(wallet.key, first)[2:])
        await expect(page.get_by_role("status")).to_contain_text("E-WALLETNODE")
        await page.get_by_role("button", name="Try again").click()
        await expect(page.get_by_label("The signature")).to_have_value("")
        second = await asked_text(page)
        assert second != first
        await bring(page, signed(wallet.key, second))
        await expect(page.get_by_role("heading", name="Done")).to_be_visible()


async def test_a_misspelt_address_is_told_at_its_field(stage: WebStage, people: People) -> None:
    good = PageWallet().key.address
    at = next(i for i, letter in enumerate(good) if i > 1 and letter.isalpha())
    field_name = "The wallet's address"
    async with people.page() as page:
        await visit(page, stage, await stage.link())
        await write_address(page, good[:at] + good[at].swapcase() + good[at + 1 :])
        await expect(page.get_by_role("status")).to_contain_text("E-ADDRESS")
        field = page.get_by_label(field_name)
        await expect(field).to_be_focused()
        await expect(field).to_have_attribute("aria-invalid", "true")
        await field.fill(good)
        await expect(field).not_to_have_attribute("aria-invalid", "true")


@pytest.mark.parametrize("proof", list(Proof))
async def test_the_whole_errand_goes_on_in_the_browser_that_read_the_code(
    stage: WebStage, people: People, proof: Proof
) -> None:
    wallet = PageWallet()
    await stage.holds(wallet.key.address, 310 + list(Proof).index(proof))
    link = await stage.link(proof=proof)
    async with (
        people.page(color_scheme="dark") as desk,
        people.page(wallet, viewport={"width": 320, "height": 640}) as phone,
    ):
        await visit(desk, stage, link)
        await desk.get_by_role("button", name="on my phone or in an app").click()
        await expect(
            desk.get_by_role("heading", name="Go on where your wallet is")
        ).to_be_focused()
        await expect(desk.locator(".confirmed")).to_have_count(0)  # that proof is void
        scanned = await read_qr(desk)
        assert scanned == await desk.locator("#here").inner_text()
        assert scanned == stage.site.address + link
        await visit(phone, stage, scanned.removeprefix(stage.site.address))
        await choose(phone)
        await press_sign(phone)
        if proof is Proof.CODE:
            await expect(phone.locator("#proof-code")).to_be_visible()
            return
        await expect(phone.get_by_role("heading", name="Done")).to_be_visible()
        await desk.get_by_role("button", name="Stay in this browser").click()
        await expect(desk.get_by_text("E-LINKUSED")).to_be_visible()


async def read_qr(page: Page) -> str:
    """What a reader of QR codes sees on the page."""
    pixels = bytes(await page.locator("svg.qr").evaluate(PIXELS))
    (found,) = zxingcpp.read_barcodes(memoryview(pixels).cast("B", (400, 400)), try_invert=False)
    return str(found.text)


async def test_who_stays_after_all_goes_on_in_this_browser(
    stage: WebStage, people: People
) -> None:
    wallet = PageWallet()
    await stage.holds(wallet.key.address, 320)
    link = await stage.link()
    async with people.page(wallet) as page:
        await visit(page, stage, link)
        await page.get_by_role("button", name="on my phone or in an app").click()
        await page.get_by_role("button", name="Stay in this browser").click()
        await expect(page.locator("#flow")).to_have_attribute("data-stage", "prove")
        await visit(page, stage, link)
        await choose(page)
        await press_sign(page)
        await expect(page.get_by_role("heading", name="Done")).to_be_visible()


async def test_on_a_phone_the_wallet_apps_stand_beside_the_code(people: People) -> None:
    port = unused_port()
    hosts = (f"127.0.0.1:{port}",)
    async with (
        web_stage_at(port, address="https://club.example", allow_hosts=hosts) as club,
        people.page(viewport={"width": 320, "height": 640}) as page,
    ):
        link = await club.link()
        await page.goto(f"http://127.0.0.1:{port}{link}")
        await page.get_by_role("button", name="on my phone or in an app").click()
        for app in wallet_apps(f"https://club.example{link}"):
            opens = page.get_by_role("link", name=f"Open in {app.name}")
            assert await opens.get_attribute("href") == app.address
            assert await opens.get_attribute("rel") == "noreferrer"
        assert await overflow(page) == 0


async def test_several_wallets_stand_side_by_side_and_the_chosen_one_is_asked(
    stage: WebStage, people: People
) -> None:
    wallet = PageWallet()
    script = """for (const name of ["Quay Wallet", "Pier Wallet"]) {
      const info = { uuid: name, name, rdns: "example", icon: "" };
      const provider = { request: () => { window.wrong = name; return []; } };
      const announce = () => window.dispatchEvent(new CustomEvent("eip6963:announceProvider",
        { detail: Object.freeze({ info, provider }) }));
      window.addEventListener("eip6963:requestProvider", announce);
    }
    window.ethereum = { request: () => { window.wrong = "the older one"; return []; } };"""
    async with people.page(wallet) as page:
        await page.add_init_script(script)
        await visit(page, stage, await stage.link())
        await expect(page.locator("#wallets button")).to_have_count(3)  # none twice, none nameless
        await choose(page)
        await expect(page.locator("#text")).to_be_visible()
        assert await page.evaluate("window.wrong") is None
    assert wallet.asked == ["eth_requestAccounts", "eth_chainId"]


async def test_bd9_a_wallet_is_asked_for_nothing_but_its_address_and_a_signature_on_any_way(
    stage: WebStage, people: People
) -> None:
    wallet = PageWallet()
    await stage.holds(wallet.key.address, 330)
    async with people.page(wallet) as page:
        await visit(page, stage, await stage.link())
        await write_address(page, wallet.key.address)
        await asked_text(page)
        assert wallet.asked == []  # a wallet that is signed with by hand is not asked at all
        await page.get_by_role("button", name="Use another wallet").click()
        await choose(page)
        await press_sign(page)
        await expect(page.get_by_role("heading", name="Done")).to_be_visible()
    assert set(wallet.asked) == {"eth_requestAccounts", "eth_chainId", "personal_sign"}


async def press_keys_to(page: Page, name: str) -> None:
    """Tab until the control of that name has the focus; each stop is seen, and further down."""
    last = -1.0
    for _ in range(14):
        await page.keyboard.press("Tab")
        stop = await page.evaluate(FOCUSED)
        assert await focus_is_drawn(page), stop
        assert stop["top"] >= last - 24, stop  # beside one another is in order too
        last = stop["top"]
        if stop["name"] == name:
            return
    pytest.fail(f"no way to {name!r} by the Tab key")


async def test_by_tab_and_enter_from_the_open_link_to_the_linked_wallet(
    stage: WebStage, people: People
) -> None:
    wallet = PageWallet()
    await stage.holds(wallet.key.address, 340)
    link = await stage.link()
    async with people.page(wallet, viewport={"width": 320, "height": 640}) as page:
        await page.goto(link)
        await press_keys_to(page, "Continue to Discord")
        await page.keyboard.press("Enter")
        await page.locator(f"button[value='{stage.whose[link].user_id}']").focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("button", name="Harbour Wallet")).to_be_visible()
        await press_keys_to(page, "Harbour Wallet")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="Sign")).to_be_focused()
        await press_keys_to(page, "Sign")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="Done")).to_be_focused()


async def test_by_keys_alone_with_a_signature_that_is_brought(
    stage: WebStage, people: People
) -> None:
    wallet = PageWallet()
    await stage.holds(wallet.key.address, 341)
    async with people.page(viewport={"width": 320, "height": 640}) as page:
        await page.goto(await stage.link(proof=Proof.CODE))
        await expect(page.get_by_role("button", name="Look again")).to_be_visible()
        await press_keys_to(page, "I sign with a hardware wallet, a Safe, or by hand")
        await page.keyboard.press("Enter")
        await press_keys_to(page, "The wallet's address")
        await page.keyboard.type(wallet.key.address)
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="Sign")).to_be_focused()
        signature = signed(wallet.key, await asked_text(page))
        await press_keys_to(page, "The signature")
        await page.keyboard.insert_text(signature)
        await press_keys_to(page, "Check the signature")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="Send this code")).to_be_focused()


async def test_the_page_has_one_place_for_messages_and_five_kinds_of_them(
    stage: WebStage, people: People
) -> None:
    async with people.page(PageWallet()) as page:
        await visit(page, stage, await stage.link())
        assert await page.locator("[aria-live], [role=status], [role=alert]").count() == 1
        words = ["waiting", "checking", "again", "done", "over", "calm", "refused", ""]
        kinds = await page.evaluate(KINDS, words)
    assert kinds == ["waiting", "checking", "again", "done", "over"]

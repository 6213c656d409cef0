"""The sandbox page in a real browser, on the real local servers and a real chain."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import aiohttp
import pytest
from eth_account import Account
from eth_account.messages import encode_defunct
from playwright.async_api import Browser, Page, WebSocketRoute, async_playwright, expect

from bot.sandbox.chain.album import copies_of, open_album
from bot.sandbox.chain.wallets import HOLDER, MARKET
from tests.browser.sandbox_scene import play_scene
from tests.browser.sandbox_stage import Stage, open_stage

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WAIT = 20_000  # milliseconds
expect.set_options(timeout=WAIT)
Visit = Callable[..., Awaitable[Page]]


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with open_stage(tmp_path) as opened:
        await play_scene(opened)
        yield opened


@pytest.fixture(scope="module")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield opened
        await opened.close()


@pytest.fixture
async def visit(stage: Stage, browser: Browser) -> AsyncIterator[Visit]:
    """Opens the page as a person; a script error or a refused style fails the test."""
    context = await browser.new_context()
    context.set_default_timeout(WAIT)
    troubles: list[str] = []

    async def open_page(person: str, *, width: int = 1280, height: int = 800) -> Page:
        page = await context.new_page()
        await page.set_viewport_size({"width": width, "height": height})
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda line: troubles.append(line.text) if "Policy" in line.text else 0)
        await page.goto(f"{stage.url}/sandbox/#{person}")
        await page.wait_for_selector(".discord .message, .discord .empty:visible")
        await page.wait_for_selector(".telegram .chat", state="attached")
        return page

    yield open_page
    await context.close()
    assert troubles == []


async def answer_of(url: str, **headers: str) -> int:
    async with aiohttp.ClientSession() as http, http.get(url, headers=headers) as answer:
        return answer.status


async def refusal(url: str, fields: dict[str, object]) -> str:
    async with aiohttp.ClientSession() as http, http.post(url, json=fields) as answer:
        return str((await answer.json()).get("error", ""))


# who may reach it


@pytest.mark.parametrize("place", ["", "wallet/list", "discord/stream?person=1"])
async def test_a_page_of_another_site_cannot_reach_the_sandbox(stage: Stage, place: str) -> None:
    url = f"{stage.url}/sandbox/{place}"
    assert await answer_of(url, Origin="https://evil.example") == 403
    assert await answer_of(url, Host="evil.example") == 403
    assert await answer_of(url, Origin=stage.url) != 403


async def test_the_demo_signs_only_with_wallets_of_its_own(stage: Stage) -> None:
    fields: dict[str, object] = {"address": "0x" + "ab" * 20, "text": "hello"}
    assert "not one of the demo wallets" in await refusal(
        f"{stage.url}/sandbox/wallet/sign", fields
    )


async def test_nobody_sells_a_copy_that_the_wallet_does_not_hold(stage: Stage) -> None:
    fields: dict[str, object] = {"address": HOLDER.address, "copy": 310}
    said = await refusal(f"{stage.url}/sandbox/chain/sell", fields)
    assert said == "This wallet does not hold copy #310."


async def test_while_the_node_is_down_holdings_are_unknown_and_never_zero(stage: Stage) -> None:
    await stage.chain.stop()
    url = f"{stage.url}/sandbox/chain/state"
    async with aiohttp.ClientSession() as http, http.get(url) as answer:
        state = await answer.json()
    assert state == {"running": False, "latest": None, "final": None, "held": None}


# the chats


@pytest.mark.browser
async def test_the_answer_to_a_button_is_seen_only_by_who_pressed_it(visit: Visit) -> None:
    fan, newcomer = await visit("fan"), await visit("newcomer")
    await fan.get_by_role("button", name="Verify my copy").click()
    await expect(fan.get_by_text("Only you can see this")).to_be_visible()
    link = fan.get_by_role("link", name="Open page")
    assert await link.get_attribute("target") == "_blank"
    assert await link.get_attribute("rel") == "noopener"
    await expect(newcomer.get_by_text("Only you can see this")).to_have_count(0)


@pytest.mark.browser
async def test_what_one_person_writes_appears_in_the_tab_of_another(visit: Visit) -> None:
    fan, second = await visit("fan"), await visit("second")
    for page in (fan, second):
        await page.get_by_role("button", name="Channel lobby").click()
    await fan.locator(".discord .input").fill("see you at the harbour")
    await fan.keyboard.press("Enter")
    await expect(second.locator(".discord .message")).to_contain_text("see you at the harbour")
    await expect(second.locator(".discord [role=log]")).to_contain_text("Fan: see you")


@pytest.mark.browser
async def test_markup_in_a_message_is_shown_as_text_and_never_runs(
    visit: Visit, stage: Stage
) -> None:
    nasty = "<img src=x onerror=document.title='owned'><b>hi</b>"
    page = await visit("second")
    await page.get_by_role("button", name="Channel lobby").click()
    await page.locator(".discord .input").fill(nasty)
    await page.keyboard.press("Enter")
    await page.locator(".chat", has_text="Tide Club").click()
    await page.locator(".telegram .input").fill(nasty)
    await page.keyboard.press("Enter")
    await expect(page.locator(".discord .message").last).to_contain_text(nasty)
    await expect(page.locator(".telegram .bubble").last).to_contain_text(nasty)
    assert "owned" not in await page.title()


@pytest.mark.browser
@pytest.mark.parametrize(
    "lines", [("/as", "When is the next drop?"), ("/ask When is the next drop?", "")]
)
async def test_a_command_is_found_and_sent_by_keyboard_alone(
    visit: Visit, stage: Stage, lines: tuple[str, ...]
) -> None:
    page = await visit("fan")
    await page.get_by_role("button", name="Channel lobby").press("Enter")
    await page.locator(".discord .input").focus()
    for line in lines:
        await page.keyboard.type(line)
        await page.keyboard.press("Enter")
    await expect(page.locator(".discord .message").last).to_contain_text("Passed on")
    option = stage.discord_bot.heard[-1]["data"]["options"][0]
    assert option["value"] == "When is the next drop?"


@pytest.mark.browser
async def test_a_form_of_the_bot_is_filled_in_and_sent(visit: Visit) -> None:
    page = await visit("fan")
    await page.get_by_role("button", name="Channel listening-room").click()
    await page.get_by_role("button", name="Notes").click()
    await page.get_by_label("Note to the artist").fill("More of the harbour, please")
    await page.get_by_role("button", name="Submit").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(page.locator(".discord .ephemeral")).to_contain_text("the artist reads it")


@pytest.mark.browser
async def test_a_choice_in_a_menu_reaches_the_bot(visit: Visit, stage: Stage) -> None:
    page = await visit("fan")
    await page.get_by_role("button", name="Channel votes").click()
    await page.get_by_role("button", name="Choose a city").click()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Counted:").first).to_be_visible()
    assert stage.discord_bot.heard[-1]["data"]["values"] == ["lisbon"]


@pytest.mark.browser
async def test_a_file_attached_in_either_chat_arrives(visit: Visit) -> None:
    page = await visit("second")
    song = {"name": "demo.wav", "mimeType": "audio/wav", "buffer": b"RIFF----WAVE"}
    await page.get_by_role("button", name="Channel lobby").click()
    await page.locator(".discord .composer > .input-box input").set_input_files([song])  # type: ignore[list-item]
    await page.locator(".discord").get_by_role("button", name="Send").click()
    await expect(page.locator(".discord .message .sound")).to_be_visible()
    await page.locator(".chat", has_text="Tide Club").click()
    await page.locator(".telegram .composer input").set_input_files([song])  # type: ignore[list-item]
    await page.locator(".telegram").get_by_role("button", name="Send").click()
    await expect(page.locator(".telegram .bubble .sound")).to_be_visible()


@pytest.mark.browser
async def test_who_asks_to_join_is_let_in_by_a_moderator(visit: Visit) -> None:
    fan, moderator = await visit("fan"), await visit("moderator")
    await fan.locator(".chat", has_text="Tide Club").click()
    await fan.get_by_role("button", name="Request to join", exact=True).click()
    await expect(fan.get_by_text("Your request was sent")).to_be_visible()
    await moderator.locator(".chat", has_text="Tide Club").click()
    await moderator.get_by_role("button", name="Approve").click()
    await expect(fan.locator(".telegram .input")).to_be_visible()


@pytest.mark.browser
async def test_the_answer_to_a_key_stays_until_it_is_closed(visit: Visit) -> None:
    page = await visit("fan")
    await page.get_by_role("button", name="Why is my weight 2?").click()
    await expect(page.get_by_role("alertdialog")).to_have_text("You hold two copies.OK")
    await page.keyboard.press("Enter")  # the keyboard is on OK
    await expect(page.get_by_role("alertdialog")).to_have_count(0)
    await page.get_by_role("button", name="Berlin").click()
    await expect(page.locator(".toast")).to_contain_text("Counted: Berlin, 2 votes.")
    await page.get_by_role("button", name="Close").click()
    await expect(page.locator(".toast")).to_have_count(0)


@pytest.mark.browser
async def test_a_link_key_opens_a_new_tab(visit: Visit, stage: Stage) -> None:
    page = await visit("fan")
    async with page.context.expect_page() as opening:
        await page.get_by_role("button", name="Show my copy").click()
    opened = await opening.value
    await opened.wait_for_url(f"{stage.url}/sign")
    assert await opened.evaluate("opener") is None


@pytest.mark.browser
async def test_a_broken_line_is_said_and_mended_by_itself(visit: Visit, browser: Browser) -> None:
    page = await visit("second")
    lines: list[WebSocketRoute] = []

    async def keep(line: WebSocketRoute) -> None:
        line.connect_to_server()
        lines.append(line)

    await page.route_web_socket("**/telegram/stream*", keep)
    await page.reload()
    status = page.locator(".telegram .pane-status")
    await expect(page.locator(".telegram .chat").first).to_be_visible()
    await lines[0].close()
    await expect(status).to_have_text("Reconnecting…")
    await expect(status).to_have_text("")
    await expect(page.locator(".telegram")).to_have_attribute("data-status", "live")


# the bar


@pytest.mark.browser
async def test_the_address_says_who_one_is_so_tabs_can_be_different_people(visit: Visit) -> None:
    page = await visit("moderator")
    await expect(page.get_by_role("radio", name="Moderator")).to_be_checked()
    await expect(page.locator(".discord .me")).to_contain_text("Moderator")
    await page.get_by_role("radio", name="Artist").check(force=True)
    await expect(page.locator(".discord .me")).to_contain_text("Artist")
    assert page.url.endswith("#artist")


@pytest.mark.browser
async def test_selling_my_copy_moves_it_on_the_chain(visit: Visit, stage: Stage) -> None:
    page = await visit("fan")
    await expect(page.locator(".copies")).to_have_text("#17 #204")
    await page.get_by_role("button", name="Sell my copy").click()
    await page.get_by_role("button", name="Sell #17").click()
    await expect(page.locator(".copies")).to_have_text("#204")
    album = await open_album(stage.chain)
    assert await copies_of(stage.chain, album, MARKET.address) == [17]


@pytest.mark.browser
async def test_the_node_is_stopped_and_started_and_mines_a_block(
    visit: Visit, stage: Stage
) -> None:
    page = await visit("fan")
    before = await stage.chain.head()
    await page.get_by_role("button", name="Mine a block").click()
    await expect(page.locator(".latest")).to_have_text(f"Block {before + 1}")
    await page.get_by_role("button", name="Stop the node").click()
    await expect(page.locator(".latest")).to_have_text("Node stopped")
    assert not stage.chain.running
    await expect(page.locator(".copies")).to_have_text("#17 #204")  # as last known
    await expect(page.get_by_role("button", name="Sell my copy")).to_be_disabled()
    await page.get_by_role("button", name="Start the node").click()
    await expect(page.locator(".latest")).to_have_text(f"Block {before + 1}")


@pytest.mark.browser
async def test_a_fault_switched_on_strikes_the_servers(visit: Visit, stage: Stage) -> None:
    page = await visit("moderator")
    await page.get_by_role("button", name="Faults").click()
    await page.get_by_role("switch", name="Rate limit").first.check()
    await page.get_by_role("switch", name="Errors").last.check()
    await expect(page.get_by_role("button", name="Faults: 2 on")).to_be_visible()
    assert stage.discord.faults.storm_next == 3
    assert stage.telegram.faults.fail_next == [500, 500, 500]
    await page.get_by_role("switch", name="Errors").last.uncheck()
    await expect(page.get_by_role("button", name="Faults: 1 on")).to_be_visible()
    assert stage.telegram.faults.fail_next == []


# the narrow screen


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 390])
async def test_on_a_phone_nothing_is_cut_off_and_every_button_can_be_tapped(
    visit: Visit, width: int
) -> None:
    page = await visit("fan", width=width, height=700)
    for tab in ("Discord", "Telegram"):
        await page.get_by_role("tab", name=tab).click()
        assert await page.evaluate("document.documentElement.scrollWidth") == width
        low = await page.evaluate(
            "[...document.querySelectorAll('button:not(.address, .inline-link, .tool), label, a')]"
            ".filter(node => node.checkVisibility() && node.getBoundingClientRect().height < 43.5)"
            ".map(node => `${node.className} ${node.textContent}`)"
        )
        assert low == []


@pytest.mark.browser
async def test_a_channel_is_reached_on_a_phone(visit: Visit) -> None:
    page = await visit("fan", width=320, height=700)
    await page.get_by_role("button", name="Channels").click()
    await page.get_by_role("button", name="Channel votes").click()
    await expect(page.get_by_text("Where should we play?").first).to_be_visible()
    await page.get_by_role("tab", name="Telegram").click()
    await page.get_by_role("button", name="All chats").click()
    await page.locator(".chat", has_text="Tide news").click()
    await expect(page.get_by_text("out for holders tonight").last).to_be_visible()


# the demo wallets on a sign-in page

FIND = """() => new Promise(found => {
  addEventListener('eip6963:announceProvider', ({detail}) => {
    window.wallets = [...(window.wallets ?? []), detail];
    found(detail.info);
  });
  const ask = () => { dispatchEvent(new Event('eip6963:requestProvider'));
    if (!window.wallets) setTimeout(ask, 50); };
  ask();
})"""
SIGN = """text => {
  const wallet = window.wallets[0].provider;
  const hex = '0x' + [...new TextEncoder().encode(text)]
    .map(byte => byte.toString(16).padStart(2, '0')).join('');
  window.signing = wallet.request({method: 'eth_requestAccounts'})
    .then(([address]) => wallet.request({method: 'personal_sign', params: [hex, address]}))
    .catch(error => error.code);
}"""


@pytest.fixture
async def sign_page(visit: Visit, stage: Stage) -> Page:
    page = await visit("fan")
    await page.goto(f"{stage.url}/sign")
    await page.evaluate(FIND)
    return page


@pytest.mark.browser
async def test_a_demo_wallet_shows_the_exact_text_and_signs_it(sign_page: Page) -> None:
    text = "Link this wallet to Discord @fan for Tide Club.\n\nNo <b>payment</b>. Ümläute: 海"
    await sign_page.evaluate(SIGN, text)
    dialog = sign_page.get_by_role("dialog")
    assert await dialog.locator("pre").text_content() == text
    await expect(dialog).to_contain_text("Asked by 127.0.0.1:")
    await dialog.get_by_role("button", name="Sign").click()
    signature = await sign_page.evaluate("signing")
    signer = Account.recover_message(encode_defunct(text=text), signature=signature)
    assert signer == HOLDER.address
    await expect(dialog).to_have_count(0)


@pytest.mark.browser
async def test_saying_no_to_the_demo_wallet_is_a_rejection(sign_page: Page) -> None:
    await sign_page.evaluate(SIGN, "hello")
    await sign_page.get_by_role("button", name="Reject").click()
    assert await sign_page.evaluate("signing") == 4001
    await sign_page.evaluate(SIGN, "hello")
    await expect(sign_page.get_by_role("dialog")).to_be_visible()
    await sign_page.keyboard.press("Escape")
    assert await sign_page.evaluate("signing") == 4001


@pytest.mark.browser
async def test_a_demo_wallet_can_move_nothing(sign_page: Page) -> None:
    send = """method => wallets[0].provider.request({method, params: []}).catch(e => e.code)"""
    for method in ("eth_sendTransaction", "eth_signTypedData_v4", "wallet_addEthereumChain"):
        assert await sign_page.evaluate(send, method) == 4200


@pytest.mark.browser
async def test_the_demo_wallets_are_announced_as_eip_6963_wants(sign_page: Page) -> None:
    details = await sign_page.evaluate(
        "wallets.map(d => ({...d.info, frozen: Object.isFrozen(d) && Object.isFrozen(d.info)}))"
    )
    assert {detail["name"] for detail in details} >= {HOLDER.name}
    assert len({detail["uuid"] for detail in details}) == len({d["name"] for d in details})
    assert all(detail["frozen"] for detail in details)
    assert all(detail["icon"].startswith("data:image/svg+xml,") for detail in details)
    chain = "wallets[0].provider.request({method: 'eth_chainId'})"
    assert await sign_page.evaluate(chain) == "0x7a69"

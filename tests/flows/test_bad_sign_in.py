"""Every wrong way to sign in is refused by its name, and nothing at all has changed."""

import re
from collections.abc import Callable

import pytest
from eth_account import Account as Key
from eth_account.messages import encode_defunct

from bot.sandbox.chain.wallets import HOLDER, MARKET, SECOND_HOLDER, sign_text
from bot.sandbox.demo import Demo
from tests.flows.house import Browser, eventually
from tests.flows.sign_in_kit import (
    Unchanged,
    all_is_said,
    asked,
    expire,
    fresh_link,
    proved_link,
    refused,
    sign,
)

ANOTHER_TEXT = "for another site or another text. Nothing was changed"


@pytest.fixture
async def link(demo: Demo, browser: Browser) -> str:
    """A link of the demo's first fan, proved; what the house says by itself has been said."""
    await eventually(lambda: all_is_said(demo), what="the outbox is quiet")
    return await proved_link(demo, browser)


@pytest.fixture
def browser(demo: Demo) -> Browser:
    return Browser(demo.url)


async def test_a_link_over_its_time_is_refused_at_every_step(
    demo: Demo, link: str, browser: Browser
) -> None:
    text = await browser.text_to_sign(link, HOLDER)
    await expire(demo, link)
    async with Unchanged(demo):
        await refused(browser, link, text, sign(text), "E-EXPIRED", "lasted 10 minutes")
        status, said, _ = await browser.post(f"{link}/text", asked(HOLDER))
        assert (status, said["code"]) == (410, "E-EXPIRED")
        status, page = await browser.get(link)
        assert (status, "lasted 10 minutes" in page) == (410, True)


FORGERIES: dict[str, Callable[[str], str]] = {
    "for another site": lambda t: t.replace(t.split(" ")[0], "club.example", 1),
    "for another address": lambda t: re.sub("0x[0-9a-fA-F]{40}", MARKET.address, t, count=1),
    "for another account": lambda t: re.sub(r"\(id \d+\)", "(id 1)", t),
    "with a promise put in": lambda t: t.replace("can move nothing", "can move everything"),
    "for another page": lambda t: re.sub("URI: .*", "URI: https://club.example/link", t),
    "for another version": lambda t: t.replace("Version: 1", "Version: 2"),
    "for another chain": lambda t: re.sub("Chain ID: .*", "Chain ID: 1", t),
    "with a nonce of its own": lambda t: re.sub("Nonce: .*", "Nonce: " + "a" * 22, t),
    "with a later beginning": lambda t: re.sub("Issued At: ....", "Issued At: 2030", t),
    "with a later end": lambda t: re.sub("Expiration Time: ....", "Expiration Time: 2030", t),
    "for another request": lambda t: re.sub("Request ID: .*", "Request ID: mine", t),
    "with another resource": lambda t: re.sub(r"(?m)^- .*$", "- https://club.example/", t),
    "with one more resource": lambda t: t + "\n- https://club.example/",
    "with a line at its end": lambda t: t + "\n",
    "with other line ends": lambda t: t.replace("\n", "\r\n"),
    "with a space at its end": lambda t: t + " ",
    "in small letters": str.lower,
    "empty": lambda t: "",
}


@pytest.mark.parametrize("forgery", FORGERIES.values(), ids=FORGERIES)
async def test_an_altered_text_is_refused_though_its_signature_is_good(
    demo: Demo, link: str, browser: Browser, forgery: Callable[[str], str]
) -> None:
    text = await browser.text_to_sign(link, HOLDER)
    altered = forgery(text)
    assert altered != text
    async with Unchanged(demo):
        await refused(browser, link, altered, sign(altered), "E-SIG", ANOTHER_TEXT)


async def test_a_text_that_was_handed_out_for_another_link_is_refused(
    demo: Demo, link: str, browser: Browser
) -> None:
    other = await proved_link(demo, browser)
    text_of_other = await browser.text_to_sign(other, HOLDER)
    await browser.text_to_sign(link, HOLDER)
    async with Unchanged(demo):
        signature = sign(text_of_other)
        await refused(browser, link, text_of_other, signature, "E-SIG", ANOTHER_TEXT)


def high_s(signature: str) -> str:
    """The twin of a signature that most libraries recover to the same address (EIP-2)."""
    order = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
    raw = bytes.fromhex(signature[2:])
    twin = order - int.from_bytes(raw[32:64])
    return "0x" + (raw[:32] + twin.to_bytes(32) + bytes([55 - raw[64]])).hex()


SIGNATURES: dict[str, Callable[[str], str]] = {
    "of another wallet": lambda text: sign_text(SECOND_HOLDER, text.encode()),
    "of a wallet nobody knows": lambda text: (
        Key.from_key("0x" + "11" * 32)
        .sign_message(encode_defunct(text=text))
        .signature.to_0x_hex()
    ),
    "over another text": lambda text: sign(text + "!"),
    "as its twin": lambda text: high_s(sign(text)),
    # without its last byte it would be a good one half the time (EIP-2098)
    "cut short": lambda text: sign(text)[:-4],
    "made longer": lambda text: sign(text) + "00",
    "of zeros": lambda text: "0x" + "00" * 65,
    "of no hex at all": lambda text: "0x" + "zz" * 65,
    "that is empty": lambda text: "",
}


@pytest.mark.parametrize("forged", SIGNATURES.values(), ids=SIGNATURES)
async def test_a_signature_is_refused(
    demo: Demo, link: str, browser: Browser, forged: Callable[[str], str]
) -> None:
    text = await browser.text_to_sign(link, HOLDER)
    async with Unchanged(demo):
        await refused(browser, link, text, forged(text), "E-SIG", ANOTHER_TEXT)


async def test_a_wrong_signature_costs_the_nonce_so_nobody_can_go_on_guessing(
    demo: Demo, link: str, browser: Browser
) -> None:
    text = await browser.text_to_sign(link, HOLDER)
    await refused(browser, link, text, "0x", "E-SIG", ANOTHER_TEXT)
    async with Unchanged(demo):
        await refused(browser, link, text, sign(text), "E-NONCE", "sign the newest one")


async def test_a_wallet_on_another_chain_gets_nothing_to_sign(
    demo: Demo, browser: Browser
) -> None:
    await eventually(lambda: all_is_said(demo), what="the outbox is quiet")
    link = await fresh_link(demo)
    async with Unchanged(demo):
        status, said, _ = await browser.post(f"{link}/text", asked(HOLDER, chain=1))
        assert (status, said["code"]) == (409, "E-WALLETCHAIN")
        assert "set to another network" in said["text"]
        await refused(browser, link, "x", sign("x"), "E-BROWSER", "opened in another browser")


async def test_what_a_second_tab_asked_for_makes_the_first_tab_s_text_old(
    demo: Demo, link: str, browser: Browser
) -> None:
    first = await browser.text_to_sign(link, HOLDER)
    second = await browser.text_to_sign(link, HOLDER)
    assert first != second
    async with Unchanged(demo):
        await refused(browser, link, first, sign(first), "E-SIG", ANOTHER_TEXT)
        await refused(browser, link, second, sign(second), "E-NONCE", "another tab")


async def test_a_link_that_one_browser_opened_is_closed_to_every_other(
    demo: Demo, link: str, browser: Browser
) -> None:
    text, thief = await browser.text_to_sign(link, HOLDER), Browser(demo.url)
    async with Unchanged(demo):
        status, said, _ = await thief.post(f"{link}/text", asked(SECOND_HOLDER))
        assert (status, said["code"]) == (409, "E-BROWSER")
        await refused(thief, link, text, sign(text), "E-BROWSER", "opened in another browser")
        assert (await thief.get(link))[0] == 409


async def test_a_link_that_nobody_made_opens_nothing(demo: Demo, browser: Browser) -> None:
    made_up = f"{demo.url}/link/{'a' * 43}"
    async with Unchanged(demo):
        await refused(browser, made_up, "x", sign("x"), "E-LINKUNKNOWN", "no such link")


async def test_a_page_of_another_site_cannot_hand_in_a_signature(
    demo: Demo, link: str, browser: Browser
) -> None:
    text = await browser.text_to_sign(link, HOLDER)
    body = {"text": text, "signature": sign(text)}
    foreign = {"Origin": "https://club.example", "Sec-Fetch-Site": "cross-site"}
    async with (
        Unchanged(demo),
        browser._session() as http,
        http.post(f"{link}/finish", json=body, headers=foreign) as answer,
    ):
        assert (answer.status, (await answer.json())["code"]) == (403, "E-FOREIGN")

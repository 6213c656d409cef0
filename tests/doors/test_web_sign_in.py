"""Linking a wallet over HTTP, step by step, as a page or an attacker would."""

import asyncio
import re
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from eth_account import Account as Key
from eth_account.signers.local import LocalAccount

from gating.model import Platform
from tests.doors.web_stage import CHAIN, WebStage, on_time, signed, stage, web_stage_at

__all__ = ["on_time", "stage"]
PREVIEWS = (
    "TelegramBot (like TwitterBot)",
    "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
    "Slackbot-LinkExpanding 1.0",
    "facebookexternalhit/1.1",
    "WhatsApp/2.23",
)


async def ask(browser: aiohttp.ClientSession, link: str, key: LocalAccount) -> tuple[int, Any]:
    sent = {"address": key.address, "chain_id": CHAIN}
    async with browser.post(f"{link}/text", json=sent) as answer:
        return answer.status, await answer.json()


async def finish(
    browser: aiohttp.ClientSession, link: str, text: str, signature: str
) -> tuple[int, Any]:
    sent = {"text": text, "signature": signature}
    async with browser.post(f"{link}/finish", json=sent) as answer:
        return answer.status, await answer.json()


async def sign_in(
    stage: WebStage, browser: aiohttp.ClientSession, link: str, key: LocalAccount
) -> tuple[int, Any]:
    """As the page does it: show whose browser it is, ask for the text, sign it."""
    await stage.proved(browser, link)
    return await sign(browser, link, key)


async def sign(browser: aiohttp.ClientSession, link: str, key: LocalAccount) -> tuple[int, Any]:
    status, asked = await ask(browser, link, key)
    assert status == 200, asked
    return await finish(browser, link, asked["text"], signed(key, asked["text"]))


async def test_a_holder_signs_once_and_hears_what_opened(stage: WebStage) -> None:
    key, link = Key.create(), await stage.link()
    await stage.holds(key.address, 17, 204)
    async with stage.browser() as browser:
        status, told = await sign_in(stage, browser, link, key)
    assert status == 200
    assert told == {
        "found": [17, 204],
        "opened": ["Holder", "First 100"],
        "waiting": None,
        "sentence": "Found #17 and #204. Opened: Holder, First 100.",
    }


async def test_a_wallet_without_a_copy_is_linked_and_told_why_nothing_opened(
    stage: WebStage,
) -> None:
    key, link = Key.create(), await stage.link()
    async with stage.browser() as browser:
        status, told = await sign_in(stage, browser, link, key)
    assert status == 200
    assert (told["found"], told["opened"], told["waiting"]) == ([], [], "E-NOHOLD")
    assert "holds 0 copies of Tide at block" in told["sentence"]


async def test_a_silent_chain_links_the_wallet_and_promises_nothing(stage: WebStage) -> None:
    key, link = Key.create(), await stage.link()
    await stage.silence()
    async with stage.browser() as browser:
        status, told = await sign_in(stage, browser, link, key)
    await stage.holds("0x" + "5" * 40)
    assert status == 200
    assert told["waiting"] == "E-CHAINDOWN"
    assert told["opened"] == []


async def test_the_text_names_the_account_the_club_and_our_domain(stage: WebStage) -> None:
    key, link = Key.create(), await stage.link(username="tide_fan")
    async with stage.browser() as browser:
        await stage.proved(browser, link)
        _, asked = await ask(browser, link, key)
    lines = asked["text"].split("\n")
    assert lines[0].startswith(f"{stage.site.domain} wants you to sign in")
    assert "Discord account tide_fan" in asked["text"]
    assert "in Tide Club. This costs nothing and can move nothing." in asked["text"]
    assert f"- {stage.site.address}/link/discord/" in lines[-1]


async def test_bd1_fifty_previews_do_not_use_a_link_up_and_a_second_finish_is_refused(
    stage: WebStage,
) -> None:
    key, link = Key.create(), await stage.link()
    for index in range(50):
        async with stage.browser(**{"User-Agent": PREVIEWS[index % 5]}) as preview:
            assert (await preview.get(link)).status == 200
    async with stage.browser() as browser:
        await stage.proved(browser, link)
        _, asked = await ask(browser, link, key)
        signature = signed(key, asked["text"])
        first, _ = await finish(browser, link, asked["text"], signature)
        second, told = await finish(browser, link, asked["text"], signature)
    assert first == 200
    assert (second, told["code"]) == (410, "E-LINKUSED")


async def test_another_browser_can_neither_look_nor_ask_nor_finish(stage: WebStage) -> None:
    key, link = Key.create(), await stage.link()
    async with stage.browser() as first, stage.browser() as second, stage.browser() as bare:
        _, asked = await ask(first, await stage.proved(first, link), key)
        looked = await second.get(link)
        status, told = await ask(second, link, key)
        finished, why = await finish(bare, link, asked["text"], signed(key, asked["text"]))
    # Who never opened a link has no cookie to be told apart by; the page itself is shown again.
    assert looked.status == 409
    assert (status, told["code"]) == (409, "E-BROWSER")
    assert (finished, why["code"]) == (409, "E-BROWSER")


async def test_bd4_of_fifty_posts_at_once_exactly_one_links(stage: WebStage) -> None:
    key, link = Key.create(), await stage.link()
    async with stage.browser() as browser:
        await stage.proved(browser, link)
        _, asked = await ask(browser, link, key)
        signature = signed(key, asked["text"])
        posts = (finish(browser, link, asked["text"], signature) for _ in range(50))
        statuses = [status for status, _ in await asyncio.gather(*posts)]
    assert statuses.count(200) == 1
    assert set(statuses) <= {200, 401, 410}


async def test_in_a_second_tab_the_newest_text_counts_and_the_older_is_refused(
    stage: WebStage,
) -> None:
    key, link = Key.create(), await stage.link()
    async with stage.browser() as browser:
        await stage.proved(browser, link)
        _, older = await ask(browser, link, key)
        _, newest = await ask(browser, link, key)
        assert older["text"] != newest["text"]
        status, told = await finish(browser, link, older["text"], signed(key, older["text"]))
        assert (status, told["code"]) == (401, "E-SIG")
        assert (await sign(browser, link, key))[0] == 200


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("This costs nothing", "This costs something"),
        ("127.0.0.1", "127.0.0.2"),
        ("Chain ID: 31337", "Chain ID: 1"),
        ("Version: 1", "Version: 1 "),
    ],
)
async def test_sw2_a_text_that_was_altered_is_refused_and_costs_the_nonce(
    stage: WebStage, old: str, new: str
) -> None:
    key, link = Key.create(), await stage.link()
    async with stage.browser() as browser:
        await stage.proved(browser, link)
        _, asked = await ask(browser, link, key)
        altered = asked["text"].replace(old, new)
        assert altered != asked["text"]
        status, told = await finish(browser, link, altered, signed(key, altered))
        assert (status, told["code"]) == (401, "E-SIG")
        again, why = await finish(browser, link, asked["text"], signed(key, asked["text"]))
        assert (again, why["code"]) == (401, "E-NONCE")


async def test_the_signature_of_another_wallet_is_refused(stage: WebStage) -> None:
    key, link = Key.create(), await stage.link()
    async with stage.browser() as browser:
        await stage.proved(browser, link)
        _, asked = await ask(browser, link, key)
        other = signed(Key.create(), asked["text"])
        status, told = await finish(browser, link, asked["text"], other)
    assert (status, told["code"]) == (401, "E-SIG")


async def test_bd6_a_wallet_of_another_fan_comes_over_once_and_then_rests(
    stage: WebStage,
) -> None:
    key = Key.create()
    await stage.fan(key.address)
    async with stage.browser() as browser:
        assert (await sign_in(stage, browser, await stage.link(), key))[0] == 200
        status, told = await sign_in(stage, browser, await stage.link(), key)
    assert (status, told["code"]) == (409, "E-WALLETCOOL")
    assert re.search(r"there again, from \d+ \w+ \d\d:\d\d UTC on", told["text"])
    assert "/wallet" in told["text"]


async def test_after_ten_minutes_a_link_only_says_so(stage: WebStage) -> None:
    key, link = Key.create(), await stage.link()
    async with stage.browser() as browser:
        await stage.proved(browser, link)
        _, asked = await ask(browser, link, key)
        stage.late = timedelta(minutes=10)
        page = await browser.get(link)
        status, told = await finish(browser, link, asked["text"], signed(key, asked["text"]))
    assert page.status == 410
    assert (status, told["code"]) == (410, "E-EXPIRED")


async def test_an_unknown_link_is_a_calm_page(stage: WebStage) -> None:
    async with stage.browser(Accept="text/html") as browser:
        answer = await browser.get("/link/nobody-ever-had-this-one")
        shown = await answer.text()
    assert answer.status == 404
    assert "There is no such link." in shown
    assert "E-LINKUNKNOWN" in shown


async def test_bd9_the_page_says_whose_account_it_is_and_that_nothing_can_move(
    stage: WebStage,
) -> None:
    link = await stage.link(username="tide_fan", shown="Tide Fan", platform=Platform.TELEGRAM)
    async with stage.browser() as browser:
        shown = await (await browser.get(link)).text()
    for words in (
        "Telegram account in Tide Club",
        "Tide Fan",
        "@tide_fan",
        stage.site.domain,
        "This costs nothing and can move nothing.",
        "We never ask for a transaction or an approval.",
        "Not me",
    ):
        assert words in shown, words


async def test_the_scripts_of_the_demo_stand_on_the_sign_in_page_alone() -> None:
    async with (
        web_stage_at(extra_scripts=("/sandbox/wallets.js",)) as demo,
        demo.browser() as browser,
    ):
        shown = await (await browser.get(await demo.link())).text()
        elsewhere = await (await browser.get("/not-me")).text()
    assert '<script type="module" src="/sandbox/wallets.js"></script>' in shown
    assert "/sandbox/wallets.js" not in elsewhere


async def test_half_a_character_in_the_text_is_refused_and_no_fault(stage: WebStage) -> None:
    link = await stage.link()
    sent = b'{"text": "\\ud800", "signature": "0x"}'
    headers = {"Content-Type": "application/json"}
    async with stage.browser() as browser:
        answer = await browser.post(f"{link}/finish", data=sent, headers=headers)
        told = await answer.json()
    assert (answer.status, told["code"]) == (400, "E-BADREQUEST")

"""A signature links a wallet once, however often and by whomever it is handed in."""

import asyncio
from collections import Counter

from bot.sandbox.chain.wallets import HOLDER
from bot.sandbox.demo import Demo
from tests.flows.house import Browser, Fan, eventually
from tests.flows.sign_in_kit import (
    Unchanged,
    all_is_said,
    asked,
    contents,
    proved_link,
    refused,
    sign,
)


async def test_of_fifty_posts_of_one_signature_one_links_the_wallet(
    demo: Demo,
) -> None:
    browser = Browser(demo.url)
    link = await proved_link(demo, browser)
    text = await browser.text_to_sign(link, HOLDER)
    body = {"text": text, "signature": sign(text)}
    answers = await asyncio.gather(*(browser.post(f"{link}/finish", body) for _ in range(50)))
    assert Counter(status for status, _, _ in answers)[200] == 1
    codes = {said["code"] for status, said, _ in answers if status != 200}
    assert codes <= {"E-NONCE", "E-LINKUSED"}
    rows = await contents(demo)
    assert [row[0] for row in rows["wallet"]] == [HOLDER.address.lower()]
    assert len(rows["held_pass"]) == 2
    opened = [row for row in rows["outbox"] if "'open'" in str(row)]
    assert len(opened) == 2


async def test_a_link_that_did_its_work_does_no_more(demo: Demo) -> None:
    browser = Browser(demo.url)
    link = await proved_link(demo, browser)
    text = await browser.text_to_sign(link, HOLDER)
    body = {"text": text, "signature": sign(text)}
    assert (await browser.post(f"{link}/finish", body))[0] == 200
    await eventually(lambda: all_is_said(demo), what="the outbox is quiet")
    async with Unchanged(demo):
        await refused(browser, link, text, sign(text), "E-LINKUSED", "Ask for a new")
        status, said, _ = await browser.post(f"{link}/text", asked(HOLDER))
        assert (status, said["code"]) == (410, "E-LINKUSED")


async def test_bd6_a_wallet_that_rests_is_refused_and_makes_no_new_fan(
    demo: Demo, newcomer: Fan
) -> None:
    browser = Browser(demo.url)
    for key in ("fan2", "fan"):  # it goes over, and is taken back
        assert (await browser.sign_in(await proved_link(demo, browser, key), HOLDER))["found"]
    await eventually(lambda: all_is_said(demo), what="the outbox is quiet")
    link = await proved_link(demo, browser, "newcomer")
    text = await browser.text_to_sign(link, HOLDER)
    async with Unchanged(demo):
        words = "Only the account it was taken from may have it back now"
        await refused(browser, link, text, sign(text), "E-WALLETCOOL", words)
    assert not {"Holder", "First 100"} & set(newcomer.discord.roles())

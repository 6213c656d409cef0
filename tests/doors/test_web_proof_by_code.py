"""A code goes from the page to the chat: every way round that, over HTTP (BD3)."""

import asyncio

from eth_account import Account as Key

from gating.model import Account, Platform
from gating.model.link import Proof
from tests.doors.proof_kit import (
    FIVE_MINUTES,
    code_of,
    owner,
    refused,
    row,
    state_of,
)
from tests.doors.test_web_sign_in import ask, sign
from tests.doors.web_stage import WebStage, on_time, stage

__all__ = ["on_time", "stage"]


async def test_bd3_a_signature_alone_links_nothing_and_the_right_code_does(
    stage: WebStage,
) -> None:
    key, link = Key.create(), await stage.link(proof=Proof.CODE)
    await stage.holds(key.address, 417)
    async with stage.browser() as browser:
        code = await code_of(stage, browser, link, key)
        assert await state_of(browser, link) == (200, {"pending": True})
        assert await owner(stage, key) == ()
        assert await row(stage, link, "state") == ("pending_code",)
        standing = await stage.enter_code(stage.whose[link], f" {code.lower().replace('-', ' ')} ")
        status, told = await state_of(browser, link)
    assert set(standing.copies) == {417}
    assert await owner(stage, key) == (stage.whose[link],)
    assert (status, told["found"], told["opened"]) == (200, [417], ["Holder"])
    assert await refused(stage, stage.whose[link], code) == "E-NOPENDING"


async def test_bd3_the_right_code_from_another_account_is_refused(stage: WebStage) -> None:
    key, link = Key.create(), await stage.link(platform=Platform.TELEGRAM)
    victim = stage.account("victim", "Victim", Platform.TELEGRAM)
    same_number = Account(Platform.DISCORD, stage.whose[link].user_id)
    async with stage.browser() as browser:
        code = await code_of(stage, browser, link, key)
        for account in (victim, same_number):
            assert await refused(stage, account, code) == "E-NOPENDING"
        assert await state_of(browser, link) == (200, {"pending": True})
    assert await owner(stage, key) == ()


async def test_bd3_five_wrong_codes_end_the_link_and_the_right_one_comes_too_late(
    stage: WebStage,
) -> None:
    key, link = Key.create(), await stage.link(proof=Proof.CODE)
    account = stage.whose[link]
    async with stage.browser() as browser:
        code = await code_of(stage, browser, link, key)
        wrong = [await refused(stage, account, "222-222") for _ in range(5)]
        assert await refused(stage, account, code) == "E-NOPENDING"
        status, told = await state_of(browser, link)
    assert wrong == ["E-PROOFCODE"] * 4 + ["E-PROOFOVER"]
    assert (status, told["code"]) == (410, "E-PROOFOVER")
    assert await row(stage, link, "state") == ("dead",)
    assert await owner(stage, key) == ()


async def test_bd3_twenty_wrong_codes_at_once_are_no_more_than_five(stage: WebStage) -> None:
    key, link = Key.create(), await stage.link(proof=Proof.CODE)
    async with stage.browser() as browser:
        await code_of(stage, browser, link, key)
        tries = (refused(stage, stage.whose[link], "222-222") for _ in range(20))
        said = await asyncio.gather(*tries)
    assert said.count("E-PROOFCODE") == 4
    assert said.count("E-PROOFOVER") == 1
    assert said.count("E-NOPENDING") == 15


async def test_bd3_after_five_minutes_the_code_is_over(stage: WebStage) -> None:
    key, link = Key.create(), await stage.link(proof=Proof.CODE)
    async with stage.browser() as browser:
        code = await code_of(stage, browser, link, key)
        stage.late = FIVE_MINUTES
        assert await refused(stage, stage.whose[link], code) == "E-NOPENDING"
        status, told = await state_of(browser, link)
    assert (status, told["code"]) == (410, "E-CODEOVER")
    assert await owner(stage, key) == ()


async def test_bd3_a_link_that_waits_for_its_code_signs_nothing_else(stage: WebStage) -> None:
    key, link = Key.create(), await stage.link(proof=Proof.CODE)
    async with stage.browser() as browser:
        code = await code_of(stage, browser, link, key)
        status, told = await ask(browser, link, Key.create())
        page = await (await browser.get(link)).text()
    assert (status, told["code"]) == (409, "E-PENDING")
    assert 'data-stage="code"' in page
    assert code not in page  # nobody can read it out of the page a second time


async def test_bd3_whoever_signed_may_still_say_that_it_was_not_their_link(
    stage: WebStage,
) -> None:
    key, link = Key.create(), await stage.link(proof=Proof.CODE)
    async with stage.browser() as browser, stage.browser() as stranger:
        code = await code_of(stage, browser, link, key)
        foreign = await stranger.post(f"{link}/stop", json={})
        assert (foreign.status, (await foreign.json())["code"]) == (409, "E-BROWSER")
        assert (await browser.post(f"{link}/stop", json={})).status == 200
        assert await refused(stage, stage.whose[link], code) == "E-NOPENDING"
        assert (await state_of(browser, link))[1]["code"] == "E-LINKDEAD"
    assert await owner(stage, key) == ()


async def test_pr3_the_stored_row_holds_neither_the_code_nor_a_quick_hash_of_it(
    stage: WebStage,
) -> None:
    key, link = Key.create(), await stage.link(proof=Proof.CODE)
    async with stage.browser() as browser:
        code = await code_of(stage, browser, link, key)
    kept = str(await row(stage, link, "code_hash", "errand", "browser", "token_hash"))
    assert code not in kept
    assert code.replace("-", "") not in kept
    assert link.rpartition("/")[2] not in kept


async def test_bd3_a_wallet_of_somebody_else_stays_there_until_the_code_and_then_moves(
    stage: WebStage,
) -> None:
    key, link = Key.create(), await stage.link(proof=Proof.CODE)
    holder = await stage.fan(key.address)
    async with stage.browser() as browser:
        code = await code_of(stage, browser, link, key)
    assert await owner(stage, key) == (holder,)
    await stage.enter_code(stage.whose[link], code)
    assert await owner(stage, key) == (stage.whose[link],)


async def test_bd6_a_wallet_that_rests_gets_no_code_in_vain(stage: WebStage) -> None:
    key, link = Key.create(), await stage.link(proof=Proof.CODE)
    await stage.fan(key.address)
    async with stage.browser() as browser:
        await stage.enter_code(stage.whose[link], await code_of(stage, browser, link, key))
        status, told = await sign(browser, await stage.link(proof=Proof.CODE), key)
    assert (status, told["code"]) == (409, "E-WALLETCOOL")

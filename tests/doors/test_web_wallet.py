"""The page of a wallet over HTTP: who may see and unlink its chat accounts, and who may not."""

import asyncio
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from eth_account import Account as Key
from eth_account.signers.local import LocalAccount
from sqlalchemy import text

from bot.web.cookies import WALLET
from gating.model import Account, Address, Platform, Profile
from gating.model.proof import Valid, WalletProof
from tests.doors.web_stage import CHAIN, WebStage, on_time, signed, stage, web_stage_at

__all__ = ["on_time", "stage"]


async def ask(browser: aiohttp.ClientSession, address: str, chain: int = CHAIN) -> tuple[int, Any]:
    sent = {"address": address, "chain_id": chain}
    async with browser.post("/wallet/text", json=sent) as answer:
        return answer.status, await answer.json()


async def finish(browser: aiohttp.ClientSession, text: str, signature: str) -> tuple[int, Any]:
    sent = {"text": text, "signature": signature}
    async with browser.post("/wallet/finish", json=sent) as answer:
        return answer.status, await answer.json()


async def visit(browser: aiohttp.ClientSession, key: LocalAccount) -> None:
    """Sign in with the wallet alone."""
    _, asked = await ask(browser, key.address)
    assert await finish(browser, asked["text"], signed(key, asked["text"])) == (200, {})


async def unlink(browser: aiohttp.ClientSession, account: object) -> tuple[int, Any]:
    async with browser.post("/wallet/unlink", json={"account": str(account)}) as answer:
        return answer.status, await answer.json()


async def shown(browser: aiohttp.ClientSession) -> str:
    async with browser.get("/wallet") as answer:
        assert answer.status == 200
        return await answer.text()


async def a_fan(stage: WebStage, address: str, username: str = "fan") -> tuple[Account, Account]:
    """A fan with this wallet and an account in both chats."""
    here = stage.account(username, username.title())
    there = stage.account(platform=Platform.TELEGRAM)
    async with stage.store() as tx:
        fan = await tx.people.enrol(here, Profile(username, username.title()))
        await tx.people.add_account(fan.id, there, Profile(f"{username}_tg", "There"))
        await tx.people.add_wallet(fan.id, Address(address.lower()), WalletProof())
    return here, there


async def accounts(stage: WebStage, address: str) -> tuple[Account, ...]:
    async with stage.store() as tx:
        fan = await tx.people.of_wallet(Address(address.lower()))
    return fan.accounts if fan else ()


def cookie_of(browser: aiohttp.ClientSession) -> str:
    return next(each.value for each in browser.cookie_jar if each.key == WALLET)


async def test_bd8_a_wallet_alone_signs_in_and_sees_all_its_chat_accounts(
    stage: WebStage,
) -> None:
    key = Key.create()
    here, there = await a_fan(stage, key.address, "tide_fan")
    async with stage.browser() as browser:
        assert "tide_fan" not in await shown(browser)
        await visit(browser, key)
        page = await shown(browser)
    for words in ("Discord account", "@tide_fan<", f"id {here.user_id}", "Telegram account"):
        assert words in page, words
    assert "@tide_fan_tg" in page
    assert f"id {there.user_id}" in page
    assert key.address.lower() in page


async def test_bd8_it_unlinks_one_account_and_the_other_keeps_the_wallet(stage: WebStage) -> None:
    key = Key.create()
    here, there = await a_fan(stage, key.address)
    async with stage.browser() as browser:
        await visit(browser, key)
        assert await unlink(browser, there) == (200, {})
        assert await accounts(stage, key.address) == (here,)
        assert f"id {there.user_id}" not in await shown(browser)
        assert await unlink(browser, here) == (200, {})
        assert await accounts(stage, key.address) == ()
        assert "counts for nobody here" in await shown(browser)
        assert (await unlink(browser, here))[1]["code"] == "E-NOWALLET"


async def test_bd8_it_unlinks_all_of_them_with_one_press(stage: WebStage) -> None:
    key = Key.create()
    here, _ = await a_fan(stage, key.address)
    async with stage.browser() as browser:
        await visit(browser, key)
        assert await unlink(browser, "all") == (200, {})
    assert await accounts(stage, key.address) == ()
    async with stage.store() as tx:
        assert (await tx.people.of_account(here)).wallets == ()


async def test_bd8_a_lured_holder_throws_the_other_out_and_links_the_wallet_at_once(
    stage: WebStage,
) -> None:
    key, thief = Key.create(), stage.account("thief", "Thief")
    lure, own = await stage.link(account=thief), await stage.link()
    async with stage.browser() as browser, stage.browser() as theirs:
        for person, link in ((theirs, lure), (browser, own)):
            await stage.proved(person, link)
        assert await linked(theirs, lure, key) == 200
        await visit(browser, key)
        assert await unlink(browser, thief) == (200, {})
        assert await linked(browser, own, key) == 200
        again = await stage.proved(theirs, await stage.link(account=thief))
        assert await linked(theirs, again, key) == 409  # thrown out: no right to take it back
    assert await accounts(stage, key.address) == (stage.whose[own],)


async def linked(browser: aiohttp.ClientSession, link: str, key: LocalAccount) -> int:
    sent = {"address": key.address, "chain_id": CHAIN}
    text = (await (await browser.post(f"{link}/text", json=sent)).json())["text"]
    body = {"text": text, "signature": signed(key, text)}
    return (await browser.post(f"{link}/finish", json=body)).status


async def test_bd8_only_accounts_of_this_wallet_can_be_unlinked(stage: WebStage) -> None:
    key, other = Key.create(), Key.create()
    await a_fan(stage, key.address)
    stranger, _ = await a_fan(stage, other.address)
    async with stage.browser() as browser:
        await visit(browser, key)
        assert (await unlink(browser, stranger))[1]["code"] == "E-NOWALLET"
        for nonsense in ("", "matrix:1", "all "):
            assert (await unlink(browser, nonsense))[0] == 400
    assert stranger in await accounts(stage, other.address)


async def test_bd8_another_browser_has_neither_the_visit_nor_the_text(stage: WebStage) -> None:
    key = Key.create()
    here, _ = await a_fan(stage, key.address, "secretive")
    async with stage.browser() as browser, stage.browser() as thief:
        _, asked = await ask(browser, key.address)
        await ask(thief, key.address)
        signature = signed(key, asked["text"])
        assert (await finish(thief, asked["text"], signature))[1]["code"] == "E-SIG"
        assert (await finish(thief, asked["text"], signature))[1]["code"] == "E-NONCE"
        await visit(browser, key)
        assert "secretive" not in await shown(thief)
        assert (await unlink(thief, here))[1]["code"] == "E-NOVISIT"
    assert here in await accounts(stage, key.address)


async def test_bd8_the_text_names_the_club_the_page_and_what_it_is_for(stage: WebStage) -> None:
    async with stage.browser() as browser:
        _, asked = await ask(browser, Key.create().address)
    text = asked["text"]
    assert "See and unlink the chat accounts of this wallet in Tide Club." in text
    assert "This costs nothing and can move nothing." in text
    assert f"URI: {stage.site.address}/wallet\n" in text
    assert text.endswith(f"Resources:\n- {stage.site.address}/wallet")


async def test_sw3_a_text_of_a_link_does_not_sign_in_here_nor_the_other_way(
    stage: WebStage,
) -> None:
    key = Key.create()
    async with stage.browser() as browser:
        link = await stage.proved(browser, await stage.link())
        sent = {"address": key.address, "chain_id": CHAIN}
        of_link = (await (await browser.post(f"{link}/text", json=sent)).json())["text"]
        _, asked = await ask(browser, key.address)
        crossed = {"text": asked["text"], "signature": signed(key, asked["text"])}
        there = await (await browser.post(f"{link}/finish", json=crossed)).json()
        here = await finish(browser, of_link, signed(key, of_link))
    assert (there["code"], here[1]["code"]) == ("E-SIG", "E-SIG")


async def test_bd4_of_twenty_posts_of_one_text_one_signs_in(stage: WebStage) -> None:
    key = Key.create()
    async with stage.browser() as browser:
        _, asked = await ask(browser, key.address)
        signature = signed(key, asked["text"])
        posts = (finish(browser, asked["text"], signature) for _ in range(20))
        statuses = [status for status, _ in await asyncio.gather(*posts)]
    assert sorted(statuses) == [200] + [401] * 19


async def test_wb3_the_secret_is_new_once_signed_in_and_dead_once_signed_out(
    stage: WebStage,
) -> None:
    key = Key.create()
    here, _ = await a_fan(stage, key.address)
    async with stage.browser() as browser:
        await ask(browser, key.address)
        before = cookie_of(browser)
        await visit(browser, key)
        during = cookie_of(browser)
        assert before != during
        async with browser.post("/wallet/leave", json={}) as left:
            assert left.headers["Set-Cookie"].startswith(f'{WALLET}="";')
            assert "Secure" in left.headers["Set-Cookie"]
        for old in (before, during):
            async with stage.browser(Cookie=f"{WALLET}={old}") as thief:
                assert (await unlink(thief, here))[1]["code"] == "E-NOVISIT"


async def test_a_visit_ends_by_itself_after_a_quarter_of_an_hour(stage: WebStage) -> None:
    key = Key.create()
    here, _ = await a_fan(stage, key.address)
    async with stage.browser() as browser:
        await visit(browser, key)
        stage.late = timedelta(minutes=14)
        assert f"id {here.user_id}" in await shown(browser)
        stage.late = timedelta(minutes=15)
        assert (await unlink(browser, here))[1]["code"] == "E-NOVISIT"


async def test_a_text_of_ten_minutes_ago_is_spent(stage: WebStage) -> None:
    key = Key.create()
    async with stage.browser() as browser:
        _, asked = await ask(browser, key.address)
        stage.late = timedelta(minutes=10)
        _, told = await finish(browser, asked["text"], signed(key, asked["text"]))
    assert told["code"] == "E-NONCE"


@pytest.mark.parametrize("path", ["text", "finish", "unlink", "leave"])
async def test_wb2_no_other_site_can_press_anything_on_the_page(
    stage: WebStage, path: str
) -> None:
    key = Key.create()
    here, _ = await a_fan(stage, key.address)
    async with stage.browser() as browser:
        await visit(browser, key)
        headers = {"Sec-Fetch-Site": "cross-site", "Origin": "https://club.example"}
        sent = {"account": str(here)}
        async with browser.post(f"/wallet/{path}", json=sent, headers=headers) as answer:
            assert (answer.status, (await answer.json())["code"]) == (403, "E-FOREIGN")
        assert f"id {here.user_id}" in await shown(browser)


async def test_pr3_a_stolen_row_opens_no_visit(stage: WebStage) -> None:
    async with stage.browser() as browser:
        await visit(browser, Key.create())
        secret = cookie_of(browser)
    async with stage.store() as tx:
        rows = await tx.visits._session.execute(  # what a dump of the table would show
            text("SELECT * FROM wallet_visit")
        )
        assert secret not in str(rows.all())


class Contract:
    """A contract wallet's yes, as the node would give it."""

    async def check(self, claimed: Address, text: bytes, signature: str, chain_id: int) -> Valid:
        assert chain_id == CHAIN
        return Valid(WalletProof())

    async def may_take_days(self, wallet: Address, chain_id: int) -> bool:
        return True


async def test_bd8_a_contract_wallet_signs_in_by_the_same_port() -> None:
    async with web_stage_at(signatures=Contract()) as club, club.browser() as browser:
        here, _ = await a_fan(club, "0x" + "c" * 40, "safe_fan")
        _, asked = await ask(browser, "0x" + "c" * 40)
        assert (await finish(browser, asked["text"], "0x" + "ab" * 130))[0] == 200
        assert f"id {here.user_id}" in await shown(browser)
        assert (await ask(browser, "0x" + "c" * 40, chain=1))[1]["code"] == "E-WALLETCHAIN"

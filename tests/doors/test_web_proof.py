"""The browser that signs must be the chat account's own: every way round it, over HTTP."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest
from eth_account import Account as Key
from eth_account.signers.local import LocalAccount
from sqlalchemy import text as sql
from yarl import URL

from gating.adapters.sql.store import SqlStore
from gating.adapters.wallets import WalletSignatures
from gating.errors import Refused, TryLater
from gating.model import Account, Address, Platform
from gating.model.link import Proof
from gating.model.proof import SignatureAnswer, WalletProof
from tests.doors.test_web_sign_in import ask, finish, sign
from tests.doors.web_stage import CHAIN, WebStage, on_time, signed, stage, web_stage_at

__all__ = ["on_time", "stage"]
FIVE_MINUTES = timedelta(minutes=5)
Browser = aiohttp.ClientSession


async def owner(stage: WebStage, key: LocalAccount) -> tuple[Account, ...]:
    """The accounts of whoever has this wallet; none if nobody has."""
    async with stage.store() as tx:
        fan = await tx.people.of_wallet(Address(key.address.lower()))
    return fan.accounts if fan else ()


async def row(stage: WebStage, link: str, *columns: str) -> tuple[Any, ...]:
    """What is stored of the newest link of this link's account."""
    assert isinstance(stage.store, SqlStore)
    names = ", ".join(columns)
    query = f"SELECT {names} FROM link WHERE user_id = :user ORDER BY issued_at DESC"  # noqa: S608  - names are ours
    async with stage.store.sessions() as session:
        found = await session.execute(sql(query), {"user": stage.whose[link].user_id})
        return tuple(found.first() or ())


async def code_of(stage: WebStage, browser: Browser, link: str, key: LocalAccount) -> str:
    status, told = await sign(browser, link, key)
    assert (status, told["pending"]) == (200, True), told
    return str(told["code"])


async def state_of(browser: Browser, link: str) -> tuple[int, Any]:
    async with browser.get(f"{link}/state") as answer:
        return answer.status, await answer.json()


async def refused(stage: WebStage, account: Account, code: str) -> str:
    with pytest.raises(Refused) as told:
        await stage.enter_code(account, code)
    return told.value.code


# --- the chat platform says whose browser it is --------------------------------------------------


async def test_bd2_before_the_account_is_shown_there_is_nothing_to_sign(stage: WebStage) -> None:
    key, link = Key.create(), await stage.link()
    async with stage.browser() as browser:
        assert await ask(browser, link, key) == (403, await said(browser, link, key))
        page = await (await browser.get(link)).text()
    assert await row(stage, link, "nonce", "text") == (None, None)
    assert 'data-stage="prove"' in page
    assert "Continue to Discord" in page
    assert "Did somebody send you this link?" in page


async def said(browser: Browser, link: str, key: LocalAccount) -> Any:
    _, told = await ask(browser, link, key)
    assert told["code"] == "E-NOTPROVED"
    return told


async def test_bd2_a_victim_on_a_relayed_link_is_stopped_and_no_challenge_was_ever_made(
    stage: WebStage,
) -> None:
    key, link, victim = Key.create(), await stage.link(), stage.account("holder", "Holder")
    async with stage.browser() as browser:
        consent = await stage.consent(browser, link)
        back = await stage.says_yes(consent, victim)
        answer = await browser.get(back, headers={"Accept": "text/html"}, allow_redirects=False)
        shown = await answer.text()
        status, told = await ask(browser, link, key)
    assert answer.status == 403
    assert "You are signed in to Discord as another account." in shown
    assert "they wanted your copy" in shown
    assert "E-NOTYOU" in shown
    assert 'class="button' not in shown
    assert (status, told["code"]) == (410, "E-LINKDEAD")
    assert await row(stage, link, "state", "nonce", "text") == ("dead", None, None)
    assert await owner(stage, key) == ()


async def test_bd2_the_attackers_own_consent_does_not_fit_into_the_victims_browser(
    stage: WebStage,
) -> None:
    key, link = Key.create(), await stage.link()
    attacker = stage.whose[link]
    async with stage.browser() as theirs, stage.browser() as victim:
        back = await stage.says_yes(await stage.consent(theirs, link), attacker)
        handed_over = await victim.get(back, allow_redirects=False)
        asked, told = await ask(victim, link, key)
    assert handed_over.status == 400
    assert (asked, told["code"]) == (409, "E-BROWSER")
    assert await owner(stage, key) == ()


async def test_bd2_a_forged_errand_in_another_browser_spends_nothing(stage: WebStage) -> None:
    link = await stage.link()
    token = link.rpartition("/")[2]
    forged = {"Cookie": f"__Host-browser=somebody-else; __Host-errand={token}"}
    async with stage.browser() as browser:
        back = await stage.says_yes(await stage.consent(browser, link), stage.whose[link])
        async with aiohttp.ClientSession(stage.site.address, headers=forged) as thief:
            answer = await thief.get(back, allow_redirects=False)
            assert (answer.status, (await answer.json())["code"]) == (400, "E-STATE")
        assert (await browser.get(back, allow_redirects=False)).status == 303


async def test_bd2_a_code_of_the_attacker_under_the_victims_state_is_refused(
    stage: WebStage,
) -> None:
    key, link = Key.create(), await stage.link()
    other = await stage.link(account=stage.whose[link])
    async with stage.browser() as theirs, stage.browser() as victim:
        consent = await stage.consent(victim, link)
        stolen = await stage.says_yes(await stage.consent(theirs, other), stage.whose[link])
        mixed = stolen.update_query(state=URL(consent).query["state"])
        answer = await victim.get(mixed, allow_redirects=False)
        status, told = await ask(victim, link, key)
    # Discord refuses the code: it was given out for another browser's challenge (RFC 7636).
    assert answer.status == 400
    assert (status, told["code"]) == (403, "E-NOTPROVED")


async def test_bd2_a_link_that_asks_discord_cannot_be_finished_by_a_code(stage: WebStage) -> None:
    key, link = Key.create(), await stage.link()
    async with stage.browser() as browser:
        await stage.proved(browser, link)
        status, told = await sign(browser, link, key)
    assert (status, "pending" in told) == (200, False)
    assert await owner(stage, key) == (stage.whose[link],)
    assert await refused(stage, stage.whose[link], "ABC-D23") == "E-NOPENDING"


async def test_a_link_that_goes_by_code_is_not_sent_to_discord(stage: WebStage) -> None:
    link = await stage.link(proof=Proof.CODE)
    async with stage.browser() as browser, browser.post(f"{link}/account", json={}) as answer:
        assert (answer.status, (await answer.json())["code"]) == (400, "E-BADREQUEST")


async def test_who_says_no_at_discord_may_begin_again(stage: WebStage) -> None:
    link = await stage.link()
    async with stage.browser() as browser:
        consent = await stage.consent(browser, link)
        state = URL(consent).query["state"]
        back = f"/oauth/discord?error=access_denied&state={state}"
        answer = await browser.get(back, headers={"Accept": "text/html"})
        shown = await answer.text()
        assert answer.status == 400
        assert "E-OAUTH" in shown
        assert f'href="{link}"' in shown
        await stage.proved(browser, link)


async def test_while_discord_is_away_nothing_is_lost_and_the_fan_may_try_again(
    stage: WebStage,
) -> None:
    link = await stage.link()
    async with stage.browser() as browser:
        back = await stage.says_yes(await stage.consent(browser, link), stage.whose[link])
        stage.discord.faults.error_rate, stage.discord.faults.only = 1.0, "/users/@me"
        try:
            answer = await browser.get(back, headers={"Accept": "text/html"})
        finally:
            stage.discord.faults.clear()
        shown = await answer.text()
        assert answer.status == 503
        assert "E-DISCORDSIGNIN" in shown
        assert f'href="{link}"' in shown
        await stage.proved(browser, link)


async def test_the_token_of_the_sign_in_is_given_back_and_kept_nowhere(stage: WebStage) -> None:
    link = await stage.link()
    async with stage.browser() as browser:
        await stage.proved(browser, link)
    assert stage.discord.state.grants == {}


# --- WB5: the way to Discord and back ------------------------------------------------------------


async def test_wb5_a_way_back_works_once(stage: WebStage) -> None:
    link = await stage.link()
    async with stage.browser() as browser:
        back = await stage.says_yes(await stage.consent(browser, link), stage.whose[link])
        first = await browser.get(back, allow_redirects=False)
        again = await browser.get(back, allow_redirects=False)
    assert (first.status, again.status) == (303, 400)
    assert (await again.json())["code"] == "E-STATE"


async def test_wb5_of_twenty_ways_back_at_once_one_goes_on(stage: WebStage) -> None:
    link = await stage.link()
    async with stage.browser() as browser:
        back = await stage.says_yes(await stage.consent(browser, link), stage.whose[link])
        gets = (browser.get(back, allow_redirects=False) for _ in range(20))
        statuses = [answer.status for answer in await asyncio.gather(*gets)]
    assert sorted(statuses) == [303] + [400] * 19


async def test_wb5_a_state_that_was_swapped_altered_or_doubled_is_refused(stage: WebStage) -> None:
    mine, other = await stage.link(), await stage.link()
    async with stage.browser() as browser, stage.browser() as elsewhere:
        foreign = URL(await stage.consent(elsewhere, other)).query["state"]
        own = URL(consent := await stage.consent(browser, mine)).query["state"]
        back = await stage.says_yes(consent, stage.whose[mine])
        code = back.query["code"]
        for state in (foreign, own[:-1], own + "a", own.swapcase(), "", "\udcff", "a" * 9000):
            query = {"code": code, "state": state.encode("utf-8", "replace").decode()}
            answer = await browser.get(URL("/oauth/discord").with_query(query))
            assert answer.status == 400, state
        doubled = await browser.get(f"{back}&state={own}", allow_redirects=False)
        assert doubled.status == 400
        assert (await browser.get(back, allow_redirects=False)).status == 303


async def test_wb5_a_way_back_is_over_after_five_minutes(stage: WebStage) -> None:
    link = await stage.link()
    async with stage.browser() as browser:
        back = await stage.says_yes(await stage.consent(browser, link), stage.whose[link])
        stage.late = FIVE_MINUTES
        answer = await browser.get(back, allow_redirects=False)
    assert (answer.status, (await answer.json())["code"]) == (400, "E-STATE")


async def test_wb5_a_second_departure_ends_the_first(stage: WebStage) -> None:
    link = await stage.link()
    async with stage.browser() as browser:
        first = await stage.says_yes(await stage.consent(browser, link), stage.whose[link])
        second = await stage.consent(browser, link)
        assert (await browser.get(first, allow_redirects=False)).status == 400
        assert (await stage.comes_back(browser, second, link)).status == 303


OFF_HOST = (
    "//evil.example",
    "///evil.example",
    "\\\\evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "/\r\n/evil.example",
    "https:evil.example",
    "https:///evil.example",
    "http://evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "//evil.example/%2f..",
    "/%2f%2fevil.example",
    "/%5cevil.example",
    "@evil.example",
    ".evil.example",
    "//\u0435vil.example",
    "\x00//evil.example",
    "a" * 200,
    "../../evil.example",
)


@pytest.mark.parametrize("target", OFF_HOST)
async def test_wb5_no_parameter_and_no_cookie_leads_off_this_host(
    stage: WebStage, target: str
) -> None:
    link = await stage.link()
    async with stage.browser() as browser:
        back = await stage.says_yes(await stage.consent(browser, link), stage.whose[link])
        extras = dict.fromkeys(("next", "redirect_uri", "return_to", "url"), target)
        answer = await browser.get(back.update_query(extras), allow_redirects=False)
        assert (answer.status, answer.headers["Location"]) == (303, link)
        plain = "".join(letter for letter in target if letter.isascii() and letter.isprintable())
        for value in (quote(target), plain):
            cookies = f"__Host-browser=a; __Host-errand={value}"
            headers = {"Cookie": cookies, "Accept": "text/html"}
            async with aiohttp.ClientSession(stage.site.address, headers=headers) as bare:
                answer = await bare.get(back, allow_redirects=False)
                assert answer.status == 400
                assert "Location" not in answer.headers
                assert "evil.example" not in await answer.text()


# --- the code that goes from the page to the chat ------------------------------------------------


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


# --- one winner, and no way across accounts ------------------------------------------------------


async def test_bd4_of_fifty_signatures_at_once_one_gets_a_code(stage: WebStage) -> None:
    key, link = Key.create(), await stage.link(proof=Proof.CODE)
    async with stage.browser() as browser:
        _, asked = await ask(browser, link, key)
        signature = signed(key, asked["text"])
        posts = (finish(browser, link, asked["text"], signature) for _ in range(50))
        statuses = [status for status, _ in await asyncio.gather(*posts)]
    assert statuses.count(200) == 1
    # the text was spent (401), or by then the code was out already (409)
    assert set(statuses) <= {200, 401, 409}


async def test_bd4_the_right_code_twenty_times_at_once_links_once(stage: WebStage) -> None:
    key, link = Key.create(), await stage.link(proof=Proof.CODE)
    async with stage.browser() as browser:
        code = await code_of(stage, browser, link, key)
    answers = await asyncio.gather(
        *(stage.enter_code(stage.whose[link], code) for _ in range(20)), return_exceptions=True
    )
    refusals = [answer.code for answer in answers if isinstance(answer, Refused)]
    assert refusals == ["E-NOPENDING"] * 19
    assert await owner(stage, key) == (stage.whose[link],)


@dataclass
class Unreachable:
    """A wallet contract's node that is silent until it is not."""

    silent: bool = True
    real: WalletSignatures = field(default_factory=lambda: WalletSignatures({}))

    def by_key(
        self, claimed: Address, text: bytes, signature: str, chain_id: int
    ) -> WalletProof | None:
        return None if self.silent else self.real.by_key(claimed, text, signature, chain_id)

    async def check(
        self, claimed: Address, text: bytes, signature: str, chain_id: int
    ) -> SignatureAnswer:
        if self.silent:
            raise TryLater("E-CHAINDOWN")
        return await self.real.check(claimed, text, signature, chain_id)

    async def may_take_days(self, claimed: Address, chain_id: int) -> bool:
        return await self.real.may_take_days(claimed, chain_id)


@pytest.mark.parametrize("proof", list(Proof))
async def test_bd5_a_silent_node_costs_the_nonce_and_a_new_one_goes_on(proof: Proof) -> None:
    node = Unreachable()
    async with web_stage_at(signatures=node) as stage, stage.browser() as browser:
        key, link = Key.create(), await stage.link(proof=proof)
        if proof is Proof.OAUTH:
            await stage.proved(browser, link)
        _, asked = await ask(browser, link, key)
        signature = signed(key, asked["text"])
        status, told = await finish(browser, link, asked["text"], signature)
        assert (status, told["code"]) == (503, "E-CHAINDOWN")
        node.silent = False
        status, told = await finish(browser, link, asked["text"], signature)
        assert (status, told["code"]) == (401, "E-NONCE")
        status, told = await sign(browser, link, key)
        assert status == 200, told


@pytest.mark.parametrize("proof", list(Proof))
async def test_bd5_a_failed_signature_costs_the_nonce_and_leaves_the_proof(
    stage: WebStage, proof: Proof
) -> None:
    key, link = Key.create(), await stage.link(proof=proof)
    async with stage.browser() as browser:
        if proof is Proof.OAUTH:
            await stage.proved(browser, link)
        _, asked = await ask(browser, link, key)
        status, told = await finish(browser, link, asked["text"], "0x" + "00" * 65)
        assert (status, told["code"]) == (401, "E-SIG")
        again, why = await finish(browser, link, asked["text"], signed(key, asked["text"]))
        assert (again, why["code"]) == (401, "E-NONCE")
        assert (await sign(browser, link, key))[0] == 200


async def test_bd6_of_twenty_accounts_that_take_one_wallet_at_once_one_wins(
    stage: WebStage,
) -> None:
    key = Key.create()
    await stage.fan(key.address)
    links = [await stage.link(proof=Proof.CODE) for _ in range(20)]

    async def coded(link: str) -> str:
        async with stage.browser() as browser:
            return await code_of(stage, browser, link, key)

    codes = await asyncio.gather(*(coded(link) for link in links))
    tries = (
        stage.enter_code(stage.whose[link], code) for link, code in zip(links, codes, strict=True)
    )
    answers = await asyncio.gather(*tries, return_exceptions=True)
    lost = [answer.code for answer in answers if isinstance(answer, Refused)]
    assert lost == ["E-WALLETCOOL"] * 19
    won = next(at for at, answer in enumerate(answers) if not isinstance(answer, Refused))
    assert await owner(stage, key) == (stage.whose[links[won]],)


async def test_bd7_what_one_session_proved_is_of_no_use_to_another(stage: WebStage) -> None:
    key, mine, theirs = Key.create(), await stage.link(), await stage.link()
    async with stage.browser() as me, stage.browser() as them:
        await stage.proved(me, mine)
        await stage.proved(them, theirs)
        _, asked = await ask(me, mine, key)
        signature = signed(key, asked["text"])
        for link, browser in ((mine, them), (theirs, me)):
            status, told = await finish(browser, link, asked["text"], signature)
            assert (status, told["code"]) == (409, "E-BROWSER")
            assert (await state_of(browser, link))[0] == 409
        assert (await finish(me, mine, asked["text"], signature))[0] == 200
    assert await owner(stage, key) == (stage.whose[mine],)


async def test_bd7_an_expired_an_unknown_and_a_foreign_link_say_nothing_about_anybody(
    stage: WebStage,
) -> None:
    over = await stage.link(username="somebody_else", shown="Somebody Else")
    foreign = await stage.link(username="somebody_else", shown="Somebody Else")
    async with stage.browser(Accept="text/html") as browser, stage.browser() as other:
        await stage.proved(other, foreign)
        stage.late = timedelta(minutes=10)
        pages = [await (await browser.get(over)).text()]
        stage.late = timedelta()
        pages += [await (await browser.get(link)).text() for link in (foreign, "/link/nobodys-01")]
    for page in pages:
        assert "Somebody Else" not in page
        assert "somebody_else" not in page
        assert stage.whose[over].user_id not in page
        assert stage.whose[foreign].user_id not in page


async def test_bd7_a_code_of_one_link_does_not_open_another_of_the_same_account(
    stage: WebStage,
) -> None:
    first_key, second_key = Key.create(), Key.create()
    account = stage.account()
    first = await stage.link(proof=Proof.CODE, account=account)
    second = await stage.link(proof=Proof.CODE, account=account)
    async with stage.browser() as one, stage.browser() as two:
        older = await code_of(stage, one, first, first_key)
        newer = await code_of(stage, two, second, second_key)
    assert await refused(stage, account, older) == "E-PROOFCODE"  # the newest counts
    await stage.enter_code(account, newer)
    assert await owner(stage, second_key) == (account,)
    assert await owner(stage, first_key) == ()


async def test_bd9_the_page_names_account_club_and_the_way_out_at_every_stage(
    stage: WebStage,
) -> None:
    link = await stage.link(username="tide_fan", shown="Tide Fan")
    async with stage.browser() as browser:
        before = await (await browser.get(link)).text()
        await stage.proved(browser, link)
        after = await (await browser.get(link)).text()
    for page in (before, after):
        for words in ("@tide_fan", "Tide Fan", stage.whose[link].user_id, "Tide Club", "Not me"):
            assert words in page, words
        assert "We never ask for a transaction or an approval." in page
    assert "Discord says that this account is yours." in after
    assert "Discord says that this account is yours." not in before


async def test_the_chain_that_is_asked_for_stays_the_clubs_own(stage: WebStage) -> None:
    key, link = Key.create(), await stage.link(proof=Proof.CODE)
    sent = {"address": key.address, "chain_id": CHAIN + 1}
    async with stage.browser() as browser, browser.post(f"{link}/text", json=sent) as answer:
        assert (answer.status, (await answer.json())["code"]) == (409, "E-WALLETCHAIN")

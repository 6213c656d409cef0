"""Discord says whose browser it is: every way round that, over HTTP (BD2, WB5)."""

import asyncio
from urllib.parse import quote

import aiohttp
import pytest
from eth_account import Account as Key
from yarl import URL

from gating.model.link import Proof
from tests.doors.proof_kit import (
    FIVE_MINUTES,
    owner,
    refused,
    row,
    said,
)
from tests.doors.test_web_sign_in import ask, sign
from tests.doors.web_stage import WebStage, on_time, stage

__all__ = ["on_time", "stage"]


async def test_bd2_before_the_account_is_shown_there_is_nothing_to_sign(stage: WebStage) -> None:
    key, link = Key.create(), await stage.link()
    async with stage.browser() as browser:
        assert await ask(browser, link, key) == (403, await said(browser, link, key))
        page = await (await browser.get(link)).text()
    assert await row(stage, link, "nonce", "text") == (None, None)
    assert 'data-stage="prove"' in page
    assert "Continue to Discord" in page
    assert "Did somebody send you this link?" in page


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

"""Sign-in texts over HTTP: what is handed out is what is kept, and nothing else is taken back."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import aiohttp
import pytest
from eth_account import Account as Key
from eth_account.signers.local import LocalAccount

from gating.errors import NeedsPerson
from gating.identity.message import parse
from gating.identity.sign_in import LINK_LIFETIME, Site
from gating.model import Address
from gating.model.link import Proof
from tests.doors.test_web_sign_in import ask, finish
from tests.doors.web_stage import CHAIN, WebStage, explain, on_time, signed, stage

__all__ = ["on_time", "stage"]


async def asked(browser: aiohttp.ClientSession, link: str, key: LocalAccount) -> str:
    status, told = await ask(browser, link, key)
    assert status == 200, told
    return str(told["text"])


async def test_sw2_the_text_to_sign_is_byte_for_byte_the_text_that_is_kept(
    stage: WebStage,
) -> None:
    link = await stage.link()
    async with stage.browser() as browser:
        await stage.proved(browser, link)
        text = await asked(browser, link, Key.create())
    async with stage.store() as tx:
        kept = await tx.links.by_token(link.removeprefix("/link/"))
    assert kept is not None
    assert kept.challenge is not None
    assert kept.challenge.text == text.encode()
    assert parse(text).nonce == kept.challenge.nonce


@pytest.mark.parametrize("share", [0.0, 0.2, 0.4, 0.6, 0.8, 1.0])
async def test_sw2_one_changed_byte_is_refused_though_it_was_signed(
    stage: WebStage, share: float
) -> None:
    key, link = Key.create(), await stage.link()
    async with stage.browser() as browser:
        await stage.proved(browser, link)
        text = await asked(browser, link, key)
        at = round(share * (len(text) - 1))
        altered = text[:at] + chr(ord(text[at]) ^ 1) + text[at + 1 :]
        status, told = await finish(browser, link, altered, signed(key, altered))
    assert (status, told["code"]) == (401, "E-SIG")


async def test_a_site_that_no_wallet_could_check_gets_no_text_and_the_link_stays_as_it_was(
    stage: WebStage,
) -> None:
    link = (await stage.link(proof=Proof.CODE)).removeprefix("/link/")
    elsewhere = replace(stage.services().ask_signature, site=Site("https://клуб.example", "Tide"))
    with pytest.raises(NeedsPerson) as why:
        await elsewhere(link, "a browser", Address("0x" + "5" * 40), CHAIN)
    assert (why.value.code, why.value.facts["part"]) == ("E-SIWE", "domain")
    assert "its domain is not an RFC 3986 authority" in explain(why.value).text
    async with stage.store() as tx:
        kept = await tx.links.by_token(link)
    assert kept is not None
    assert (kept.browser, kept.challenge) == (None, None)


FORGERIES: dict[str, Callable[[str], str]] = {
    "domain": lambda t: t.replace(t.split(" ")[0], "club.example", 1),
    "uri": lambda t: re.sub("URI: .*", "URI: https://club.example/link", t),
    "chain id": lambda t: re.sub("Chain ID: .*", "Chain ID: 1", t),
    "statement": lambda t: t.replace("Discord account fan", "Discord account thief"),
    "resource": lambda t: re.sub(r"- (.*)/[0-9]+$", r"- \1/1", t),
    "request id": lambda t: re.sub("Request ID: .*", "Request ID: mine", t),
}


@pytest.mark.parametrize("forgery", FORGERIES.values(), ids=FORGERIES)
async def test_sw3_a_good_signature_over_a_text_with_another_part_is_refused(
    stage: WebStage, forgery: Callable[[str], str]
) -> None:
    key, link = Key.create(), await stage.link()
    async with stage.browser() as browser:
        await stage.proved(browser, link)
        text = await asked(browser, link, key)
        altered = forgery(text)
        assert altered != text
        status, told = await finish(browser, link, altered, signed(key, altered))
        assert (status, told["code"]) == (401, "E-SIG")
        again = await asked(browser, link, key)  # nothing was linked, and the link still works
        assert (await finish(browser, link, again, signed(key, again)))[0] == 200


@pytest.mark.parametrize(
    ("late", "wanted"),
    [
        (LINK_LIFETIME - timedelta(seconds=2), 200),
        (LINK_LIFETIME + timedelta(seconds=1), 410),
    ],
    ids=["just before its end", "expired by 1 s"],
)
async def test_sw4_a_text_is_taken_back_until_the_end_that_stands_in_it(
    stage: WebStage, late: timedelta, wanted: int
) -> None:
    key, link = Key.create(), await stage.link()
    async with stage.browser() as browser:
        await stage.proved(browser, link)
        text = await asked(browser, link, key)
        assert parse(text).expiration_time is not None
        stage.late = late
        status, _ = await finish(browser, link, text, signed(key, text))
    assert status == wanted


@pytest.mark.parametrize(
    ("size", "wanted"),
    [(2_049, 401), (2**20, 413)],
    ids=["2,049 bytes", "1 MB"],
)
async def test_sw5_a_text_that_is_too_long_is_refused(
    stage: WebStage, size: int, wanted: int
) -> None:
    key, link = Key.create(), await stage.link()
    async with stage.browser() as browser:
        await stage.proved(browser, link)
        text = await asked(browser, link, key)
        long = text + "\n- a:" * ((size - len(text)) // 5 + 1)
        status, _ = await finish(browser, link, long, signed(key, long))
    assert status == wanted

"""The errand goes on in another browser, or with a wallet that no browser has."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from eth_account import Account as Key
from eth_utils.address import to_checksum_address

from bot.web.typed_address import typed_address
from bot.web.wallet_apps import wallet_apps
from gating.adapters.wallets import WalletSignatures
from gating.errors import Refused
from gating.model import Address
from gating.model.link import Proof
from tests.doors.web_stage import CHAIN, WebStage, on_time, signed, stage, web_stage_at

__all__ = ["on_time", "stage"]
PAGE = "https://club.example/link/Abc-123_xyz"


async def let_go(browser: aiohttp.ClientSession, link: str) -> tuple[int, object]:
    async with browser.post(f"{link}/let-go", json={}) as answer:
        told = await answer.json()
    return answer.status, told.get("held", told.get("code"))


async def ask(browser: aiohttp.ClientSession, link: str, address: str) -> dict[str, str]:
    sent = {"address": address, "chain_id": CHAIN}
    async with browser.post(f"{link}/text", json=sent) as answer:
        return dict(await answer.json())


async def finish(
    browser: aiohttp.ClientSession, link: str, text: str, signature: str
) -> dict[str, object]:
    async with browser.post(f"{link}/finish", json={"text": text, "signature": signature}) as told:
        return dict(await told.json())


async def test_a_link_that_was_let_go_is_done_in_the_fans_other_browser(stage: WebStage) -> None:
    key, link = Key.create(), await stage.link()
    await stage.holds(key.address, 81)
    async with stage.browser() as desk, stage.browser() as phone:
        await stage.proved(desk, link)
        assert await let_go(desk, link) == (200, True)
        await stage.proved(phone, link)
        text = (await ask(phone, link, key.address))["text"]
        assert (await finish(phone, link, text, signed(key, text)))["opened"]
        assert await let_go(desk, link) == (410, "E-LINKUSED")


async def test_bd2_a_proof_of_one_browser_is_not_carried_to_the_next(stage: WebStage) -> None:
    """The attacker proves his own account, lets go, and sends his link to a holder."""
    key, link = Key.create(), await stage.link()
    async with stage.browser() as his, stage.browser() as victims:
        await stage.proved(his, link)
        assert await let_go(his, link) == (200, True)
        assert (await ask(victims, link, key.address))["code"] == "E-NOTPROVED"
        victim = stage.account("holder", "Holder")
        back = await stage.says_yes(await stage.consent(victims, link), victim)
        answer = await victims.get(back, allow_redirects=False)
        assert (await answer.json())["code"] == "E-NOTYOU"
        assert (await let_go(victims, link))[1] == "E-LINKDEAD"


async def test_bd7_only_the_browser_that_holds_a_link_lets_it_go(stage: WebStage) -> None:
    key, link = Key.create(), await stage.link(proof=Proof.CODE)
    async with stage.browser() as holder, stage.browser() as other:
        assert await let_go(other, link) == (200, False)  # nobody holds it yet
        text = (await ask(holder, link, key.address))["text"]
        assert await let_go(other, link) == (409, "E-BROWSER")
        assert (await finish(holder, link, text, signed(key, text)))["pending"]
        assert await let_go(holder, link) == (409, "E-PENDING")


async def test_what_was_asked_before_letting_go_can_be_signed_by_nobody(stage: WebStage) -> None:
    key, link = Key.create(), await stage.link(proof=Proof.CODE)
    async with stage.browser() as desk, stage.browser() as phone:
        old = (await ask(desk, link, key.address))["text"]
        await let_go(desk, link)
        new = (await ask(phone, link, key.address))["text"]
        assert (await finish(phone, link, old, signed(key, old)))["code"] == "E-SIG"
        assert (await finish(desk, link, new, signed(key, new)))["code"] == "E-BROWSER"


async def test_an_errand_to_discord_that_was_under_way_comes_back_to_nothing(
    stage: WebStage,
) -> None:
    link = await stage.link()
    async with stage.browser() as desk:
        consent = await stage.consent(desk, link)
        await let_go(desk, link)
        answer = await stage.comes_back(desk, consent, link)
        assert (await answer.json())["code"] == "E-STATE"


class ManyOwners(WalletSignatures):
    """Every wallet is a shared one, whose owners may take days."""

    async def may_take_days(self, address: Address, chain_id: int) -> bool:
        return True


async def test_the_week_of_a_shared_wallet_does_not_go_along_to_the_next_browser() -> None:
    key = Key.create()
    async with web_stage_at(signatures=ManyOwners({})) as club, club.browser() as desk:
        link = await club.link(proof=Proof.CODE)
        await ask(desk, link, key.address)
        club.late = timedelta(days=6)
        assert await let_go(desk, link) == (200, True)
        club.late += timedelta(minutes=11)
        assert (await ask(desk, link, key.address))["code"] == "E-EXPIRED"


def test_each_wallet_app_is_given_the_page_in_the_form_that_it_reads() -> None:
    found = {app.name: app.address for app in wallet_apps(PAGE)}
    assert found["MetaMask"] == "https://link.metamask.io/dapp/club.example/link/Abc-123_xyz"
    for name, host, field in (
        ("Coinbase Wallet", "go.cb-w.com", "cb_url"),
        ("Rainbow", "rnbwapp.com", "url"),
        ("Trust Wallet", "link.trustwallet.com", "url"),
    ):
        parts = urlsplit(found[name])
        assert (parts.scheme, parts.hostname) == ("https", host)
        assert parse_qs(parts.query)[field] == [PAGE]
        assert "://" not in parts.query  # percent-encoded


@pytest.mark.parametrize(
    "page",
    [
        "http://127.0.0.1:8080/link/a",
        "https://127.0.0.1/link/a",
        "https://[::1]/link/a",
        "https://192.168.1.7/link/a",
        "https://localhost/link/a",
        "https://studio.local/link/a",
        "http://club.example/link/a",
    ],
)
def test_no_wallet_app_is_offered_for_a_page_that_a_phone_cannot_open(page: str) -> None:
    assert wallet_apps(page) == ()


async def test_a_public_club_offers_the_apps_and_a_local_one_says_why_not(
    stage: WebStage,
) -> None:
    async with (
        web_stage_at(address="https://club.example") as club,
        aiohttp.ClientSession() as far,
    ):
        address = f"http://127.0.0.1:{club.port}{await club.link()}"
        public = await (await far.get(address, headers={"Host": "club.example"})).text()
    async with stage.browser() as browser:
        local = await (await browser.get(await stage.link())).text()
    assert "https://link.metamask.io/dapp/club.example/link/" in public
    assert "a phone cannot open it" not in public
    assert "link.metamask.io" not in local
    assert "a phone cannot open it" in local


def test_an_address_may_be_typed_as_wallets_write_it() -> None:
    proper = to_checksum_address("0x" + "ab12" * 10)
    for written in (proper, proper.lower(), "0x" + proper[2:].upper()):
        assert typed_address(written) == proper.lower()


async def test_an_address_with_a_slip_is_refused_kindly_and_the_link_stays_good(
    stage: WebStage,
) -> None:
    key, link = Key.create(), await stage.link(proof=Proof.CODE)
    good = key.address
    at = next(i for i, letter in enumerate(good) if i > 1 and letter.isalpha())
    slips = (
        good[:at] + good[at].swapcase() + good[at + 1 :],
        good[:-1],
        good + "0",
        "tide.eth",
        "",
    )
    async with stage.browser() as browser:
        for slip in slips:
            told = await ask(browser, link, slip)
            assert told["code"] == "E-ADDRESS", slip
            assert "Copy it from your wallet again" in told["text"]
        text = (await ask(browser, link, good))["text"]
        assert (await finish(browser, link, text, signed(key, text)))["pending"]


def test_a_slip_is_never_taken_for_another_address() -> None:
    with pytest.raises(Refused, match="E-ADDRESS"):
        typed_address("0x" + "aB" * 20)

"""One winner, and no way across accounts (BD4 to BD9)."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from eth_account import Account as Key

from gating.adapters.wallets import WalletSignatures
from gating.errors import Refused, TryLater
from gating.model import Address
from gating.model.link import Proof
from gating.model.proof import SignatureAnswer, WalletProof
from tests.doors.proof_kit import (
    code_of,
    owner,
    refused,
    state_of,
)
from tests.doors.test_web_sign_in import ask, finish, sign
from tests.doors.web_stage import CHAIN, WebStage, on_time, signed, stage, web_stage_at

__all__ = ["on_time", "stage"]


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

"""A fan whose wallet is a contract: comes in, waits for a silent node, loses it with its owner."""

from dataclasses import replace
from typing import Any

import aiohttp
import pytest
from eth_utils.address import to_checksum_address
from sqlalchemy import text as sql

from bot.sandbox.chain.wallets import ARTIST, HOLDER, SECOND_HOLDER, DemoWallet, sign_text
from bot.sandbox.demo import Demo
from gating.model import Account, Platform, Profile
from tests.contracts.wallet_kit import Wallets, calldata
from tests.flows.house import Fan, eventually
from tests.flows.sign_in_kit import Unchanged, all_is_said

COPY = 500


@pytest.fixture(scope="module")
async def wallet(demo: Demo) -> DemoWallet:
    """A contract with a copy, for which the demo's first wallet signs."""
    async with aiohttp.ClientSession() as http:
        made = Wallets(demo.chain, http)
        address = await made.owned(HOLDER.address)
        album = demo.album.address.lower()
        give = calldata("transferFrom(address,address,uint256)", ARTIST.address, address, COPY)
        await made.send(album, give)
    await demo.chain.mine(2 * demo.chain.settings.epoch + 3)
    key = HOLDER.private_key
    return DemoWallet("contract", "Contract wallet", to_checksum_address(address), key)


async def test_bd5_a_silent_node_leaves_the_link_open_and_the_next_text_signs_in(
    newcomer: Fan, demo: Demo, wallet: DemoWallet
) -> None:
    link = await newcomer.link_on_discord()
    await newcomer.browser.proves(link, newcomer.discord_id)
    await eventually(lambda: copy_is_known(demo, wallet), what="the copy is settled")
    await eventually(lambda: all_is_said(demo), what="the outbox is quiet")
    text = await newcomer.browser.text_to_sign(link, wallet)
    await demo.chain.stop()
    async with Unchanged(demo):
        status, said = await hand_in(newcomer, link, text, sign_text(wallet, text.encode()))
        assert (status, said["code"], said["action"]) == (503, "E-WALLETNODE", "Try again")
        assert "your link stays good" in said["text"]
    await demo.chain.start()
    status, said = await hand_in(newcomer, link, text, sign_text(wallet, text.encode()))
    assert (status, said["code"]) == (401, "E-NONCE")  # the first text is spent all the same
    await eventually(lambda: is_read(demo), what="the chain is read again")
    done = await newcomer.browser.sign_in(link, wallet)
    assert (done["found"], done["opened"]) == ([COPY], ["Holder"])
    await eventually(lambda: "Holder" in newcomer.discord.roles(), what="the role")


async def test_bd10_the_browser_of_a_contract_wallet_is_known_for_a_week(
    demo: Demo, wallet: DemoWallet
) -> None:
    origin = {"Origin": demo.url, "Sec-Fetch-Site": "same-origin"}
    for one, days in ((wallet, 7), (HOLDER, 0)):
        asked = {"address": one.address, "chain_id": 31337}
        async with (
            aiohttp.ClientSession(headers=origin) as http,
            http.post(f"{await telegram_link(demo)}/text", json=asked) as answer,
        ):
            [kept] = answer.cookies.values()
        assert abs(int(kept["max-age"]) - days * 86_400) <= 15 * 60


async def test_somebody_else_s_signature_for_it_is_wrong_and_not_a_fault(
    second_fan: Fan, demo: Demo, wallet: DemoWallet
) -> None:
    link = await second_fan.link_on_discord()
    await second_fan.browser.proves(link, second_fan.discord_id)
    for wrong in (sign_text(SECOND_HOLDER, b"x"), "0x", "0x" + "ab" * 16 * 1024):
        text = await second_fan.browser.text_to_sign(link, wallet)
        status, said = await hand_in(second_fan, link, text, wrong)
        assert (status, said["code"]) == (401, "E-SIG")
    text = await second_fan.browser.text_to_sign(link, wallet)
    status, said = await hand_in(second_fan, link, text, "0x" + "ab" * 17 * 1024)
    assert (status, said["code"]) == (401, "E-SIG")


async def test_sw13_a_wallet_that_stands_by_its_proof_is_asked_again_and_stays(
    newcomer: Fan, demo: Demo
) -> None:
    await hours_pass(demo)
    assert await demo.house.services.reprove() == 0
    assert await kinds(demo) == [("contract", 31337)]
    assert (await due(demo)) == 0
    assert "Holder" in newcomer.discord.roles()


async def test_sw13_a_node_that_is_silent_changes_nothing(newcomer: Fan, demo: Demo) -> None:
    await hours_pass(demo)
    await demo.chain.stop()
    assert await demo.house.services.reprove() == 0
    await demo.chain.start()
    await eventually(lambda: is_read(demo), what="the chain is read again")
    assert await kinds(demo) == [("contract", 31337)]
    assert "Holder" in newcomer.discord.roles()


async def test_sw13_a_wallet_that_changed_hands_is_unlinked_and_the_fan_is_told_why(
    newcomer: Fan, demo: Demo, wallet: DemoWallet
) -> None:
    async with aiohttp.ClientSession() as http:
        change = calldata("setOwner(address)", SECOND_HOLDER.address)
        await Wallets(demo.chain, http).send(wallet.address, change, frm=HOLDER.address)
    await demo.chain.mine(2 * demo.chain.settings.epoch + 3)
    head = await demo.chain.head()
    await eventually(lambda: is_settled(demo, head - 2), what="the change is settled")
    await hours_pass(demo)
    assert await demo.house.services.reprove() == 1
    told = await newcomer.reads("no longer says yes to the text that linked it")
    assert "If it is still yours, link it again" in told.text
    await newcomer.reads("Holder ended: the wallets you have linked hold no copy")
    await eventually(lambda: "Holder" not in newcomer.discord.roles(), what="the role is gone")
    assert await kinds(demo) == []
    assert await demo.house.services.reprove() == 0


async def test_a_contract_that_waits_for_a_code_is_linked_as_the_contract_it_is(
    second_fan: Fan, demo: Demo, wallet: DemoWallet
) -> None:
    """On Telegram a code goes from the page to the chat; what was proved waits with it."""
    link = await second_fan.link_on_telegram()
    mine = replace(wallet, private_key=SECOND_HOLDER.private_key)  # whose it is by now
    said = await second_fan.browser.sign_in(link, mine)
    assert said["pending"]
    assert await kinds(demo) == []
    await second_fan.send_code(str(said["code"]))
    assert await kinds(demo) == [("contract", 31337)]
    kept = await rows(demo, "SELECT length(proof_digest), length(proof_signature) FROM wallet")
    assert kept == [(32, 65)]


async def hand_in(fan: Fan, link: str, text: str, signature: str) -> tuple[int, Any]:
    status, said, _ = await fan.browser.post(
        f"{link}/finish", {"text": text, "signature": signature}
    )
    return status, said


async def telegram_link(demo: Demo) -> str:
    who = Account(Platform.TELEGRAM, str(demo.town.person("fan2").telegram_id))
    issued = await demo.house.services.start_link(who, Profile("fan2", "Fan2"))
    return f"{demo.url}/link/{issued.token}"


async def hours_pass(demo: Demo) -> None:
    async with demo.house.services.store.sessions.begin() as session:
        await session.execute(sql("UPDATE wallet SET proof_due = now()"))


async def rows(demo: Demo, query: str) -> list[tuple[Any, ...]]:
    async with demo.house.services.store.sessions() as session:
        return [tuple(row) for row in await session.execute(sql(query))]


async def kinds(demo: Demo) -> list[tuple[Any, ...]]:
    return await rows(demo, "SELECT kind, proof_chain FROM wallet")


async def due(demo: Demo) -> int:
    found = await rows(demo, "SELECT count(*) FROM wallet WHERE proof_due < now() + '5 hours'")
    return int(found[0][0])


async def copy_is_known(demo: Demo, wallet: DemoWallet) -> bool:
    async with demo.house.services.store() as tx:
        reading = await tx.ledger.reading(demo.club.asset, (wallet.address.lower(),))
    return any(holding.copies for holding in reading.at_final)


async def is_read(demo: Demo) -> bool:
    async with demo.house.services.store() as tx:
        return (await tx.ledger.reading(demo.club.asset, ())).silent is None


async def is_settled(demo: Demo, number: int) -> bool:
    async with demo.house.services.store() as tx:
        settled = (await tx.ledger.reading(demo.club.asset, ())).settled
    return settled is not None and settled.number >= number

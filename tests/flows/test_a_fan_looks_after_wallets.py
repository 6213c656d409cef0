"""Wallets in both chats: named, moved by a newer proof, taken back, unlinked; roles follow."""

from bot.sandbox.chain.wallets import HOLDER, sign_text
from bot.sandbox.demo import Demo
from tests.flows.house import Browser, Fan, eventually

BOTH = {"Holder", "First 100"}


async def test_a_wallet_is_named_on_discord_and_markup_in_the_name_stays_text(fan: Fan) -> None:
    await fan.verify_on_discord()
    await eventually(lambda: set(fan.discord.roles()) >= BOTH)
    await fan.discord.command("wallets")
    listed = await fan.reads("Your wallets")
    assert HOLDER.address[2:].lower() not in listed.text  # shortened
    await fan.discord.press(listed, "Label 1")
    await fan.discord.submit_modal(label="**Ledger** @everyone `x`")
    named = await fan.reads("from now on")
    await fan.discord.press(named, "My wallets")
    again = await fan.reads("Your wallets", besides={listed.id})
    assert "\\*\\*Ledger\\*\\*" in again.text


async def test_bd6_a_newer_proof_moves_the_wallet_and_both_are_told_but_not_of_each_other(
    fan: Fan, second_fan: Fan, demo: Demo
) -> None:
    link = await second_fan.link_on_discord()
    await second_fan.browser.proves(link, second_fan.discord_id)
    assert (await second_fan.browser.sign_in(link, HOLDER))["found"] == [17, 204]
    lost = await fan.reads("does not count for you any more")
    assert f"{demo.house.services.club.domain}/wallet" in lost.text
    assert "fan2" not in lost.text
    await second_fan.reads("Your signature is newer")
    await eventually(lambda: not BOTH & set(fan.discord.roles()), what="the role has gone")
    await eventually(lambda: set(second_fan.discord.roles()) >= BOTH, what="the role has come")


async def test_bd6_the_first_fan_takes_it_back_at_once_and_nobody_else_may(
    fan: Fan, newcomer: Fan
) -> None:
    link = await newcomer.link_on_discord()
    await newcomer.browser.proves(link, newcomer.discord_id)
    text = await newcomer.browser.text_to_sign(link, HOLDER)
    body = {"text": text, "signature": sign_text(HOLDER, text.encode())}
    status, said, _ = await newcomer.browser.post(f"{link}/finish", body)
    assert (status, said["code"]) == (409, "E-WALLETCOOL")
    assert "UTC on" in said["text"]
    fan.browser = Browser(fan.demo.url)
    await fan.verify_on_discord()
    await eventually(lambda: set(fan.discord.roles()) >= BOTH, what="the role is back")


async def test_unlinking_in_the_chat_asks_once_and_takes_the_roles_at_once(fan: Fan) -> None:
    await fan.discord.command("wallets")
    listed = await fan.reads("Your wallets")
    await fan.discord.press(listed, "Unlink 1")
    sure = await fan.reads("ends at once, in every chat")
    assert set(fan.discord.roles()) >= BOTH  # nothing has happened yet
    await fan.discord.press(sure, "Unlink it")
    await fan.reads("Holder, First 100 ends now")
    await eventually(lambda: not BOTH & set(fan.discord.roles()), what="the roles have gone")
    await fan.discord.command("wallets")
    await fan.reads("No wallet is linked to this account")


async def test_on_telegram_a_wallet_is_named_and_unlinked_with_buttons_too(
    second_fan: Fan, demo: Demo
) -> None:
    bot = demo.town.groups.bot
    await second_fan.sign_in(await second_fan.link_on_telegram())
    await second_fan.telegram.send(bot, "wallets")
    listed = await second_fan.telegram.sees(bot, "Your wallets")
    await second_fan.telegram.press(listed, "Label 1")
    await second_fan.telegram.sees(bot, "Name (up to 40 letters)")
    await second_fan.telegram.send(bot, "<b>Phone</b> & co")
    named = await second_fan.telegram.sees(bot, "from now on")
    assert "<b>Phone</b> & co" in named.text
    await second_fan.telegram.send(bot, "wallets")
    listed = await second_fan.telegram.sees(bot, "Your wallets", after=named.id)
    assert "<b>Phone</b> & co" in listed.text
    await second_fan.telegram.press(listed, "Unlink 1")
    sure = await second_fan.telegram.sees(bot, "ends at once, in every chat")
    await second_fan.telegram.press(sure, "Unlink it")
    await second_fan.telegram.sees(bot, "is unlinked")


async def test_two_chats_that_each_linked_a_wallet_become_one_fan_by_a_code(
    fan: Fan, second_fan: Fan, demo: Demo
) -> None:
    bot = demo.town.groups.bot
    fan.browser = Browser(demo.url)
    await fan.verify_on_discord()
    link = await fan.link_on_telegram()
    said = await fan.browser.sign_in(link, second_fan.wallet)
    await fan.send_code(str(said["code"]))
    await fan.discord.command("code")
    given = await fan.reads("Send this code to me in the other chat")
    code = next(word for word in given.text.replace("`", " ").split() if word.count("-") == 1)
    await fan.telegram.send(bot, code.rstrip("."))
    joined = await fan.telegram.sees(bot, "Same fan, both chats")
    assert "#17, #204 and #310" in joined.text

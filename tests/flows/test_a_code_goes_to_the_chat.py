"""A club without Discord's sign-in: the code of the page goes to the chat, and only then opens."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from bot.sandbox.demo import Demo, DemoOptions
from tests.flows.house import Fan, eventually, hosted
from tests.flows.sign_in_kit import Unchanged, all_is_said


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def demo(data: Path) -> AsyncIterator[Demo]:
    options = DemoOptions(data=data, block_seconds=None, role_limit=False, discord_sign_in=False)
    async with hosted(options) as demo:
        yield demo


async def signed(fan: Fan, wallet_of: Fan) -> tuple[str, str]:
    """The link of `fan` after this holder's wallet signed on it, and the code on the page."""
    link = await fan.link_on_discord()
    said = await wallet_of.browser.sign_in(link, wallet_of.wallet)
    assert said["pending"] is True
    return link, str(said["code"])


async def hand_in(fan: Fan, code: str) -> None:
    """Press "I have a code" under the bot's answer, and type it into the form."""
    page = await fan.reads("Open this page")
    await fan.discord.press(page, "I have a code")
    await fan.discord.submit_modal(code=code)


async def test_bd3_a_signature_alone_gives_no_role_and_the_chat_said_a_code_would_be_asked(
    fan: Fan, newcomer: Fan, demo: Demo
) -> None:
    told = await _link_message(newcomer)
    assert "After you sign, the page shows a code" in told
    await eventually(lambda: all_is_said(demo), what="the outbox is quiet")
    async with Unchanged(demo):  # the newcomer relays the link, the fan signs on it
        _, code = await signed(newcomer, wallet_of=fan)
    await fan.discord.press(await fan.reads("Welcome to Tide Club"), "Verify my copy")
    async with Unchanged(demo):
        await hand_in(fan, code)
        await fan.reads("No sign-in of this account waits for a code")
        await hand_in(newcomer, "222-222")
        await newcomer.reads("tries left: 4")
    assert not {"Holder", "First 100"} & set(newcomer.discord.roles())
    assert not {"Holder", "First 100"} & set(fan.discord.roles())


async def _link_message(fan: Fan) -> str:
    await fan.link_on_discord()
    return str((await fan.reads("Open this page")).text).replace("**", "")


async def test_bd3_the_right_code_in_the_form_links_the_wallet_and_brings_the_role(
    fan: Fan,
) -> None:
    link, code = await signed(fan, wallet_of=fan)
    assert (await fan.browser.state(link))[1] == {"pending": True}
    await hand_in(fan, code)
    await fan.reads("That is the right code")
    await eventually(lambda: {"Holder", "First 100"} <= set(fan.discord.roles()))
    outcome = await fan.browser.outcome(link)
    assert outcome["found"] == [17, 204]


async def test_the_longer_code_of_the_other_chat_is_told_apart(fan: Fan, demo: Demo) -> None:
    bot = demo.town.groups.bot
    await fan.discord.command("code")
    given = await fan.reads("Send this code to me in the other chat")
    code = next(word for word in given.text.replace("`", " ").split() if word.count("-") == 1)
    await fan.telegram.start(bot)
    await fan.telegram.send(bot, code.rstrip("."))
    await fan.telegram.sees(bot, "Same fan, both chats")


async def test_a_word_of_six_letters_is_no_code_where_none_is_waited_for(
    fan: Fan, demo: Demo
) -> None:
    bot = demo.town.groups.bot
    await fan.telegram.send(bot, "thanks")
    await fan.telegram.sees(bot, "I did not understand that")
    await fan.telegram.send(bot, "4F7-K2Q")
    await fan.telegram.sees(bot, "No sign-in of this account waits for a code")

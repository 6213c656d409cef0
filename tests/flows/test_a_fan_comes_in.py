"""A fan proves a copy and comes in; selling it ends that; a silent chain ends nothing."""

from bot.commands.access import is_code
from bot.sandbox.chain.album import sell_copy
from bot.sandbox.demo import Demo
from gating.adapters.chance import SystemRandomness
from tests.flows.house import Fan, eventually


async def test_a_holder_signs_and_the_role_and_the_private_channel_arrive(fan: Fan) -> None:
    assert "listening-room" not in fan.discord.channels()
    found = await fan.verify_on_discord()
    assert found["found"] == [17, 204]
    done = await fan.reads("Done. You hold #17 and #204")
    assert "Holder, First 100" in done.text
    await eventually(lambda: {"Holder", "First 100"} <= set(fan.discord.roles()))
    assert "listening-room" in fan.discord.channels()


async def test_a_fan_of_discord_enters_telegram_with_a_code_and_no_second_signature(
    fan: Fan, demo: Demo
) -> None:
    groups = demo.town.groups
    assert await fan.telegram.tap_invite(groups.link) == "requested"
    asked = await fan.telegram.sees(groups.bot, "Tide Club is for holders")
    await fan.discord.command("code")
    given = await fan.reads("Send this code to me in the other chat")
    code = next(word for word in given.text.replace("`", " ").split() if word.count("-") == 1)
    assert "I have a code" in asked.labels
    await fan.telegram.send(groups.bot, code.rstrip("."))
    await fan.telegram.sees(groups.bot, "Same fan, both chats")
    await eventually(lambda: fan.telegram.is_member(groups.holders), what="approved")


async def test_a_word_of_seven_letters_is_no_code_and_a_wrong_code_is_named(
    newcomer: Fan, demo: Demo
) -> None:
    bot = demo.town.groups.bot
    await newcomer.telegram.start(bot)
    await newcomer.telegram.send(bot, "Goodbye")
    await newcomer.telegram.sees(bot, "I did not understand that")
    await newcomer.telegram.send(bot, "4f7k2qx")
    wrong = await newcomer.telegram.sees(bot, "That code is wrong")
    assert wrong.text.endswith("E-CODE")
    assert "I have a code" in wrong.labels


def test_every_code_has_a_digit_so_that_it_can_be_typed_without_its_dash() -> None:
    random = SystemRandomness()
    given = [make() for make in (random.code, random.proof_code) for _ in range(300)]
    assert all(is_code(code.replace("-", "").lower()) for code in given)
    assert not any(
        map(is_code, ("welcome", "tonight", "4F7-K2", "4F7-K2QXZ", "4F7-K2QO", "10L-K2QX"))
    )


async def test_a_holder_who_knocks_on_telegram_signs_and_is_let_in(
    second_fan: Fan, demo: Demo
) -> None:
    groups = demo.town.groups
    await second_fan.telegram.tap_invite(groups.link)
    asked = await second_fan.telegram.sees(groups.bot, "Tide Club is for holders")
    await second_fan.telegram.press(asked, "Verify my copy")
    page = await second_fan.telegram.sees(groups.bot, "Open this page")
    link = str(await second_fan.telegram.press(page, "Open page"))
    await second_fan.sign_in(link)
    await eventually(lambda: second_fan.telegram.is_member(groups.holders), what="approved")
    await second_fan.telegram.sees(groups.bot, "You hold #310")


async def test_who_holds_no_copy_is_refused_with_the_named_reason(newcomer: Fan) -> None:
    found = await newcomer.verify_on_discord()
    assert found["found"] == []
    refused = await newcomer.reads("holds 0 copies of Tide")
    assert newcomer.wallet.address[:6].lower() in refused.text
    assert not {"Holder", "First 100"} & set(newcomer.discord.roles())


async def test_while_the_node_is_stopped_nobody_loses_anything_and_the_message_says_so(
    fan: Fan, demo: Demo
) -> None:
    await demo.chain.stop()
    try:
        await eventually(lambda: _is_silent(demo), what="the outage is noticed")
        await fan.discord.command("me")
        await fan.reads("Your access is unchanged")
        assert "Holder" in fan.discord.roles()
    finally:
        await demo.chain.start()
    await eventually(lambda: _speaks_again(demo), what="the chain is read again")
    assert "Holder" in fan.discord.roles()


async def test_a_sold_copy_ends_its_role_at_finality_and_not_before(fan: Fan, demo: Demo) -> None:
    await sell_copy(demo.chain, demo.album, 17, fan.wallet)
    await demo.chain.mine(2)
    await eventually(lambda: _has_settled_past(demo, 2), what="the sale is settled")
    assert "First 100" in fan.discord.roles()
    await demo.chain.mine(2 * demo.chain.settings.epoch)
    ended = await fan.reads("First 100 ended")
    assert "#17" in ended.text
    assert "#204 keeps **Holder**" in ended.text
    await eventually(lambda: "First 100" not in fan.discord.roles())
    assert "Holder" in fan.discord.roles()


async def _is_silent(demo: Demo) -> bool:
    async with demo.house.services.store() as tx:
        return (await tx.ledger.reading(demo.club.asset, ())).silent == "E-CHAINDOWN"


async def _speaks_again(demo: Demo) -> bool:
    return not await _is_silent(demo)


async def _has_settled_past(demo: Demo, depth: int) -> bool:
    head = await demo.chain.head()
    async with demo.house.services.store() as tx:
        settled = (await tx.ledger.reading(demo.club.asset, ())).settled
    return settled is not None and settled.number >= head - depth

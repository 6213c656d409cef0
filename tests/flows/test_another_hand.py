"""Moderators and other bots touch roles too: it is noticed, told, and never fought over."""

from bot.sandbox.chain.album import buy_copy, sell_copy
from bot.sandbox.demo import Demo
from tests.flows.house import Fan, eventually
from tests.flows.test_selling_ends_telegram_too import nothing_is_due, rows


async def test_who_loses_a_role_by_another_hand_is_reported_to_the_moderators(
    fan: Fan, moderator: Fan, demo: Demo
) -> None:
    await fan.verify_on_discord()
    await eventually(lambda: "Holder" in fan.discord.roles(), what="the role")
    await eventually(lambda: nothing_is_due(demo), what="everything is done")
    demo.discord.take_role(demo.town.server.guild, person(demo, fan), holder(demo))
    told = await moderator.reads("Somebody else took Holder from")
    assert "Give it back" in told.buttons


async def test_what_another_hand_took_is_not_given_back_unasked(fan: Fan, demo: Demo) -> None:
    await fan.discord.command("verify")
    await fan.reads("is linked. I looked again")
    await demo.house.services.refresh_everyone()
    await eventually(lambda: nothing_is_due(demo), what="everything is done")
    assert "Holder" not in fan.discord.roles()


async def test_a_moderator_gives_it_back_with_one_press(
    fan: Fan, moderator: Fan, demo: Demo
) -> None:
    told = await moderator.reads("Somebody else took Holder from")
    await moderator.discord.press(told, "Give it back")
    await moderator.reads("gets back whatever the wallets open")
    await eventually(lambda: "Holder" in fan.discord.roles(), what="given back")
    await eventually(lambda: nothing_is_due(demo), what="everything is done")


async def test_a_fan_who_asks_to_be_looked_at_again_is_told_what_is_open_and_why(
    fan: Fan,
) -> None:
    await fan.discord.command("recheck")
    told = await fan.reads("I looked again")
    assert "Holder" in told.text


async def test_a_moderator_looks_again_at_a_fan_who_is_stuck(
    fan: Fan, moderator: Fan, demo: Demo
) -> None:
    await eventually(lambda: nothing_is_due(demo), what="everything is done")
    demo.discord.take_role(demo.town.server.guild, person(demo, fan), holder(demo))
    await eventually(lambda: reported(demo, 2), what="the second report")
    await moderator.discord.command("recheck", fan="@fan")
    await moderator.reads("I looked at fan again")
    await eventually(lambda: "Holder" in fan.discord.roles(), what="given back")
    await eventually(lambda: nothing_is_due(demo), what="everything is done")


async def test_nobody_else_has_another_person_looked_at(newcomer: Fan) -> None:
    await newcomer.discord.command("recheck", fan="@fan")
    await newcomer.reads("Only the club's moderators can do that")


async def test_a_role_that_comes_back_after_we_took_it_is_reported_and_left(
    second_fan: Fan, moderator: Fan, demo: Demo
) -> None:
    await second_fan.verify_on_discord()
    await eventually(lambda: "Holder" in second_fan.discord.roles(), what="the role")
    await sell_copy(demo.chain, demo.album, 310, second_fan.wallet)
    await demo.chain.mine(2 + 2 * demo.chain.settings.epoch)
    await eventually(lambda: "Holder" not in second_fan.discord.roles(), what="taken")
    await eventually(lambda: nothing_is_due(demo), what="everything is done")
    demo.discord.give_role(demo.town.server.guild, person(demo, second_fan), holder(demo))
    await moderator.reads("and somebody else gave it back")
    await demo.house.services.refresh_everyone()
    await eventually(lambda: nothing_is_due(demo), what="everything is done")
    assert "Holder" in second_fan.discord.roles()


async def test_a_role_that_a_moderator_gives_to_a_stranger_is_nobody_s_business(
    newcomer: Fan, demo: Demo
) -> None:
    demo.discord.give_role(demo.town.server.guild, person(demo, newcomer), holder(demo))
    await eventually(lambda: nothing_is_due(demo), what="everything is done")
    gave = await rows(demo, "SELECT count(*) FROM audit WHERE what = 'rival.gave'")
    assert gave == [(1,)]


async def test_who_buys_again_while_the_role_is_there_by_another_hand_keeps_it(
    second_fan: Fan, demo: Demo
) -> None:
    await buy_copy(demo.chain, demo.album, second_fan.wallet)
    await demo.chain.mine(3)
    await eventually(lambda: nothing_is_due(demo), what="everything is done")
    assert "Holder" in second_fan.discord.roles()


def person(demo: Demo, fan: Fan) -> int:
    return int(demo.town.person(fan.key).discord_id)


def holder(demo: Demo) -> int:
    return demo.town.server.holder_role


async def reported(demo: Demo, times: int) -> bool:
    return await rows(demo, "SELECT count(*) FROM audit WHERE what = 'rival.took'") == [(times,)]

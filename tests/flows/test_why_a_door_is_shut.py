"""A fan asks why a door is open or shut; a moderator asks for a fan; nobody else may."""

from bot.sandbox.demo import Demo
from tests.flows.house import Fan


async def test_a_fan_reads_line_by_line_what_each_door_asks(second_fan: Fan) -> None:
    await second_fan.verify_on_discord()
    await second_fan.reads("You hold #310")
    await second_fan.discord.command("why")
    told = await second_fan.reads("Holder: open.")
    text = told.text.replace("**", "").replace("\\", "")
    assert "Yes: 1 or more of Tide. Found: 1 (#310)" in text
    assert "First 100: shut." in text
    assert "No: 1 or more of Tide, numbered #1 to #100. Found: 0; held are #310, 1 missing" in text
    assert "Looked at block" in text


async def test_who_has_no_wallet_is_shown_the_way_to_link_one(newcomer: Fan, demo: Demo) -> None:
    bot = demo.town.groups.bot
    await newcomer.telegram.start(bot)
    await newcomer.telegram.send(bot, "why")
    told = await newcomer.telegram.sees(bot, "No wallet is linked")
    assert "Verify my copy" in told.labels


async def test_a_moderator_reads_it_of_a_fan_by_name_or_mention(
    moderator: Fan, second_fan: Fan
) -> None:
    name = second_fan.key
    for who in (f"@{name}", f"<@{second_fan.discord_id}>"):
        await moderator.discord.command("why", fan=who)
        told = await moderator.reads("wallets: 0x")
        assert name in told.text
        assert second_fan.wallet.address.lower() not in told.text.lower()
        assert "First 100" in told.text
        moderator.discord.dismiss(told)


async def test_a_name_that_nobody_has_is_told(moderator: Fan) -> None:
    await moderator.discord.command("why", fan="@nobody-at-all")
    assert (await moderator.reads("I know nobody here by the name")).text.endswith("E-NONAME`")


async def test_another_fans_reasons_are_for_moderators_only(newcomer: Fan) -> None:
    await newcomer.discord.command("why", fan="@fan2")
    await newcomer.reads("Only the club's moderators can do that.")

"""A moderator tries a rule, reads the numbers, applies it, and fans' roles follow."""

import asyncio
from dataclasses import replace

import pytest

from bot.commands.table import Desk
from bot.dialogue import Request, read_action
from bot.sandbox.chain.album import sell_copy
from bot.sandbox.demo import Demo
from gating.errors import Refused
from gating.model import Account, Platform, Profile
from tests.flows.house import Fan, eventually
from tests.flows.test_a_rule_is_tried import tries

TWO = 'rule = { holds = "album", min = 2 }'
THREE = 'rule = { holds = "album", min = 3 }'


async def says(moderator: Fan, words: str) -> None:
    """Write to the bot on Telegram."""
    await moderator.telegram.send(moderator.demo.town.groups.bot, words)


async def test_the_role_follows_the_rule_that_was_applied(
    fan: Fan, second_fan: Fan, moderator: Fan
) -> None:
    for each in (fan, second_fan):
        await each.verify_on_discord()
        await each.reads("Done. You hold")
    await tries(moderator, TWO)
    tried = await moderator.reads("Lose it: 1 (fan2)")
    assert "Holder" in second_fan.discord.roles()
    await moderator.discord.press(tried, "Apply")
    await moderator.reads("Done: Holder has this rule now")
    await eventually(lambda: "Holder" not in second_fan.discord.roles())
    assert "Holder" in fan.discord.roles()
    await second_fan.reads("Holder ended: what it asks for is not all there any more")


async def test_the_other_moderators_read_of_it_in_both_chats(moderator: Fan, demo: Demo) -> None:
    told = await moderator.reads("Holder has another rule, set by moderator")
    assert '{ holds = "album", min = 2 }' in told.text
    await moderator.telegram.sees(demo.town.groups.ops, "has another rule, set by moderator")


async def test_the_rule_that_counts_says_who_set_it_and_what_the_file_has(moderator: Fan) -> None:
    await moderator.discord.command("rule", gate="holder")
    told = await moderator.reads("has a rule from the chat, set by moderator")
    assert '{ holds = "album", min = 2 }' in told.text
    assert '{ holds = "album", min = 1 }' in told.text


async def test_the_trail_says_who_changed_it_and_what_the_gate_asks_now(moderator: Fan) -> None:
    await moderator.discord.command("audit", words="rules")
    await moderator.reads('holder asks { holds = "album", min = 2 }')


async def test_every_gate_is_listed_with_its_rule(moderator: Fan) -> None:
    await moderator.discord.command("rule")
    listed = await moderator.reads("First 100: ")
    await moderator.discord.press(listed, "First 100")
    await moderator.reads("(`first-100`) has the rule of the club file")


async def test_on_telegram_the_moderator_goes_back_to_the_file_and_the_role_comes_back(
    second_fan: Fan, moderator: Fan, demo: Demo
) -> None:
    bot = demo.town.groups.bot
    await moderator.telegram.start(bot)
    await says(moderator, "/rule holder")
    shown = await moderator.telegram.sees(bot, "has a rule from the chat")
    await moderator.telegram.press(shown, "Try the club file's rule")
    tried = await moderator.telegram.sees(bot, "Gain it: 1 (fan2)")
    await moderator.telegram.press(tried, "Apply")
    await moderator.telegram.sees(bot, "has this rule now")
    await eventually(lambda: "Holder" in second_fan.discord.roles())


async def test_on_telegram_a_rule_is_asked_for_tried_and_thrown_away(
    moderator: Fan, demo: Demo
) -> None:
    bot = demo.town.groups.bot
    await says(moderator, "/rule_try first-100")
    await moderator.telegram.sees(bot, "The gate's id")
    await says(moderator, "first-100")
    await moderator.telegram.sees(bot, "Its rule, as in the club file")
    await says(moderator, THREE)
    tried = await moderator.telegram.sees(bot, "Lose it: 1 (fan)")
    await moderator.telegram.press(tried, "Throw away")
    await moderator.telegram.sees(bot, "Thrown away. Nothing was changed.")


async def test_two_taps_at_once_apply_once(moderator: Fan, demo: Demo) -> None:
    await tries(
        moderator, 'rule = { any = [ { holds = "album" }, { holds = "album", min = 5 } ] }'
    )
    tried = await moderator.reads("nobody gains it and nobody loses it")
    await asyncio.gather(*(moderator.discord.press(tried, "Apply") for _ in range(2)))
    await moderator.reads("Done: Holder has this rule now")
    await moderator.reads("This try was applied or thrown away")
    async with demo.house.services.store() as tx:
        changes = await tx.rules.of(demo.club.gates[0].id, most=9)
    assert [each.number for each in changes] == [3, 2, 1]


async def test_what_people_hold_by_now_is_shown_before_it_is_applied(
    fan: Fan, moderator: Fan, demo: Demo
) -> None:
    await tries(moderator, TWO)
    tried = await moderator.reads("Lose it: 1 (fan2)")
    copy = (await fan_s_copies(fan, demo))[0]
    await sell_copy(demo.chain, demo.album, copy, fan.wallet)
    await demo.chain.mine(2 * demo.chain.settings.epoch + 3)
    await eventually(lambda: only_one_left(fan, demo))
    await moderator.discord.press(tried, "Apply")
    asked = await moderator.reads("Not applied yet.")
    assert "Lose it: 2" in asked.text
    assert "Holder" in fan.discord.roles()
    await moderator.discord.press(asked, "Throw away")
    await moderator.reads("Thrown away")


async def fan_s_copies(fan: Fan, demo: Demo) -> tuple[int, ...]:
    account = Account(Platform.DISCORD, fan.discord_id)
    async with demo.house.services.store() as tx:
        person = await tx.people.of_account(account)
    assert person is not None
    return (await demo.house.services.refresh.look(person.id)).copies


async def only_one_left(fan: Fan, demo: Demo) -> bool:
    return len(await fan_s_copies(fan, demo)) == 1


async def test_who_is_no_moderator_can_neither_try_nor_see_nor_apply(
    newcomer: Fan, moderator: Fan, demo: Demo
) -> None:
    for command in ("rule", "rule_try"):
        await newcomer.discord.command(command)
        refused = await newcomer.reads("Only the club's moderators can do that.")
        newcomer.discord.dismiss(refused)
    await tries(moderator, THREE)
    tried = await moderator.reads("Holder with this rule")
    [action] = [each for each in actions_of(tried) if each.startswith("rule_apply")]
    command, argument = read_action(action)
    stranger = Account(Platform.DISCORD, newcomer.discord_id)
    asked = Request(stranger, Profile("newcomer", "Newcomer"), command, argument)
    desk = Desk(demo.house.services)
    for forged in (
        asked,
        replace(asked, command="rule_drop"),
        replace(asked, command="rule_file"),
    ):
        with pytest.raises(Refused, match="E-NOTMODERATOR"):
            await desk(forged)
    await moderator.discord.press(tried, "Throw away")  # it is still there


def actions_of(message: object) -> list[str]:
    rows = message.json["components"]  # type: ignore[attr-defined]
    return [str(button["custom_id"]) for row in rows for button in row["components"]]

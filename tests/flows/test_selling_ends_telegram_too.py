"""Selling the only copy ends the Telegram group too, kindly; what others gave is never taken."""

from sqlalchemy import text as sql

from bot.sandbox.chain.album import buy_copy, sell_copy
from bot.sandbox.demo import Demo
from tests.flows.house import PATIENCE, Fan, eventually


async def test_who_sells_the_only_copy_leaves_the_group_at_finality_and_is_told_why(
    second_fan: Fan, demo: Demo
) -> None:
    groups = demo.town.groups
    await come_in(second_fan, demo)
    sold_in = await sell_copy(demo.chain, demo.album, 310, second_fan.wallet)
    await demo.chain.mine(2)
    await eventually(lambda: is_settled(demo, sold_in), what="the sale is settled")
    assert second_fan.telegram.is_member(groups.holders)
    await demo.chain.mine(2 * demo.chain.settings.epoch)
    told = await second_fan.telegram.sees(
        groups.bot, "left your wallet in block", timeout=PATIENCE
    )
    assert "#310" in told.text
    assert "Holder ended" in told.text.replace("*", "")
    assert str(sold_in) in told.text.replace("\N{NO-BREAK SPACE}", "")
    await eventually(lambda: not second_fan.telegram.is_member(groups.holders), what="removed")


async def test_the_removal_is_no_ban(second_fan: Fan, demo: Demo) -> None:
    groups = demo.town.groups
    await eventually(lambda: second_fan.telegram.status(groups.holders) == "left", what="unbanned")


async def test_who_buys_a_copy_again_comes_back_by_asking_to_join(
    second_fan: Fan, demo: Demo
) -> None:
    groups = demo.town.groups
    assert await second_fan.telegram.tap_invite(groups.link) == "requested"
    await second_fan.telegram.sees(groups.bot, "holds 0 copies", timeout=PATIENCE)
    assert not second_fan.telegram.is_member(groups.holders)
    await buy_copy(demo.chain, demo.album, second_fan.wallet)
    await demo.chain.mine(3)
    await eventually(lambda: second_fan.telegram.is_member(groups.holders), what="let in again")


async def test_a_role_that_a_moderator_gave_by_hand_is_never_taken(
    newcomer: Fan, demo: Demo
) -> None:
    server = demo.town.server
    person = int(demo.town.person("newcomer").discord_id)
    demo.discord.give_role(server.guild, person, server.holder_role)
    await newcomer.verify_on_discord()
    await newcomer.reads("holds 0 copies")
    await demo.house.services.refresh_everyone()
    await eventually(lambda: nothing_is_due(demo), what="everything is done")
    assert "Holder" in newcomer.discord.roles()
    assert await rows(demo, "SELECT count(*) FROM audit WHERE what = 'pass.close'") == [(1,)]


async def test_while_the_bot_s_role_is_too_low_the_fan_waits_and_the_moderators_are_told(
    fan: Fan, moderator: Fan, demo: Demo
) -> None:
    server = demo.town.server
    own_role = demo.discord.bot_role(server.guild, server.bot)
    demo.discord.move_role(server.guild, own_role, 1)
    await fan.verify_on_discord()
    waits = await fan.reads("I am not allowed to open the door yet")
    assert "I told the moderators" in waits.text
    alarm = await moderator.reads("My role is below Holder")
    assert "Retry" in alarm.buttons
    assert alarm.id in {message.id for message in moderator.discord.messages("ops")}
    assert not {"Holder", "First 100"} & set(fan.discord.roles())
    assert not [m for m in fan.discord.everything() if "Done." in m.text]


async def test_after_the_role_was_moved_retry_gives_what_was_waiting(
    fan: Fan, moderator: Fan, demo: Demo
) -> None:
    server = demo.town.server
    own_role = demo.discord.bot_role(server.guild, server.bot)
    demo.discord.move_role(server.guild, own_role, 99)
    alarm = await moderator.reads("My role is below Holder")
    await moderator.discord.press(alarm, "Retry")
    await moderator.reads("waiting changes are on their way again")
    await eventually(lambda: {"Holder", "First 100"} <= set(fan.discord.roles()), what="roles")
    await fan.reads("Done. You hold #17 and #204")
    await eventually(lambda: nothing_is_due(demo), what="everything is done")
    assert await rows(demo, "SELECT count(*) FROM outbox WHERE state = 'stuck'") == [(0,)]


async def test_only_a_moderator_can_retry(fan: Fan) -> None:
    await fan.discord.command("retry")
    await fan.reads("Only the club's moderators can do that")


async def come_in(person: Fan, demo: Demo) -> None:
    groups = demo.town.groups
    await person.telegram.start(groups.bot)  # without it a bot may not write later (Bot API)
    await person.telegram.tap_invite(groups.link)
    asked = await person.telegram.sees(groups.bot, "Tide Club is for holders", timeout=PATIENCE)
    await person.telegram.press(asked, "Verify my copy")
    page = await person.telegram.sees(groups.bot, "Open this page")
    link = str(await person.telegram.press(page, "Open page"))
    await person.sign_in(link)
    await eventually(lambda: person.telegram.is_member(groups.holders), what="let in")


async def is_settled(demo: Demo, number: int) -> bool:
    async with demo.house.services.store() as tx:
        settled = (await tx.ledger.reading(demo.club.asset, ())).settled
    return settled is not None and settled.number >= number


async def nothing_is_due(demo: Demo) -> bool:
    return await rows(demo, "SELECT count(*) FROM outbox WHERE state = 'due'") == [(0,)]


async def rows(demo: Demo, query: str) -> list[tuple[object, ...]]:
    async with demo.house.services.store.sessions() as session:
        return [tuple(row) for row in await session.execute(sql(query))]

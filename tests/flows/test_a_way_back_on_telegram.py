"""Who was let go comes back by a link of their own; a group moves and forbids, and nobody is lost.

The tests go on where the one before stopped.
"""

from bot.sandbox.chain.album import buy_copy, copies_of, sell_copy
from bot.sandbox.demo import Demo
from bot.sandbox.telegram_server.person import Person
from bot.sandbox.telegram_server.view import MessageView
from tests.flows.house import PATIENCE, Fan, eventually
from tests.flows.test_selling_ends_telegram_too import come_in, nothing_is_due, rows

BACK = "is open to you again"


async def test_who_buys_again_is_sent_a_link_of_their_own_once(
    second_fan: Fan, demo: Demo
) -> None:
    groups = demo.town.groups
    await come_in(second_fan, demo)
    await sell_copy(demo.chain, demo.album, 310, second_fan.wallet)
    await demo.chain.mine(2 + 2 * demo.chain.settings.epoch)
    await eventually(lambda: not second_fan.telegram.is_member(groups.holders), what="let go")
    await buy_copy(demo.chain, demo.album, second_fan.wallet)
    await demo.chain.mine(3)
    told = await second_fan.telegram.sees(groups.bot, BACK, timeout=PATIENCE)
    assert told.labels[0] == "Ask to join Tide Club holders"
    await demo.house.services.refresh_everyone()
    await second_fan.telegram.send(groups.bot, "why")
    why = await second_fan.telegram.sees(
        groups.bot, lambda m: m.labels[:1] == told.labels[:1] and m.id != told.id, timeout=15
    )
    assert await link_in(second_fan, why) == await link_in(second_fan, told)
    assert len([m for m in second_fan.telegram.messages(groups.bot) if BACK in m.text]) == 1
    assert await rows(demo, "SELECT count(*) FROM invitation WHERE url IS NOT NULL") == [(1,)]


async def test_the_link_in_another_hand_lets_nobody_in(
    second_fan: Fan, newcomer: Fan, demo: Demo
) -> None:
    groups = demo.town.groups
    link = await link_in(second_fan, await second_fan.telegram.sees(groups.bot, BACK))
    assert await newcomer.telegram.tap_invite(link) == "requested"
    await newcomer.telegram.sees(groups.bot, "Tide Club is for holders", timeout=PATIENCE)
    assert not newcomer.telegram.is_member(groups.holders)


async def test_by_the_link_the_fan_asks_to_join_and_it_is_over_then(
    second_fan: Fan, artist: Fan, demo: Demo
) -> None:
    groups = demo.town.groups
    link = await link_in(second_fan, await second_fan.telegram.sees(groups.bot, BACK))
    assert await second_fan.telegram.tap_invite(link) == "requested"
    await eventually(lambda: second_fan.telegram.is_member(groups.holders), what="let in again")

    async def is_revoked() -> bool:
        return await rows(demo, "SELECT count(*) FROM invitation") == [(0,)]

    await eventually(is_revoked, what="the link is revoked")
    assert await outsider(demo).tap_invite(link) == "expired"


async def test_who_left_and_asks_is_shown_the_way_and_not_before(
    second_fan: Fan, demo: Demo
) -> None:
    groups = demo.town.groups
    await second_fan.telegram.leave(groups.holders)
    await eventually(lambda: held(demo, second_fan, 0), what="the pass is gone")
    await demo.house.services.refresh_everyone()
    assert await rows(demo, "SELECT count(*) FROM invitation") == [(0,)]
    await second_fan.telegram.send(groups.bot, "me")
    shown = await second_fan.telegram.sees(groups.bot, "Open to you", timeout=PATIENCE)
    link = await link_in(second_fan, shown)
    assert await second_fan.telegram.tap_invite(link) == "requested"
    await eventually(lambda: second_fan.telegram.is_member(groups.holders), what="let in again")


async def test_fl22_while_the_bot_lacks_its_rights_the_fan_waits_and_moderators_hear_it_once(
    fan: Fan, moderator: Fan, demo: Demo
) -> None:
    groups = demo.town.groups
    assert await fan.telegram.tap_invite(groups.link) == "requested"
    await fan.telegram.sees(groups.bot, "Tide Club is for holders", timeout=PATIENCE)
    demo.telegram.make_admin(groups.holders, groups.bot, can_pin_messages=True)
    alarm = await moderator.reads(f"In the group or channel {groups.holders} I need")
    await fan.sign_in(await fan.link_on_telegram())
    await fan.telegram.sees(groups.bot, "I am not allowed to open the door yet", timeout=PATIENCE)
    alarms = [m.id for m in moderator.discord.messages("ops") if "I need to be" in m.text]
    assert alarms == [alarm.id]


async def test_fl22_when_the_rights_are_back_what_waited_goes_on_by_itself(
    fan: Fan, moderator: Fan, demo: Demo
) -> None:
    groups = demo.town.groups
    demo.telegram.make_admin(groups.holders, groups.bot)
    await eventually(lambda: fan.telegram.is_member(groups.holders), what="let in")
    await moderator.reads(f"I have my rights in {groups.holders} again")
    assert not [m for m in moderator.discord.messages("ops") if "I need to be" in m.text]


async def test_fl21_a_group_that_became_a_supergroup_is_followed_and_its_fans_stay(
    fan: Fan, second_fan: Fan, moderator: Fan, demo: Demo
) -> None:
    groups = demo.town.groups
    demo.telegram.world.rooms[groups.holders].kind = "group"  # as if it had been a small one
    now = demo.telegram.upgrade(groups.holders)
    await moderator.reads(f"became a supergroup and is {now} now")
    assert await held(demo, fan, 1)
    await second_fan.telegram.leave(now)
    await eventually(lambda: held(demo, second_fan, 0), what="the pass is gone")
    await second_fan.telegram.send(groups.bot, "me")
    assert await second_fan.telegram.tap_invite(groups.link) == "requested"
    await eventually(lambda: second_fan.telegram.is_member(now), what="let in there")
    assert await held(demo, second_fan, 1)


async def test_whom_a_moderator_put_out_hears_of_no_way_back_and_stays_out(
    second_fan: Fan, demo: Demo
) -> None:
    groups = demo.town.groups
    now = demo.telegram.world.rooms[groups.holders].moved_to
    user = second_fan.telegram.user_id
    (copy,) = await copies_of(demo.chain, demo.album, second_fan.wallet.address)
    await sell_copy(demo.chain, demo.album, copy, second_fan.wallet)
    await demo.chain.mine(2 + 2 * demo.chain.settings.epoch)
    await eventually(lambda: second_fan.telegram.status(now) == "left", what="let go")
    demo.telegram.remove(now, user)
    await buy_copy(demo.chain, demo.album, second_fan.wallet)
    await demo.chain.mine(3)
    await eventually(lambda: is_decided_twice(demo), what="the way back is decided")
    await eventually(lambda: nothing_is_due(demo), what="everything is done")
    assert len([m for m in second_fan.telegram.messages(groups.bot) if BACK in m.text]) == 1
    assert second_fan.telegram.status(now) == "kicked"


async def is_decided_twice(demo: Demo) -> bool:
    return await rows(demo, "SELECT count(*) FROM audit WHERE what = 'pass.invite'") == [(2,)]


async def link_in(fan: Fan, message: MessageView) -> str:
    """The address behind the first button."""
    return str(await fan.telegram.press(message, message.labels[0]))


async def held(demo: Demo, fan: Fan, count: int) -> bool:
    user = str(demo.town.person(fan.key).telegram_id)
    ours = await rows(demo, "SELECT user_id FROM held_pass WHERE platform = 'telegram'")
    return len([owner for (owner,) in ours if owner == user]) == count


def outsider(demo: Demo) -> Person:
    return demo.telegram.person(demo.telegram.add_user("outsider", "Outsider"))

"""Who gets which role through the Discord door, who hears what, and what is said otherwise."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.dialogue import Button, Picture, Reply, Span
from bot.sandbox.discord_server.limits import Rule
from gating.errors import NeedsPerson, Refused, TryLater
from gating.model import Account, Notice, Platform
from gating.model.entries import Post
from tests.doors.discord_stage import Stage, closed_stage, open_stage
from tests.doors.door_core import PNG, running, says

BUNCHED = 3
"""Requests that a busy machine may send too close to each other; unspaced they are dozens."""


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with open_stage() as stage:
        yield stage


async def use_a_command(stage: Stage) -> None:
    """The fan used the bot a moment ago: the answer is there, and the door knows that it is."""
    stage.core.answers["verify"] = says("Open this page")
    await stage.fan.command("verify")
    await stage.fan.sees("Open this page")
    await asyncio.sleep(0.1)


async def test_a_role_is_given_and_taken_with_its_reason_in_the_audit_log(stage: Stage) -> None:
    await stage.door.open(stage.account, stage.target, "holds #17 at block 9")
    assert stage.fan.roles() == ["Holder"]
    await stage.door.open(stage.account, stage.target, "holds #17 at block 9")
    await stage.door.close(stage.account, stage.target, "sold #17")
    assert stage.fan.roles() == []
    audit = stage.server.state.guilds[stage.guild].audit
    assert [entry.reason for entry in audit] == ["holds #17 at block 9", "sold #17"]


async def test_ch8_a_role_above_the_bot_needs_a_person(stage: Stage) -> None:
    stage.server.move_role(stage.guild, stage.role, 50)
    with pytest.raises(NeedsPerson) as caught:
        await stage.door.open(stage.account, stage.target, "holds #17")
    assert (caught.value.code, caught.value.facts) == ("E-ROLEPOS", {"role": stage.target})


async def test_ch8_a_bot_without_the_right_needs_a_person(stage: Stage) -> None:
    bot_role = stage.server.bot_role(stage.guild, stage.bot)
    stage.server.state.guilds[stage.guild].roles[bot_role].permissions = 0
    with pytest.raises(NeedsPerson, match="E-ROLEPOS"):
        await stage.door.close(stage.account, stage.target, "sold #17")


async def test_ch8_a_deleted_role_needs_a_person(stage: Stage) -> None:
    stage.server.delete_role(stage.guild, stage.role)
    with pytest.raises(NeedsPerson, match="E-ROLEGONE"):
        await stage.door.open(stage.account, stage.target, "holds #17")
    with pytest.raises(NeedsPerson, match="E-ROLEGONE"):
        await stage.door.open(stage.account, "holder", "a name is no id")


async def test_ch8_a_member_who_left_is_refused(stage: Stage) -> None:
    stage.server.leave(stage.guild, stage.fan.user_id)
    with pytest.raises(Refused, match="E-LEFT"):
        await stage.door.open(stage.account, stage.target, "holds #17")


@pytest.mark.parametrize("trouble", ["silence", "errors", "rate limit"])
async def test_ch8_an_outage_is_for_later_and_nothing_is_lost(trouble: str) -> None:
    async with open_stage(patience=0.3) as stage:
        faults = stage.server.faults
        faults.only = "/roles/"
        match trouble:
            case "silence":
                faults.delay = 1.0
            case "errors":
                faults.fail_next = 1
            case "rate limit":
                faults.storm_next, faults.storm_wait = 1, 0.5
        with pytest.raises(TryLater, match="E-DISCORDBUSY"):
            await stage.door.open(stage.account, stage.target, "holds #17")
        assert await stage.fan.until(lambda: stage.fan.roles() == ["Holder"])


async def test_ch8_a_long_global_limit_holds_nothing_back_afterwards() -> None:
    async with open_stage(patience=0.2) as stage:
        faults = stage.server.faults
        faults.only, faults.storm_next, faults.storm_wait = "/roles/", 1, 0.6
        faults.storm_global = True
        with pytest.raises(TryLater):
            await stage.door.open(stage.account, stage.target, "holds #17")
        await asyncio.sleep(0.7)
        await stage.door.close(stage.account, stage.target, "sold #17")


async def test_many_grants_at_once_are_all_given_without_running_into_discords_limit(
    stage: Stage,
) -> None:
    stage.server.limits.role_rule = Rule(1_000, 1.0)
    refused = stage.server.limits.refused
    accounts = []
    for number in range(120):
        user = stage.server.add_user(f"fan{number}", "Fan")
        stage.server.join(stage.guild, user)
        accounts.append(Account(Platform.DISCORD, str(user)))
    async with asyncio.TaskGroup() as group:
        for account in accounts:
            group.create_task(stage.door.open(account, stage.target, "holds"))
    members = stage.server.state.guilds[stage.guild].members
    assert all(stage.role in members[int(account.user_id)].roles for account in accounts)
    assert stage.server.limits.refused - refused <= BUNCHED


async def test_news_comes_below_what_the_fan_did_last(stage: Stage) -> None:
    await use_a_command(stage)
    await stage.door.tell(stage.account, Notice("Done. You hold #17."))
    shown = await stage.fan.sees("Done. You hold #17.")
    assert (shown.channel, shown.ephemeral) == ("votes", True)


async def test_news_comes_by_direct_message_when_the_token_is_over(stage: Stage) -> None:
    await use_a_command(stage)
    stage.core.late = timedelta(minutes=14)
    await stage.door.tell(stage.account, Notice("Done. You hold #17."))
    assert (await stage.fan.sees("Done. You hold #17.")).channel == "dm"


async def test_news_comes_by_direct_message_when_discord_refuses_the_token(stage: Stage) -> None:
    await use_a_command(stage)
    stage.server.faults.only = "/webhooks/"
    stage.server.faults.fail_next, stage.server.faults.fail_status = 1, 404
    await stage.door.tell(stage.account, Notice("Done. You hold #17."))
    assert (await stage.fan.sees("Done. You hold #17.")).channel == "dm"


async def test_what_was_lost_comes_by_direct_message_before_any_other_way(stage: Stage) -> None:
    await use_a_command(stage)
    stage.core.presented["access.ended.kept"] = says("First 100 ended")
    await stage.door.tell(stage.account, Notice("access.ended.kept"))
    assert (await stage.fan.sees("First 100 ended")).channel == "dm"


async def test_what_was_lost_is_still_told_where_direct_messages_are_closed(stage: Stage) -> None:
    await use_a_command(stage)
    stage.fan.close_dms()
    await stage.door.tell(stage.account, Notice("access.ended"))
    assert (await stage.fan.sees("access.ended")).ephemeral
    stage.core.late = timedelta(minutes=14)
    with pytest.raises(Refused, match="E-DMCLOSED"):
        await stage.door.tell(stage.account, Notice("access.ended"))


async def test_closed_direct_messages_are_named(stage: Stage) -> None:
    stage.fan.close_dms()
    with pytest.raises(Refused, match="E-DMCLOSED"):
        await stage.door.tell(stage.account, Notice("Hello"))


async def test_news_is_posted_once_and_then_redrawn(stage: Stage) -> None:
    post = Post(Platform.DISCORD, "votes", "poll:7c1e", Notice("Where should we play?"))
    rows = ((Button("Vote", "vote", "7c1e"),),)
    stage.core.presented["Where should we play?"] = says("Where should we play?", rows=rows)
    await stage.door.post(post, key="1")
    stage.core.refs.clear()  # the process ended before it could remember the message
    await stage.door.post(post, key="1")
    first = await stage.fan.sees("Where should we play?")
    assert len(stage.fan.messages("votes")) == 1
    later = Post(Platform.DISCORD, "votes", "poll:7c1e", Notice("1 Berlin 388 votes"))
    card = Picture(PNG, "Berlin 388 votes, 38 percent")
    stage.core.presented["1 Berlin 388 votes"] = Reply((Span("1 Berlin 388 votes"),), (), card)
    await stage.door.post(later, key="2")
    redrawn = await stage.fan.sees("1 Berlin 388 votes")
    assert redrawn.id == first.id
    assert redrawn.buttons == []
    assert redrawn.attachments[0]["description"] == "Berlin 388 votes, 38 percent"


async def test_news_whose_message_was_deleted_is_posted_again(stage: Stage) -> None:
    post = Post(Platform.DISCORD, "votes", "poll:7c1e", Notice("Where should we play?"))
    stage.core.refs[Platform.DISCORD, "poll:7c1e"] = f"{stage.channel}:1"
    await stage.door.post(post, key="2")
    shown = await stage.fan.sees("Where should we play?")
    assert stage.core.refs[Platform.DISCORD, "poll:7c1e"] == f"{stage.channel}:{shown.id}"


async def test_news_for_an_unknown_place_or_a_deleted_channel_needs_a_person(
    stage: Stage,
) -> None:
    with pytest.raises(NeedsPerson, match="E-PLACE"):
        await stage.door.post(Post(Platform.DISCORD, "ops", "x", Notice("Hello")), key="1")
    stage.place.channels["votes"] = 1  # type: ignore[index]
    with pytest.raises(NeedsPerson, match="E-PLACE"):
        await stage.door.post(Post(Platform.DISCORD, "votes", "x", Notice("Hello")), key="1")


async def test_joining_and_leaving_are_heard_where_the_intent_is_given() -> None:
    async with open_stage(members=True) as stage:
        newcomer = stage.server.add_user("newcomer", "Newcomer")
        stage.server.join(stage.guild, newcomer)
        joined = ("joined", str(newcomer), str(stage.guild))
        await stage.core.until(lambda core: joined in core.heard)
        stage.server.leave(stage.guild, newcomer)
        left = ("left", str(newcomer), str(stage.guild))
        await stage.core.until(lambda core: left in core.heard)


async def test_who_came_or_went_during_an_outage_is_told_when_it_is_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.platforms.retold.FIRST_PAUSE", 0.05)
    async with open_stage(members=True) as stage:
        stage.core.outages = 2
        newcomer = stage.server.add_user("newcomer", "Newcomer")
        stage.server.join(stage.guild, newcomer)
        joined = ("joined", str(newcomer), str(stage.guild))
        await stage.core.until(lambda core: joined in core.heard)


async def test_a_wrong_token_ends_the_door_with_its_name() -> None:
    async with closed_stage() as stage:
        stage.server.state.apps[stage.bot].token = "another"
        with pytest.raises(NeedsPerson, match="E-DISCORDTOKEN"):
            await asyncio.wait_for(stage.door.run(), 5)


async def test_a_gateway_that_is_down_at_first_is_tried_again() -> None:
    async with closed_stage() as stage:
        stage.server.faults.refuse_gateway = True
        loop = asyncio.get_running_loop()
        loop.call_later(0.5, setattr, stage.server.faults, "refuse_gateway", False)
        async with running(stage.door):
            stage.core.answers["verify"] = says("Here")
            await stage.fan.command("verify")
            await stage.fan.sees("Here")


async def test_a_lost_connection_is_taken_up_again(stage: Stage) -> None:
    stage.core.answers["text"] = says("Here")
    stage.server.faults.ask_reconnect()
    await stage.fan.send("dm", "are you there?")
    await stage.fan.sees("Here", timeout=10)


async def test_before_the_door_is_open_the_outbox_is_told_to_wait() -> None:
    async with closed_stage() as stage:
        with pytest.raises(TryLater, match="E-DISCORDBUSY"):
            await stage.door.open(stage.account, stage.target, "holds #17")

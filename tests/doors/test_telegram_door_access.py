"""Who gets in through the Telegram door, who hears what, and what is said when it cannot be."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.dialogue import Button, Field, Form, Picture, Reply, Span, Style
from bot.sandbox.telegram_server.person import Person
from gating.errors import NeedsPerson, Refused, TryLater
from gating.model import Notice, Platform
from gating.model.entries import Post
from tests.doors.door_core import PNG, running, says
from tests.doors.telegram_stage import Stage, closed_stage, open_stage


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with open_stage() as stage:
        yield stage


async def knock(stage: Stage) -> None:
    """The fan asks to join, and the core has heard it."""
    link = stage.server.invite_link(stage.group, creates_join_request=True)
    assert await stage.fan.tap_invite(link) == "requested"
    heard = ("knocked", stage.account.user_id, stage.target)
    await stage.core.until(lambda core: heard in core.heard)


async def enter(stage: Stage) -> None:
    """The fan is a member."""
    link = stage.server.invite_link(stage.group, creates_join_request=False)
    assert await stage.fan.tap_invite(link) == "joined"


async def test_a_join_request_is_heard_and_opening_lets_the_fan_in(stage: Stage) -> None:
    await knock(stage)
    await stage.door.open(stage.account, stage.target, "holds #17")
    assert stage.fan.is_member(stage.group)
    joined = ("joined", stage.account.user_id, stage.target)
    await stage.core.until(lambda core: joined in core.heard)


async def test_opening_for_a_member_is_no_error(stage: Stage) -> None:
    await knock(stage)
    await stage.door.open(stage.account, stage.target, "holds #17")
    await stage.door.open(stage.account, stage.target, "holds #17")
    assert stage.fan.is_member(stage.group)


async def test_opening_without_a_request_says_that_nobody_knocked(stage: Stage) -> None:
    with pytest.raises(Refused, match="E-NOKNOCK"):
        await stage.door.open(stage.account, stage.target, "holds #17")
    assert not stage.fan.is_member(stage.group)


async def test_the_bot_can_write_to_a_stranger_who_has_just_knocked(stage: Stage) -> None:
    await knock(stage)
    await stage.door.tell(stage.account, Notice("Show your copy"))
    await stage.fan.sees(stage.bot, "Show your copy")


async def test_somebody_who_never_opened_the_bot_cannot_be_told(stage: Stage) -> None:
    with pytest.raises(Refused, match="E-DMCLOSED"):
        await stage.door.tell(stage.account, Notice("Hello"))


async def test_somebody_who_blocked_the_bot_cannot_be_told(stage: Stage) -> None:
    stage.core.answers["start"] = says("Welcome")
    await stage.fan.start(stage.bot)
    await stage.fan.sees(stage.bot, "Welcome")
    stage.fan.block(stage.bot)
    with pytest.raises(Refused, match="E-DMCLOSED"):
        await stage.door.tell(stage.account, Notice("Hello"))


async def test_closing_removes_without_a_lasting_ban(stage: Stage) -> None:
    await enter(stage)
    await stage.door.close(stage.account, stage.target, "#17 left the wallet")
    assert stage.fan.status(stage.group) == "left"
    left = ("left", stage.account.user_id, stage.target)
    await stage.core.until(lambda core: left in core.heard)
    await enter(stage)
    assert stage.fan.is_member(stage.group)


async def test_closing_keeps_a_ban_that_a_moderator_had_set(stage: Stage) -> None:
    await enter(stage)
    stage.server.remove(stage.group, stage.fan.user_id)
    await stage.door.close(stage.account, stage.target, "#17 left the wallet")
    assert stage.fan.status(stage.group) == "kicked"
    assert stage.called("unbanChatMember") == []


async def test_closing_for_somebody_who_was_never_there_changes_nothing(stage: Stage) -> None:
    await stage.door.close(stage.account, stage.target, "#17 left the wallet")
    assert stage.called("banChatMember") == []


async def test_a_lost_unban_ends_by_itself_within_a_minute(stage: Stage) -> None:
    await enter(stage)
    stage.server.faults.only_methods = frozenset({"unbanChatMember"})
    stage.server.faults.fail_next = [500]
    with pytest.raises(TryLater, match="E-TELEGRAMBUSY"):
        await stage.door.close(stage.account, stage.target, "#17 left the wallet")
    asked = int(stage.called("banChatMember")[0]["until_date"])
    seconds = asked - stage.core.clock().timestamp()
    assert 30 < seconds <= 60


async def test_an_administrator_is_not_removed(stage: Stage) -> None:
    await enter(stage)
    stage.server.make_admin(stage.group, stage.fan.user_id, can_invite_users=True)
    with pytest.raises(Refused, match="E-TGADMIN"):
        await stage.door.close(stage.account, stage.target, "#17 left the wallet")


async def test_missing_rights_are_for_a_person_to_mend(stage: Stage) -> None:
    await knock(stage)
    stage.server.make_admin(stage.group, stage.bot, can_manage_chat=True)
    with pytest.raises(NeedsPerson, match="E-TGRIGHTS"):
        await stage.door.open(stage.account, stage.target, "holds #17")
    stage.server.remove(stage.group, stage.bot)
    with pytest.raises(NeedsPerson, match="E-TGRIGHTS"):
        await stage.door.close(stage.account, stage.target, "sold #17")


async def test_a_flood_answer_says_when_to_try_again(stage: Stage) -> None:
    await knock(stage)
    stage.server.faults.only_methods = frozenset({"approveChatJoinRequest"})
    stage.server.faults.flood_next = 1
    stage.server.faults.flood_retry_after = 7
    with pytest.raises(TryLater) as caught:
        await stage.door.open(stage.account, stage.target, "holds #17")
    assert (caught.value.code, caught.value.after) == ("E-TELEGRAMBUSY", 7.0)


async def test_news_is_posted_once_and_then_redrawn(stage: Stage) -> None:
    await enter(stage)
    post = Post(Platform.TELEGRAM, "votes", "poll:7c1e", Notice("Where should we play?"))
    await stage.door.post(post, key="1")
    first = await stage.fan.sees(stage.group, "Where should we play?")
    await stage.door.post(post, key="1")
    later = Post(Platform.TELEGRAM, "votes", "poll:7c1e", Notice("1 Berlin 388 votes"))
    card = Picture(PNG, "Berlin 388 votes, 38 percent")
    stage.core.presented["1 Berlin 388 votes"] = Reply((Span("1 Berlin 388 votes"),), (), card)
    await stage.door.post(later, key="2")
    redrawn = await stage.fan.sees(stage.group, "1 Berlin 388 votes")
    assert redrawn.id == first.id
    assert redrawn.media[0].kind == "photo"


async def test_news_whose_message_was_deleted_is_posted_again(stage: Stage) -> None:
    await enter(stage)
    owner = stage.server.person(stage.server.owner_of(stage.group))
    post = Post(Platform.TELEGRAM, "votes", "poll:7c1e", Notice("Where should we play?"))
    await stage.door.post(post, key="1")
    first = await stage.fan.sees(stage.group, "Where should we play?")
    await owner.delete(stage.group, first.id)
    await stage.door.post(post, key="2")
    again = await stage.fan.sees(stage.group, "Where should we play?")
    assert again.id != first.id


async def test_news_for_a_place_that_the_club_has_not_named_needs_a_person(stage: Stage) -> None:
    with pytest.raises(NeedsPerson, match="E-PLACE"):
        await stage.door.post(Post(Platform.TELEGRAM, "ops", "x", Notice("Hello")), key="1")


async def posted_buttons(stage: Stage) -> Person:
    """A message with buttons stands in the group, and the fan is there."""
    await enter(stage)
    rows = ((Button("Vote", "vote", "7"), Button("Why", "verify")),)
    stage.core.presented["Open"] = Reply((Span("Poll open"),), rows)
    await stage.door.post(Post(Platform.TELEGRAM, "votes", "poll:7", Notice("Open")), key="1")
    return stage.fan


async def test_what_is_private_goes_from_the_group_to_the_private_chat(stage: Stage) -> None:
    fan = await posted_buttons(stage)
    stage.core.answers |= {"start": says("Welcome"), "vote": says("Your vote counts 2")}
    await fan.start(stage.bot)
    assert await fan.press(await fan.sees(stage.group, "Poll open"), "Vote") == ""
    await fan.sees(stage.bot, "Your vote counts 2")
    assert all("counts" not in view.text for view in fan.messages(stage.group))
    assert stage.core.requests[-1].public is True
    assert len(stage.called("answerCallbackQuery")) == 1


async def test_who_never_opened_the_bot_reads_what_came_of_the_press(stage: Stage) -> None:
    fan = await posted_buttons(stage)
    why = ((Button("Why this weight?", "verify"),),)
    words = (Span("Counted: "), Span("Berlin", Style.BOLD), Span(" until "))
    until = Span("1781287200", Style.TIME)
    stage.core.answers["vote"] = Reply((*words, until), why)
    answer = await fan.press(await fan.sees(stage.group, "Poll open"), "Vote")
    assert answer == "Counted: Berlin until 12 June 18:00 UTC"
    assert len(stage.called("answerCallbackQuery")) == 1


async def test_a_long_reply_is_cut_to_what_the_box_of_a_press_takes(stage: Stage) -> None:
    fan = await posted_buttons(stage)
    stage.core.answers["vote"] = says("wave " * 100)
    answer = await fan.press(await fan.sees(stage.group, "Poll open"), "Vote")
    assert answer is not None
    assert (answer[:5], len(answer)) == ("wave ", 200)


FORM = Form("note", "A note", (Field("words", "Words?"),))
PAGE = ((Button("Open page", url="https://club.tideband.example/link/abc"),),)


@pytest.mark.parametrize("reply", [says("Your page", rows=PAGE), says("Please", form=FORM)])
async def test_who_never_opened_the_bot_is_told_so_where_the_reply_needs_the_chat(
    stage: Stage, reply: Reply
) -> None:
    fan = await posted_buttons(stage)
    stage.core.answers["vote"] = reply
    answer = await fan.press(await fan.sees(stage.group, "Poll open"), "Vote")
    assert answer is not None
    assert "E-DMCLOSED" in answer
    assert len(stage.called("answerCallbackQuery")) == 1


async def test_a_slow_press_in_a_group_is_answered_once_within_a_second(stage: Stage) -> None:
    fan = await posted_buttons(stage)
    free = asyncio.Event()

    async def slow(_: object) -> Reply:
        await free.wait()
        return says("Done", private=False)

    stage.core.answers["vote"] = slow
    answer = await fan.press(await fan.sees(stage.group, "Poll open"), "Vote", timeout=1.5)
    assert answer is not None
    assert "E-DMCLOSED" in answer
    free.set()
    await fan.sees(stage.group, "Done")
    assert len(stage.called("answerCallbackQuery")) == 1


async def test_ch7_an_anonymous_administrator_is_nobody(stage: Stage) -> None:
    await enter(stage)
    stage.server.make_admin(stage.group, stage.fan.user_id, is_anonymous=True)
    stage.core.answers["verify"] = says("Hello", private=False)
    other = stage.server.person(stage.server.add_user("newcomer", "Newcomer"))
    await other.tap_invite(stage.server.invite_link(stage.group, creates_join_request=False))
    await stage.fan.send(stage.group, "/verify")
    await other.send(stage.group, "/verify")
    await other.sees(stage.group, "Hello")
    assert [request.account.user_id for request in stage.core.requests] == [str(other.user_id)]


async def test_what_people_say_to_each_other_is_not_heard(stage: Stage) -> None:
    await enter(stage)
    stage.core.answers["verify"] = says("Hello", private=False)
    for line in ("verify", "vote for me!", "/verify@another_bot", "/unknown"):
        await stage.fan.send(stage.group, line)
    await stage.fan.send(stage.group, "/verify@tide_bot")
    await stage.fan.sees(stage.group, "Hello")
    assert len(stage.core.requests) == 1


async def test_leaving_is_heard(stage: Stage) -> None:
    await enter(stage)
    await stage.fan.leave(stage.group)
    left = ("left", stage.account.user_id, stage.target)
    await stage.core.until(lambda core: left in core.heard)


async def test_bans_do_not_wait_for_the_message_limit_of_a_group(stage: Stage) -> None:
    fans = [stage.server.person(stage.server.add_user(f"fan{n}", "Fan")) for n in range(25)]
    link = stage.server.invite_link(stage.group, creates_join_request=True)
    for fan in fans:
        await fan.tap_invite(link)
    began = asyncio.get_running_loop().time()
    account = type(stage.account)
    for fan in fans:
        await stage.door.open(account(Platform.TELEGRAM, str(fan.user_id)), stage.target, "holds")
    assert asyncio.get_running_loop().time() - began < 5


async def test_a_refused_token_ends_the_door_with_its_name() -> None:
    async with closed_stage() as stage:
        stage.server.world.profiles[stage.bot].token = "4242:another"
        with pytest.raises(NeedsPerson, match="E-TELEGRAMTOKEN"):
            await asyncio.wait_for(stage.door.run(), 5)


async def test_a_telegram_that_is_down_at_first_is_tried_again() -> None:
    async with closed_stage() as stage:
        stage.server.faults.fail_next = [502]
        stage.server.faults.only_methods = frozenset({"getMe"})
        async with running(stage.door):
            stage.core.answers["verify"] = says("Here")
            await stage.fan.send(stage.bot, "verify")
            await stage.fan.sees(stage.bot, "Here")


async def test_before_the_door_is_open_the_outbox_is_told_to_wait() -> None:
    async with closed_stage() as stage:
        with pytest.raises(TryLater, match="E-TELEGRAMBUSY"):
            await stage.door.open(stage.account, stage.target, "holds #17")


async def test_five_minutes_after_the_request_the_own_chat_is_used_again(stage: Stage) -> None:
    await knock(stage)
    stage.core.late = timedelta(minutes=6)
    account = stage.account
    stage.core.answers["start"] = says("Welcome")
    await stage.fan.start(stage.bot)
    await stage.door.tell(account, Notice("You are in"))
    await stage.fan.sees(stage.bot, "You are in")


async def test_a_telegram_that_does_not_answer_makes_no_error_of_the_closing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.platforms.telegram_platform.STOP_SECONDS", 0.2)
    async with closed_stage() as stage:
        serving = asyncio.ensure_future(stage.door.run())  # noqa: TID251  - its end is the test
        await asyncio.wait_for(stage.door.ready.wait(), 10)
        stage.server.faults.only_methods = frozenset({"getUpdates"})
        stage.server.faults.delay = 2.0
        serving.cancel()
        await asyncio.wait({serving}, timeout=5)
        assert serving.cancelled()


async def test_a_knock_during_an_outage_is_told_when_it_is_over(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.platforms.retold.FIRST_PAUSE", 0.05)
    stage.core.outages = 3
    await knock(stage)
    assert stage.core.outages == 0


async def test_what_happened_before_is_not_told_after_what_happened_since(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.platforms.retold.FIRST_PAUSE", 0.1)
    await enter(stage)
    joined = ("joined", stage.account.user_id, stage.target)
    await stage.core.until(lambda core: joined in core.heard)
    stage.core.outages = 1
    await stage.fan.leave(stage.group)
    await stage.core.until(lambda core: core.outages == 0)
    await enter(stage)
    await stage.core.until(lambda core: core.heard == [joined, joined])
    await asyncio.sleep(0.2)
    assert stage.core.heard == [joined, joined]

"""The house is killed in the middle of its work and started again: nothing is lost or doubled."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.flows.house import PATIENCE, Fan, eventually
from tests.flows.service import Outside, Process, outside
from tests.flows.test_a_drop_is_heard import a_sound

FORM = {
    "title": "Which song first?",
    "choices": "Ebb\nFlood",
    "length": "by hand",
    "transform": "none",
}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def around(data: Path) -> AsyncIterator[Outside]:
    async with outside(data) as everything:
        yield everything


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def house(around: Outside) -> AsyncIterator[Process]:
    process = Process(around)
    await process.start()
    yield process
    await process.kill()


@pytest.fixture
def people(around: Outside, house: Process) -> dict[str, Fan]:
    around.discord.faults.clear()
    return {person.key: Fan(around, person.key) for person in around.town.people}


async def test_a_fan_who_signed_before_the_crash_gets_the_role_after_it(
    around: Outside, house: Process, people: dict[str, Fan]
) -> None:
    fan = people["fan"]
    link = await fan.link_on_discord()
    around.discord.faults.delay, around.discord.faults.only = 2.0, "/roles/"
    await fan.sign_in(link)
    await eventually(lambda: _is_under_way(around), what="the role is being given")
    await house.kill()
    assert await around.count("outbox WHERE state = 'due'") >= 2
    around.discord.faults.clear()
    given = _count_roles_given(around)
    await around.a_minute_passes()
    await house.start()
    await eventually(lambda: {"Holder", "First 100"} <= set(fan.discord.roles()))
    await around.settles()
    assert await around.count("held_pass") == 2
    assert await around.count("wallet") == 1
    done = [m for m in fan.discord.everything() if "Done." in m.text.replace("*", "")]
    assert len(done) in {1, 2}  # Discord's own messages to a person carry no key
    assert max(given.values()) <= 2  # what the killed one had sent, and what the next one sent
    assert Counter(fan.discord.roles()).most_common(1)[0][1] == 1


async def test_fl23_a_house_killed_before_discord_took_the_call_gives_the_role_once(
    around: Outside, house: Process, people: dict[str, Fan]
) -> None:
    fan = people["fan2"]
    link = await fan.link_on_discord()
    faults = around.discord.faults
    faults.storm_next, faults.storm_wait, faults.only = 1_000, 1.0, "/roles/"
    await fan.sign_in(link)
    await eventually(lambda: _is_under_way(around), what="the role is decided")
    await house.kill()
    assert "Holder" not in fan.discord.roles()
    faults.clear()
    given = _count_roles_given(around)
    await around.a_minute_passes()
    await house.start()
    await eventually(lambda: "Holder" in fan.discord.roles())
    await around.settles()
    assert list(given.values()) == [1]
    done = [m for m in fan.discord.everything() if "Done." in m.text.replace("*", "")]
    assert len(done) == 1


async def test_a_drop_sent_a_moment_before_the_crash_is_in_each_chat_once(
    around: Outside, house: Process, people: dict[str, Fan]
) -> None:
    artist, bot = people["artist"], around.town.groups.bot
    await artist.telegram.start(bot)
    await artist.telegram.send_audio(bot, a_sound(), "low-tide.wav", caption="Low Tide")
    card = await artist.telegram.sees(bot, "Send it?")
    around.discord.faults.delay, around.discord.faults.only = 1.0, "/messages"
    around.telegram.faults.flood_next, around.telegram.faults.flood_retry_after = 1, 3
    around.telegram.faults.only_methods = frozenset({"sendMessage"})
    artist.telegram.press_now(card, "Send now")
    await eventually(lambda: _is_under_way(around), what="the drop is being posted")
    await eventually(lambda: _was_put_off(around), what="Telegram asked to wait")
    await house.kill()
    assert await around.count("outbox WHERE state = 'due' AND lane LIKE '%drop:%'") == 2
    around.discord.faults.clear()
    around.telegram.faults.only_methods = frozenset()
    await asyncio.sleep(1.2)  # what Discord had been sent has arrived there by now
    await around.a_minute_passes()
    await house.start()
    await around.settles()
    assert _drops(people["fan"], around) == Counter(discord=1, telegram=1)
    assert await around.count("outbox WHERE state = 'stuck'") == 0


async def test_no_ballot_is_lost_when_the_house_dies_in_an_open_vote(
    around: Outside, house: Process, people: dict[str, Fan]
) -> None:
    fan, moderator = people["fan"], people["moderator"]
    await moderator.discord.command("vote_new")
    await moderator.discord.submit_modal(**FORM)
    announced = await moderator.reads("is announced in every chat")
    poll = await fan.reads("Which song first?")
    await fan.discord.press(poll, "Flood")
    await fan.reads("Counted: Flood, weight 2")
    await around.settles()  # a Telegram post cut off half-way would wait for a person
    await house.kill()
    await around.a_minute_passes()
    await house.start()
    poll = await fan.reads("Which song first?")
    await moderator.discord.press(announced, "Close the vote")
    await fan.reads("1. Flood: 1 person, weight 2 (100.0 %)")
    await around.settles()


async def test_a_post_that_telegram_never_confirmed_is_not_posted_again_unasked(
    around: Outside, house: Process, people: dict[str, Fan]
) -> None:
    await _a_draft(people["artist"], around, "Slack Water")
    around.telegram.faults.delay = 2.0
    around.telegram.faults.only_methods = frozenset({"sendMessage"})
    await _send(people["artist"], around)
    await eventually(lambda: _is_under_way(around, "telegram"), what="it is being posted")
    await asyncio.sleep(0.7)  # it has left the house
    await house.kill()
    around.telegram.faults.delay, around.telegram.faults.only_methods = 0.0, frozenset()
    await around.a_minute_passes()
    await house.start()
    moderator, ops = people["moderator"], around.town.groups.ops
    alarm = await moderator.telegram.sees(ops, "cannot tell whether it is there", timeout=PATIENCE)
    assert _drops(people["fan"], around, "Slack Water")["telegram"] == 0
    await moderator.telegram.press(alarm, "Retry")  # having looked, the moderator says so
    await eventually(lambda: _drops(people["fan"], around, "Slack Water")["telegram"] > 0)
    await around.settles()
    assert _drops(people["fan"], around, "Slack Water") == Counter(discord=1, telegram=1)


async def test_a_post_whose_answer_was_lost_is_not_posted_twice(
    around: Outside, house: Process, people: dict[str, Fan]
) -> None:
    await _a_draft(people["artist"], around, "Spring Tide")
    around.telegram.faults.only_methods = frozenset({"sendMessage"})
    around.telegram.faults.lose_answers = 1
    await _send(people["artist"], around)
    await eventually(lambda: _drops(people["fan"], around, "Spring Tide")["discord"] == 1)
    await around.settles()
    assert _drops(people["fan"], around, "Spring Tide")["telegram"] == 1


async def test_a_moderator_who_sees_the_doubtful_post_says_so_and_what_waited_goes_on(
    around: Outside, house: Process, people: dict[str, Fan]
) -> None:
    await _a_draft(people["artist"], around, "Ebb Tide")
    around.telegram.faults.only_methods = frozenset({"sendMessage"})
    around.telegram.faults.lose_answers = 1
    await _send(people["artist"], around)
    await eventually(lambda: _drops(people["fan"], around, "Ebb Tide")["telegram"] == 1)
    ops, moderator = around.town.groups.ops, people["moderator"].telegram
    asked = await moderator.sees(ops, "cannot tell whether it is there")
    await moderator.press(asked, "It is there")
    await eventually(lambda: _nothing_stuck(around), what="the doubt is settled")
    assert _drops(people["fan"], around, "Ebb Tide")["telegram"] == 1


async def test_a_termination_ends_the_house_in_order_and_leaves_nothing_leased(
    around: Outside, house: Process, people: dict[str, Fan]
) -> None:
    await _a_draft(people["artist"], around, "Neap Tide")
    around.discord.faults.delay, around.discord.faults.only = 1.0, "/messages"
    await _send(people["artist"], around)
    await eventually(lambda: _is_under_way(around), what="it is being posted")
    began = time.monotonic()
    assert await house.stop() == 0
    assert time.monotonic() - began < 8
    assert await around.count("outbox WHERE state = 'due' AND leased_until IS NOT NULL") == 0


async def _a_draft(artist: Fan, around: Outside, title: str) -> None:
    bot = around.town.groups.bot
    await artist.telegram.send_audio(bot, a_sound(), "song.wav", caption=title)
    await artist.telegram.sees(bot, lambda m: title in m.text and "Send it?" in m.text)


async def _send(artist: Fan, around: Outside) -> None:
    bot = around.town.groups.bot
    card = await artist.telegram.sees(bot, "Send it?")
    artist.telegram.press_now(card, "Send now")


async def _is_under_way(around: Outside, platform: str = "discord") -> bool:
    leased = "outbox WHERE state = 'due' AND leased_until IS NOT NULL AND platform = :platform"
    return await around.count(leased, platform=platform) > 0


async def _was_put_off(around: Outside) -> bool:
    return await around.count("outbox WHERE state = 'due' AND code = 'E-TELEGRAMBUSY'") > 0


def _count_roles_given(around: Outside) -> Counter[str]:
    """How often each role was given from now on."""
    given: Counter[str] = Counter()

    def watch(method: str, template: str, path: str, *_: object) -> None:
        if method == "PUT" and "/roles/" in path:
            given[path] += 1

    around.discord.observers.append(watch)
    return given


def _drops(fan: Fan, around: Outside, title: str = "Low Tide") -> Counter[str]:
    holders = around.telegram.person(around.town.person("artist").telegram_id)
    found = Counter(discord=sum(title in m.text for m in fan.discord.messages("drops")))
    group = holders.messages(around.town.groups.holders)
    found["telegram"] = sum(title in m.text for m in group)
    return found


async def _nothing_stuck(around: Outside) -> bool:
    return await around.count("outbox WHERE state = 'stuck'") == 0

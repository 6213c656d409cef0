"""Only the accounts of the club file command the bot on Telegram, whoever else seems to (CH7)."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.sandbox.demo import Demo
from bot.sandbox.telegram_server.person import Person
from bot.sandbox.telegram_server.state import Account
from tests.flows.conftest import played
from tests.flows.house import Fan
from tests.flows.test_a_drop_is_heard import a_sound

ONLY_MODERATORS = "Only the club's moderators can do that"
ONLY_ARTISTS = "Only the club's artists can post drops"
FOR_MODERATORS = ("/vote_new", "/vote_close", "/retry")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def demo(data: Path) -> AsyncIterator[Demo]:
    async with played(data, flood_limits=False) as demo:
        yield demo


@pytest.fixture
def said(demo: Demo) -> list[tuple[int, str]]:
    """What the bot says from here on: the chat and the words."""
    said: list[tuple[int, str]] = []

    def note(name: str, values: dict[str, Any], ok: bool, _: Any) -> None:
        if name.startswith(("send", "edit", "answer")):
            said.append((int(values.get("chat_id", 0)), str(values.get("text", ""))))

    demo.telegram.observers.append(note)
    return said


async def all_is_answered(demo: Demo) -> None:
    """A fan asks for help in private, and gets it: what was sent before was looked at before."""
    fan = Fan(demo, "newcomer").telegram
    newest = max((each.id for each in fan.messages(demo.town.groups.bot)), default=0)
    await fan.start(demo.town.groups.bot)
    await fan.sees(demo.town.groups.bot, lambda m: m.id > newest and "Welcome" in m.text)


async def is_told(demo: Demo, person: Person, where: int, line: str, words: str) -> None:
    """The line is answered with these words, in the private chat that the person has opened."""
    bot = demo.town.groups.bot
    await person.start(bot)
    newest = max((each.id for each in person.messages(bot)), default=0)
    await person.send(where, line)
    await person.sees(bot, lambda m: m.id > newest and words in m.text)


@pytest.mark.parametrize("line", FOR_MODERATORS)
async def test_ch7_an_anonymous_administrator_commands_nothing_though_a_moderator(
    demo: Demo, said: list[tuple[int, str]], line: str
) -> None:
    groups, moderator = demo.town.groups, Fan(demo, "moderator").telegram
    demo.telegram.make_admin(groups.ops, moderator.user_id, is_anonymous=True)
    await moderator.send(groups.ops, line, anonymous=True)
    await all_is_answered(demo)
    newcomer = Fan(demo, "newcomer").telegram.user_id
    assert {chat for chat, _ in said} <= {newcomer}
    demo.telegram.make_admin(groups.ops, moderator.user_id, can_invite_users=True)


async def test_ch7_a_post_of_the_linked_channel_and_words_in_a_channel_s_name_command_nothing(
    demo: Demo, said: list[tuple[int, str]]
) -> None:
    groups, artist = demo.town.groups, Fan(demo, "artist").telegram
    channel = demo.telegram.add_channel("Tide News", owner=artist.user_id)
    demo.telegram.link_channel(channel, groups.ops)
    for line in (*FOR_MODERATORS, "/drop_new"):
        await artist.send(channel, line)
        await artist.send(groups.ops, line, as_channel=channel)
    await all_is_answered(demo)
    assert {chat for chat, _ in said} <= {Fan(demo, "newcomer").telegram.user_id}


@pytest.mark.parametrize("line", FOR_MODERATORS)
async def test_ch7_an_administrator_of_the_club_s_group_is_no_moderator_by_that(
    demo: Demo, line: str
) -> None:
    groups, person = demo.town.groups, Fan(demo, "fan2").telegram
    everything = {"can_promote_members": True, "can_restrict_members": True}
    demo.telegram.make_admin(groups.ops, person.user_id, **everything)
    await is_told(demo, person, groups.ops, line, ONLY_MODERATORS)
    demo.telegram.add_member(groups.ops, person.user_id)  # an administrator no longer
    await is_told(demo, person, groups.ops, line, ONLY_MODERATORS)


async def test_ch7_the_owner_of_another_group_with_the_bot_in_it_is_no_moderator(
    demo: Demo,
) -> None:
    groups, person = demo.town.groups, Fan(demo, "fan").telegram
    elsewhere = demo.telegram.add_group("Not the club", owner=person.user_id)
    demo.telegram.make_admin(elsewhere, groups.bot)
    for line in FOR_MODERATORS:
        await is_told(demo, person, elsewhere, line, ONLY_MODERATORS)
    await person.send_audio(groups.bot, a_sound(), "mine.wav", caption="Mine")
    await person.sees(groups.bot, ONLY_ARTISTS)


async def test_ch7_the_name_or_the_number_of_a_moderator_elsewhere_makes_no_moderator(
    demo: Demo,
) -> None:
    bot, moderator = demo.town.groups.bot, demo.town.person("moderator")
    same_number = Account(int(moderator.discord_id), False, "Moderator", "moderator_")
    demo.telegram.world.add_account(same_number)
    person = demo.telegram.person(same_number.id)
    demo.telegram.acquaint(person.user_id, bot=bot)
    for line in FOR_MODERATORS:
        await is_told(demo, person, bot, line, ONLY_MODERATORS)


async def test_ch7_a_moderator_who_passes_on_another_s_words_does_not_say_them(
    demo: Demo, said: list[tuple[int, str]]
) -> None:
    groups = demo.town.groups
    fan, moderator = Fan(demo, "artist").telegram, Fan(demo, "moderator").telegram
    await moderator.start(groups.bot)
    await moderator.sees(groups.bot, "Welcome")
    for line in ("/vote_new", "retry"):
        trap = await fan.send(groups.ops, line)
        newest = max(each.id for each in moderator.messages(groups.bot))
        await moderator.forward(groups.ops, trap, groups.bot)
        await moderator.sees(
            groups.bot, lambda m, newest=newest: m.id > newest and "did not understand" in m.text
        )
    assert not any("Question" in words or "waiting changes" in words for _, words in said)


async def test_ch7_a_moderator_in_person_is_heard(demo: Demo) -> None:
    groups, moderator = demo.town.groups, Fan(demo, "moderator").telegram
    await is_told(demo, moderator, groups.ops, "/retry", "waiting changes are on their way")

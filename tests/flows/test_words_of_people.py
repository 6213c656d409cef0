"""What people write is shown to the letter and does nothing, in a whole story (CH1, CH2).

A hostile name, drop and vote go through every way in which the bots speak; the local servers see
every call that the bots make.
"""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest_asyncio

from bot.platforms.spans import clean
from bot.sandbox.demo import Demo
from tests.flows.conftest import played
from tests.flows.house import Fan, eventually
from tests.flows.test_a_drop_is_heard import a_sound

NAME = "@everyone <@&1> [x](https://evil.example) <b>&amp;"
TITLE = (
    "@everyone <@&1> </c:1> [free copies](https://evil.example) discord.gg/tide **x** `y` <b>z</b>"
)
CHOICES = (
    "@here <@1> <#1>",
    "||a|| __b__ ~~c~~ *d*",
    "# head > quote <t:1781287200:R>",
    "<script>alert(1)</script> & &amp; &#60;",
    "\U0001f468\u200d\U0001f469 \u4eac\u90fd \u0645\u0631\u062d\u0628\u0627",
)
DROP_TITLE = "\u202egnp.exe\u202c @here </c:1> <i>t</i> [y](https://evil.example)"
NOTE = "-# small\n> quote\n1. item <@1> discord.com/invite/tide\n</code><tg-spoiler>x & y"
REORDERING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
ESCAPED = re.compile(r"\\[^\w\s]")
OURS = re.compile(r"<t:\d+:f>|\*\*|`[^`]*`")
LIVE = re.compile(
    r"@everyone|@here|<[@#/:a-z]|\]\(|://|discord\.gg|discord(?:app)?\.com/invite"
    r"|\|\||~~|__|[*`]|^\s*(?:#{1,3}|-#|>|-|\+)\s|^\s*\d+[.)]\s",
    re.MULTILINE,
)

Call = tuple[str, Any]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def demo(data: Path) -> AsyncIterator[Demo]:
    async with played(data, flood_limits=False) as demo:
        yield demo


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def calls(demo: Demo) -> list[Call]:
    """Every REST call of the Discord bot in the story, told once."""
    calls: list[Call] = []
    demo.discord.observers.append(lambda *seen: calls.append((f"{seen[0]} {seen[1]}", seen[5])))
    for person in demo.town.people:
        demo.discord.state.users[int(person.discord_id)].name = NAME
        demo.telegram.world.accounts[person.telegram_id].first_name = NAME
    await story(demo)
    return calls


async def story(demo: Demo) -> None:
    fan, second = Fan(demo, "fan"), Fan(demo, "fan2")
    artist, moderator = Fan(demo, "artist"), Fan(demo, "moderator")
    groups = demo.town.groups
    await fan.verify_on_discord()
    await fan.reads("Done. You hold")
    await fan.discord.command("join", code=NAME[:20])
    await second.telegram.tap_invite(groups.link)
    await second.sign_in(await second.link_on_telegram())
    await eventually(lambda: second.telegram.is_member(groups.holders), what="let in")
    await fan.discord.send("dm", TITLE)
    await fan.reads("I did not understand that")
    await post_a_drop(demo, artist)
    await fan.reads("New drop")
    await hold_a_vote(demo, fan, second, moderator)


async def post_a_drop(demo: Demo, artist: Fan) -> None:
    bot = demo.town.groups.bot
    await artist.telegram.start(bot)
    await artist.telegram.send_audio(bot, a_sound(), "x.wav", caption=f"{DROP_TITLE}\n{NOTE}")
    card = await artist.telegram.sees(bot, "Send it?")
    await artist.discord.send("dm", "here", files=[("y.wav", a_sound())])
    draft = await artist.reads("Send it?")
    await artist.discord.press(draft, "Change the words")
    await artist.discord.submit_modal(title=DROP_TITLE, note=NOTE)
    await eventually(lambda: len(artist.discord.messages("dm")) >= 3, what="the draft is shown")
    await artist.telegram.press(card, "Send now")


async def hold_a_vote(demo: Demo, fan: Fan, second: Fan, moderator: Fan) -> None:
    form = {"choices": "\n".join(CHOICES), "length": "by hand", "transform": "none"}
    await moderator.discord.command("vote_new")
    await moderator.discord.submit_modal(title=f"{TITLE}\u202e", **form)
    await moderator.reads("E-LABEL")
    await moderator.discord.command("vote_new")
    await moderator.discord.submit_modal(title=TITLE, **form)
    announced = await moderator.reads("is announced in every chat")
    poll = await fan.reads("One tap votes")
    await fan.discord.press(poll, CHOICES[0])
    await fan.reads("Counted:")
    await fan.discord.command("vote", number="<@1> @here")
    await fan.reads("E-POLLCHOICE")
    shown = await second.telegram.sees(demo.town.groups.holders, "One tap votes")
    await second.telegram.press(shown, shown.labels[0])
    await second.telegram.sees(demo.town.groups.bot, "Counted:")
    await moderator.discord.press(announced, "Close the vote")
    await fan.reads("weight 2")
    await fan.reads("This vote is closed")
    await second.telegram.sees(demo.town.groups.holders, "This vote is closed")
    await second.telegram.sees(demo.town.groups.holders, "Turnout")


def messages_in(body: Any) -> list[dict[str, Any]]:
    """What a REST body lets people read: a message of its own, or that of an interaction."""
    inner = body.get("data", body) if isinstance(body, dict) else None
    says = isinstance(inner, dict) and {"content", "embeds", "attachments"} & set(inner)
    return [inner] if says and isinstance(inner, dict) else []


async def test_ch1_every_payload_that_says_something_allows_no_mention(
    calls: list[Call],
) -> None:
    said = [(route, message) for route, body in calls for message in messages_in(body)]
    assert {route for route, _ in said} >= {
        "POST /channels/{channel_id}/messages",
        "PATCH /channels/{channel_id}/messages/{message_id}",
        "POST /interactions/{interaction_id}/{interaction_token}/callback",
    }, {route for route, _ in said}
    assert len(said) > 12
    for route, message in said:
        assert message["allowed_mentions"]["parse"] == [], (route, message)
        assert not message["allowed_mentions"].get("users"), route
        assert not message["allowed_mentions"].get("roles"), route
        assert not message["allowed_mentions"].get("replied_user"), route


async def test_ch1_no_word_of_a_person_is_markup_a_mention_or_a_link_on_discord(
    calls: list[Call],
) -> None:
    drawn = [
        embed["description"]
        for _, body in calls
        for message in messages_in(body)
        for embed in message.get("embeds") or ()
    ]
    assert any("free copies" in text for text in drawn)
    assert any("gnp.exe" in text for text in drawn)
    assert all(not message.get("content") for _, body in calls for message in messages_in(body))
    for text in drawn:
        bare = OURS.sub("", ESCAPED.sub("x", text))
        assert LIVE.search(bare) is None, (LIVE.search(bare), text)


async def test_ch1_no_payload_reorders_the_letters_around_it(calls: list[Call]) -> None:
    assert not any(REORDERING.search(str(messages_in(body))) for _, body in calls)


async def test_ch1_nobody_was_pinged(demo: Demo, calls: list[Call]) -> None:
    for key in ("fan", "fan2", "moderator"):
        seen = Fan(demo, key).discord.everything()
        assert not any(message.json["mentions_me"] for message in seen)


async def test_ch2_on_telegram_people_read_exactly_what_was_written(
    demo: Demo, calls: list[Call]
) -> None:
    second, groups = Fan(demo, "fan2"), demo.town.groups
    posted = [message.text for message in second.telegram.messages(groups.holders)]
    drop = f"New drop: {clean(DROP_TITLE)}\n{NOTE}\n\nFor holders of Tide."
    assert [text for text in posted if text.startswith("New drop")] == [drop]
    assert f"{TITLE}\nThis vote is closed." in posted
    result = next(text for text in posted if "Turnout" in text)
    assert result.startswith(f"{TITLE}\n1. {CHOICES[0]}: ")
    for at, choice in enumerate(CHOICES[1:], 2):
        assert f"\n{at}. {choice}: 0 people" in result


async def test_ch2_no_word_of_a_person_is_markup_on_telegram(
    demo: Demo, calls: list[Call]
) -> None:
    groups = demo.town.groups
    people = [Fan(demo, key) for key in ("fan", "fan2", "artist", "moderator")]
    chats = [(fan, chat) for fan in people for chat in (groups.bot, groups.holders)]
    shown = [message for fan, chat in chats for message in fan.telegram.messages(chat)]
    marked = {(kind, words) for message in shown for kind, words in message.entities}
    hidden = {"spoiler", "text_link", "text_mention", "pre", "italic", "underline", "blockquote"}
    assert hidden & {kind for kind, _ in marked} == set()
    codes = {words for kind, words in marked if kind == "code"}
    assert all(re.fullmatch(r"E-[A-Z]+", words) for words in codes), codes

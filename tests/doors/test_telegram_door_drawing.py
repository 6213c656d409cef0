"""What the Telegram door sends is valid, shows exactly the words, and keeps the pace asked for."""

import pytest
from telegram import Message

from bot.dialogue import Button, Field, Form, Picture, Reply, Span, Style
from bot.platforms.telegram_draw import draw, moment
from bot.platforms.telegram_hear import speaker
from bot.platforms.telegram_limits import Bucket, Window
from gating.model import Notice, Platform
from gating.model.entries import Post
from tests.doors.door_core import PNG, running, says
from tests.doors.telegram_spec import SPEC, TelegramSpec
from tests.doors.telegram_stage import closed_stage, open_stage

CORPUS = [
    "<b>bold</b> <script>alert(1)</script>",
    "& &amp; &lt; &#60; \"quoted\" 'single'",
    '<a href="tg://user?id=1">fan</a>',
    "</code></pre><tg-spoiler>x",
    "*a* _b_ `c` [d](https://evil.example)",
    "@everyone @tide_bot #tag $CASH /start",
    "\U0001f468\u200d\U0001f469 \u4eac\u90fd \u0645\u0631\u062d\u0628\u0627",
    "<" * 50 + ">" * 50,
]


@pytest.mark.parametrize("style", [Style.PLAIN, Style.BOLD, Style.CODE])
async def test_ch2_words_of_people_are_shown_as_they_are(style: Style) -> None:
    async with open_stage() as stage:
        words = "\n".join(CORPUS)
        stage.core.answers["verify"] = Reply((Span("You wrote: "), Span(words, style)))
        await stage.fan.send(stage.bot, "verify")
        shown = await stage.fan.sees(stage.bot, "You wrote: ")
        assert shown.text == f"You wrote: {words}"
        assert not {"text_link", "spoiler", "text_mention"} & {kind for kind, _ in shown.entities}


def test_ch2_marks_that_reorder_or_hide_text_are_dropped() -> None:
    words = "\u202egnp.exe\u202c \u2066x\u2069\x00\x1b"
    assert draw(says(words)).pages == ("gnp.exe x",)


def test_a_moment_is_told_in_words_and_a_wrong_one_is_left_alone() -> None:
    assert moment(1781287200) == "12 June 18:00 UTC"
    assert draw(Reply((Span("soon", Style.TIME),))).pages == ("soon",)


def test_no_page_is_longer_than_telegram_takes_and_nothing_is_lost() -> None:
    words = "\U0001f30a" * 5000 + "\n" + "a" * 5000
    drawn = draw(says(words))
    assert "".join(drawn.pages) == words
    assert all(len(page.encode("utf-16-le")) // 2 <= 4096 for page in drawn.pages)


def test_a_text_too_long_for_a_caption_goes_on_below_the_picture() -> None:
    words = "\n".join(f"line {number}" for number in range(300))
    drawn = draw(Reply((Span(words),), picture=Picture(PNG, "alt")))
    assert len(drawn.caption) <= 1024
    assert drawn.caption + "".join(drawn.pages) == words


def test_a_reply_without_words_or_picture_is_nothing_to_send() -> None:
    assert draw(Reply(rows=((Button("Vote", "vote"),),))).pages == ()
    assert draw(says(" \n ")).pages == ()


def test_a_group_gets_twenty_messages_a_minute_and_the_next_waits() -> None:
    window = Window(20, 60.0)
    assert [window.take(now=100.0 + number) for number in range(20)] == [0.0] * 20
    assert window.take(now=130.0) == 30.0
    assert window.take(now=130.0) == 31.0


def test_a_person_gets_five_messages_at_once_and_then_one_a_second() -> None:
    bucket = Bucket(5, 1.0)
    assert [bucket.take(now=100.0) for _ in range(7)] == [0.0] * 5 + [1.0, 2.0]
    assert bucket.take(now=103.0) == 0.0
    assert [bucket.take(now=200.0) for _ in range(6)] == [0.0] * 5 + [1.0]


@pytest.mark.parametrize("pace", [Window(3, 3.0), Bucket(5, 1.0)])
def test_a_chat_that_was_told_to_wait_waits(pace: Window | Bucket) -> None:
    pace.shut(until=107.0)
    assert pace.take(now=100.0) == 7.0


async def test_a_reply_that_telegram_refuses_is_not_met_with_silence() -> None:
    async with open_stage() as stage:
        rows = ((Button("Open", url="ftp://club.example"),),)
        stage.core.answers["verify"] = says("Open", rows=rows)
        await stage.fan.send(stage.bot, "verify")
        await stage.fan.sees(stage.bot, "E-INTERNAL")


async def test_a_reply_waits_out_a_flood_answer_instead_of_being_lost() -> None:
    async with open_stage() as stage:
        stage.server.faults.only_methods = frozenset({"sendMessage"})
        stage.server.faults.flood_next = 1
        stage.core.answers["verify"] = says("Here")
        await stage.fan.send(stage.bot, "verify")
        await stage.fan.sees(stage.bot, "Here")


async def test_every_request_of_the_door_is_one_that_telegram_describes() -> None:
    if not SPEC.is_file():
        pytest.skip(f"the Bot API description is not on this machine: {SPEC}")
    spec = TelegramSpec()
    async with closed_stage() as stage:
        stage.server.observers.append(spec.observe)
        card = Picture(PNG, "Berlin 388 votes, 38 percent")
        rows = ((Button("Next", "vote", "1"), Button("Open", url="https://club.example")),)
        form = Form("drop", "New drop", (Field("title", "Title?", default="Tide"),))
        stage.core.answers |= {
            "verify": Reply((Span("Results"),), rows, card),
            "vote": Reply((Span("More"),), rows, card, update=True),
            "note": Reply(form=form),
            "drop": says("Saved"),
            "file": says("Got it"),
        }
        async with running(stage.door):
            await stage.fan.send(stage.bot, "verify")
            await stage.fan.press(await stage.fan.sees(stage.bot, "Results"), "Next")
            await stage.fan.send(stage.bot, "note")
            await stage.fan.press(await stage.fan.sees(stage.bot, "Title?"), "Use Tide")
            await stage.fan.sees(stage.bot, "Saved")
            await stage.fan.send_audio(stage.bot, b"ID3", "tide.mp3")
            link = stage.server.invite_link(stage.group, creates_join_request=True)
            await stage.fan.tap_invite(link)
            await stage.door.open(stage.account, stage.target, "holds #17")
            await stage.door.close(stage.account, stage.target, "sold #17")
            await stage.door.tell(stage.account, Notice("Done"))
            for key in ("1", "2"):
                post = Post(Platform.TELEGRAM, "votes", "poll:7", Notice("Where?"))
                await stage.door.post(post, key=key)
    assert spec.violations == []
    assert len(spec.seen) >= 14


def group_message(sender: int, **more: object) -> Message:
    """A `/verify` in the group as the Bot API hands it out."""
    group = {"id": -100, "type": "supergroup", "title": "Tide Club"}
    person = {"id": sender, "is_bot": False, "first_name": "Someone"}
    body = {"message_id": 1, "date": 1, "chat": group, "from": person, "text": "/verify", **more}
    message = Message.de_json(body, None)
    assert message is not None
    return message


def test_ch7_a_post_of_the_linked_channel_is_nobody_though_it_names_an_account() -> None:
    channel = {"id": -200, "type": "channel", "title": "Tide"}
    telegrams_own = group_message(777000, sender_chat=channel, is_automatic_forward=True)
    assert speaker(telegrams_own) is None
    assert speaker(group_message(1001)) is not None

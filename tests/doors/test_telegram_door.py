"""What fans meet at the Telegram door: the real library against the local Telegram."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest

from bot.dialogue import Button, Look, Picture, Reply, Request, Span, Style
from tests.doors.door_core import PNG, running, says
from tests.doors.telegram_stage import Stage, closed_stage, new_door, open_stage


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with open_stage() as stage:
        yield stage


async def test_a_typed_word_is_a_command_in_any_case_with_what_follows_it(stage: Stage) -> None:
    stage.core.answers["vote"] = says("Counted.")
    await stage.fan.send(stage.bot, "VOTE 2 Lisbon")
    await stage.fan.sees(stage.bot, "Counted.")
    request = stage.core.requests[0]
    assert (request.command, request.argument) == ("vote", "2 Lisbon")
    assert (request.account, request.public) == (stage.account, False)
    assert request.profile.display_name == "Fan"


async def test_a_line_that_is_no_command_comes_as_text(stage: Stage) -> None:
    stage.core.answers["text"] = lambda request: says(f"You wrote {request.argument}")
    await stage.fan.send(stage.bot, "hello <b>there</b> & you")
    await stage.fan.sees(stage.bot, "You wrote hello <b>there</b> & you")


async def test_start_brings_the_payload_of_the_link(stage: Stage) -> None:
    stage.core.answers["start"] = lambda request: says(f"Welcome {request.argument}")
    await stage.fan.start(stage.bot, "join-7")
    await stage.fan.sees(stage.bot, "Welcome join-7")


async def test_the_words_are_offered_as_commands(stage: Stage) -> None:
    commands = stage.called("setMyCommands")[0]["commands"]
    assert "verify" in str(commands)
    assert "Vote in a poll" in str(commands)


async def test_a_press_is_answered_once_and_redraws_its_message(stage: Stage) -> None:
    question = says("Where?", rows=((Button("Berlin", "vote", "berlin", look=Look.PRIMARY),),))
    stage.core.answers["verify"] = question
    stage.core.answers["vote"] = lambda request: says(f"Voted {request.argument}", update=True)
    await stage.fan.send(stage.bot, "verify")
    shown = await stage.fan.sees(stage.bot, "Where?")
    assert await stage.fan.press(shown, "Berlin") == ""
    redrawn = await stage.fan.sees(stage.bot, "Voted berlin")
    assert redrawn.id == shown.id
    assert redrawn.labels == ()
    assert len(stage.called("answerCallbackQuery")) == 1


async def test_a_press_is_answered_before_slow_work(stage: Stage) -> None:
    free = asyncio.Event()

    async def slow(_: Request) -> Reply:
        await free.wait()
        return says("At last")

    stage.core.answers |= {"verify": says("Go", rows=((Button("Slow", "slow"),),)), "slow": slow}
    await stage.fan.send(stage.bot, "verify")
    shown = await stage.fan.sees(stage.bot, "Go")
    assert await stage.fan.press(shown, "Slow", 2) == ""
    free.set()
    await stage.fan.sees(stage.bot, "At last")


async def test_a_press_is_answered_while_the_one_before_is_still_worked_on(stage: Stage) -> None:
    free = asyncio.Event()

    async def slow(request: Request) -> Reply:
        await free.wait()
        return says(f"Done {request.argument}")

    rows = ((Button("One", "slow", "1"), Button("Two", "slow", "2")),)
    stage.core.answers |= {"verify": says("Go", rows=rows), "slow": slow}
    await stage.fan.send(stage.bot, "verify")
    shown = await stage.fan.sees(stage.bot, "Go")
    assert await stage.fan.press(shown, "One", 2) == ""
    assert await stage.fan.press(shown, "Two", 2) == ""
    assert [request.argument for request in stage.core.requests] == ["", "1"]
    free.set()
    await stage.fan.sees(stage.bot, "Done 2")
    done = [view.text for view in stage.fan.messages(stage.bot) if "Done" in view.text]
    assert done == ["Done 1", "Done 2"]


async def test_pressing_twice_redraws_to_the_same_without_an_error(stage: Stage) -> None:
    menu = says("Menu", rows=((Button("Again", "vote"),),))
    stage.core.answers |= {"verify": menu, "vote": Reply(menu.text, menu.rows, update=True)}
    await stage.fan.send(stage.bot, "verify")
    shown = await stage.fan.sees(stage.bot, "Menu")
    await stage.fan.press(shown, "Again")
    await stage.core.until(lambda core: len(core.requests) == 2)
    await stage.fan.send(stage.bot, "verify")
    await stage.core.until(lambda core: len(core.requests) == 3)
    await stage.fan.sees(stage.bot, lambda view: view.id > shown.id and view.text == "Menu")
    assert [view.text for view in stage.fan.messages(stage.bot)].count("Menu") == 2


async def test_a_button_with_an_address_opens_it(stage: Stage) -> None:
    page = "https://club.tideband.example/link/abc"
    stage.core.answers["verify"] = says("Open", rows=((Button("Open page", url=page),),))
    await stage.fan.send(stage.bot, "verify")
    shown = await stage.fan.sees(stage.bot, "Open")
    assert await stage.fan.press(shown, "Open page") == page


async def test_an_old_button_works_after_a_restart() -> None:
    async with closed_stage() as stage:
        stage.core.answers["verify"] = says("Menu", rows=((Button("Vote", "vote", "7"),),))
        stage.core.answers["vote"] = lambda request: says(f"Poll {request.argument}")
        async with running(stage.door):
            await stage.fan.send(stage.bot, "verify")
            shown = await stage.fan.sees(stage.bot, "Menu")
        async with running(new_door(stage.server, stage.group, stage.core)):
            assert await stage.fan.press(shown, "Vote") == ""
            await stage.fan.sees(stage.bot, "Poll 7")


async def test_a_picture_comes_with_its_words(stage: Stage) -> None:
    card = Picture(PNG, "Berlin 388 votes, 38 percent")
    stage.core.answers["verify"] = Reply((Span("The result"),), picture=card)
    stage.core.answers["note"] = Reply(picture=card)
    await stage.fan.send(stage.bot, "verify")
    shown = await stage.fan.sees(stage.bot, "The result")
    assert shown.media[0].kind == "photo"
    await stage.fan.send(stage.bot, "note")
    await stage.fan.sees(stage.bot, "Berlin 388 votes, 38 percent")


async def test_a_press_may_put_a_picture_in_the_place_of_words(stage: Stage) -> None:
    stage.core.answers["verify"] = says("Soon", rows=((Button("Show", "vote"),),))
    card = Picture(PNG, "Berlin first")
    stage.core.answers["vote"] = Reply((Span("The result"),), picture=card, update=True)
    await stage.fan.send(stage.bot, "verify")
    shown = await stage.fan.sees(stage.bot, "Soon")
    await stage.fan.press(shown, "Show")
    redrawn = await stage.fan.sees(stage.bot, "The result")
    assert redrawn.id == shown.id
    assert redrawn.media[0].kind == "photo"


async def test_styles_and_times_are_drawn_and_markup_in_words_is_not(stage: Stage) -> None:
    stage.core.answers["verify"] = Reply(
        (
            Span("<i>Tide<i> ", Style.BOLD),
            Span("0x12&ab", Style.CODE),
            Span(" until "),
            Span("1781287200", Style.TIME),
        )
    )
    await stage.fan.send(stage.bot, "verify")
    shown = await stage.fan.sees(stage.bot, "until 12 June 18:00 UTC")
    assert shown.text == "<i>Tide<i> 0x12&ab until 12 June 18:00 UTC"
    assert set(shown.entities) == {("bold", "<i>Tide<i> "), ("code", "0x12&ab")}


async def test_a_long_text_comes_in_pages_with_the_buttons_below_the_last(stage: Stage) -> None:
    lines = "\n".join(f"line {number}" for number in range(1200))
    stage.core.answers["verify"] = says(lines, rows=((Button("Vote", "vote"),),))
    await stage.fan.send(stage.bot, "verify")
    last = await stage.fan.sees(stage.bot, "line 1199")
    pages = [view for view in stage.fan.messages(stage.bot) if "line" in view.text]
    assert len(pages) == 3
    assert "\n".join(view.text.strip("\n") for view in pages) == lines
    assert [view.labels for view in pages] == [(), (), ("Vote",)]
    assert last.labels == ("Vote",)


async def test_a_refusal_is_explained_and_a_failure_gets_a_reference(stage: Stage) -> None:
    def fails(_: Request) -> Reply:
        raise ZeroDivisionError("no such thing")

    stage.core.answers["verify"] = fails
    await stage.fan.send(stage.bot, "verify")
    shown = await stage.fan.sees(stage.bot, "E-INTERNAL")
    assert "reference=" in shown.text
    assert "no such thing" not in shown.text


async def test_a_file_comes_with_its_bytes(stage: Stage) -> None:
    stage.core.answers["file"] = says("Got it")
    await stage.fan.send_audio(stage.bot, b"ID3 tide", "tide.mp3", mime="audio/mpeg")
    await stage.fan.sees(stage.bot, "Got it")
    attachment = stage.core.requests[0].attachment
    assert attachment is not None
    assert (attachment.filename, attachment.media_type) == ("tide.mp3", "audio/mpeg")
    assert attachment.data == b"ID3 tide"


async def test_a_file_over_what_bots_may_download_comes_without_bytes(stage: Stage) -> None:
    stage.core.answers["file"] = says("Too big for the chat")
    size = 20 * 1024 * 1024 + 1
    await stage.fan.send_document(stage.bot, bytes(size), "tide.wav", mime="audio/wav")
    await stage.fan.sees(stage.bot, "Too big")
    attachment = stage.core.requests[0].attachment
    assert attachment is not None
    assert (attachment.size, attachment.data) == (size, None)
    assert stage.called("getFile") == []


async def test_the_file_of_who_may_not_send_any_is_not_downloaded() -> None:
    async with open_stage(may_send=lambda _: False) as stage:
        stage.core.answers["file"] = says("Only artists")
        await stage.fan.send_audio(stage.bot, b"ID3 tide", "tide.mp3", mime="audio/mpeg")
        await stage.fan.sees(stage.bot, "Only artists")
        attachment = stage.core.requests[0].attachment
        assert attachment is not None
        assert (attachment.filename, attachment.data) == ("tide.mp3", None)
        assert stage.called("getFile") == []


async def test_buttons_stand_side_by_side_only_where_their_labels_are_short(stage: Stage) -> None:
    short = (Button("Berlin", "vote", "1"), Button("Sao Paulo city", "vote", "2"))
    long = (Button("Berlin", "vote", "3"), Button("Rio de Janeiro!", "vote", "4"))
    stage.core.answers["verify"] = says("Where?", rows=(short, long))
    await stage.fan.send(stage.bot, "verify")
    await stage.fan.sees(stage.bot, "Where?")
    sent = stage.called("sendMessage")[0]["reply_markup"]
    keyboard = (json.loads(sent) if isinstance(sent, str) else sent)["inline_keyboard"]
    assert [[key["text"] for key in row] for row in keyboard] == [
        ["Berlin", "Sao Paulo city"],
        ["Berlin"],
        ["Rio de Janeiro!"],
    ]

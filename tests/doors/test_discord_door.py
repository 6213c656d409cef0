"""What fans meet at the Discord door: the real library against the local Discord."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.dialogue import Button, Field, Form, Look, Picture, Reply, Request, Span
from bot.platforms.discord_platform import DiscordDoor
from tests.doors.discord_stage import Stage, closed_stage, open_stage
from tests.doors.door_core import PNG, running, says


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with open_stage() as stage:
        yield stage


async def test_the_words_are_slash_commands_with_their_options(stage: Stage) -> None:
    assert set(stage.fan.commands()) == {"verify", "vote", "note"}
    vote = next(each for each in stage.fan.offered() if each["name"] == "vote")
    assert [option["name"] for option in vote["options"]] == ["choice"]


async def test_a_command_is_answered_for_the_fan_alone(stage: Stage) -> None:
    stage.core.answers["vote"] = lambda request: says(f"You chose {request.argument}")
    await stage.fan.command("vote", choice="Berlin and Lisbon")
    shown = await stage.fan.sees("You chose Berlin and Lisbon")
    assert shown.ephemeral
    request = stage.core.requests[0]
    assert (request.account, request.public) == (stage.account, True)
    assert request.answers == {"choice": "Berlin and Lisbon"}
    assert (request.profile.username, request.profile.display_name) == ("fan", "Fan")
    assert request.profile.picture is not None


async def test_what_is_for_everybody_is_seen_by_everybody(stage: Stage) -> None:
    stage.core.answers["verify"] = says("Berlin leads", private=False)
    await stage.fan.command("verify")
    assert not (await stage.fan.sees("Berlin leads")).ephemeral


async def test_a_press_brings_its_action_and_redraws_its_message(stage: Stage) -> None:
    rows = ((Button("Berlin", "vote", "7:berlin", look=Look.PRIMARY), Button("No", "note")),)
    stage.core.answers["verify"] = says("Where?", rows=rows)
    stage.core.answers["vote"] = lambda request: says(f"Voted {request.argument}", update=True)
    await stage.fan.command("verify")
    shown = await stage.fan.sees("Where?")
    assert shown.buttons == ["Berlin", "No"]
    await stage.fan.press(shown, "Berlin")
    redrawn = await stage.fan.sees("Voted 7:berlin")
    assert redrawn.id == shown.id
    assert redrawn.buttons == []


async def test_a_button_with_an_address_opens_it(stage: Stage) -> None:
    page = "https://club.tideband.example/link/abc"
    stage.core.answers["verify"] = says("Open", rows=((Button("Open page", url=page),),))
    await stage.fan.command("verify")
    assert await stage.fan.press(await stage.fan.sees("Open"), "Open page") == page


async def test_an_old_button_works_after_a_restart() -> None:
    async with closed_stage() as stage:
        rows = ((Button("Vote", "vote", "7"),),)
        stage.core.answers["verify"] = says("Menu", rows=rows, private=False)
        stage.core.answers["vote"] = lambda request: says(f"Poll {request.argument}")
        async with running(stage.door):
            await stage.fan.command("verify")
            shown = await stage.fan.sees("Menu")
        async with running(DiscordDoor(stage.place, stage.core.inside())):
            await stage.fan.press(shown, "Vote")
            await stage.fan.sees("Poll 7")


async def test_slow_work_is_acknowledged_within_a_second_and_answered_later(stage: Stage) -> None:
    free = asyncio.Event()

    async def slow(_: Request) -> Reply:
        await free.wait()
        return says("At last")

    stage.core.answers["verify"] = slow
    began = asyncio.get_running_loop().time()
    await stage.fan.command("verify")
    assert asyncio.get_running_loop().time() - began < 1.5
    pending = await stage.fan.sees(lambda view: view.pending)
    assert pending.ephemeral
    free.set()
    shown = await stage.fan.sees("At last")
    assert shown.ephemeral
    assert [view.text for view in stage.fan.messages("votes")] == ["At last"]


async def test_slow_work_for_everybody_ends_in_a_message_for_everybody(stage: Stage) -> None:
    async def slow(_: Request) -> Reply:
        await asyncio.sleep(1.0)
        return says("Berlin leads", private=False)

    stage.core.answers["verify"] = slow
    await stage.fan.command("verify")
    assert not (await stage.fan.sees("Berlin leads")).ephemeral
    assert [view.text for view in stage.fan.messages("votes")] == ["Berlin leads"]


@pytest.mark.parametrize("update", [True, False])
async def test_a_slow_press_redraws_or_answers_below(stage: Stage, update: bool) -> None:
    async def slow(_: Request) -> Reply:
        await asyncio.sleep(1.0)
        return says("Counted", update=update)

    stage.core.answers |= {"verify": says("Where?", rows=((Button("Go", "vote"),),))}
    stage.core.answers["vote"] = slow
    await stage.fan.command("verify")
    shown = await stage.fan.sees("Where?")
    await stage.fan.press(shown, "Go")
    counted = await stage.fan.sees("Counted")
    assert (counted.id == shown.id) is update
    assert counted.ephemeral


FORM = Form(
    "drop",
    "New drop",
    (
        Field("title", "Title?", default="Tide"),
        Field("words", "Short note?", hint="Two lines at most", long=True),
    ),
    argument="7",
)


async def test_a_form_is_shown_at_once_and_its_answers_come_together(stage: Stage) -> None:
    stage.core.answers |= {"note": Reply(form=FORM), "drop": says("Saved")}
    await stage.fan.command("note")
    form = stage.fan.form()
    assert form is not None
    assert (form["title"], form["fields"][0]["value"]) == ("New drop", "Tide")
    await stage.fan.submit_modal(words="Recorded in June")
    await stage.fan.sees("Saved")
    request = stage.core.requests[-1]
    assert (request.command, request.argument) == ("drop", "7")
    assert request.answers == {"title": "Tide", "words": "Recorded in June"}


async def test_a_form_that_comes_too_late_waits_behind_a_button(stage: Stage) -> None:
    async def slow(_: Request) -> Reply:
        await asyncio.sleep(1.0)
        return Reply((Span("One minute."),), form=FORM)

    stage.core.answers |= {"note": slow, "drop": says("Saved")}
    await stage.fan.command("note")
    shown = await stage.fan.sees("One minute.")
    await stage.fan.press(shown, "Answer")
    await stage.fan.submit_modal(words="Recorded in June")
    await stage.fan.sees("Saved")


async def test_words_typed_to_the_bot_are_commands_or_text(stage: Stage) -> None:
    stage.core.answers["vote"] = says("Counted")
    stage.core.answers["text"] = lambda request: says(f"You wrote {request.argument}")
    await stage.fan.send("dm", "VOTE 2")
    shown = await stage.fan.sees("Counted")
    assert (shown.channel, shown.ephemeral) == ("dm", False)
    await stage.fan.send("dm", "hello there")
    await stage.fan.sees("You wrote hello there")
    first = stage.core.requests[0]
    assert (first.command, first.argument, first.public) == ("vote", "2", False)


async def test_a_form_asked_for_by_a_typed_word_waits_behind_a_button(stage: Stage) -> None:
    stage.core.answers |= {"note": Reply((Span("One minute."),), form=FORM), "drop": says("Ok")}
    await stage.fan.send("dm", "note")
    await stage.fan.press(await stage.fan.sees("One minute."), "Answer")
    await stage.fan.submit_modal(words="x")
    await stage.fan.sees("Ok")


async def test_what_people_say_in_channels_is_not_heard(stage: Stage) -> None:
    stage.core.answers["verify"] = says("Hello")
    await stage.fan.send("votes", "verify")
    await stage.fan.send("dm", "verify")
    await stage.fan.sees("Hello")
    assert len(stage.core.requests) == 1


async def test_a_file_comes_with_its_bytes(stage: Stage) -> None:
    stage.core.answers["file"] = says("Got it")
    await stage.fan.send("dm", "my song", [("tide.mp3", b"ID3 tide")])
    await stage.fan.sees("Got it")
    request = stage.core.requests[0]
    assert request.argument == "my song"
    assert request.attachment is not None
    assert (request.attachment.filename, request.attachment.data) == ("tide.mp3", b"ID3 tide")


async def test_a_file_over_the_limit_comes_without_bytes(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.platforms.discord_hear.MAX_FILE", 1000)
    stage.core.answers["file"] = says("Too big for the chat")
    await stage.fan.send("dm", "", [("tide.wav", bytes(1001))])
    await stage.fan.sees("Too big")
    attachment = stage.core.requests[0].attachment
    assert attachment is not None
    assert (attachment.size, attachment.data) == (1001, None)


async def test_a_picture_has_an_alt_text_also_when_it_replaces_another(stage: Stage) -> None:
    rows = ((Button("Next", "vote"),),)
    first = Picture(PNG, "Berlin 388 votes, 38 percent", "card.png")
    stage.core.answers["verify"] = Reply((Span("Results"),), rows, first)
    second = Picture(PNG, "Lisbon 341 votes, 33 percent", "card.png")
    stage.core.answers["vote"] = Reply((Span("Results"),), rows, second, update=True)
    await stage.fan.command("verify")
    shown = await stage.fan.sees("Results")
    assert shown.attachments[0]["description"] == "Berlin 388 votes, 38 percent"
    await stage.fan.press(shown, "Next")
    assert await stage.fan.until(
        lambda: (
            [
                [each["description"] for each in view.attachments]
                for view in stage.fan.messages("votes")
            ]
            == [["Lisbon 341 votes, 33 percent"]]
        )
    )


async def test_a_failure_gets_a_reference_and_hides_its_words(stage: Stage) -> None:
    def fails(_: Request) -> Reply:
        raise ZeroDivisionError("no such thing")

    stage.core.answers["verify"] = fails
    await stage.fan.command("verify")
    shown = await stage.fan.sees("E-INTERNAL")
    assert "reference=" in shown.text
    assert "no such thing" not in shown.text


async def test_a_reply_without_words_leaves_no_message(stage: Stage) -> None:
    stage.core.answers["verify"] = Reply()
    await stage.fan.command("verify")
    assert await stage.fan.until(lambda: not stage.fan.messages("votes"))


async def test_a_reply_that_discord_refuses_is_not_met_with_silence(stage: Stage) -> None:
    twice = ((Button("One", "vote", "1"), Button("Two", "vote", "1")),)
    stage.core.answers["verify"] = says("Open", rows=twice)
    await stage.fan.command("verify")
    await stage.fan.sees("E-INTERNAL")


async def test_more_buttons_than_a_row_takes_go_on_in_the_next(stage: Stage) -> None:
    cities = tuple(Button(f"City {number}", "vote", str(number)) for number in range(12))
    label = Button("x" * 200, "note")
    stage.core.answers["verify"] = says("Where?", rows=(cities, (label,)))
    await stage.fan.command("verify")
    shown = await stage.fan.sees("Where?")
    assert [len(row["components"]) for row in shown.components] == [5, 5, 2, 1]


async def test_a_text_over_the_limit_is_cut_and_says_so(stage: Stage) -> None:
    stage.core.answers["verify"] = says("wave " * 1000)
    await stage.fan.command("verify")
    shown = await stage.fan.sees("wave")
    assert len(shown.text) <= 4096
    assert shown.text.endswith("…")


async def test_the_file_of_who_may_not_send_any_is_not_downloaded() -> None:
    async with open_stage(may_send=lambda _: False) as stage:
        stage.core.answers["file"] = says("Only artists")
        await stage.fan.send("dm", "my song", [("tide.mp3", b"ID3 tide")])
        await stage.fan.sees("Only artists")
        attachment = stage.core.requests[0].attachment
        assert attachment is not None
        assert (attachment.filename, attachment.data) == ("tide.mp3", None)


async def test_a_form_takes_no_longer_answer_than_it_says(stage: Stage) -> None:
    question = Field("title", "Title?", default="Tide at the harbour", longest=10)
    stage.core.answers["note"] = Reply(form=Form("drop", "New drop", (question,)))
    await stage.fan.command("note")
    assert await stage.fan.until(lambda: "max_length" in str(stage.bodies(of="/callback")))
    answer = find_input(stage.bodies(of="/callback"))
    assert (answer["max_length"], answer["value"]) == (10, "Tide at th")


def find_input(part: Any) -> Any:
    """The text input somewhere in what was sent."""
    if isinstance(part, dict) and part.get("custom_id") == "title":
        return part
    inner = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    return next((found for each in inner if (found := find_input(each))), None)

"""A form on Telegram: one question at a time, with a default to tap and a word to stop."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.dialogue import Button, Field, Form, Reply, Span
from bot.platforms.kept_forms import KeptForms
from gating.model import Account
from tests.doors.door_core import says
from tests.doors.telegram_stage import Stage, open_stage

FORM = Form(
    "drop",
    "New drop",
    (
        Field("title", "Title?", default="Tide"),
        Field("note", "Short note?", hint="Two lines at most"),
    ),
    argument="7",
)


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with open_stage() as stage:
        stage.core.answers["note"] = Reply((Span("One minute."),), form=FORM)
        stage.core.answers["drop"] = says("Saved")
        stage.core.answers["text"] = says("I heard you")
        yield stage


async def test_questions_are_asked_in_turn_and_come_back_together(stage: Stage) -> None:
    await stage.fan.send(stage.bot, "note")
    first = await stage.fan.sees(stage.bot, "Title?")
    assert first.text == "One minute.\n\nNew drop\n\nTitle?"
    assert first.labels == ("Use Tide", "Cancel")
    await stage.fan.send(stage.bot, "Verify me")
    second = await stage.fan.sees(stage.bot, "Short note?")
    assert second.text == "Short note?\n\nTwo lines at most"
    await stage.fan.send(stage.bot, "Recorded in June")
    await stage.fan.sees(stage.bot, "Saved")
    request = stage.core.requests[-1]
    assert (request.command, request.argument) == ("drop", "7")
    assert request.answers == {"title": "Verify me", "note": "Recorded in June"}


async def test_a_default_is_taken_by_its_button(stage: Stage) -> None:
    await stage.fan.send(stage.bot, "note")
    await stage.fan.press(await stage.fan.sees(stage.bot, "Title?"), "Use Tide")
    await stage.fan.sees(stage.bot, "Short note?")
    await stage.fan.send(stage.bot, "x")
    await stage.fan.sees(stage.bot, "Saved")
    assert stage.core.requests[-1].answers["title"] == "Tide"


async def test_an_old_default_button_answers_no_later_question(stage: Stage) -> None:
    await stage.fan.send(stage.bot, "note")
    first = await stage.fan.sees(stage.bot, "Title?")
    await stage.fan.press(first, "Use Tide")
    await stage.fan.sees(stage.bot, "Short note?")
    await stage.fan.press(first, "Use Tide")
    await stage.fan.sees(stage.bot, "no longer open")
    assert [request.command for request in stage.core.requests] == ["note"]


@pytest.mark.parametrize("word", ["cancel", "CANCEL", "/cancel"])
async def test_the_word_cancel_ends_a_form(stage: Stage, word: str) -> None:
    await stage.fan.send(stage.bot, "note")
    await stage.fan.sees(stage.bot, "Title?")
    await stage.fan.send(stage.bot, word)
    await stage.fan.sees(stage.bot, "Stopped. Nothing was sent.")
    await stage.fan.send(stage.bot, "hello")
    await stage.fan.sees(stage.bot, "I heard you")


async def test_a_slash_command_ends_a_form_and_is_done(stage: Stage) -> None:
    stage.core.answers["verify"] = says("Your copy")
    await stage.fan.send(stage.bot, "note")
    await stage.fan.sees(stage.bot, "Title?")
    await stage.fan.send(stage.bot, "/verify")
    await stage.fan.sees(stage.bot, "Your copy")
    await stage.fan.send(stage.bot, "hello")
    await stage.fan.sees(stage.bot, "I heard you")


async def test_a_form_from_a_button_starts_below_it(stage: Stage) -> None:
    stage.core.answers["verify"] = says("Menu", rows=((Button("Note", "note"),),))
    await stage.fan.send(stage.bot, "verify")
    menu = await stage.fan.sees(stage.bot, "Menu")
    await stage.fan.press(menu, "Note")
    question = await stage.fan.sees(stage.bot, "Title?")
    assert question.id > menu.id


class NotesInMemory:
    """What would be a table: one note of plain values per account, as JSON keeps it."""

    def __init__(self) -> None:
        self.kept: dict[Account, str] = {}

    async def get(self, account: Account) -> dict[str, Any] | None:
        return json.loads(self.kept[account]) if account in self.kept else None

    async def put(self, account: Account, progress: dict[str, Any]) -> None:
        self.kept[account] = json.dumps(progress)

    async def drop(self, account: Account) -> None:
        self.kept.pop(account, None)


async def test_an_answer_that_is_too_long_is_asked_for_again_and_loses_nothing() -> None:
    async with open_stage(forms=KeptForms(NotesInMemory())) as stage:
        fields = (Field("title", "Title?"), Field("note", "Short note?", longest=10))
        stage.core.answers["note"] = Reply(form=Form("drop", "New drop", fields))
        stage.core.answers["drop"] = says("Saved")
        await stage.fan.send(stage.bot, "note")
        await stage.fan.sees(stage.bot, "Title?")
        await stage.fan.send(stage.bot, "Tide")
        await stage.fan.sees(stage.bot, "Short note?")
        await stage.fan.send(stage.bot, "12345678901")
        again = await stage.fan.sees(stage.bot, "11 letters; 10 is the most")
        assert again.text.endswith("Short note?")
        assert again.labels == ("Cancel",)
        await stage.fan.send(stage.bot, "1234567890")
        await stage.fan.sees(stage.bot, "Saved")
        assert stage.core.requests[-1].answers == {"title": "Tide", "note": "1234567890"}

"""A `Reply` as Discord shows it: text in an embed, buttons in rows, pictures with alt text.

Buttons carry their action as custom id and no view is registered, so that a button of any age
works in any process. Limits are those of Discord: Message Components, and Embed Limits.
"""

import io
from collections.abc import Iterable
from typing import Any

import discord

from bot.dialogue import Button, Form, Look, Picture, Reply
from bot.platforms.discord_markup import markdown
from bot.platforms.spans import clean

MAX_TEXT = 4096
MAX_LABEL = 80
MAX_ALT = 1024
MAX_TITLE = 45
MAX_HINT = 100
MAX_ROWS = MAX_IN_ROW = 5

NO_MENTIONS = discord.AllowedMentions.none()
_LOOKS = {
    Look.PRIMARY: discord.ButtonStyle.primary,
    Look.QUIET: discord.ButtonStyle.secondary,
    Look.DANGER: discord.ButtonStyle.danger,
}


def new_message(reply: Reply) -> dict[str, Any]:
    """What `send` needs to say `reply` in a message of its own."""
    drawn: dict[str, Any] = {"allowed_mentions": NO_MENTIONS}
    if embed := _embed(reply):
        drawn["embed"] = embed
    if view := _view(reply.rows):
        drawn["view"] = view
    if files := _files(reply):
        drawn["files"] = files
    return drawn


def changed_message(reply: Reply) -> dict[str, Any]:
    """What `edit` needs so that a message says `reply` and nothing of what it said before."""
    return {
        "allowed_mentions": NO_MENTIONS,
        "embed": _embed(reply),
        "view": _view(reply.rows),
        "attachments": _files(reply),
    }


def is_blank(reply: Reply) -> bool:
    """Whether there is nothing to show."""
    return not (markdown(reply.text) or reply.rows or reply.picture or reply.file or reply.form)


def modal(form: Form) -> discord.ui.Modal:
    """The form with its defaults filled in; what comes back names command and argument."""
    custom_id = f"{form.command}:{form.argument}" if form.argument else form.command
    drawn = discord.ui.Modal(title=_cut(form.title, MAX_TITLE), custom_id=custom_id)
    for question in form.fields:
        style = discord.TextStyle.paragraph if question.long else discord.TextStyle.short
        answer: discord.ui.TextInput[Any] = discord.ui.TextInput(
            custom_id=question.name,
            style=style,
            default=question.default[: question.longest or None] or None,
            max_length=question.longest or None,
        )
        drawn.add_item(
            discord.ui.Label(
                text=_cut(question.label, MAX_TITLE),
                description=_cut(question.hint, MAX_HINT) or None,
                component=answer,
            )
        )
    drawn.stop()  # a stopped view is not kept; the answers are read from the event itself
    return drawn


def _embed(reply: Reply) -> discord.Embed | None:
    text = markdown(reply.text)
    return discord.Embed(description=_cut_markup(text)) if text.strip() else None


def _cut_markup(text: str) -> str:
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 2].rstrip("\\") + " …"


def _cut(words: str, limit: int) -> str:
    words = clean(words)
    return words if len(words) <= limit else words[: limit - 1] + "…"


def _view(rows: Iterable[tuple[Button, ...]]) -> discord.ui.View | None:
    drawn = [part for row in rows for part in _batches(row)]
    if len(drawn) > MAX_ROWS:
        drawn = _batches(tuple(button for row in drawn for button in row))[:MAX_ROWS]
    if not drawn:
        return None
    view = discord.ui.View(timeout=None)
    for number, row in enumerate(drawn):
        for button in row:
            view.add_item(_button(button, number))
    view.stop()  # a stopped view is not kept; presses are read from the event itself
    return view


def _batches(row: tuple[Button, ...]) -> list[tuple[Button, ...]]:
    return [row[at : at + MAX_IN_ROW] for at in range(0, len(row), MAX_IN_ROW)]


def _button(button: Button, row: int) -> discord.ui.Button[Any]:
    label = _cut(button.label, MAX_LABEL)
    if button.url:
        return discord.ui.Button(label=label, url=button.url, row=row)
    style = _LOOKS[button.look]
    return discord.ui.Button(label=label, custom_id=button.action, style=style, row=row)


def _files(reply: Reply) -> list[discord.File]:
    files = [_file(reply.picture)] if reply.picture else []
    if reply.file is not None:
        files.append(discord.File(io.BytesIO(reply.file.data), filename=reply.file.filename))
    return files


def _file(picture: Picture) -> discord.File:
    alt = _cut(picture.alt, MAX_ALT)
    return discord.File(io.BytesIO(picture.png), filename=picture.filename, description=alt)

"""A form on Telegram: one question per message, in the private chat, each with its default."""

from dataclasses import dataclass, replace

from bot.dialogue import Button, Field, Form, Reply, Request, Span, Style, Text
from bot.platforms.forms import OpenForm
from bot.platforms.inside import Inside
from gating.model import Account

USE = "~use"
"""The action of the door's own button that answers with the default; its argument is the number
of the question, so that an old button answers no later one."""
STOP = "~stop"
"""The action of the door's own button that ends the form."""
MAX_SHOWN_DEFAULT = 40


@dataclass(frozen=True, slots=True)
class Questions:
    """Asks the fields of a form in turn and gathers the answers."""

    inside: Inside

    async def begin(self, account: Account, lead_in: Reply, form: Form) -> Reply:
        """Open the form, and ask its first question below the lead-in."""
        opened = OpenForm(form)
        await self.inside.forms.put(account, opened)
        question = self._ask(opened, form.fields[0])
        heading = _paragraphs(lead_in.text, (Span(form.title, Style.BOLD),), question.text)
        return replace(question, text=heading, picture=lead_in.picture)

    async def take(self, request: Request, line: str) -> Request | Reply | None:
        """What follows a typed line: the next question, the filled form, or None without a form.

        A line that begins with a slash is meant as a command, and ends the form.
        """
        opened = await self.inside.forms.get(request.account)
        if opened is None:
            return None
        cancel = self.inside.form_words.cancel.casefold()
        if line.casefold().removeprefix("/") in {cancel, "cancel"}:
            return await self._stop(request.account)
        if line.startswith("/"):
            await self.inside.forms.drop(request.account)
            return None
        question = opened.next_field
        if question is not None and 0 < question.longest < len(line):
            return self._ask_shorter(opened, question, len(line))
        return await self._answer(request, opened, line)

    async def press(self, request: Request) -> Request | Reply | None:
        """What follows one of the form's own buttons; None for any other button."""
        if request.command == STOP:
            return await self._stop(request.account)
        if request.command != USE:
            return None
        opened = await self.inside.forms.get(request.account)
        question = opened.next_field if opened else None
        if opened is None or question is None or request.argument != str(len(opened.given)):
            return Reply((Span(self.inside.form_words.gone),))
        return await self._answer(request, opened, question.default)

    async def _answer(self, request: Request, opened: OpenForm, line: str) -> Request | Reply:
        opened = opened.with_answer(line)
        question = opened.next_field
        if question is not None:
            await self.inside.forms.put(request.account, opened)
            return self._ask(opened, question)
        await self.inside.forms.drop(request.account)
        form = opened.form
        return replace(
            request, command=form.command, argument=form.argument, answers=opened.answers
        )

    async def _stop(self, account: Account) -> Reply:
        await self.inside.forms.drop(account)
        return Reply((Span(self.inside.form_words.cancelled),))

    def _ask_shorter(self, opened: OpenForm, question: Field, length: int) -> Reply:
        words = self.inside.form_words.too_long.format(length=length, longest=question.longest)
        again = self._ask(opened, question)
        return replace(again, text=_paragraphs((Span(words),), again.text))

    def _ask(self, opened: OpenForm, question: Field) -> Reply:
        words = self.inside.form_words
        stop = (Button(words.cancel, STOP),)
        text = _paragraphs((Span(question.label, Style.BOLD),), (Span(question.hint),))
        if not question.default:
            return Reply(text, (stop,))
        label = words.use.format(default=_short(question.default))
        return Reply(text, ((Button(label, USE, str(len(opened.given))),), stop))


def _short(words: str) -> str:
    return words if len(words) <= MAX_SHOWN_DEFAULT else words[: MAX_SHOWN_DEFAULT - 1] + "…"


def _paragraphs(*parts: Text) -> Text:
    """The parts that have words, each in a paragraph of its own."""
    shown = [part for part in parts if any(span.text for span in part)]
    breaks = [(), *([(Span("\n\n"),)] * (len(shown) - 1))] if shown else []
    return tuple(span for gap, part in zip(breaks, shown, strict=True) for span in (*gap, *part))

"""Forms that are open: those asked one question at a time, and those still to be shown."""

from collections import OrderedDict
from dataclasses import dataclass, field, replace
from typing import Protocol

from bot.dialogue import Field, Form
from gating.model import Account


@dataclass(frozen=True, slots=True)
class OpenForm:
    """A form and the answers given so far, in the order of its fields."""

    form: Form
    given: tuple[str, ...] = ()

    @property
    def next_field(self) -> Field | None:
        """The question to ask now; None when all are answered."""
        fields = self.form.fields
        return fields[len(self.given)] if len(self.given) < len(fields) else None

    @property
    def answers(self) -> dict[str, str]:
        names = (question.name for question in self.form.fields)
        return dict(zip(names, self.given, strict=False))

    def with_answer(self, answer: str) -> "OpenForm":
        return replace(self, given=(*self.given, answer))


class Forms(Protocol):
    """One open form per account; opening another one replaces it."""

    async def get(self, account: Account) -> OpenForm | None: ...

    async def put(self, account: Account, open_form: OpenForm) -> None: ...

    async def drop(self, account: Account) -> None: ...


@dataclass
class FormsInMemory:
    """Open forms of the last `limit` accounts; a restart forgets them, and people start again."""

    limit: int = 1000
    _open: OrderedDict[Account, OpenForm] = field(default_factory=OrderedDict)

    async def get(self, account: Account) -> OpenForm | None:
        return self._open.get(account)

    async def put(self, account: Account, open_form: OpenForm) -> None:
        self._open[account] = open_form
        self._open.move_to_end(account)
        while len(self._open) > self.limit:
            self._open.popitem(last=False)

    async def drop(self, account: Account) -> None:
        self._open.pop(account, None)


@dataclass(frozen=True, slots=True)
class FormWords:
    """The door's own words around a form, in the club's language.

    `cancel` is also the word that ends a form when it is typed. `use` and `open` name a button;
    `{default}` is filled with the value that it takes, `{length}` and `{longest}` with letters.
    """

    use: str = "Use {default}"
    open: str = "Answer"
    cancel: str = "Cancel"
    cancelled: str = "Stopped. Nothing was sent."
    too_long: str = "That is {length} letters; {longest} is the most. Please send it shorter."
    gone: str = "This form is no longer open. Please start again."

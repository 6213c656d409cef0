"""Forms that survive a restart: how far each person has come, kept as plain values."""

from dataclasses import asdict, dataclass
from typing import Any, Protocol

from bot.dialogue import Field, Form
from bot.platforms.forms import OpenForm
from gating.model import Account


class Notes(Protocol):
    """One note of plain values per account."""

    async def get(self, account: Account) -> dict[str, Any] | None: ...

    async def put(self, account: Account, progress: dict[str, Any]) -> None: ...

    async def drop(self, account: Account) -> None: ...


@dataclass(frozen=True)
class KeptForms:
    """`bot.platforms.forms.Forms` over such notes."""

    notes: Notes

    async def get(self, account: Account) -> OpenForm | None:
        noted = await self.notes.get(account)
        if noted is None:
            return None
        form = noted["form"]
        fields = tuple(Field(**asked) for asked in form["fields"])
        return OpenForm(Form(**{**form, "fields": fields}), tuple(noted["given"]))

    async def put(self, account: Account, open_form: OpenForm) -> None:
        await self.notes.put(account, asdict(open_form))

    async def drop(self, account: Account) -> None:
        await self.notes.drop(account)

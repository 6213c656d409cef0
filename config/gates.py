"""The gates of the club file: what each asks for, and what it opens."""

from datetime import timedelta
from itertools import chain
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from config.contracts import ALBUM, SHORT_NAME
from config.discord_servers import Roles, ServerName
from gating.model import Gate, GateId, Pass, Platform
from gating.model.rule import MOST, Contract, Holds, Ids, Rule, TokenIds, Wanted
from gating.rules.parse import rule_of
from gating.rules.predicates import Book

MOST_GRACE = 24 * 30
"""Hours; whoever sold a month ago is no holder."""
Name = Annotated[str, Field(min_length=1, max_length=60)]


class GateTable(BaseModel):
    """One block `[[gates]]`."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str = Field(pattern=SHORT_NAME)
    name: Name
    at_least: int = Field(1, ge=1, le=MOST)
    lowest: int | None = Field(None, ge=0, le=MOST)
    highest: int | None = Field(None, ge=0, le=MOST)
    rule: Any = None
    grace_hours: int | None = Field(None, ge=0, le=MOST_GRACE)
    discord_roles: Roles = ()
    discord_roles_in: dict[ServerName, Roles] = {}
    telegram_chats: tuple[int, ...] = ()

    @model_validator(mode="after")
    def _the_right_way_round(self) -> Self:
        if self.lowest is not None and self.highest is not None and self.lowest > self.highest:
            raise ValueError(f"lowest is greater than highest in the gate {self.id}")
        return self

    @model_validator(mode="after")
    def _one_way_to_say_it(self) -> Self:
        short = sorted({"at_least", "lowest", "highest"} & self.model_fields_set)
        if short and "rule" in self.model_fields_set:
            raise ValueError(f"{short[0]} and rule both stand in the gate {self.id}; keep one")
        return self


def gate_of(table: GateTable, nth: int, book: Book, usual_grace: int) -> Gate:
    """The gate, which is the `nth` of its file. Raises `RuleMistake`."""
    if table.rule is None:
        rule: Rule = _short(table, book.contracts[ALBUM])
    else:
        rule = rule_of(table.rule, book, ("gates", nth, "rule"))
    hours = usual_grace if table.grace_hours is None else table.grace_hours
    return Gate(GateId(table.id), table.name, rule, ways_of(table), timedelta(hours=hours))


def ways_of(table: GateTable) -> tuple[Pass, ...]:
    """Everything that the gate opens, in every server and chat."""
    gate = GateId(table.id)
    named = chain(table.discord_roles, *table.discord_roles_in.values())
    roles = (Pass(gate, Platform.DISCORD, str(role), table.name) for role in named)
    chats = (Pass(gate, Platform.TELEGRAM, str(chat), table.name) for chat in table.telegram_chats)
    return (*roles, *chats)


def _short(table: GateTable, album: Contract) -> Rule:
    """`at_least`, `lowest` and `highest`: so many copies of the album, of these numbers."""
    wanted = Wanted(table.at_least)
    if table.lowest is None and table.highest is None:
        return Holds(album, wanted)
    highest = MOST if table.highest is None else table.highest
    return TokenIds(album, Ids(((table.lowest or 0, highest),)), wanted)

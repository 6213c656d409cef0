"""How each chain of the club is followed: `[album]` says it for all, `[chains.8453]` for one."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta

from pydantic import BaseModel, ConfigDict, Field

from gating.rules.fields import RuleMistake

CHAIN_ID = r"^[1-9][0-9]{0,18}$"
MOST_CONFIRMATIONS = 256
MOST_MINUTES = 10_080


@dataclass(frozen=True, slots=True)
class Habits:
    """Of one chain: blocks until an addition counts, and minutes until a head that stands is told.

    `still_minutes` 0: this chain may stand still.
    """

    confirmations: int
    still_minutes: int

    @property
    def still_after(self) -> timedelta | None:
        return timedelta(minutes=self.still_minutes) if self.still_minutes else None


class ChainTable(BaseModel):
    """One `[chains.ID]`; what is left out is as `[album]` says it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    confirmations: int | None = Field(None, ge=0, le=MOST_CONFIRMATIONS)
    still_minutes: int | None = Field(None, ge=0, le=MOST_MINUTES)


def habits_of(
    tables: Mapping[str, ChainTable], read: Collection[int], usual: Habits
) -> dict[int, Habits]:
    """For each chain that is read. Raises `RuleMistake` for a table of any other chain."""
    for named in tables:
        if int(named) not in read:
            cause = "is a chain that no contract of this file is on"
            raise RuleMistake(("chains", named), cause)
    own = {int(named): table for named, table in tables.items()}
    return {chain: _with(own.get(chain, ChainTable()), usual) for chain in read}


def _with(table: ChainTable, usual: Habits) -> Habits:
    return Habits(
        usual.confirmations if table.confirmations is None else table.confirmations,
        usual.still_minutes if table.still_minutes is None else table.still_minutes,
    )

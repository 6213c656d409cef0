"""What is kept about one person in the tables of votes: shown, and forgotten."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, false, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from gating.model.personal import Person, Sections
from gating.model.plainly import plainly
from governance.adapters.held import HELD
from governance.adapters.sql_polls import SqlPolls
from governance.adapters.tables import BallotRow, CensusRow, ClaimRow, DelegateRow, PollRow, TapRow
from governance.withdrawing import WithdrawBallots

FORGOTTEN = "0x" + "00" * 32
"""Stands where the commitment of a moderator stood who cancelled a vote."""


class SqlOwnBallots:
    """`gating.identity.personal.OwnBallots`."""

    def __init__(self, session: AsyncSession, withdraw: WithdrawBallots) -> None:
        self._session = session
        self._polls = SqlPolls(session)
        self._withdraw = withdraw

    async def hold(self) -> None:
        await self._withdraw.hold(self._polls)

    async def found(self, person: Person) -> Sections:
        # no fan is not the same as a ballot that is nobody's any more
        mine = col(BallotRow.fan_id) == person.fan if person.fan else false()
        theirs = tuple_(col(TapRow.poll_id), col(TapRow.seq)).in_(
            select(col(BallotRow.poll_id), col(BallotRow.seq)).where(mine)
        )
        return {
            "poll_ballot": await self._rows("poll_ballot", BallotRow, mine),
            "poll_tap": await self._rows("poll_tap", TapRow, theirs),
            "poll_claim": await self._rows(
                "poll_claim", ClaimRow, col(ClaimRow.address).in_(person.addresses)
            ),
            "poll_census": await self._rows(
                "poll_census", CensusRow, col(CensusRow.address).in_(person.addresses)
            ),
            "poll_delegate": await self._delegates(person),
        }

    async def _delegates(self, person: Person) -> list[dict[str, Any]]:
        """The other side of a delegation may be somebody else's wallet, and is left out then."""
        own = person.addresses
        named = or_(col(DelegateRow.vault).in_(own), col(DelegateRow.hot).in_(own))
        rows = await self._rows("poll_delegate", DelegateRow, named)
        sides = {"vault", "hot"}
        return [
            {name: value for name, value in row.items() if name not in sides or value in own}
            for row in rows
        ]

    async def forget(self, person: Person) -> None:
        if person.fan is not None:
            await self._withdraw(self._polls, person.fan)
            await self._unlink(person)
        commits = [self._withdraw.signing.commit(account) for account in person.accounts]
        await self._session.execute(
            update(PollRow)
            .where(col(PollRow.cancelled_by).in_(commits))
            .values(cancelled_by=FORGOTTEN)
        )

    async def _unlink(self, person: Person) -> None:
        """The line stays as it was published; nothing is left that says whose it was."""
        mine = col(BallotRow.fan_id) == person.fan
        own = select(col(BallotRow.poll_id), col(BallotRow.seq)).where(mine)
        await self._session.execute(
            delete(TapRow).where(tuple_(col(TapRow.poll_id), col(TapRow.seq)).in_(own))
        )
        await self._session.execute(
            update(BallotRow).where(mine).values(fan_id=None, salt=None, receipt=None)
        )

    async def _rows(self, name: str, table: Any, which: Any) -> list[dict[str, Any]]:
        columns = [col(getattr(table, column)) for column in HELD[name].shown]
        rows = await self._session.execute(select(*columns).where(which))
        return [_shown(row) for row in rows.mappings()]


def _shown(row: Mapping[Any, Any]) -> dict[str, Any]:
    """A line of the log is JSON already, in the form in which it is published."""
    return {
        column: json.loads(value) if column == "line" else plainly(value)
        for column, value in row.items()
    }

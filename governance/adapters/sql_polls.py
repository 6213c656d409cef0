"""Polls, census and log in PostgreSQL. The poll's row is the lock for its log."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Select,
    column,
    delete,
    insert,
    or_,
    select,
    table,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel, col

from gating.errors import Refused
from gating.model import Address, FanId
from governance.adapters.poll_rows import (
    ballot_in,
    kept_in,
    poll_in,
    poll_values,
    progress_values,
    vote_in,
)
from governance.adapters.tables import (
    BallotRow,
    CensusRow,
    ClaimRow,
    DelegateRow,
    PollRow,
    TapRow,
)
from governance.errors import NO_POLL
from governance.model import (
    BallotLine,
    CensusLine,
    CloseLine,
    LogLine,
    Poll,
    PollId,
    PollState,
    Standing,
)
from governance.ports import Delegates, Due, Holder, Kept
from governance.record.canonical import canonical
from governance.record.log import line_doc

_CHUNK = 10_000
_FANS = table("fan", column("id"), column("merged_into"))
"""Of gating's table only this much: a fan that became another's has cast ballots before."""


def cast_by(fan: FanId) -> ColumnElement[bool]:
    """Ballots of the fan, and of fans who became this one after they had voted."""
    formerly = select(_FANS.c.id).where(_FANS.c.merged_into == fan)
    return or_(col(BallotRow.fan_id) == fan, col(BallotRow.fan_id).in_(formerly))


# the statements of a tap are fixed text: building them anew cost more than running them
_HOLDERS = text(
    """
    SELECT holder.address, holder.power, claim.voter FROM poll_census AS holder
    LEFT JOIN poll_claim AS claim
      ON claim.poll_id = holder.poll_id AND claim.address = holder.address
    WHERE holder.poll_id = :poll AND holder.address = ANY(:wallets)
    """
)
_DELEGATES = text(
    """
    SELECT vault, hot FROM poll_delegate WHERE poll_id = :poll AND vault IN (
        SELECT vault FROM poll_delegate WHERE poll_id = :poll AND hot = ANY(:hots)
    )
    ORDER BY vault, place
    """
)
_REPLACE = text(
    "UPDATE poll_ballot SET counts = false WHERE poll_id = :poll AND voter = :voter AND counts"
)
_APPEND = text(
    """
    WITH ballot AS (
        INSERT INTO poll_ballot
            (poll_id, seq, line, counts, voter, fan_id, power, weight, receipt, salt)
        VALUES (:poll, :seq, :line, true, :voter, :fan, :power, :weight, :receipt, :salt)
    ), tapped AS (
        INSERT INTO poll_tap (poll_id, tap, seq) VALUES (:poll, :tap, :seq)
    )
    INSERT INTO poll_claim (poll_id, address, voter)
    SELECT :poll, address, :voter FROM unnest(CAST(:claims AS text[])) AS address
    ON CONFLICT DO NOTHING
    """
)


class SqlPolls:
    """`governance.ports.Polls`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(
        self, poll: Poll, census: Sequence[CensusLine], delegates: Delegates | None = None
    ) -> bool:
        added = await self._session.execute(
            upsert(PollRow)
            .values(**poll_values(poll), **progress_values(poll))
            .on_conflict_do_nothing()
            .returning(col(PollRow.id))
        )
        if added.first() is None:
            return False
        await self._fill(
            CensusRow,
            [
                {"poll_id": poll.id, "address": line.address, "power": line.power}
                for line in census
            ],
        )
        await self._fill(
            DelegateRow,
            [
                {"poll_id": poll.id, "vault": vault, "place": place, "hot": hot}
                for vault, hots in (delegates or {}).items()
                for place, hot in enumerate(hots)
            ],
        )
        return True

    async def _fill(self, table: type[SQLModel], rows: list[dict[str, object]]) -> None:
        for first in range(0, len(rows), _CHUNK):
            await self._session.execute(insert(table), rows[first : first + _CHUNK])

    async def get(self, poll: PollId, *, lock: bool = False) -> Poll:
        row = select(PollRow).where(col(PollRow.id) == poll)
        found = await self._session.scalar(
            (row.with_for_update() if lock else row).execution_options(populate_existing=True)
        )
        if found is None:
            raise Refused(NO_POLL)
        return poll_in(found)

    async def save(self, poll: Poll) -> None:
        await self._session.execute(
            update(PollRow).where(col(PollRow.id) == poll.id).values(**progress_values(poll))
        )

    async def current(self, *, lock: bool = False) -> Sequence[Poll]:
        polls = (
            select(PollRow)
            .where(col(PollRow.state).in_((PollState.ANNOUNCED, PollState.OPEN)))
            .order_by(col(PollRow.closes), col(PollRow.id))
        )
        rows = await self._session.scalars(
            (polls.with_for_update() if lock else polls).execution_options(populate_existing=True)
        )
        return [poll_in(row) for row in rows]

    async def due(self, now: datetime) -> Due:
        state = col(PollRow.state)
        opening = (state == PollState.ANNOUNCED) & (col(PollRow.opens) <= now)
        over = (state == PollState.OPEN) & (col(PollRow.closes) < now)
        unfinished = over | (state == PollState.CLOSED)
        return Due(await self._ids(opening), await self._ids(unfinished))

    async def census(self, poll: PollId) -> Sequence[CensusLine]:
        rows = await self._session.execute(
            select(col(CensusRow.address), col(CensusRow.power)).where(
                col(CensusRow.poll_id) == poll
            )
        )
        # sorted here, because a database's own order of text depends on its locale
        return sorted((CensusLine(Address(a), p) for a, p in rows), key=lambda line: line.address)

    async def holders_among(self, poll: PollId, wallets: Iterable[Address]) -> Sequence[Holder]:
        rows = await self._session.execute(_HOLDERS, {"poll": poll, "wallets": list(wallets)})
        return [Holder(address, int(power), voter) for address, power, voter in rows]

    async def delegates_among(self, poll: PollId, hots: Iterable[Address]) -> Delegates:
        found: dict[Address, list[Address]] = {}
        for vault, hot in await self._session.execute(
            _DELEGATES, {"poll": poll, "hots": list(hots)}
        ):
            found.setdefault(Address(vault), []).append(Address(hot))
        return found

    async def ballot_of(self, poll: PollId, fan: FanId) -> Kept | None:
        return await self._kept(
            select(BallotRow)
            .where(
                col(BallotRow.poll_id) == poll,
                cast_by(fan),
                col(BallotRow.counts),
            )
            .order_by(col(BallotRow.seq).desc())
            .limit(1)
        )

    async def of_tap(self, poll: PollId, tap: str) -> Kept | None:
        return await self._kept(
            select(BallotRow)
            .join(
                TapRow,
                (col(TapRow.poll_id) == col(BallotRow.poll_id))
                & (col(TapRow.seq) == col(BallotRow.seq)),
            )
            .where(col(TapRow.poll_id) == poll, col(TapRow.tap) == tap)
        )

    async def last_of(self, poll: PollId, voter: Address) -> BallotLine | None:
        line = await self._session.scalar(
            select(col(BallotRow.line))
            .where(col(BallotRow.poll_id) == poll, col(BallotRow.voter) == voter)
            .order_by(col(BallotRow.seq).desc())
            .limit(1)
        )
        found = ballot_in(line) if line else None
        return found if isinstance(found, BallotLine) else None

    async def withdraw(self, line: BallotLine) -> None:
        poll, voter = line.ballot.poll, line.ballot.voter
        await self._session.execute(_REPLACE, {"poll": poll, "voter": voter})
        await self._session.execute(
            insert(BallotRow).values(
                poll_id=poll,
                seq=line.seq,
                line=canonical(line_doc(line)),
                counts=False,
                voter=voter,
            )
        )
        await self._session.execute(
            delete(ClaimRow).where(col(ClaimRow.poll_id) == poll, col(ClaimRow.voter) == voter)
        )

    async def append(self, ballot: Kept, *, tap: str) -> None:
        line = ballot.line
        poll, voter = line.ballot.poll, line.ballot.voter
        await self._session.execute(_REPLACE, {"poll": poll, "voter": voter})
        added = {
            "poll": poll,
            "seq": line.seq,
            "line": canonical(line_doc(line)),
            "voter": voter,
            "fan": ballot.fan,
            "power": ballot.power,
            "weight": ballot.weight,
            "receipt": ballot.receipt.signature,
            "salt": ballot.salt,
            "tap": tap,
            "claims": list(line.claims),
        }
        await self._session.execute(_APPEND, added)

    async def repeat(self, ballot: Kept, *, tap: str) -> None:
        poll, seq = ballot.line.ballot.poll, ballot.line.seq
        await self._session.execute(insert(TapRow).values(poll_id=poll, tap=tap, seq=seq))

    async def close(self, poll: PollId, line: CloseLine) -> None:
        published = canonical(line_doc(line))
        await self._session.execute(
            insert(BallotRow).values(poll_id=poll, seq=line.seq, line=published, counts=False)
        )

    async def log(self, poll: PollId) -> Sequence[LogLine]:
        lines = await self._session.scalars(
            select(col(BallotRow.line))
            .where(col(BallotRow.poll_id) == poll)
            .order_by(col(BallotRow.seq))
        )
        return [ballot_in(line) for line in lines]

    async def standing(self, poll: PollId) -> Standing:
        rows = await self._session.scalars(
            select(BallotRow)
            .where(col(BallotRow.poll_id) == poll, col(BallotRow.power).is_not(None))
            .order_by(col(BallotRow.seq))
        )
        counting, replaced = [], 0
        for row in rows:
            if row.counts:
                counting.append(vote_in(row))
            else:
                replaced += 1
        return Standing(tuple(counting), replaced)

    async def _kept(self, ballots: Select[BallotRow]) -> Kept | None:
        row = await self._session.scalar(ballots.execution_options(populate_existing=True))
        return kept_in(row) if row else None

    async def _ids(self, which: ColumnElement[bool]) -> tuple[PollId, ...]:
        ids = await self._session.scalars(
            select(col(PollRow.id)).where(which).order_by(col(PollRow.closes), col(PollRow.id))
        )
        return tuple(map(PollId, ids))

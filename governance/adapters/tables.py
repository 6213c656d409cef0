"""The tables of polls. Times are aware UTC; a uint256 is `NUMERIC(78, 0)`, exact and sortable.

Definitions and log lines are kept as the exact bytes that are hashed and published.
"""

from datetime import datetime

from sqlalchemy import BigInteger, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from gating.adapters.sql.kinds import Uint256, utc


class PollRow(SQLModel, table=True):
    __tablename__ = "poll"
    __table_args__ = (Index("ix_poll_state", "state", "closes"),)
    id: str = Field(primary_key=True)
    state: str
    definition: bytes
    signature: str
    body: str
    census_root: str
    census_wallets: int = Field(sa_type=BigInteger)
    census_power: int = Field(sa_type=Uint256)
    census_people: int = Field(sa_type=BigInteger)
    log_size: int = Field(sa_type=BigInteger)
    log_head: str
    opens: datetime = utc()
    closes: datetime = utc()
    closed_at: datetime | None = utc(nullable=True)
    record_hash: str | None = None
    record_cid: str | None = None
    winners: list[int] | None = Field(default=None, sa_type=JSONB)
    cancelled_by: str | None = None
    cancelled_at: datetime | None = utc(nullable=True)
    cancel_reason: str | None = None


class CensusRow(SQLModel, table=True):
    __tablename__ = "poll_census"
    poll_id: str = Field(primary_key=True, foreign_key="poll.id")
    address: str = Field(primary_key=True)
    power: int = Field(sa_type=Uint256)


class DelegateRow(SQLModel, table=True):
    """A hot wallet that a vault named for all it held at the snapshot; `place` is the order."""

    __tablename__ = "poll_delegate"
    __table_args__ = (Index("ix_poll_delegate_hot", "poll_id", "hot"),)
    poll_id: str = Field(primary_key=True, foreign_key="poll.id")
    vault: str = Field(primary_key=True)
    place: int = Field(primary_key=True)
    hot: str


class BallotRow(SQLModel, table=True):
    """A line of a poll's log. Whose ballot it is (`fan_id`) stays here and is not published.

    `salt` opens the line's account commitment; without it nobody can tell whose it was.
    """

    __tablename__ = "poll_ballot"
    __table_args__ = (
        Index("ix_poll_ballot_fan", "poll_id", "fan_id", postgresql_where=text("counts")),
        Index(
            "uq_poll_ballot_voter",
            "poll_id",
            "voter",
            unique=True,
            postgresql_where=text("counts"),
        ),
    )
    poll_id: str = Field(primary_key=True, foreign_key="poll.id")
    seq: int = Field(primary_key=True, sa_type=BigInteger)
    line: bytes
    counts: bool
    voter: str | None = None
    fan_id: str | None = None
    power: int | None = Field(default=None, sa_type=Uint256)
    weight: int | None = Field(default=None, sa_type=Uint256)
    receipt: str | None = None
    salt: bytes | None = None


class ClaimRow(SQLModel, table=True):
    """A wallet that was voted with: once per poll, whoever links it later."""

    __tablename__ = "poll_claim"
    poll_id: str = Field(primary_key=True, foreign_key="poll.id")
    address: str = Field(primary_key=True)
    voter: str


class TapRow(SQLModel, table=True):
    """Which ballot a tap asked for, so that a tap delivered twice changes nothing."""

    __tablename__ = "poll_tap"
    poll_id: str = Field(primary_key=True, foreign_key="poll.id")
    tap: str = Field(primary_key=True)
    seq: int = Field(sa_type=BigInteger)

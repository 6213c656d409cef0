"""The tables of what no chain knows of people: guest lists, and roles of the platforms' own."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, Identity, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from gating.adapters.sql.kinds import utc


class GuestCodeRow(SQLModel, table=True):
    """A code by its seal. `used` never goes down: who is taken off frees no place."""

    __tablename__ = "guest_code"
    __table_args__ = (UniqueConstraint("seal"), Index("ix_guest_code_list", "guest_list"))
    number: int | None = Field(
        default=None, sa_column=Column(BigInteger, Identity(), primary_key=True)
    )
    guest_list: str
    seal: bytes
    places: int
    used: int = 0
    made_at: datetime = utc()
    expires_at: datetime = utc()
    stopped: bool = False


class GuestRow(SQLModel, table=True):
    __tablename__ = "guest"
    __table_args__ = (Index("ix_guest_list", "guest_list"), Index("ix_guest_code", "code"))
    fan_id: str = Field(primary_key=True, foreign_key="fan.id")
    guest_list: str = Field(primary_key=True)
    code: int = Field(sa_type=BigInteger, foreign_key="guest_code.number")
    since: datetime = utc()
    off_at: datetime | None = utc(nullable=True)
    """A moderator took the fan off; the row stays, so that the same code brings nobody back."""


class SeenRoleRow(SQLModel, table=True):
    """What a platform said of a role, or a chat, that it manages itself and a rule asks for."""

    __tablename__ = "seen_role"
    platform: str = Field(primary_key=True)
    user_id: str = Field(primary_key=True)
    target: str = Field(primary_key=True)
    has: bool
    seen_at: datetime = utc()

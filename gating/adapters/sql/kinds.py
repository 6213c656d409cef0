"""What every table and every transaction of the house shares, whoever's they are."""

from decimal import Decimal
from typing import Any

import psycopg
from sqlalchemy import DateTime, Dialect, Numeric
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field

from gating.errors import NeedsPerson, TryLater

DISK_FULL = "53100"
"""PostgreSQL's SQLSTATE `disk_full`."""


class Uint256(TypeDecorator[int]):
    """An exact unsigned integer of 256 bits, which sorts and sums as one."""

    impl = Numeric(78, 0)
    cache_ok = True

    def process_result_value(self, value: Decimal | None, dialect: Dialect) -> int | None:
        return None if value is None else int(value)


def utc(*, nullable: bool = False) -> Any:
    """A column of aware UTC times."""
    return Field(sa_type=DateTime(timezone=True), nullable=nullable)


DATABASE_ERRORS = (DBAPIError, PoolExhausted, psycopg.Error)


def as_ours(error: DBAPIError | PoolExhausted | psycopg.Error) -> Exception:
    """A database that is away is `TryLater`, a full disk `NeedsPerson`; the rest is a fault."""
    if isinstance(error, PoolExhausted):
        return TryLater("E-DATABASE", after=2)
    cause = error.orig if isinstance(error, DBAPIError) else error
    if getattr(cause, "sqlstate", None) == DISK_FULL:
        return NeedsPerson("E-DISKFULL")
    away = isinstance(error, DBAPIError) and error.connection_invalidated
    if away or isinstance(error, (OperationalError, psycopg.OperationalError)):
        return TryLater("E-DATABASE", after=2)
    return error

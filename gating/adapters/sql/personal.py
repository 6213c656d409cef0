"""What is kept about one person in the tables of access: shown, and forgotten."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    LargeBinary,
    Table,
    and_,
    delete,
    false,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel, col

from gating.adapters.sql.held import HELD
from gating.adapters.sql.tables import AuditRow, OutboxRow
from gating.model import Account, Step
from gating.model.personal import Forgetting, Held, Person, Sections, Whose
from gating.model.plainly import plainly
from gating.ports import Clock

FORGOTTEN = "forgotten"
"""Stands in the audit trail where an account or a wallet of a forgotten person stood."""


class SqlTraces:
    """`gating.identity.personal.Traces`."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def found(self, person: Person) -> Sections:
        return {
            name: await _rows(self._session, name, held, person)
            for name, held in HELD.items()
            if held.whose is not Whose.NOBODY
        }

    async def forget(self, person: Person) -> None:
        await self._clear_outbox(person)
        await self._unname_audit(person)
        for name, held in HELD.items():
            if held.forgetting is Forgetting.DELETED and held.whose is not Whose.LANE:
                table = _table(name)
                await self._session.execute(delete(table).where(_theirs(table, held, person)))

    async def erase_when_done(self, accounts: Sequence[Account]) -> None:
        await self._session.execute(
            update(OutboxRow).where(_in_lanes(accounts)).values(erase=True)
        )

    async def _clear_outbox(self, person: Person) -> None:
        """What is over goes, and what was only waiting; a door that closes must still close.

        What a worker holds at this moment is left to it: it may be done already.
        """
        act, state = col(OutboxRow.act), col(OutboxRow.state)
        closes = and_(act["kind"].astext == "pass", act["step"].astext == Step.CLOSE)
        free = or_(
            col(OutboxRow.leased_until).is_(None), col(OutboxRow.leased_until) < self._clock()
        )
        over = state.in_(("done", "dropped"))
        waiting = and_(free, ~closes)
        await self._session.execute(
            delete(OutboxRow).where(_in_lanes(person.accounts), or_(over, waiting))
        )

    async def _unname_audit(self, person: Person) -> None:
        """The trail stays readable: its lines share a name that leads to nobody."""
        pseudonym = f"{FORGOTTEN}-{uuid.uuid4().hex}"
        wallets = col(AuditRow.facts)["wallet"].astext.in_(person.addresses)
        rows = await self._session.execute(
            select(col(AuditRow.id), col(AuditRow.facts)).where(or_(_named(person), wallets))
        )
        for number, facts in rows.all():
            await self._session.execute(
                update(AuditRow)
                .where(col(AuditRow.id) == number)
                .values(fan_id=pseudonym, facts=_unnamed(facts, person))
            )


async def _rows(
    session: AsyncSession, name: str, held: Held, person: Person
) -> list[dict[str, Any]]:
    table = _table(name)
    columns = [table.c[column] for column in held.shown]
    rows = await session.execute(select(*columns).where(_theirs(table, held, person)))
    return [_shown(held, person, row) for row in rows.mappings()]


def _shown(held: Held, person: Person, row: Mapping[Any, Any]) -> dict[str, Any]:
    """The row without other people's wallets in it."""
    foreign = held.owner if held.whose is Whose.WALLET else ()
    return {
        column: plainly(row[column])
        for column in held.shown
        if column not in foreign or plainly(row[column]) in person.addresses
    }


def _theirs(table: Table, held: Held, person: Person) -> ColumnElement[bool]:
    columns = [table.c[column] for column in held.owner]
    match held.whose:
        case Whose.FAN:
            return or_(*(c == person.fan for c in columns)) if person.fan else false()
        case Whose.ACCOUNT:
            accounts = [(account.platform, account.user_id) for account in person.accounts]
            return tuple_(*columns).in_(accounts)
        case Whose.WALLET:
            return or_(*(column.in_(_as_stored(column, person)) for column in columns))
        case Whose.LANE:
            return _in_lanes(person.accounts)
        case Whose.NAMED:
            return _named(person)
        case Whose.NOBODY:
            return false()


def _as_stored(column: Column[Any], person: Person) -> Sequence[str | bytes]:
    """The ledger keeps addresses as their bytes."""
    if isinstance(column.type, LargeBinary):
        return [bytes.fromhex(address[2:]) for address in person.addresses]
    return person.addresses


def _in_lanes(accounts: Sequence[Account]) -> ColumnElement[bool]:
    lanes = [lane for account in accounts for lane in (str(account), f"{account}:aside")]
    return col(OutboxRow.lane).in_(lanes)


def _named(person: Person) -> ColumnElement[bool]:
    """Lines about an account that has since become another fan's are its own all the same."""
    accounts = list(map(str, person.accounts))
    mentioned = col(AuditRow.facts)["account"].astext.in_(accounts)
    return or_(mentioned, col(AuditRow.fan_id) == person.fan) if person.fan else mentioned


def _unnamed(facts: Mapping[str, str], person: Person) -> dict[str, str]:
    names = {*map(str, person.accounts), *person.addresses}
    return {key: FORGOTTEN if said in names else said for key, said in facts.items()}


def _table(name: str) -> Table:
    return SQLModel.metadata.tables[name]

"""What is kept about one person in the tables of access: shown, and forgotten."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    LargeBinary,
    Select,
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
from gating.adapters.sql.rule_tables import RuleChangeRow
from gating.adapters.sql.tables import (
    AuditRow,
    FanRow,
    JoinCodeRow,
    LinkRow,
    OutboxRow,
    TrailRow,
)
from gating.model import Account, GateId, HeldPass, Platform, Step
from gating.model.personal import Forgetting, Held, Person, Sections, Whose
from gating.model.plainly import plainly
from gating.ports import Clock

FORGOTTEN = "forgotten"
"""Stands in the audit trail where an account or a wallet of a forgotten person stood."""
PASSES = "held_pass"
"""Whose rows are handed over, so that each of these doors is closed."""


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

    async def hold(self, person: Person) -> None:
        for name, key in (("link", col(LinkRow.id)), ("join_code", col(JoinCodeRow.code_hash))):
            theirs = _theirs(_table(name), HELD[name], person)
            await self._session.execute(select(key).where(theirs).order_by(key).with_for_update())

    async def forget(self, person: Person) -> Sequence[HeldPass]:
        await self._clear_outbox(person)
        await self._unname_audit(person)
        await self._unname_trails(person)
        await self._unname_rules(person)
        held_now = await self._take_passes(person)
        for name, held in HELD.items():
            kept_until_done = held.whose is Whose.LANE or name == PASSES
            if held.forgetting is Forgetting.DELETED and not kept_until_done:
                table = _table(name)
                await self._session.execute(delete(table).where(_theirs(table, held, person)))
        return held_now

    async def _take_passes(self, person: Person) -> Sequence[HeldPass]:
        table = _table(PASSES)
        gone = delete(table).where(_theirs(table, HELD[PASSES], person))
        rows = await self._session.execute(
            gone.returning(table.c.platform, table.c.user_id, table.c.gate, table.c.target)
        )
        return [
            HeldPass(Account(Platform(platform), user), GateId(gate), target)
            for platform, user, gate, target in rows
        ]

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
        pseudonym = _nobody()
        fans = set(await self._session.scalars(_fans(person)))
        wallets = col(AuditRow.facts)["wallet"].astext.in_(person.addresses)
        rows = await self._session.execute(
            select(col(AuditRow.id), col(AuditRow.fan_id), col(AuditRow.facts))
            .where(or_(_named(person), wallets))
            .order_by(col(AuditRow.id))
        )
        for number, fan, facts in rows.all():
            own = fan in fans
            unnamed = {"facts": _unnamed(facts, person, own=own)}
            await self._session.execute(
                update(AuditRow)
                .where(col(AuditRow.id) == number)
                .values({**unnamed, "fan_id": pseudonym} if own else unnamed)
            )

    async def _unname_trails(self, person: Person) -> None:
        """A wallet rests on, also one that is somebody else's by now; whose it was goes."""
        table, held = _table("wallet_trail"), HELD["wallet_trail"]
        rows = await self._session.execute(
            select(table).where(_theirs(table, held, person)).order_by(table.c.address)
        )
        for row in rows.mappings().all():
            nobody = _nobody()
            unnamed = {name: nobody for name in held.owner if row[name] == person.fan}
            await self._session.execute(
                update(TrailRow).where(col(TrailRow.address) == row["address"]).values(unnamed)
            )

    async def _unname_rules(self, person: Person) -> None:
        """The gate keeps its rule, whoever set it."""
        theirs = _theirs(_table("rule_change"), HELD["rule_change"], person)
        nobody = {"platform": None, "user_id": None, "who": ""}
        await self._session.execute(update(RuleChangeRow).where(theirs).values(nobody))


async def _rows(
    session: AsyncSession, name: str, held: Held, person: Person
) -> list[dict[str, Any]]:
    table = _table(name)
    columns = {*held.shown, *held.owner}
    rows = await session.execute(
        select(*(table.c[column] for column in columns)).where(_theirs(table, held, person))
    )
    return [_shown(held, person, row) for row in rows.mappings()]


def _shown(held: Held, person: Person, row: Mapping[Any, Any]) -> dict[str, Any]:
    hidden = _foreign(held, person, row)
    shown = {column: plainly(row[column]) for column in held.shown if column not in hidden}
    return {**shown, "facts": _own(row["facts"], person)} if held.whose is Whose.NAMED else shown


def _foreign(held: Held, person: Person, row: Mapping[Any, Any]) -> set[str]:
    """The columns in which stands somebody else's wallet, or what somebody else did with one."""
    if held.whose is Whose.WALLET:
        return {column for column in held.owner if plainly(row[column]) not in person.addresses}
    return {"freed_at", "expelled"} if row.get("last", person.fan) != person.fan else set()


def _own(facts: Mapping[str, str], person: Person) -> dict[str, str]:
    """Without accounts that are another fan's by now, and without numbers of ours."""
    accounts = set(map(str, person.accounts))
    return {
        key: said
        for key, said in facts.items()
        if key != "was" and (key != "account" or said in accounts)
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
    facts = col(AuditRow.facts)
    mentioned = or_(*(facts[key].astext.in_(accounts) for key in ("account", "by")))
    return or_(mentioned, col(AuditRow.fan_id).in_(_fans(person)))


def _fans(person: Person) -> Select[str]:
    """The fan, and those who became this one: what they did before still names them."""
    theirs = or_(col(FanRow.id) == person.fan, col(FanRow.merged_into) == person.fan)
    return select(col(FanRow.id)).where(theirs if person.fan else false())


def _unnamed(facts: Mapping[str, str], person: Person, *, own: bool) -> dict[str, str]:
    """In lines of their own no wallet stays, also none that they unlinked before."""
    names = {*map(str, person.accounts), *person.addresses}
    blank = {"wallet", "was"} if own else set()
    return {
        key: FORGOTTEN if key in blank or said in names else said for key, said in facts.items()
    }


def _nobody() -> str:
    """A name that leads to nobody, in the place of a fan's."""
    return f"{FORGOTTEN}-{uuid.uuid4().hex}"


def _table(name: str) -> Table:
    return SQLModel.metadata.tables[name]

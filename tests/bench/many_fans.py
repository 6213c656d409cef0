"""Fans by the thousand, each with a Discord account and a wallet, who have what gates open."""

from typing import cast

from gating.access.everyone import AT_ONCE
from gating.access.refresh import RefreshAccess
from gating.adapters.sql.bulk import copy_into
from gating.adapters.sql.conversation import Conversation
from gating.adapters.sql.ledger import SqlLedger
from gating.model import Address
from tests.contracts.access_kit import Town, wallet

FIRST = 1_000_000
_COLUMNS = ("platform", "user_id", "gate", "target", "released", "contested")


def wallet_of(fan: int) -> Address:
    """The wallet of the fan with this number, from 1."""
    return wallet(FIRST + fan)


async def enrol(town: Town, first: int, last: int) -> None:
    """The fans with these numbers."""
    for rows in (
        "INSERT INTO fan (id, created_at) SELECT n::text, now()",
        "INSERT INTO account (platform, user_id, fan_id, username, display_name) "
        "SELECT 'discord', n::text, n::text, 'fan', 'Fan'",
        "INSERT INTO wallet (address, fan_id, linked_at, kind, label) "
        f"SELECT '0x' || lpad(to_hex({FIRST} + n), 40, '0'), n::text, now(), 'eoa', ''",
    ):
        await town.change(
            f"{rows} FROM generate_series(CAST(:first AS int), :last) n", first=first, last=last
        )
    await town.change("ANALYZE")


async def give(town: Town, refresh: RefreshAccess) -> None:
    """Everybody gets what the gates open; by COPY, for it is not what is measured."""
    last = None
    async with town.store() as tx:
        session = cast("Conversation", cast("SqlLedger", tx.ledger)._session)
        while part := await tx.access.everyone(after=last, most=AT_ONCE):
            last = part[-1].fan.id
            opened = [
                f"discord\t{change.account.user_id}\t{change.gate}\t{change.target}\tf\tf\n"
                async for glance in refresh.all_of(tx, part)
                for change in glance.changes
            ]
            await copy_into(session, "held_pass", _COLUMNS, opened)
    await town.change("ANALYZE")

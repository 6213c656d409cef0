"""Browsers on the page of a wallet, in PostgreSQL. Their secrets are kept only as hashes."""

from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import col

from gating.adapters.sql.conversation import Conversation
from gating.adapters.sql.secret import hashed
from gating.adapters.sql.tables import VisitRow
from gating.model import Address
from gating.model.visit import Asked
from gating.ports import Clock


class SqlVisits:
    """`gating.ports.wallets.Visits`: a row with a text waits for it, one without is signed in."""

    def __init__(self, session: Conversation, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def ask(self, browser: str, asked: Asked) -> None:
        kept = {"address": asked.wallet, "text": asked.text, "expires_at": asked.until}
        await self._session.execute(
            upsert(VisitRow)
            .values(token_hash=hashed(browser), **kept)
            .on_conflict_do_update(index_elements=["token_hash"], set_=kept)
        )

    async def spend(self, browser: str) -> Asked | None:
        spent = await self._session.execute(
            delete(VisitRow)
            .where(
                col(VisitRow.token_hash) == hashed(browser),
                col(VisitRow.text).is_not(None),
                col(VisitRow.expires_at) > self._clock(),
            )
            .returning(col(VisitRow.address), col(VisitRow.text), col(VisitRow.expires_at))
        )
        row = spent.first()
        return Asked(Address(row[0]), row[1] or b"", row[2]) if row else None

    async def enter(self, browser: str, wallet: Address, *, until: datetime) -> None:
        await self._session.execute(
            insert(VisitRow).values(
                token_hash=hashed(browser), address=wallet, text=None, expires_at=until
            )
        )

    async def wallet_of(self, browser: str) -> Address | None:
        found = await self._session.scalar(
            select(col(VisitRow.address)).where(
                col(VisitRow.token_hash) == hashed(browser),
                col(VisitRow.text).is_(None),
                col(VisitRow.expires_at) > self._clock(),
            )
        )
        return Address(found) if found else None

    async def leave(self, browser: str) -> None:
        await self._session.execute(
            delete(VisitRow).where(col(VisitRow.token_hash) == hashed(browser))
        )

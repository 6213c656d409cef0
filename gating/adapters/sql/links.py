"""Sign-in links in PostgreSQL."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from gating.adapters.sql.secret import hashed
from gating.adapters.sql.tables import LinkRow
from gating.model import Account, Address, LinkId, Platform, Profile
from gating.model.link import Challenge, Link, LinkState


class SqlLinks:
    """`gating.ports.Links`: every step is one `UPDATE ... WHERE` on state and nonce."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, link: Link, *, token: str) -> None:
        await self._session.execute(
            insert(LinkRow).values(id=link.id, token_hash=hashed(token), **_columns(link))
        )

    async def by_token(self, token: str) -> Link | None:
        row = await self._session.scalar(
            select(LinkRow).where(col(LinkRow.token_hash) == hashed(token)),
            execution_options={"populate_existing": True},
        )
        return _link(row) if row else None

    async def move(self, before: Link, after: Link) -> bool:
        nonce = before.challenge.nonce if before.challenge else None
        moved = await self._session.execute(
            update(LinkRow)
            .where(
                col(LinkRow.id) == before.id,
                col(LinkRow.state) == before.state,
                col(LinkRow.nonce).is_not_distinct_from(nonce),
            )
            .values(**_columns(after))
            .returning(col(LinkRow.id))
        )
        return moved.first() is not None


def _columns(link: Link) -> dict[str, Any]:
    challenge = link.challenge
    return {
        "platform": link.account.platform,
        "user_id": link.account.user_id,
        **asdict(link.profile),
        "state": link.state,
        "issued_at": link.issued_at,
        "expires_at": link.expires_at,
        "browser": link.browser,
        "address": challenge.address if challenge else None,
        "nonce": challenge.nonce if challenge else None,
        "text": challenge.text if challenge else None,
    }


def _link(row: LinkRow) -> Link:
    challenge = None
    if row.nonce is not None and row.address is not None and row.text is not None:
        challenge = Challenge(Address(row.address), row.nonce, row.text)
    return Link(
        id=LinkId(row.id),
        account=Account(Platform(row.platform), row.user_id),
        profile=Profile(row.username, row.display_name, row.picture),
        state=LinkState(row.state),
        issued_at=row.issued_at,
        expires_at=row.expires_at,
        browser=row.browser,
        challenge=challenge,
    )

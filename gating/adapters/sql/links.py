"""Sign-in links in PostgreSQL."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import Select, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from gating.adapters.sql.secret import hashed
from gating.adapters.sql.tables import LinkRow
from gating.model import Account, Address, LinkId, Platform, Profile, WalletKind
from gating.model.link import Challenge, Errand, Link, LinkState, Proof, Waiting
from gating.model.proof import WalletProof
from gating.ports import Clock

MOST_LINKS = 20
"""Of one account: who presses the button all day does not fill the table."""


class SqlLinks:
    """`gating.ports.Links`: every step is one `UPDATE ... WHERE` on state, secrets and time."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def add(self, link: Link, *, token: str) -> None:
        await self._session.execute(
            insert(LinkRow).values(id=link.id, token_hash=hashed(token), **_columns(link))
        )
        await self._session.execute(delete(LinkRow).where(col(LinkRow.id).in_(_beyond(link))))

    async def by_token(self, token: str) -> Link | None:
        row = await self._session.scalar(
            select(LinkRow).where(col(LinkRow.token_hash) == hashed(token)),
            execution_options={"populate_existing": True},
        )
        return _link(row) if row else None

    async def pending_of(self, account: Account) -> Link | None:
        row = await self._session.scalar(
            select(LinkRow)
            .where(
                col(LinkRow.platform) == account.platform,
                col(LinkRow.user_id) == account.user_id,
                col(LinkRow.state) == LinkState.PENDING_CODE,
                col(LinkRow.expires_at) > self._clock(),
            )
            .order_by(col(LinkRow.expires_at).desc())
            .limit(1)
            .with_for_update(),
            execution_options={"populate_existing": True},
        )
        return _link(row) if row else None

    async def move(self, before: Link, after: Link) -> bool:
        known = _columns(before)
        moved = await self._session.execute(
            update(LinkRow)
            .where(
                col(LinkRow.id) == before.id,
                col(LinkRow.state) == before.state,
                col(LinkRow.nonce).is_not_distinct_from(known["nonce"]),
                col(LinkRow.errand).is_not_distinct_from(known["errand"]),
                col(LinkRow.code_tries) == known["code_tries"],
                col(LinkRow.expires_at) > self._clock(),
            )
            .values(**_columns(after))
            .returning(col(LinkRow.id))
        )
        return moved.first() is not None


def _beyond(link: Link) -> Select[str]:
    """The account's links that are too many, the oldest ones."""
    return (
        select(col(LinkRow.id))
        .where(
            col(LinkRow.platform) == link.account.platform,
            col(LinkRow.user_id) == link.account.user_id,
        )
        .order_by(col(LinkRow.issued_at).desc(), col(LinkRow.id))
        .offset(MOST_LINKS)
    )


def _columns(link: Link) -> dict[str, Any]:
    challenge, errand, waiting = link.challenge, link.errand, link.waiting
    signer = waiting or challenge
    return {
        "platform": link.account.platform,
        "user_id": link.account.user_id,
        **asdict(link.profile),
        "state": link.state,
        "issued_at": link.issued_at,
        "expires_at": link.expires_at,
        "proof": link.proof,
        "proved": link.proved,
        "browser": link.browser,
        "errand": errand.state if errand else None,
        "errand_until": errand.until if errand else None,
        "address": signer.address if signer else None,
        "nonce": challenge.nonce if challenge else None,
        "text": challenge.text if challenge else None,
        "code_hash": waiting.code if waiting else None,
        "code_tries": waiting.tries if waiting else 0,
        **_proof_columns(waiting.proof if waiting else None),
    }


def _proof_columns(proof: WalletProof | None) -> dict[str, Any]:
    return {
        "wallet_kind": proof.kind if proof else None,
        "wallet_chain": proof.chain_id if proof else None,
        "wallet_digest": proof.digest if proof else None,
        "wallet_signature": proof.signature if proof else None,
    }


def _link(row: LinkRow) -> Link:
    return Link(
        id=LinkId(row.id),
        account=Account(Platform(row.platform), row.user_id),
        profile=Profile(row.username, row.display_name, row.picture),
        state=LinkState(row.state),
        issued_at=row.issued_at,
        expires_at=row.expires_at,
        proof=Proof(row.proof),
        proved=row.proved,
        browser=row.browser,
        errand=_errand(row),
        challenge=_challenge(row),
        waiting=_waiting(row),
    )


def _errand(row: LinkRow) -> Errand | None:
    if row.errand is None or row.errand_until is None:
        return None
    return Errand(row.errand, row.errand_until)


def _challenge(row: LinkRow) -> Challenge | None:
    if row.nonce is None or row.address is None or row.text is None:
        return None
    return Challenge(Address(row.address), row.nonce, row.text)


def _waiting(row: LinkRow) -> Waiting | None:
    if row.code_hash is None or row.address is None:
        return None
    proof = WalletProof(
        WalletKind(row.wallet_kind or WalletKind.EOA),
        row.wallet_chain,
        row.wallet_digest or b"",
        row.wallet_signature or b"",
    )
    return Waiting(Address(row.address), row.code_hash, proof, row.code_tries)

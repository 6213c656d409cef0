"""Sign-in links in PostgreSQL."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import Select, delete, insert, select
from sqlmodel import col

from gating.adapters.sql.conversation import Conversation
from gating.adapters.sql.secret import hashed
from gating.adapters.sql.tables import LinkRow
from gating.model import Account, Address, LinkId, Platform, Profile, WalletKind
from gating.model.link import Challenge, Errand, Link, LinkState, Proof, Waiting
from gating.model.proof import WalletProof
from gating.ports import Clock

_FIND = "SELECT * FROM link WHERE token_hash = %(token)s"
_FIND_LOCKED = f"{_FIND} FOR UPDATE"
_MOVE = """
    UPDATE link SET platform = %(platform)s, user_id = %(user_id)s, username = %(username)s,
      display_name = %(display_name)s, picture = %(picture)s, state = %(state)s,
      issued_at = %(issued_at)s, expires_at = %(expires_at)s, proof = %(proof)s,
      proved = %(proved)s, browser = %(browser)s, errand = %(errand)s,
      errand_until = %(errand_until)s, address = %(address)s, nonce = %(nonce)s,
      text = %(text)s, code_hash = %(code_hash)s, code_tries = %(code_tries)s,
      wallet_kind = %(wallet_kind)s, wallet_chain = %(wallet_chain)s,
      wallet_digest = %(wallet_digest)s, wallet_signature = %(wallet_signature)s
    WHERE id = %(id)s AND state = %(was_state)s AND code_tries = %(was_code_tries)s
      AND nonce IS NOT DISTINCT FROM %(was_nonce)s
      AND errand IS NOT DISTINCT FROM %(was_errand)s
      AND expires_at > %(now)s
    """
MOST_LINKS = 20
"""Of one account: who presses the button all day does not fill the table."""


class SqlLinks:
    """`gating.ports.Links`: every step is one `UPDATE ... WHERE` on state, secrets and time."""

    def __init__(self, session: Conversation, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def add(self, link: Link, *, token: str) -> None:
        await self._session.execute(
            insert(LinkRow).values(id=link.id, token_hash=hashed(token), **_columns(link))
        )
        await self._session.execute(delete(LinkRow).where(col(LinkRow.id).in_(_beyond(link))))

    async def by_token(self, token: str, *, lock: bool = False) -> Link | None:
        found = await self._session.rows(_FIND_LOCKED if lock else _FIND, {"token": hashed(token)})
        return _link(found[0]) if found else None

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
        known, now = _columns(before), self._clock()
        was = {f"was_{name}": known[name] for name in ("state", "nonce", "errand", "code_tries")}
        values = {"id": before.id, "now": now, **was, **_columns(after)}
        return await self._session.change(_MOVE, values) == 1


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


def _link(row: Any) -> Link:
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


def _errand(row: Any) -> Errand | None:
    if row.errand is None or row.errand_until is None:
        return None
    return Errand(row.errand, row.errand_until)


def _challenge(row: Any) -> Challenge | None:
    if row.nonce is None or row.address is None or row.text is None:
        return None
    return Challenge(Address(row.address), row.nonce, row.text)


def _waiting(row: Any) -> Waiting | None:
    if row.code_hash is None or row.address is None:
        return None
    proof = WalletProof(
        WalletKind(row.wallet_kind or WalletKind.EOA),
        row.wallet_chain,
        row.wallet_digest or b"",
        row.wallet_signature or b"",
    )
    return Waiting(Address(row.address), row.code_hash, proof, row.code_tries)

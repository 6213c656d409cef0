"""Fans, their accounts, wallets and join codes in PostgreSQL."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    String,
    any_,
    delete,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import col

from gating.adapters.sql.conversation import Conversation
from gating.adapters.sql.guessing import must_not_guess, note_wrong
from gating.adapters.sql.proofs import proof_columns, proved_wallet, same_proof
from gating.adapters.sql.secret import hashed
from gating.adapters.sql.tables import (
    AccountRow,
    FanRow,
    JoinCodeRow,
    WalletRow,
)
from gating.errors import Refused
from gating.model import Account, Address, Fan, FanId, Platform, Profile, Wallet, WalletKind
from gating.model.proof import ProvedWallet, WalletProof
from gating.ports import Clock

# first the account, then its fan, then the wallet: the order in which everybody locks them
_ADMIT = """
    WITH theirs AS MATERIALIZED (
        SELECT fan_id FROM account WHERE platform = %(platform)s AND user_id = %(user_id)s
        FOR UPDATE
    ), known AS MATERIALIZED (
        SELECT id FROM fan WHERE id = (SELECT fan_id FROM theirs) FOR UPDATE
    ), made AS (
        INSERT INTO fan (id, created_at)
        SELECT %(fresh)s, %(now)s WHERE NOT EXISTS (SELECT 1 FROM known)
        RETURNING id
    ), mine AS (
        INSERT INTO account (platform, user_id, fan_id, username, display_name, picture)
        SELECT %(platform)s, %(user_id)s, id, %(username)s, %(display_name)s, %(picture)s
        FROM (SELECT id FROM known UNION ALL SELECT id FROM made) AS fan
        ON CONFLICT (platform, user_id) DO UPDATE SET username = excluded.username,
          display_name = excluded.display_name, picture = excluded.picture
        RETURNING fan_id
    ), linked AS (
        INSERT INTO wallet (address, fan_id, linked_at, kind, proof_chain, proof_digest,
          proof_signature, proof_due, label)
        SELECT %(address)s, fan_id, %(now)s, %(kind)s, %(proof_chain)s, %(proof_digest)s,
          %(proof_signature)s, %(proof_due)s, ''
        FROM mine
        ON CONFLICT (address) DO UPDATE SET kind = excluded.kind,
          proof_chain = excluded.proof_chain, proof_digest = excluded.proof_digest,
          proof_signature = excluded.proof_signature, proof_due = excluded.proof_due
        WHERE wallet.fan_id = excluded.fan_id
        RETURNING fan_id
    )
    SELECT fan_id, (SELECT id FROM known) AS locked, EXISTS (SELECT 1 FROM made) AS made,
      EXISTS (SELECT 1 FROM linked) AS linked
    FROM mine
    """


class SqlPeople:
    """`gating.ports.People`."""

    def __init__(self, session: Conversation, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def of_account(self, account: Account) -> Fan | None:
        fan = await self._session.scalar(select(col(AccountRow.fan_id)).where(*_is(account)))
        return await self.get(FanId(fan)) if fan else None

    async def of_wallet(self, address: Address) -> Fan | None:
        fan = await self._session.scalar(
            select(col(WalletRow.fan_id)).where(col(WalletRow.address) == address)
        )
        return await self.get(FanId(fan)) if fan else None

    async def get(self, fan: FanId, *, lock: bool = False) -> Fan:
        row = select(col(FanRow.id)).where(
            col(FanRow.id) == fan, col(FanRow.merged_into).is_(None)
        )
        if (await self._session.execute(row.with_for_update() if lock else row)).first() is None:
            raise Refused("E-NOFAN")
        accounts = await self._session.execute(
            select(col(AccountRow.platform), col(AccountRow.user_id))
            .where(col(AccountRow.fan_id) == fan)
            .order_by(col(AccountRow.platform), col(AccountRow.user_id))
        )
        wallets = await self._session.execute(
            select(
                col(WalletRow.address),
                col(WalletRow.linked_at),
                col(WalletRow.kind),
                col(WalletRow.proof_chain),
                col(WalletRow.label),
            )
            .where(col(WalletRow.fan_id) == fan)
            .order_by(col(WalletRow.linked_at), col(WalletRow.address))
        )
        return Fan(
            fan,
            tuple(Account(Platform(platform), user) for platform, user in accounts),
            tuple(
                Wallet(Address(address), at, WalletKind(kind), chain, label)
                for address, at, kind, chain, label in wallets
            ),
        )

    async def enrol(self, account: Account, profile: Profile) -> Fan:
        known = await self.of_account(account)
        if known is not None:
            await self._rename(account, profile)
            return known
        fan = FanId(uuid.uuid4().hex)
        await self._session.execute(insert(FanRow).values(id=fan, created_at=self._clock()))
        # two first taps at once: the second finds the first one's account and uses its fan
        made = await self._session.execute(
            upsert(AccountRow)
            .values(**_key(account), fan_id=fan, **asdict(profile))
            .on_conflict_do_nothing()
            .returning(col(AccountRow.fan_id))
        )
        if made.first() is None:
            await self._session.execute(delete(FanRow).where(col(FanRow.id) == fan))
            return await self.enrol(account, profile)
        return await self.get(fan)

    async def admit(
        self,
        account: Account,
        profile: Profile,
        address: Address,
        proof: WalletProof,
    ) -> tuple[FanId, bool]:
        fresh, now = uuid.uuid4().hex, self._clock()
        wallet = {"address": address, **proof_columns(proof, now)}
        who = {**_key(account), **asdict(profile)}
        values = {"fresh": fresh, "now": now, **who, **wallet}
        row = (await self._session.rows(_ADMIT, values))[0]
        if row.fan_id in {fresh, row.locked}:
            self._session.locked.add(row.fan_id)
        if row.made and row.fan_id != fresh:  # two first taps at once: the other one was first
            await self._session.execute(delete(FanRow).where(col(FanRow.id) == fresh))
        return FanId(row.fan_id), row.linked

    async def add_account(self, fan: FanId, account: Account, profile: Profile) -> None:
        await self._keep(fan, account, profile)

    async def _rename(self, account: Account, profile: Profile) -> None:
        """Only the profile: whose account it is may be changing at this very moment."""
        await self._session.execute(
            update(AccountRow).where(*_is(account)).values(**asdict(profile))
        )

    async def _keep(self, fan: FanId, account: Account, profile: Profile) -> None:
        await self._session.execute(
            upsert(AccountRow)
            .values(**_key(account), fan_id=fan, **asdict(profile))
            .on_conflict_do_update(
                index_elements=["platform", "user_id"], set_={"fan_id": fan, **asdict(profile)}
            )
        )

    async def add_wallet(self, fan: FanId, address: Address, proof: WalletProof) -> bool:
        now = self._clock()
        proved = proof_columns(proof, now)
        await self._session.execute(
            upsert(WalletRow)
            .values(address=address, fan_id=fan, linked_at=now, label="", **proved)
            .on_conflict_do_update(
                index_elements=["address"], set_=proved, where=col(WalletRow.fan_id) == fan
            )
        )
        owner = await self._session.scalar(
            select(col(WalletRow.fan_id)).where(col(WalletRow.address) == address)
        )
        return bool(owner == fan)

    async def due_for_proof(self, chain_id: int, *, most: int) -> Sequence[ProvedWallet]:
        rows = await self._session.scalars(
            select(WalletRow)
            .where(
                col(WalletRow.kind) == WalletKind.CONTRACT,
                col(WalletRow.proof_chain) == chain_id,
                col(WalletRow.proof_due) <= self._clock(),
            )
            .order_by(col(WalletRow.proof_due), col(WalletRow.address))
            .limit(most)
        )
        return [proved_wallet(row) for row in rows]

    async def look_again(self, wallet: ProvedWallet, *, at: datetime) -> None:
        await self._session.execute(
            update(WalletRow).where(*same_proof(wallet)).values(proof_due=at)
        )

    async def drop_unproved(self, wallet: ProvedWallet) -> bool:
        dropped = await self._session.execute(
            delete(WalletRow).where(*same_proof(wallet)).returning(col(WalletRow.address))
        )
        return dropped.first() is not None

    async def owners_among(self, addresses: Iterable[Address]) -> Sequence[FanId]:
        found = await self._session.scalars(
            select(col(WalletRow.fan_id)).where(_among(addresses)).distinct()
        )
        return [FanId(fan) for fan in found]

    async def linked(self, addresses: Iterable[Address]) -> Sequence[tuple[FanId, Wallet]]:
        rows = await self._session.scalars(select(WalletRow).where(_among(addresses)))
        return [
            (
                FanId(row.fan_id),
                Wallet(Address(row.address), row.linked_at, WalletKind(row.kind), row.proof_chain),
            )
            for row in rows
        ]

    async def name(self, account: Account) -> str:
        name = await self._session.scalar(select(col(AccountRow.username)).where(*_is(account)))
        return name or account.user_id

    async def called(self, platform: Platform, username: str) -> Account | None:
        found = await self._session.scalars(
            select(col(AccountRow.user_id))
            .where(
                col(AccountRow.platform) == platform,
                func.lower(col(AccountRow.username)) == username.lower(),
            )
            .limit(2)
        )
        users = found.all()
        return Account(platform, users[0]) if len(users) == 1 else None

    async def save_code(self, code: str, fan: FanId, *, until: datetime) -> None:
        now = self._clock()
        await self._session.execute(
            delete(JoinCodeRow).where(
                (col(JoinCodeRow.fan_id) == fan) | (col(JoinCodeRow.expires_at) < now)
            )
        )
        await self._session.execute(
            insert(JoinCodeRow).values(code_hash=hashed(code), fan_id=fan, expires_at=until)
        )

    async def take_code(self, code: str, *, by: Account) -> FanId | None:
        now = self._clock()
        await must_not_guess(self._session, by, now)
        fan = await self._session.scalar(
            delete(JoinCodeRow)
            .where(col(JoinCodeRow.code_hash) == hashed(code), col(JoinCodeRow.expires_at) > now)
            .returning(col(JoinCodeRow.fan_id))
        )
        if fan is None:
            await note_wrong(self._session, by, now)
        return FanId(fan) if fan else None


def _among(addresses: Iterable[Address]) -> ColumnElement[bool]:
    """One array and not a list of values: PostgreSQL takes 65,535 values at most."""
    return col(WalletRow.address) == any_(literal(list(addresses), ARRAY(String)))


def _key(account: Account) -> dict[str, str]:
    return {"platform": account.platform, "user_id": account.user_id}


def _is(account: Account) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return (
        col(AccountRow.platform) == account.platform,
        col(AccountRow.user_id) == account.user_id,
    )

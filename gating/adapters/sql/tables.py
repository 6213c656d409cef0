"""The tables of access. Times are aware UTC; a uint256 is `NUMERIC(78, 0)`, exact and sortable.

Secrets that a stolen dump could use (link tokens, tickets, session cookies, codes) are kept only
as SHA-256.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Identity, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from gating.adapters.sql.kinds import Uint256, utc


class FanRow(SQLModel, table=True):
    __tablename__ = "fan"
    __table_args__ = (
        Index("ix_fan_look_at", "look_at", postgresql_where=text("look_at is not null")),
    )
    id: str = Field(primary_key=True)
    created_at: datetime = utc()
    merged_into: str | None = Field(default=None, index=True)
    """The fan whom all of this one's became; ballots that were cast still name this one."""
    left_at: datetime | None = utc(nullable=True)
    """When an account last left this fan: whoever took its place would use its copies in turns."""
    look_at: datetime | None = utc(nullable=True)
    """When an answer turns by itself, so that somebody looks again."""


class AccountRow(SQLModel, table=True):
    __tablename__ = "account"
    platform: str = Field(primary_key=True)
    user_id: str = Field(primary_key=True)
    fan_id: str = Field(foreign_key="fan.id", index=True)
    username: str
    display_name: str
    picture: str | None = None


class WalletRow(SQLModel, table=True):
    """One wallet belongs to one fan: the address is the key.

    Of a contract wallet its proof is kept, and when it is asked again (`proof_due`).
    """

    __tablename__ = "wallet"
    __table_args__ = (
        Index(
            "ix_wallet_proof_due",
            "proof_chain",
            "proof_due",
            postgresql_where=text("proof_due is not null"),
        ),
    )
    address: str = Field(primary_key=True)
    fan_id: str = Field(foreign_key="fan.id", index=True)
    linked_at: datetime = utc()
    kind: str = "eoa"
    proof_chain: int | None = Field(default=None, sa_type=BigInteger)
    proof_digest: bytes | None = None
    proof_signature: bytes | None = None
    proof_due: datetime | None = utc(nullable=True)
    label: str = ""


class TrailRow(SQLModel, table=True):
    """Where a wallet was before; kept for as long as that limits where it may go."""

    __tablename__ = "wallet_trail"
    address: str = Field(primary_key=True)
    last: str
    freed_at: datetime | None = utc(nullable=True)
    moved_at: datetime | None = utc(nullable=True)
    taken_from: str | None = None
    expelled: bool = False


class VisitRow(SQLModel, table=True):
    """A browser on the page of a wallet: with the text it is to sign, or signed in."""

    __tablename__ = "wallet_visit"
    token_hash: str = Field(primary_key=True)
    address: str
    text: bytes | None = None
    expires_at: datetime = utc()


class LinkRow(SQLModel, table=True):
    __tablename__ = "link"
    __table_args__ = (
        Index("ix_link_account", "platform", "user_id", "issued_at"),
        Index(
            "ix_link_pending",
            "platform",
            "user_id",
            postgresql_where=text("state = 'pending_code'"),
        ),
    )
    id: str = Field(primary_key=True)
    token_hash: str = Field(unique=True)
    platform: str
    user_id: str
    username: str
    display_name: str
    picture: str | None = None
    state: str
    issued_at: datetime = utc()
    expires_at: datetime = utc()
    proof: str
    proved: bool
    browser: str | None = None
    errand: str | None = None
    errand_until: datetime | None = utc(nullable=True)
    address: str | None = None
    nonce: str | None = None
    text: bytes | None = None
    code_hash: str | None = None
    code_tries: int = 0
    wallet_kind: str | None = None
    wallet_chain: int | None = Field(default=None, sa_type=BigInteger)
    wallet_digest: bytes | None = None
    wallet_signature: bytes | None = None


class JoinCodeRow(SQLModel, table=True):
    __tablename__ = "join_code"
    code_hash: str = Field(primary_key=True)
    fan_id: str = Field(foreign_key="fan.id")
    expires_at: datetime = utc()


class CodeTryRow(SQLModel, table=True):
    """A wrong code that an account typed; too many in a while and it must wait."""

    __tablename__ = "code_try"
    id: int | None = Field(
        default=None, sa_column=Column(BigInteger, Identity(), primary_key=True)
    )
    platform: str
    user_id: str
    tried_at: datetime = utc()


class DelegationRow(SQLModel, table=True):
    """What a vault said in the delegate registry and did not hold before; `contract` may be ''."""

    __tablename__ = "delegation"
    __table_args__ = (
        Index(
            "ix_delegation_vault",
            "chain_id",
            "registry_address",
            "vault",
            "hot",
            "block_number",
            "log_index",
        ),
        Index("ix_delegation_hot", "chain_id", "registry_address", "hot", "vault"),
    )
    chain_id: int = Field(primary_key=True, sa_type=BigInteger)
    registry_address: str = Field(primary_key=True)
    block_number: int = Field(primary_key=True, sa_type=BigInteger)
    log_index: int = Field(primary_key=True)
    block_hash: str
    vault: str
    hot: str
    scope: str
    contract: str
    token_id: int | None = Field(default=None, sa_type=Uint256)
    rights: str
    enabled: bool


class DelegationReachRow(SQLModel, table=True):
    """From which block up to which everything said in a registry is kept."""

    __tablename__ = "delegation_reach"
    chain_id: int = Field(primary_key=True, sa_type=BigInteger)
    registry_address: str = Field(primary_key=True)
    first_block: int = Field(sa_type=BigInteger)
    number: int = Field(sa_type=BigInteger)


class ChangedHandsRow(SQLModel, table=True):
    """A wallet of a delegation that was linked or unlinked and is still to be looked at."""

    __tablename__ = "delegation_changed"
    wallet: str = Field(primary_key=True)


class PassRow(SQLModel, table=True):
    """What we granted: these and no others are ours to take away."""

    __tablename__ = "held_pass"
    __table_args__ = (
        Index("ix_held_pass_ends", "ends_at", postgresql_where=text("ends_at is not null")),
    )
    platform: str = Field(primary_key=True)
    user_id: str = Field(primary_key=True)
    gate: str = Field(primary_key=True)
    target: str = Field(primary_key=True)
    ends_at: datetime | None = utc(nullable=True)
    released: bool = False
    """A moderator let the brake go for it."""
    contested: bool = False
    """Somebody else took it from the account since."""
    missed_at: datetime | None = utc(nullable=True)
    """When it was to be given, and the account was not there."""


class BrakeRow(SQLModel, table=True):
    """A gate of which nothing is taken until a moderator has decided."""

    __tablename__ = "brake"
    gate: str = Field(primary_key=True)
    pulled_at: datetime = utc()


class KnockRow(SQLModel, table=True):
    __tablename__ = "knock"
    platform: str = Field(primary_key=True)
    user_id: str = Field(primary_key=True)
    target: str = Field(primary_key=True)


class OutboxRow(SQLModel, table=True):
    __tablename__ = "outbox"
    __table_args__ = (
        Index(
            "ix_outbox_due",
            "platform",
            "queue",
            "urgency",
            "id",
            postgresql_where=text("state = 'due'"),
        ),
        Index("ix_outbox_lane", "lane", "id", postgresql_where=text("state in ('due', 'stuck')")),
    )
    id: int | None = Field(
        default=None, sa_column=Column(BigInteger, Identity(), primary_key=True)
    )
    platform: str
    queue: str
    lane: str
    urgency: int
    act: dict[str, Any] = Field(sa_type=JSONB)
    state: str = Field(default="due")
    due_at: datetime = utc()
    leased_until: datetime | None = utc(nullable=True)
    attempts: int = 0
    code: str | None = None
    erase: bool = False
    """The account asked to be forgotten: no row stays once this is done."""


class AuditRow(SQLModel, table=True):
    __tablename__ = "audit"
    __table_args__ = (
        Index("ix_audit_closed", "at", postgresql_where=text("what = 'pass.close'")),
    )
    id: int | None = Field(
        default=None, sa_column=Column(BigInteger, Identity(), primary_key=True)
    )
    at: datetime = utc()
    what: str
    fan_id: str | None = Field(default=None, index=True)
    chain_id: int | None = Field(default=None, sa_type=BigInteger)
    block_number: int | None = Field(default=None, sa_type=BigInteger)
    block_hash: str | None = None
    facts: dict[str, Any] = Field(sa_type=JSONB)


class DraftRow(SQLModel, table=True):
    __tablename__ = "draft"
    platform: str = Field(primary_key=True)
    user_id: str = Field(primary_key=True)
    digest: str
    filename: str
    media_type: str
    size: int = Field(sa_type=BigInteger)
    title: str
    note: str


class DropRow(SQLModel, table=True):
    __tablename__ = "drop"
    id: str = Field(primary_key=True)
    digest: str
    filename: str
    media_type: str
    size: int = Field(sa_type=BigInteger)
    title: str
    note: str
    gate: str
    published_at: datetime = utc()


class TicketRow(SQLModel, table=True):
    __tablename__ = "listen_ticket"
    token_hash: str = Field(primary_key=True)
    drop_id: str = Field(foreign_key="drop.id")
    fan_id: str = Field(foreign_key="fan.id")
    expires_at: datetime = utc()


class SessionRow(SQLModel, table=True):
    __tablename__ = "listen_session"
    token_hash: str = Field(primary_key=True)
    drop_id: str = Field(foreign_key="drop.id")
    fan_id: str = Field(foreign_key="fan.id")
    expires_at: datetime = utc()


class PostedRow(SQLModel, table=True):
    """Where a subject was posted, so that it can be redrawn; `ref` is the platform's own."""

    __tablename__ = "posted"
    platform: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    ref: str


class FormRow(SQLModel, table=True):
    """Questions that a person is answering one at a time."""

    __tablename__ = "open_form"
    platform: str = Field(primary_key=True)
    user_id: str = Field(primary_key=True)
    progress: dict[str, Any] = Field(sa_type=JSONB)

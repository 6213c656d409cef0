"""The tables of the ledger. Nothing in them is a fan's; all can be read anew from the chain."""

from typing import Any

from sqlalchemy import BigInteger, Column, Identity, Index, Integer, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from gating.adapters.sql.kinds import Uint256

_JSON = JSONB(none_as_null=True)


class AssetRow(SQLModel, table=True):
    """A short number for each followed contract. Read as another kind it is another asset."""

    __tablename__ = "asset"
    __table_args__ = (UniqueConstraint("chain_id", "contract", "kind"),)
    id: int | None = Field(default=None, sa_column=Column(Integer, Identity(), primary_key=True))
    chain_id: int = Field(sa_type=BigInteger)
    contract: str
    kind: str


class TransferRow(SQLModel, table=True):
    """Addresses and hashes are their bytes: the indexes of a long history stay small."""

    __tablename__ = "transfer"
    __table_args__ = (
        Index("ix_transfer_token", "asset_id", "token_id", "block_number", "log_index"),
        Index("ix_transfer_receiver", "asset_id", "receiver"),
        Index(
            "ix_transfer_sender",
            "asset_id",
            "sender",
            postgresql_where=text(f"sender <> '\\x{'00' * 20}'::bytea"),
        ),
    )
    asset_id: int = Field(primary_key=True)
    block_number: int = Field(primary_key=True, sa_type=BigInteger)
    log_index: int = Field(primary_key=True)
    sub_index: int = Field(primary_key=True)
    block_hash: bytes
    block_time: int = Field(sa_type=BigInteger)
    token_id: int = Field(sa_type=Uint256)
    amount: int = Field(sa_type=Uint256)
    sender: bytes
    receiver: bytes


class FollowedRow(SQLModel, table=True):
    """A block up to which transfers are stored, with the hash it had."""

    __tablename__ = "followed_block"
    asset_id: int = Field(primary_key=True)
    number: int = Field(primary_key=True, sa_type=BigInteger)
    hash: str
    timestamp: int = Field(sa_type=BigInteger)


class MarksRow(SQLModel, table=True):
    """How far the ledger may be believed; `silent` is the code of an outage, or null."""

    __tablename__ = "ledger_marks"
    asset_id: int = Field(primary_key=True)
    settled: dict[str, Any] | None = Field(default=None, sa_type=_JSON)
    final: dict[str, Any] | None = Field(default=None, sa_type=_JSON)
    silent: str | None = None


class SkippedRow(SQLModel, table=True):
    """Logs of an asset that are no transfer of its kind: how many, why, and the first of them."""

    __tablename__ = "skipped_log"
    asset_id: int = Field(primary_key=True)
    reason: str = Field(primary_key=True)
    logs: int = Field(sa_type=BigInteger)
    first_block: int = Field(sa_type=BigInteger)

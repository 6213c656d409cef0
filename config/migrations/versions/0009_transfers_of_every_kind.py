"""Transfers of every kind of token, with amounts and times

What the ledger held can be read from the chain, and the older rows do not know the time of their
block: it starts empty and is filled again. Until then every answer is "unknown", which takes
nothing from anybody.

Revision: 0009, after 0008
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

UINT256 = sa.Numeric(78, 0)


def upgrade() -> None:
    for table in ("transfer", "followed_block", "ledger_marks"):
        op.drop_table(table)
    op.create_table(
        "asset",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("chain_id", sa.BigInteger(), nullable=False),
        sa.Column("contract", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("chain_id", "contract", "kind"),
    )
    op.create_table(
        "transfer",
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("block_number", sa.BigInteger(), nullable=False),
        sa.Column("log_index", sa.Integer(), nullable=False),
        sa.Column("sub_index", sa.Integer(), nullable=False),
        sa.Column("block_hash", sa.LargeBinary(), nullable=False),
        sa.Column("block_time", sa.BigInteger(), nullable=False),
        sa.Column("token_id", UINT256, nullable=False),
        sa.Column("amount", UINT256, nullable=False),
        sa.Column("sender", sa.LargeBinary(), nullable=False),
        sa.Column("receiver", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("asset_id", "block_number", "log_index", "sub_index"),
    )
    op.create_index(
        "ix_transfer_token",
        "transfer",
        ["asset_id", "token_id", "block_number", "log_index"],
        unique=False,
    )
    op.create_index("ix_transfer_receiver", "transfer", ["asset_id", "receiver"], unique=False)
    op.create_index(
        "ix_transfer_sender",
        "transfer",
        ["asset_id", "sender"],
        unique=False,
        postgresql_where=sa.text("sender <> decode(repeat('00', 20), 'hex')"),
    )
    op.create_table(
        "followed_block",
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("timestamp", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("asset_id", "number"),
    )
    op.create_table(
        "ledger_marks",
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("settled", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("final", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("silent", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("asset_id"),
    )
    op.create_table(
        "skipped_log",
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("logs", sa.BigInteger(), nullable=False),
        sa.Column("first_block", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("asset_id", "reason"),
    )


def downgrade() -> None:
    """The older version too reads the chain anew."""
    for table in ("skipped_log", "ledger_marks", "followed_block", "transfer", "asset"):
        op.drop_table(table)
    op.create_table(
        "followed_block",
        sa.Column("chain_id", sa.BigInteger(), nullable=False),
        sa.Column("contract", sa.String(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("timestamp", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("chain_id", "contract", "number"),
    )
    op.create_table(
        "ledger_marks",
        sa.Column("chain_id", sa.BigInteger(), nullable=False),
        sa.Column("contract", sa.String(), nullable=False),
        sa.Column("settled", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("final", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("silent", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("chain_id", "contract"),
    )
    op.create_table(
        "transfer",
        sa.Column("chain_id", sa.BigInteger(), nullable=False),
        sa.Column("contract", sa.String(), nullable=False),
        sa.Column("block_number", sa.BigInteger(), nullable=False),
        sa.Column("log_index", sa.Integer(), nullable=False),
        sa.Column("block_hash", sa.String(), nullable=False),
        sa.Column("token_id", UINT256, nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("receiver", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("chain_id", "contract", "block_number", "log_index"),
    )
    op.create_index(
        "ix_transfer_copy",
        "transfer",
        ["chain_id", "contract", "token_id", "block_number", "log_index"],
    )
    for side in ("receiver", "sender"):
        op.create_index(f"ix_transfer_{side}", "transfer", ["chain_id", "contract", side])

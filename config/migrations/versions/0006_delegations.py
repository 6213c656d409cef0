"""What vaults have said in the delegate registry, and whom a poll's vaults named

Revision: 0006, after 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "delegation",
        sa.Column("chain_id", sa.BigInteger(), nullable=False),
        sa.Column("registry_address", sa.String(), nullable=False),
        sa.Column("block_number", sa.BigInteger(), nullable=False),
        sa.Column("log_index", sa.Integer(), nullable=False),
        sa.Column("block_hash", sa.String(), nullable=False),
        sa.Column("vault", sa.String(), nullable=False),
        sa.Column("hot", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("contract", sa.String(), nullable=False),
        sa.Column("token_id", sa.Numeric(78, 0), nullable=True),
        sa.Column("rights", sa.String(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("chain_id", "registry_address", "block_number", "log_index"),
    )
    op.create_index(
        "ix_delegation_vault",
        "delegation",
        ["chain_id", "registry_address", "vault", "hot", "block_number", "log_index"],
    )
    op.create_index(
        "ix_delegation_hot", "delegation", ["chain_id", "registry_address", "hot", "vault"]
    )
    op.create_table(
        "delegation_reach",
        sa.Column("chain_id", sa.BigInteger(), nullable=False),
        sa.Column("registry_address", sa.String(), nullable=False),
        sa.Column("first_block", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("chain_id", "registry_address"),
    )
    op.create_table(
        "delegation_changed",
        sa.Column("wallet", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("wallet"),
    )
    op.create_table(
        "poll_delegate",
        sa.Column("poll_id", sa.String(), nullable=False),
        sa.Column("vault", sa.String(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("hot", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"]),
        sa.PrimaryKeyConstraint("poll_id", "vault", "place"),
    )
    op.create_index("ix_poll_delegate_hot", "poll_delegate", ["poll_id", "hot"])


def downgrade() -> None:
    """The registry can be read again at any time; a poll's delegates cannot."""
    op.drop_table("poll_delegate")
    op.drop_table("delegation_changed")
    op.drop_table("delegation_reach")
    op.drop_table("delegation")

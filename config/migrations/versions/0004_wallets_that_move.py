"""Wallets that move from fan to fan, their labels, and the page of a wallet

Revision: 0004, after 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("wallet", sa.Column("label", sa.String(), nullable=False, server_default=""))
    op.alter_column("wallet", "label", server_default=None)
    op.add_column("fan", sa.Column("merged_into", sa.String(), nullable=True))
    op.create_index("ix_fan_merged_into", "fan", ["merged_into"], unique=False)
    op.create_table(
        "wallet_trail",
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("last", sa.String(), nullable=False),
        sa.Column("freed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_from", sa.String(), nullable=True),
        sa.Column("expelled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("address"),
    )
    op.create_table(
        "wallet_visit",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("token_hash"),
    )


def downgrade() -> None:
    """A fan that was merged has nothing any more, so the older version may keep its row."""
    op.drop_table("wallet_visit")
    op.drop_table("wallet_trail")
    op.drop_index("ix_fan_merged_into", table_name="fan")
    op.drop_column("fan", "merged_into")
    op.drop_column("wallet", "label")

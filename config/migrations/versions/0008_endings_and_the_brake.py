"""Passes that end after a grace, and the brake

What was held before keeps its place; nothing is ending at the update.

Revision: 0008, after 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("held_pass", sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "held_pass", sa.Column("released", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column(
        "held_pass",
        sa.Column("contested", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    for column in ("released", "contested"):
        op.alter_column("held_pass", column, server_default=None)
    op.create_index(
        "ix_held_pass_ends",
        "held_pass",
        ["ends_at"],
        unique=False,
        postgresql_where=sa.text("ends_at is not null"),
    )
    op.create_table(
        "brake",
        sa.Column("gate", sa.String(), nullable=False),
        sa.Column("pulled_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("gate"),
    )


def downgrade() -> None:
    """What was about to end stays, as the older version would decide anew."""
    op.drop_table("brake")
    op.drop_index("ix_held_pass_ends", table_name="held_pass")
    op.drop_column("held_pass", "contested")
    op.drop_column("held_pass", "released")
    op.drop_column("held_pass", "ends_at")

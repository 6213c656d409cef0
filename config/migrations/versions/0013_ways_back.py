"""Chats that move, rights that go, and links for who may come back

Who was removed before the update is owed nothing: the way back is the group's own link, as it was.

Revision: 0013, after 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "moved_chat",
        sa.Column("chat", sa.String(), nullable=False),
        sa.Column("now", sa.String(), nullable=False),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("chat"),
    )
    op.create_table(
        "lost_right",
        sa.Column("chat", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("chat", "code"),
    )
    op.create_table(
        "invitation",
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("owed", sa.Boolean(), nullable=False),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("platform", "user_id", "target"),
    )


def downgrade() -> None:
    """Links that are open lapse at the platform within a day."""
    for table in ("invitation", "lost_right", "moved_chat"):
        op.drop_table(table)

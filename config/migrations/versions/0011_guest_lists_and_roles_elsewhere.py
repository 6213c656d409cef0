"""Guest lists, roles that a platform manages, and when a fan is looked at again

Nobody stands on a list yet, and nobody is due: the pass over everybody, which runs at the start,
writes down when each answer turns.

Revision: 0011, after 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "guest_code",
        sa.Column("number", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("guest_list", sa.String(), nullable=False),
        sa.Column("seal", sa.LargeBinary(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stopped", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("seal"),
    )
    op.create_index("ix_guest_code_list", "guest_code", ["guest_list"], unique=False)
    op.create_table(
        "guest",
        sa.Column("fan_id", sa.String(), nullable=False),
        sa.Column("guest_list", sa.String(), nullable=False),
        sa.Column("code", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("off_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["fan_id"], ["fan.id"]),
        sa.ForeignKeyConstraint(["code"], ["guest_code.number"]),
        sa.PrimaryKeyConstraint("fan_id", "guest_list"),
    )
    op.create_index("ix_guest_list", "guest", ["guest_list"], unique=False)
    op.create_index("ix_guest_code", "guest", ["code"], unique=False)
    op.create_table(
        "seen_role",
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("has", sa.Boolean(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("platform", "user_id", "target"),
    )
    op.add_column("fan", sa.Column("look_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_fan_look_at",
        "fan",
        ["look_at"],
        unique=False,
        postgresql_where=sa.text("look_at is not null"),
    )


def downgrade() -> None:
    """Guests lose their places; the older version cannot know them, nor roles elsewhere."""
    op.drop_index("ix_fan_look_at", table_name="fan")
    op.drop_column("fan", "look_at")
    op.drop_table("seen_role")
    op.drop_table("guest")
    op.drop_table("guest_code")

"""An index for what a gate lost lately, which the brake asks for every second."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_audit_closed",
        "audit",
        ["at"],
        unique=False,
        postgresql_where=sa.text("what = 'pass.close'"),
    )


def downgrade() -> None:
    op.drop_index("ix_audit_closed", table_name="audit")

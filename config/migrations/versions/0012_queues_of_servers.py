"""Queues of the outbox, and passes whose account was not there

Discord limits role changes by server. A row that is open at the upgrade waits with everything else
of its platform, as it did before.

Revision: 0012, after 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

DUE = sa.text("state = 'due'")
CLOSED = sa.text("what = 'pass.close'")


def upgrade() -> None:
    op.add_column("outbox", sa.Column("queue", sa.String(), nullable=True))
    op.execute("UPDATE outbox SET queue = platform")
    op.alter_column("outbox", "queue", nullable=False)
    op.drop_index("ix_outbox_due", "outbox")
    columns = ["platform", "queue", "urgency", "id"]
    op.create_index("ix_outbox_due", "outbox", columns, postgresql_where=DUE)
    op.create_index("ix_audit_closed", "audit", ["at"], postgresql_where=CLOSED)
    op.add_column("held_pass", sa.Column("missed_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("held_pass", "missed_at")
    op.drop_index("ix_audit_closed", "audit")
    op.drop_index("ix_outbox_due", "outbox")
    op.create_index("ix_outbox_due", "outbox", ["platform", "urgency", "id"], postgresql_where=DUE)
    op.drop_column("outbox", "queue")

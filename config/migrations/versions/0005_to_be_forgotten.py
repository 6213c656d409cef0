"""What forgetting needs: rows that leave nothing behind, a salt for each ballot, links by account

Commitments of ballots that were cast before have no salt of their own: they were made with the
club's key.

Revision: 0005, after 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "outbox", sa.Column("erase", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.alter_column("outbox", "erase", server_default=None)
    op.add_column("poll_ballot", sa.Column("salt", sa.LargeBinary(), nullable=True))
    op.create_index("ix_link_account", "link", ["platform", "user_id", "issued_at"])


def downgrade() -> None:
    op.drop_index("ix_link_account", table_name="link")
    op.drop_column("poll_ballot", "salt")
    op.drop_column("outbox", "erase")

"""The proof that a sign-in's browser is the chat account's own

Links that were under way at the update ask for a code, which works for every club.

Revision: 0003, after 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("link", sa.Column("proof", sa.String(), nullable=False, server_default="code"))
    op.add_column(
        "link", sa.Column("proved", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("link", sa.Column("errand", sa.String(), nullable=True))
    op.add_column("link", sa.Column("errand_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("link", sa.Column("code_hash", sa.String(), nullable=True))
    op.add_column(
        "link", sa.Column("code_tries", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column("link", sa.Column("wallet_kind", sa.String(), nullable=True))
    op.add_column("link", sa.Column("wallet_chain", sa.BigInteger(), nullable=True))
    op.add_column("link", sa.Column("wallet_digest", sa.LargeBinary(), nullable=True))
    op.add_column("link", sa.Column("wallet_signature", sa.LargeBinary(), nullable=True))
    for column in ("proof", "proved", "code_tries"):
        op.alter_column("link", column, server_default=None)
    op.create_index(
        "ix_link_pending",
        "link",
        ["platform", "user_id"],
        unique=False,
        postgresql_where=sa.text("state = 'pending_code'"),
    )


def downgrade() -> None:
    """Links live for minutes: what the older version does not know may go."""
    op.drop_index("ix_link_pending", table_name="link")
    for column in ("wallet_kind", "wallet_chain", "wallet_digest", "wallet_signature"):
        op.drop_column("link", column)
    for column in ("code_tries", "code_hash", "errand_until", "errand", "proved", "proof"):
        op.drop_column("link", column)

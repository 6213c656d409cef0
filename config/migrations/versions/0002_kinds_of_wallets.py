"""Kinds of wallets

Revision: 0002, after 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_PROOF = ("kind", "proof_chain", "proof_digest", "proof_signature", "proof_due")


def upgrade() -> None:
    """Every wallet that was linked before had a key."""
    op.add_column("wallet", sa.Column("kind", sa.String(), nullable=False, server_default="eoa"))
    op.alter_column("wallet", "kind", server_default=None)
    op.add_column("wallet", sa.Column("proof_chain", sa.BigInteger(), nullable=True))
    op.add_column("wallet", sa.Column("proof_digest", sa.LargeBinary(), nullable=True))
    op.add_column("wallet", sa.Column("proof_signature", sa.LargeBinary(), nullable=True))
    op.add_column("wallet", sa.Column("proof_due", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_wallet_proof_due",
        "wallet",
        ["proof_chain", "proof_due"],
        unique=False,
        postgresql_where=sa.text("proof_due is not null"),
    )


def downgrade() -> None:
    """Contract wallets would count as keys then, so they are unlinked."""
    op.execute("DELETE FROM wallet WHERE kind = 'contract'")
    op.drop_index("ix_wallet_proof_due", table_name="wallet")
    for column in _PROOF:
        op.drop_column("wallet", column)

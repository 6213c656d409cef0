"""Alembic's entry: one synchronous connection, since psycopg speaks both ways."""

from alembic import context
from sqlalchemy import create_engine, pool
from sqlmodel import SQLModel

import gating.adapters.sql.chat_tables
import gating.adapters.sql.ledger_tables
import gating.adapters.sql.person_tables
import gating.adapters.sql.rule_tables
import gating.adapters.sql.tables  # noqa: F401 - fills SQLModel.metadata
import governance.adapters.tables  # noqa: F401 - fills SQLModel.metadata

_LOCK = 7_305_112
"""Two processes that start at once migrate one after the other."""


def _ours(name: str | None, kind: str, _parents: object) -> bool:
    """The job engine keeps its own tables; comparing must leave them alone."""
    return not (kind == "table" and (name or "").startswith("procrastinate"))


def run() -> None:
    engine = create_engine(context.config.attributes["url"], poolclass=pool.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"SELECT pg_advisory_lock({_LOCK})")
        context.configure(
            connection=connection, target_metadata=SQLModel.metadata, include_name=_ours
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
    engine.dispose()


run()

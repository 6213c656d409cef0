"""The table of rules that were changed from a chat."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from gating.adapters.sql.kinds import utc


class RuleChangeRow(SQLModel, table=True):
    """One change of a gate's rule. Without an account nobody did it, or who did was forgotten."""

    __tablename__ = "rule_change"
    gate: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    rule: str | None = None
    filed: str
    previous: str
    platform: str | None = None
    user_id: str | None = None
    who: str = ""
    changed_at: datetime = utc()

"""Wrong codes, counted per account over all kinds of codes: nobody may guess."""

from datetime import datetime, timedelta

from sqlalchemy import func, insert, select
from sqlmodel import col

from gating.adapters.sql.conversation import Conversation
from gating.adapters.sql.tables import CodeTryRow
from gating.errors import Refused
from gating.model import Account

WRONG_CODES = 5
"""Wrong codes an account may type within `CODE_PAUSE`; the shortest has some 2**34 values."""
CODE_PAUSE = timedelta(minutes=10)


async def must_not_guess(session: Conversation, by: Account, now: datetime) -> None:
    """Raises `Refused("E-CODETRIES")`."""
    # one try at a time for each account, or many at once would all be counted as the first
    turn = func.pg_advisory_xact_lock(func.hashtextextended(f"code:{by}", 0))
    await session.execute(select(turn))
    tries = await session.scalar(
        select(func.count())
        .select_from(CodeTryRow)
        .where(
            col(CodeTryRow.platform) == by.platform,
            col(CodeTryRow.user_id) == by.user_id,
            col(CodeTryRow.tried_at) > now - CODE_PAUSE,
        )
    )
    if (tries or 0) >= WRONG_CODES:
        raise Refused("E-CODETRIES", minutes=int(CODE_PAUSE.total_seconds() // 60))


async def note_wrong(session: Conversation, by: Account, now: datetime) -> None:
    tried = {"platform": by.platform, "user_id": by.user_id, "tried_at": now}
    await session.execute(insert(CodeTryRow).values(**tried))

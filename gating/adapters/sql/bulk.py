"""Many rows at once, by PostgreSQL's COPY."""

from collections.abc import Iterable, Sequence

import psycopg

from gating.adapters.sql.conversation import Conversation
from gating.adapters.sql.kinds import DISK_FULL
from gating.errors import NeedsPerson, TryLater

_AT_ONCE = 20_000
"""Lines per write: a few megabytes."""


async def copy_into(
    session: Conversation, table: str, columns: Sequence[str], lines: Iterable[str]
) -> None:
    """Add rows inside the session's transaction. Lines are in COPY's text format, each with `\\n`.

    The driver is used itself, for SQLAlchemy has no COPY; its errors become ours here.
    """
    driver = await session.driver()
    command = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
    try:
        async with driver.cursor() as cursor, cursor.copy(command.encode()) as copy:
            held: list[str] = []
            for line in lines:
                held.append(line)
                if len(held) == _AT_ONCE:
                    await copy.write("".join(held))
                    held.clear()
            await copy.write("".join(held))
    except psycopg.OperationalError as error:
        if error.sqlstate == DISK_FULL:
            raise NeedsPerson("E-DISKFULL") from error
        raise TryLater("E-DATABASE", after=2) from error

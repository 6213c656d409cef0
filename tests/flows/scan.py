"""Every column of every table of a database, searched for words."""

import re
from collections.abc import Iterable

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

COLUMNS = text(
    """
    SELECT c.table_name, c.column_name FROM information_schema.columns AS c
    JOIN information_schema.tables AS t USING (table_schema, table_name)
    WHERE c.table_schema NOT IN ('pg_catalog', 'information_schema')
      AND t.table_type = 'BASE TABLE'
    ORDER BY 1, 2
    """
)


async def hits(engine: AsyncEngine, words: Iterable[str]) -> set[tuple[str, str, str]]:
    """Where each word stands: (table, column, word), whatever the case.

    Bytes are searched in hex and as the text that they may be. A number is found as a whole one.
    """
    wanted = {word: whole(word) for word in words}
    async with engine.connect() as link:
        columns = [tuple(row) for row in await link.execute(COLUMNS)]
        found = set()
        for table, column in columns:
            cells = await link.execute(text(_cells(table, column)))
            for (cell,) in cells:
                found |= {(table, column, word) for word in wanted if wanted[word].search(cell)}
    return found


def whole(word: str) -> re.Pattern[str]:
    """The word wherever it stands, but a number not within a longer one."""
    pattern = re.escape(word.lower())
    return re.compile(rf"(?<!\d){pattern}(?!\d)" if word.isdecimal() else pattern)


def _cells(table: str, column: str) -> str:
    name = f'"{column}"'
    return (
        f"SELECT lower({name}::text || ' ' || CASE WHEN pg_typeof({name}) = 'bytea'::regtype"  # noqa: S608  - names of the schema
        f" THEN encode({name}::text::bytea, 'escape') ELSE '' END)"
        f' FROM "{table}" WHERE {name} IS NOT NULL'
    )

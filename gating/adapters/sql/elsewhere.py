"""What platforms said of roles and chats of their own, in PostgreSQL."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta

from sqlalchemy import select, tuple_
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import col

from gating.adapters.sql.conversation import Conversation
from gating.adapters.sql.person_tables import SeenRoleRow
from gating.model import Account, Platform
from gating.ports import Clock

# an account is as old as its oldest word, and one without some word comes before all others
_OLDEST = """
    SELECT account.user_id FROM account
    LEFT JOIN seen_role AS seen ON seen.platform = account.platform
      AND seen.user_id = account.user_id AND seen.target = ANY(%(targets)s)
    WHERE account.platform = %(platform)s
    GROUP BY account.user_id
    HAVING min(seen.seen_at) < %(told)s OR (
        count(seen.target) < %(all)s AND coalesce(max(seen.seen_at) < %(untold)s, true)
    )
    ORDER BY count(seen.target) >= %(all)s, min(seen.seen_at) NULLS FIRST, account.user_id
    LIMIT %(most)s
    """


class SqlElsewhere:
    """`gating.ports.elsewhere.Elsewhere`."""

    def __init__(self, session: Conversation, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def keep(self, account: Account, words: Mapping[str, bool]) -> None:
        who = {"platform": account.platform, "user_id": account.user_id}
        said = upsert(SeenRoleRow).values(
            [
                {**who, "target": target, "has": has, "seen_at": self._clock()}
                for target, has in sorted(words.items())
            ]
        )
        await self._session.execute(
            said.on_conflict_do_update(
                index_elements=["platform", "user_id", "target"],
                set_={"has": said.excluded.has, "seen_at": said.excluded.seen_at},
            )
        )

    async def told(
        self, accounts: Iterable[Account], targets: Collection[str], *, within: timedelta
    ) -> Mapping[tuple[Account, str], bool]:
        found: dict[tuple[Account, str], bool] = {}
        every = list(accounts)
        for start in range(0, len(every), _AT_ONCE):
            part = [(each.platform, each.user_id) for each in every[start : start + _AT_ONCE]]
            row = col(SeenRoleRow.platform), col(SeenRoleRow.user_id), col(SeenRoleRow.target)
            rows = await self._session.execute(
                select(*row, col(SeenRoleRow.has)).where(
                    tuple_(*row[:2]).in_(part),
                    col(SeenRoleRow.target).in_(targets),
                    col(SeenRoleRow.seen_at) > self._clock() - within,
                )
            )
            found.update(
                ((Account(Platform(platform), user), target), has)
                for platform, user, target, has in rows
            )
        return found

    async def oldest(
        self,
        platform: Platform,
        targets: Collection[str],
        *,
        told: timedelta,
        untold: timedelta,
        most: int,
    ) -> Sequence[Account]:
        now = self._clock()
        rows = await self._session.rows(
            _OLDEST,
            {
                "platform": platform,
                "targets": list(targets),
                "all": len(targets),
                "told": now - told,
                "untold": now - untold,
                "most": most,
            },
        )
        return [Account(platform, row.user_id) for row in rows]


_AT_ONCE = 5_000
"""Accounts in one question: PostgreSQL takes 65,535 values at most."""

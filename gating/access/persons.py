"""What rules ask about a person and no chain knows: guest lists, roles of the platforms' own."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from gating.model import Account, Fan, FanId, Unknown
from gating.ports import Transaction
from gating.rules.evidence import GaveCode, HasRole, Need

OfFan = Callable[[Fan], Any]
FRESH = timedelta(days=1)
"""How long the word of a platform counts; then it is unknown again."""
UNSEEN = "E-ROLEUNSEEN"
"""The platform has not said lately whether the account has the role."""


async def look_up_persons(
    tx: Transaction, needs: Iterable[Need[Any]], fans: Sequence[Fan]
) -> Mapping[Need[Any], OfFan]:
    """The pieces for those of these needs, fan by fan, with one question for each kind."""
    lists = [need for need in needs if isinstance(need, GaveCode)]
    found: dict[Need[Any], OfFan] = {}
    if lists:
        names, ids = [need.name for need in lists], [fan.id for fan in fans]
        since = await tx.guests.since(ids, names)
        found.update((need, partial(_guest, since, need)) for need in lists)
    roles = [need for need in needs if isinstance(need, HasRole)]
    if roles:
        accounts = [account for fan in fans for account in fan.accounts]
        targets = {need.id for need in roles}
        told = await tx.elsewhere.told(accounts, targets, within=FRESH)
        found.update((need, partial(_role, told, need)) for need in roles)
    return found


def _role(told: Mapping[tuple[Account, str], bool], need: HasRole, fan: Fan) -> bool | Unknown:
    """One account with the role is enough; without word of every account there is no sure no."""
    theirs = (account for account in fan.accounts if account.platform is need.platform)
    words = [told.get((account, need.id)) for account in theirs]
    if any(words):
        return True
    return Unknown(UNSEEN) if None in words else False


def _guest(since: Mapping[tuple[FanId, str], datetime], need: GaveCode, fan: Fan) -> int | None:
    at = since.get((fan.id, need.name))
    return int(at.timestamp()) if at else None

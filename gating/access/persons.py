"""What rules ask about a person and no chain knows: a place on a guest list."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from gating.model import Fan, FanId
from gating.ports import Transaction
from gating.rules.evidence import GaveCode, Need

OfFan = Callable[[Fan], Any]


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
    return found


def _guest(since: Mapping[tuple[FanId, str], datetime], need: GaveCode, fan: Fan) -> int | None:
    at = since.get((fan.id, need.name))
    return int(at.timestamp()) if at else None

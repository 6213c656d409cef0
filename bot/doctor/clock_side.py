"""Does this machine's clock go right? Each platform says with every answer what time it is."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from email.utils import parsedate_to_datetime
from statistics import median

import aiohttp

from bot.doctor.findings import Finding, ok, warning
from gating.ports import Clock

CLOCK = "clock"
OFF = 30
"""Seconds: the sign-in forgives a minute, and this leaves the half of it to the wallet's side."""
_SOON = aiohttp.ClientTimeout(total=5)


async def clock_findings(
    session: aiohttp.ClientSession, addresses: Sequence[str], clock: Clock
) -> list[Finding]:
    """One finding, by the HTTP `Date` of these addresses; none where nobody tells the time."""
    said = await asyncio.gather(*(_ahead(session, each, clock) for each in addresses))
    told = [seconds for seconds in said if seconds is not None]
    if not told:
        return []
    ahead = round(median(told))
    if abs(ahead) > OFF:
        way = "ahead" if ahead > 0 else "behind"
        return [warning(CLOCK, "E-CLOCK", seconds=abs(ahead), way=way)]
    return [ok(CLOCK, "doctor.clock")]


async def _ahead(session: aiohttp.ClientSession, address: str, clock: Clock) -> float | None:
    """Seconds by which our clock is ahead of who answers there, whatever the answer is."""
    before = clock()
    try:
        async with session.head(address, timeout=_SOON, allow_redirects=False) as answer:
            theirs = parsedate_to_datetime(answer.headers.get("Date", ""))
    except (TimeoutError, aiohttp.ClientError, ValueError):
        return None
    return _between(before, clock(), theirs)


def _between(before: datetime, after: datetime, theirs: datetime) -> float:
    """From the middle of question and answer; `Date` leaves out half a second on average."""
    middle = before + (after - before) / 2
    return (middle - theirs).total_seconds() - 0.5

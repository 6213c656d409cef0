"""Reads both files and the running database, and tells what the changed file would do."""

import asyncio
from pathlib import Path

import aiohttp

from bot.rehearsal.sides import Side, answers, side_of
from bot.rehearsal.story import Rehearsal, story
from bot.serving import must_be_complete
from bot.wiring import utc_now
from bot.wiring.chains import nodes_of, readers_of, views_of
from config.community import Club, read_club
from config.running_database import running_database
from config.settings import Settings, read_settings
from gating.access.trying import named
from gating.access.views import ViewBook
from gating.adapters.sql.store import SqlStore
from gating.rules.dry_run import Candidate, differences


def rehearse(current: Path, changed: Path) -> list[str]:
    """What would become of everybody if `changed` took the place of the club file `current`.

    Nothing is written. Raises `NeedsPerson` with what the start would say, where the changed file
    would be refused.
    """
    settings, old, new = read_settings(), read_club(current), read_club(changed)
    must_be_complete(settings, new)
    return story(asyncio.run(_rehearsed(settings, old, new)))


async def _rehearsed(settings: Settings, old: Club, new: Club) -> Rehearsal:
    url = settings.database_url.get_secret_value() if settings.database_url else None
    async with (
        running_database(url, settings.data) as database,
        aiohttp.ClientSession() as http,
    ):
        store = SqlStore(database.sessions, utc_now)
        async with store() as tx:
            changes, everyone = await tx.rules.newest(), await tx.access.everyone()
        before, after = side_of(old, changes), side_of(new, changes)
        was, will = [
            await answers(side, store, _views(settings, side, http), everyone)
            for side in (before, after)
        ]
        fans = [Candidate(known.fan.id) for known in everyone]
        gates = {gate.id: gate for gate in (*before.gates, *after.gates)}
        told = differences(list(gates.values()), zip(fans, was, will, strict=True))
        accounts = {known.fan.id: known.fan.accounts for known in everyone}
        async with store() as tx:
            told = tuple([await named(tx, each, accounts) for each in told])
    return Rehearsal(before=before, after=after, told=told, everyone=everyone)


def _views(settings: Settings, side: Side, http: aiohttp.ClientSession) -> ViewBook:
    nodes = nodes_of(settings, side.club, http)
    return views_of(settings, side.club, utc_now, nodes, readers_of(nodes))

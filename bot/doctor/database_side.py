"""Can the database be reached, and does it have the newest schema? Nothing is migrated."""

import asyncio

from bot.doctor.findings import Finding, at_fault, ok
from config.database import look
from config.folders import must_be_writable
from config.settings import Settings
from gating.errors import NeedsPerson

DATABASE, FOLDER = "database", "data folder"


async def database_findings(settings: Settings) -> list[Finding]:
    return [await _database(settings), _folder(settings)]


async def _database(settings: Settings) -> Finding:
    if settings.database_url is None:  # starting it beside a running house would disturb that
        return ok(DATABASE, "doctor.embedded", folder=str(settings.data))
    try:
        seen = await asyncio.to_thread(look, settings.database_url.get_secret_value())
    except NeedsPerson as error:
        return at_fault(DATABASE, error)
    key = "doctor.database" if seen.is_newest else "doctor.olddatabase"
    return ok(DATABASE, key, version=seen.version)


def _folder(settings: Settings) -> Finding:
    try:
        must_be_writable(settings.data)
    except NeedsPerson as error:
        return at_fault(FOLDER, error)
    return ok(FOLDER, "doctor.folder", folder=str(settings.data))

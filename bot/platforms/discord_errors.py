"""Discord's refusals as ours (Discord: Opcodes and Status Codes, JSON Error Codes)."""

from collections.abc import Mapping
from http import HTTPStatus

import aiohttp
import discord

from gating.errors import Fact, NeedsPerson, NotDone, Refused, TryLater

BUSY = "E-DISCORDBUSY"
NO_SERVER = "E-DISCORDGUILD"

UNKNOWN_CHANNEL = 10003
UNKNOWN_GUILD = 10004
UNKNOWN_MEMBER = 10007
UNKNOWN_ROLE = 10011
UNKNOWN_USER = 10013
MISSING_ACCESS = 50001
CANNOT_MESSAGE = 50007
MISSING_PERMISSIONS = 50013
NO_SHARED_SERVER = 50278

Meaning = tuple[type[Refused] | type[NeedsPerson], str]

OF_ROLES: Mapping[int, Meaning] = {
    UNKNOWN_MEMBER: (Refused, "E-LEFT"),
    UNKNOWN_USER: (Refused, "E-LEFT"),
    UNKNOWN_GUILD: (NeedsPerson, NO_SERVER),
    UNKNOWN_ROLE: (NeedsPerson, "E-ROLEGONE"),
    MISSING_ACCESS: (NeedsPerson, "E-ROLEPOS"),
    MISSING_PERMISSIONS: (NeedsPerson, "E-ROLEPOS"),
}
"""When a role is given or taken; 50013 also stands for a role above the bot's own."""
OF_MEMBER: Mapping[int, Meaning] = {
    UNKNOWN_MEMBER: (Refused, "E-LEFT"),
    UNKNOWN_USER: (Refused, "E-LEFT"),
    UNKNOWN_GUILD: (NeedsPerson, NO_SERVER),
    MISSING_ACCESS: (NeedsPerson, NO_SERVER),
}
"""When one member of the server is asked for."""
OF_PEOPLE: Mapping[int, Meaning] = {
    UNKNOWN_USER: (Refused, "E-LEFT"),
    CANNOT_MESSAGE: (Refused, "E-DMCLOSED"),
    NO_SHARED_SERVER: (Refused, "E-DMCLOSED"),
}
"""When one person is written to."""
OF_MEMBERS: Mapping[int, Meaning] = {MISSING_ACCESS: (NeedsPerson, "E-DISCORDINTENTS")}
"""When the members of the server are listed."""
OF_PLACES: Mapping[int, Meaning] = {
    UNKNOWN_CHANNEL: (NeedsPerson, "E-PLACE"),
    MISSING_ACCESS: (NeedsPerson, "E-PLACE"),
    MISSING_PERMISSIONS: (NeedsPerson, "E-PLACE"),
}
"""When something is published in a channel."""

LIBRARY_ERRORS = (discord.DiscordException, aiohttp.ClientError, OSError)


def ours(error: Exception, meanings: Mapping[int, Meaning], facts: Mapping[str, Fact]) -> NotDone:
    """What one of `LIBRARY_ERRORS` means for us."""
    if not isinstance(error, discord.HTTPException):
        return TryLater(BUSY, after=getattr(error, "retry_after", 5.0))  # of `RateLimited`
    if error.code in meanings:
        kind, code = meanings[error.code]
        return kind(code, **_about(code, facts))
    if error.status == HTTPStatus.TOO_MANY_REQUESTS or error.status >= 500:  # noqa: PLR2004  - 5xx
        return TryLater(BUSY, after=_retry_after(error))
    if error.status == HTTPStatus.UNAUTHORIZED:
        return NeedsPerson("E-DISCORDTOKEN")
    return NeedsPerson("E-DISCORD", status=error.status, detail=error.code)


def _about(code: str, facts: Mapping[str, Fact]) -> Mapping[str, Fact]:
    """Which server it was matters where the bot is not in it, and nothing else does there."""
    return {name: facts[name] for name in facts if (name == "server") is (code == NO_SERVER)}


def _retry_after(error: discord.HTTPException) -> float:
    """Seconds that the answer names; 5 if it names none."""
    try:
        return float(error.response.headers.get("Retry-After", 5))
    except ValueError:
        return 5.0

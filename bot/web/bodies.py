"""Reading what our own scripts send: small JSON objects with known fields."""

import json
from asyncio import IncompleteReadError
from typing import Any

from aiohttp import web

from gating.errors import Refused

MOST_BYTES = 40 * 1024
"""A contract wallet's signature may have 16 KiB, which is 32 in hex; the rest is the text."""


async def read_fields(request: web.Request, **kinds: type) -> dict[str, Any]:
    """The fields named in `kinds`, each exactly of its kind; others are dropped.

    Raises `Refused("E-BADREQUEST")` for anything that is not such an object, and
    `HTTPRequestEntityTooLarge`.
    """
    found = await read_object(request)
    fields = {name: found.get(name) for name in kinds}
    if any(type(fields[name]) is not kind for name, kind in kinds.items()):
        raise Refused("E-BADREQUEST")
    return fields


async def read_object(request: web.Request, *, most: int = MOST_BYTES) -> dict[str, Any]:
    """The whole object, of at most so many bytes; raises as `read_fields`."""
    return _object(request, await _bytes(request, most))


async def _bytes(request: web.Request, most: int) -> bytes:
    try:
        await request.content.readexactly(most + 1)
    except IncompleteReadError as short:
        return short.partial
    raise web.HTTPRequestEntityTooLarge(most, most + 1)


def _object(request: web.Request, body: bytes) -> dict[str, Any]:
    if request.content_type != "application/json":
        raise Refused("E-BADREQUEST")
    try:
        found = json.loads(body)
        json.dumps(found, ensure_ascii=False).encode()  # half a character pair is not text
    except (ValueError, RecursionError) as unreadable:
        raise Refused("E-BADREQUEST") from unreadable
    if not isinstance(found, dict):
        raise Refused("E-BADREQUEST")
    return found

"""Reading what the page sends, and the one way in which its routes refuse."""

import json
from typing import Any

from aiohttp import web

from bot.sandbox.page.world import SandboxWorld

WORLD = web.AppKey("world", SandboxWorld)


def refuse(words: str) -> web.HTTPBadRequest:
    """An answer 400 with a sentence for the person: `raise refuse(...)`."""
    return web.HTTPBadRequest(text=json.dumps({"error": words}), content_type="application/json")


async def read_fields(request: web.Request) -> dict[str, Any]:
    """The request's JSON object; refuses anything else."""
    try:
        fields = await request.json()
    except ValueError as error:
        raise refuse("The request is not JSON.") from error
    if not isinstance(fields, dict):
        raise refuse("The request is not a JSON object.")
    return fields

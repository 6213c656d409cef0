"""The faults menu: what goes wrong in the chats, switched on and off."""

from typing import Any

from aiohttp import web

from bot.sandbox.page.requests import WORLD, read_fields, refuse
from bot.sandbox.page.world import SandboxWorld

routes = web.RouteTableDef()


@routes.get("/faults")
async def show(request: web.Request) -> web.Response:
    """All switches, with their present position."""
    return web.json_response(_faults(request.app[WORLD]))


@routes.post("/faults/{key}")
async def turn(request: web.Request) -> web.Response:
    """`{"on": true}` turns one switch."""
    world = request.app[WORLD]
    fields = await read_fields(request)
    for switch in world.faults:
        if switch.key == request.match_info["key"]:
            switch.turn(fields.get("on") is True)
            return web.json_response(_faults(world))
    raise refuse("There is no such fault.")


def _faults(world: SandboxWorld) -> dict[str, Any]:
    return {
        "faults": [
            {
                "key": switch.key,
                "side": switch.side,
                "label": switch.label,
                "explain": switch.explain,
                "on": switch.is_on(),
            }
            for switch in world.faults
        ]
    }

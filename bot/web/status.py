"""Whether this process serves, for load balancers and watchers."""

from aiohttp import web

from bot.web.services import SERVICES

routes = web.RouteTableDef()


@routes.get("/healthz")
async def health(request: web.Request) -> web.Response:
    """Each part and how it is; 503 where a part says so by a code."""
    parts = dict(await request.app[SERVICES].health())
    troubled = any(state.startswith("E-") for state in parts.values())
    return web.json_response(parts, status=503 if troubled else 200)

"""Whether this process serves, for load balancers and watchers."""

from aiohttp import web

from bot.web.services import SERVICES

routes = web.RouteTableDef()


@routes.get("/healthz")
async def health(request: web.Request) -> web.Response:
    """Each part and how it is. A silent chain is told but is no reason to stop serving.

    What the pages cannot do without raises, and is answered with 503 like any `TryLater`.
    """
    return web.json_response(dict(await request.app[SERVICES].health()))

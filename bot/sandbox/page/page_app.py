"""The sandbox page: two chats side by side, demo wallets and the chain, in one browser window.

Mount it with `app.add_subapp("/sandbox/", sandbox_app(world))` on a service bound to loopback.
A sign-in page of the same origin gets the demo wallets by one more line, which a policy of
`script-src 'self'; connect-src 'self'; img-src 'self' data:` allows:

    <script type="module" src="/sandbox/static/demo-wallet.js"></script>
"""

from pathlib import Path

import jinja2
from aiohttp import web

from bot.sandbox.page import chain_routes, fault_routes, wallet_routes
from bot.sandbox.page.local_only import local_only
from bot.sandbox.page.requests import WORLD
from bot.sandbox.page.world import SandboxWorld

_HERE = Path(__file__).parent
# Pictures and sound of the Discord-like server come from its own port on this machine.
_LOCAL = "http://127.0.0.1:* http://localhost:*"
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    f"img-src 'self' data: {_LOCAL}; media-src 'self' {_LOCAL}; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_pages = jinja2.Environment(
    loader=jinja2.FileSystemLoader(_HERE / "templates"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
)
routes = web.RouteTableDef()


def sandbox_app(world: SandboxWorld) -> web.Application:
    """The page, its files, its routes, and the two chats under `discord/` and `telegram/`."""
    app = web.Application(middlewares=[local_only])
    app[WORLD] = world
    app.on_response_prepare.append(_stay_fresh)
    for table in (routes, wallet_routes.routes, chain_routes.routes, fault_routes.routes):
        app.add_routes(table)
    app.router.add_static("/static", _HERE / "static")
    app.add_subapp("/discord/", world.discord)
    app.add_subapp("/telegram/", world.telegram)
    return app


async def _stay_fresh(_: web.Request, response: web.StreamResponse) -> None:
    """A newer demo must not run with scripts that the browser kept from an older one."""
    response.headers.setdefault("Cache-Control", "no-cache")
    response.headers.setdefault("X-Content-Type-Options", "nosniff")


@routes.get("/")
async def page(request: web.Request) -> web.Response:
    """The one page."""
    world = request.app[WORLD]
    text = _pages.get_template("page.html").render(club=world.club)
    return web.Response(text=text, content_type="text/html", headers=_HEADERS)


@routes.get("/world")
async def people(request: web.Request) -> web.Response:
    """Who one can be, and which wallet is whose."""
    world = request.app[WORLD]
    listed = [
        {
            "key": person.key,
            "name": person.name,
            "role": person.role,
            "discord": person.discord_id,
            "telegram": person.telegram_id,
            "wallet": person.wallet_key,
        }
        for person in world.people
    ]
    return web.json_response({"club": world.club, "people": listed})

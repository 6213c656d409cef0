"""The web application, put together, and how it starts to listen."""

import errno
import os
import socket

from aiohttp import web

from bot.web import (
    assets,
    listening,
    polls,
    proving,
    sign_in,
    status,
    telegram_updates,
    wallet,
)
from bot.web.assets import ASSETS, read_assets
from bot.web.failures import answer_failures
from bot.web.guards import POSTS_A_MINUTE, human_pace, our_host, our_pages
from bot.web.headers import header_set
from bot.web.pages import PAGES, page_maker
from bot.web.services import SERVICES, SITE, WebServices, WebSite
from gating.errors import NeedsPerson


def web_app(
    services: WebServices, site: WebSite, *, posts_a_minute: int = POSTS_A_MINUTE
) -> web.Application:
    """All routes behind all guards. Raises `ValueError` for an accent that is not `#rrggbb`.

    The order of the middlewares is from the outside in: whatever a guard refuses is answered
    like any other failure. Applications mounted below are guarded too.
    """
    guards = [answer_failures, our_host, our_pages, human_pace(posts_a_minute)]
    app = web.Application(middlewares=guards)
    app[SERVICES], app[SITE] = services, site
    app[ASSETS] = read_assets(site)
    app[PAGES] = page_maker(site, app[ASSETS])
    app.on_response_prepare.append(header_set(site))
    for room in (sign_in, proving, wallet, listening, polls, status, assets):
        app.add_routes(room.routes)
    if services.telegram_updates is not None:
        app.add_routes(telegram_updates.routes)
    return app


async def serve(app: web.Application, host: str, port: int) -> web.AppRunner:
    """Listen at `host` and `port` until the runner's `cleanup`.

    Raises `NeedsPerson`: E-PORT where another program has the port, E-LISTEN where nothing can
    listen there. No access log is kept: addresses hold people's tokens.
    """
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as failure:
        await runner.cleanup()
        if failure.errno == errno.EADDRINUSE:
            raise NeedsPerson("E-PORT", port=port) from failure
        cause = _why(failure)
        raise NeedsPerson("E-LISTEN", host=host, port=port, cause=cause) from failure
    return runner


def _why(failure: OSError) -> str:
    """The system's own words; asyncio puts a longer sentence around them."""
    if isinstance(failure, socket.gaierror) or not failure.errno:
        return failure.strerror or str(failure)
    return os.strerror(failure.errno)

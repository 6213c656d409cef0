"""Drawing a page: every value is escaped, and no page calls another server."""

from pathlib import Path
from typing import Any

import jinja2
from aiohttp import web

from bot.web import show
from bot.web.assets import Assets
from bot.web.cover import SIDE, cover
from bot.web.services import WebSite

PAGES = web.AppKey("pages", jinja2.Environment)


def page_maker(site: WebSite, assets: Assets) -> jinja2.Environment:
    """The templates, with what all of them may use. A name that is missing is an error."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(site=site, static=assets.address, cover=cover, cover_side=SIDE)
    made.filters.update(
        name=show.name,
        initial=show.initial,
        picture=show.picture,
        percent=show.percent,
        thousands=show.thousands,
    )
    made.globals["counted"] = show.counted
    return made


def page(request: web.Request, template: str, *, status: int = 200, **facts: Any) -> web.Response:
    """One page with these facts."""
    text = request.app[PAGES].get_template(template).render(**facts)
    return web.Response(text=text, status=status, content_type="text/html")

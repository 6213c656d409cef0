"""Who is let in before any handler runs: our own host, our own pages, at a human pace."""

import asyncio
from collections.abc import Awaitable, Callable
from ipaddress import IPv6Address, IPv6Network, ip_address

from aiohttp import web
from aiohttp.typedefs import Middleware

from bot.web.pace import Pace
from bot.web.services import SITE, WebSite
from gating.errors import Refused, TryLater

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
READING = frozenset({"GET", "HEAD", "OPTIONS"})
CALLED_BY_TELEGRAM = "/telegram/updates"
"""No page posts there and no browser can: who does shows a secret, and is heard at any pace."""
POSTS_A_MINUTE = 120
"""One sign-in takes two posts. A phone network hides many fans behind one address, so the limit
allows a minute's rush of sixty of them and still stops a flood."""


@web.middleware
async def our_host(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse other names for this machine (DNS rebinding; links built from a foreign Host)."""
    if request.host.lower() not in request.app[SITE].hosts:
        raise web.HTTPMisdirectedRequest
    return await handler(request)


@web.middleware
async def our_pages(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Only our own pages may change anything (OWASP: Fetch Metadata first, then Origin)."""
    foreign = not from_our_page(request, request.app[SITE])
    if request.method not in READING and request.path != CALLED_BY_TELEGRAM and foreign:
        raise Refused("E-FOREIGN")
    return await handler(request)


def from_our_page(request: web.Request, site: WebSite) -> bool:
    """What the browser says about the page that sends this; no word at all counts as foreign."""
    said = request.headers.get("Sec-Fetch-Site")
    if said is not None:
        return said in {"same-origin", "none"}
    return request.headers.get("Origin") in site.origins


def human_pace(posts_a_minute: int = POSTS_A_MINUTE) -> Middleware:
    """Limit posts per network address. What is mounted below us keeps its own pace."""
    posts = Pace(posts_a_minute, seconds=60.0)

    @web.middleware
    async def pace(request: web.Request, handler: Handler) -> web.StreamResponse:
        ours = len(request.match_info.apps) == 1 and request.path != CALLED_BY_TELEGRAM
        counted = request.method not in READING and ours
        now = asyncio.get_running_loop().time()
        if counted and not posts.allows(network(request, request.app[SITE]), now):
            raise TryLater("E-RATE", after=60)
        return await handler(request)

    return pace


def network(request: web.Request, site: WebSite) -> str:
    """The network that a request comes from: one IPv4 address, or the /64 of an IPv6 one.

    A whole /64 belongs to one connection at home, so its owner could change addresses at will.
    """
    peer = request.remote or ""
    if peer in site.proxies:
        # The last entry is the one that our own proxy wrote; those before it are the sender's.
        peer = request.headers.get("X-Forwarded-For", peer).rpartition(",")[2].strip()
    try:
        address = ip_address(peer)
    except ValueError:
        return "unknown"
    if isinstance(address, IPv6Address):
        return str(IPv6Network((address, 64), strict=False))
    return str(address)

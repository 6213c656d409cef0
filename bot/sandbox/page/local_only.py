"""Refuses whoever reaches the sandbox by another name than this machine's own.

The sandbox signs with its own keys and lets one act as anybody. A foreign page must not reach it,
neither by a request across origins nor by a name that was pointed at 127.0.0.1 (DNS rebinding).
Bind the web service to loopback all the same: this looks only at what a browser sends.
"""

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web

LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def is_local(host: str, origin: str | None) -> bool:
    """Whether a request with these two headers comes from a page of this very address."""
    if _name(f"//{host}") not in LOOPBACK_NAMES:
        return False
    return origin is None or origin in (f"http://{host}", f"https://{host}")


def _name(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None


@web.middleware
async def local_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Middleware for the whole sandbox, the chats mounted below it included."""
    if is_local(request.headers.get("Host", ""), request.headers.get("Origin")):
        return await handler(request)
    return web.json_response(
        {"error": "The sandbox answers only to this machine. Open it at 127.0.0.1."}, status=403
    )

"""The headers that every answer carries, also one that says no."""

from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from bot.web.services import WebSite

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "media-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
ALWAYS: Mapping[str, str] = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
    "Vary": "Sec-Fetch-Site, Sec-Fetch-Dest, Origin, Accept, Cookie",
}
SIGNING = ("/link/", "/wallet")
TWO_YEARS = "max-age=63072000"


def header_set(site: WebSite) -> Callable[[web.Request, web.StreamResponse], Awaitable[None]]:
    """The signal that completes every answer, also of what is mounted below, before it leaves.

    What a handler set itself stays: the sandbox has its own policy.
    """

    async def complete(request: web.Request, response: web.StreamResponse) -> None:
        for name, value in ALWAYS.items():
            response.headers.setdefault(name, value)
        if request.path.startswith(SIGNING):
            # Smart wallets open a window from a sign-in page, which must be able to answer it.
            response.headers["Cross-Origin-Opener-Policy"] = "same-origin-allow-popups"
        if site.secure:
            response.headers["Strict-Transport-Security"] = TWO_YEARS
        response.headers.pop("Server", None)

    return complete

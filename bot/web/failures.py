"""From "it did not happen" to an answer: a page for people, JSON for our own scripts."""

import math
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import structlog
from aiohttp import web

from bot.web.pages import page
from bot.web.services import SERVICES, Explained
from gating.errors import NeedsPerson, NotDone, Refused, TryLater

log = structlog.get_logger(__name__)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
STATUS: Mapping[str, int] = {
    "E-LINKUNKNOWN": 404,
    "E-NODROP": 404,
    "E-NOTFOUND": 404,
    "E-EXPIRED": 410,
    "E-LINKUSED": 410,
    "E-BROWSER": 409,
    "E-WALLETTAKEN": 409,
    "E-WALLETCHAIN": 409,
    "E-SIG": 401,
    "E-NONCE": 401,
    "E-BODY": 400,
    "E-METHOD": 405,
    "E-TOOBIG": 413,
    "E-HOST": 421,
    "E-TOOFAST": 429,
}
_FAILURES = 400
CODES: Mapping[int, str] = {404: "E-NOTFOUND", 405: "E-METHOD", 413: "E-TOOBIG"}


@dataclass(frozen=True, slots=True)
class Words:
    """What is said about a failure that only the web can have."""

    title: str
    text: str
    code: str
    action: str = ""


OWN: Mapping[str, tuple[str, str]] = {
    "E-NOTFOUND": ("Nothing here", "There is no page at this address."),
    "E-METHOD": ("Not this way", "This address does not take that kind of request."),
    "E-BODY": ("Not understood", "The page sent something we cannot read. Reload it."),
    "E-TOOBIG": ("Too much at once", "The page sent more than this address takes."),
    "E-HOST": ("Another address", "This server does not answer under that name."),
    "E-CROSSSITE": (
        "Sent by another site",
        "Another site tried to act in your name. Nothing was changed.",
    ),
    "E-TOOFAST": (
        "Too many tries",
        "Many tries came from your network. Wait a minute, then try again.",
    ),
    "E-INTERNAL": (
        "Our server made a mistake",
        "The mistake is noted as {reference}. Try again; if it stays, "
        "give that number to a moderator.",
    ),
}


@web.middleware
async def answer_failures(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn whatever a handler raises into an answer without a trace of the inside."""
    try:
        return await handler(request)
    except Exception as failure:  # the web door's last handler
        if request.writer.output_size or _not_ours(request, failure):
            raise  # half an answer cannot be taken back; what is mounted below answers itself
        return _answered(request, failure)


def _not_ours(request: web.Request, failure: Exception) -> bool:
    mounted = len(request.match_info.apps) > 1
    redirect = isinstance(failure, web.HTTPException) and failure.status < _FAILURES
    return redirect or (mounted and isinstance(failure, web.HTTPException))


def _answered(request: web.Request, failure: Exception) -> web.Response:
    match failure:
        case NotDone():
            return tell(request, failure)
        case web.HTTPException():
            known = CODES.get(failure.status, "E-BODY")
            response = tell(request, Refused(known))
            if "Allow" in failure.headers:
                response.headers["Allow"] = failure.headers["Allow"]
            return response
    reference = secrets.token_hex(4)
    # The route's pattern and not the path: a path holds somebody's token.
    route = request.match_info.route.resource
    log.error(
        "request failed",
        reference=reference,
        method=request.method,
        route=route.canonical if route else "",
        exc_info=failure,
    )
    return tell(request, NeedsPerson("E-INTERNAL", reference=reference))


def tell(request: web.Request, failure: NotDone) -> web.Response:
    """The failure in words, with its status and, where waiting helps, for how long."""
    words, status = explained(request, failure), status_of(failure)
    if wants_page(request):
        again = request.rel_url.raw_path if _may_repeat(request, failure) else ""
        response = page(request, "failure.html", status=status, words=words, again=again)
    else:
        told = {name: getattr(words, name) for name in ("title", "text", "code", "action")}
        response = web.json_response(told, status=status)
    if isinstance(failure, TryLater):
        response.headers["Retry-After"] = str(max(1, math.ceil(failure.after)))
    return response


def explained(request: web.Request, failure: NotDone) -> Explained:
    """Our own words for our own codes; the club's for the rest."""
    if failure.code in OWN:
        title, text = OWN[failure.code]
        return Words(title, text.format(**failure.facts), failure.code)
    return request.app[SERVICES].explain(failure)


def status_of(failure: NotDone) -> int:
    """The HTTP status (RFC 9110, section 15) that tells a program what the words tell people."""
    otherwise = {Refused: 403, TryLater: 503}.get(type(failure), 500)
    return STATUS.get(failure.code, otherwise)


def wants_page(request: web.Request) -> bool:
    """Whether a person looks at the answer itself, and not a script of ours."""
    shown = request.headers.get("Sec-Fetch-Dest") == "document"
    return shown or "text/html" in request.headers.get("Accept", "")


def _may_repeat(request: web.Request, failure: NotDone) -> bool:
    return request.method == "GET" and not isinstance(failure, Refused)

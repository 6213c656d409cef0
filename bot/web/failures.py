"""From "it did not happen" to an answer: a page for people, JSON for our own scripts."""

import math
import secrets
from collections.abc import Awaitable, Callable, Mapping

import structlog
from aiohttp import web

from bot.web.pages import page
from bot.web.services import SERVICES
from gating.errors import NeedsPerson, NotDone, Refused, TryLater

log = structlog.get_logger(__name__)
AGAIN = web.RequestKey("again", str)
"""Where a request says what to try instead of itself."""
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
STATUS: Mapping[str, int] = {
    "E-ADDRESS": 400,
    "E-BADREQUEST": 400,
    "E-STATE": 400,
    "E-OAUTH": 400,
    "E-INITDATA": 401,
    "E-SIG": 401,
    "E-WEBHOOK": 401,
    "E-NONCE": 401,
    "E-NOVISIT": 401,
    "E-LINKUNKNOWN": 404,
    "E-NODROP": 404,
    "E-NOTFOUND": 404,
    "E-BROWSER": 409,
    "E-PROVED": 409,
    "E-PENDING": 409,
    "E-WALLETCHAIN": 409,
    "E-WALLETCOOL": 409,
    "E-WALLETCAP": 409,
    "E-NOWALLET": 409,
    "E-EXPIRED": 410,
    "E-CODEOVER": 410,
    "E-PROOFOVER": 410,
    "E-LINKDEAD": 410,
    "E-LINKUSED": 410,
    "E-RATE": 429,
}
CODES: Mapping[int, str] = {404: "E-NOTFOUND", 421: "E-FOREIGN"}
"""What our words call the refusals that are only a status; any other is E-BADREQUEST."""
HOPELESS = frozenset({"E-NOTYOU"})
"""What no second try may follow: the link is over."""
_FAILURES = 400


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
            return tell(request, failure, status_of(failure))
        case web.HTTPException():
            code = CODES.get(failure.status, "E-BADREQUEST")
            response = tell(request, Refused(code), failure.status)
            response.headers.update(_kept(failure))
            return response
    return tell(request, _noted(request, failure), 500)


def _kept(failure: web.HTTPException) -> dict[str, str]:
    return {"Allow": failure.headers["Allow"]} if "Allow" in failure.headers else {}


def _noted(request: web.Request, failure: Exception) -> NeedsPerson:
    """Log a mistake of ours, and hand out only the number under which it stands in the log."""
    reference = secrets.token_hex(4)
    route = request.match_info.route.resource
    log.error(
        "request failed",
        reference=reference,
        method=request.method,
        # The route's pattern and not the path: a path holds somebody's token.
        route=route.canonical if route else "",
        exc_info=failure,
    )
    return NeedsPerson("E-INTERNAL", reference=reference)


def tell(request: web.Request, failure: NotDone, status: int) -> web.Response:
    """The failure in words and, where waiting helps, for how long."""
    words = request.app[SERVICES].explain(failure)
    if wants_page(request):
        again = _again(request, failure)
        response = page(request, "failure.html", status=status, words=words, again=again)
    else:
        told = {name: getattr(words, name) for name in ("title", "text", "code", "action")}
        response = web.json_response(told, status=status)
    if isinstance(failure, TryLater):
        response.headers["Retry-After"] = str(max(1, math.ceil(failure.after)))
    return response


def status_of(failure: NotDone) -> int:
    """The HTTP status (RFC 9110, section 15) that tells a program what the words tell people."""
    otherwise = {Refused: 403, TryLater: 503}.get(type(failure), 500)
    return STATUS.get(failure.code, otherwise)


def wants_page(request: web.Request) -> bool:
    """Whether a person looks at the answer itself, and not a script of ours."""
    shown = request.headers.get("Sec-Fetch-Dest") == "document"
    return shown or "text/html" in request.headers.get("Accept", "")


def _again(request: web.Request, failure: NotDone) -> str:
    """The address behind the button, where trying again can help."""
    if failure.code in HOPELESS:
        return ""
    if AGAIN in request:
        return request[AGAIN]
    repeat = request.method == "GET" and not isinstance(failure, Refused)
    return request.rel_url.raw_path if repeat else ""

"""The secrets that a browser keeps for us; we keep only what cannot be turned back.

`__Host-` (RFC 6265bis, section 4.1.3.2) binds a cookie to this very host: no sister domain can
set it. Lax and not Strict, because a person comes here from a link in a chat.
"""

import hashlib
import re
import secrets
from datetime import timedelta

from aiohttp import web

BROWSER = "__Host-browser"
LISTEN = "__Host-listen"
ERRAND = "__Host-errand"
WALLET = "__Host-wallet"
VISIT_SECONDS = 15 * 60
SIGN_IN_SECONDS = 15 * 60
ERRAND_SECONDS = 5 * 60
_TOKEN = re.compile(r"[A-Za-z0-9_-]{8,128}")
LISTEN_SECONDS = 12 * 60 * 60
MOST_PLAYERS = 8
"""Players open side by side in one browser; one more closes the oldest."""


def browser_of(request: web.Request) -> str | None:
    """What stands for this browser in a sign-in: the hash of its cookie."""
    secret = request.cookies.get(BROWSER)
    return _hash(secret) if secret else None


def remember_browser(request: web.Request) -> tuple[str, str]:
    """This browser's secret, made now if it has none, and the hash that stands for it."""
    secret = request.cookies.get(BROWSER) or secrets.token_urlsafe(32)
    return secret, _hash(secret)


def keep_browser(response: web.Response, secret: str, lasts: timedelta) -> None:
    """For a sign-in's quarter of an hour, or for as long as its link `lasts`."""
    keep(response, BROWSER, secret, max(SIGN_IN_SECONDS, int(lasts.total_seconds())))


def secret_of(request: web.Request) -> str:
    """This browser's own secret; empty if it has none."""
    return request.cookies.get(BROWSER, "")


def errand_of(request: web.Request) -> str | None:
    """The token of the link for which this browser was sent to its chat platform."""
    token = request.cookies.get(ERRAND, "")
    return token if _TOKEN.fullmatch(token) else None


def keep_errand(response: web.Response, token: str) -> None:
    keep(response, ERRAND, token, ERRAND_SECONDS)


def listening(request: web.Request, drop: str) -> str | None:
    """The session with which this browser listens to `drop`."""
    return dict(_players(request)).get(drop)


def keep_listening(request: web.Request, response: web.Response, drop: str, token: str) -> None:
    """Remember a new session beside those of other drops; one for the same drop is replaced."""
    others = [(other, kept) for other, kept in _players(request) if other != drop]
    kept = [*others[1 - MOST_PLAYERS :], (drop, token)]
    value = "|".join(f"{one}:{secret}" for one, secret in kept)
    keep(response, LISTEN, value, LISTEN_SECONDS)


def visitor_of(request: web.Request) -> str:
    """This browser's secret on the page of a wallet; empty if it has none."""
    return request.cookies.get(WALLET, "")


def keep_visitor(response: web.Response, secret: str) -> None:
    keep(response, WALLET, secret, VISIT_SECONDS)


def forget_visitor(response: web.Response) -> None:
    keep(response, WALLET, "", 0)


def keep(response: web.Response, name: str, value: str, seconds: int) -> None:
    response.set_cookie(
        name, value, max_age=seconds, path="/", secure=True, httponly=True, samesite="Lax"
    )


def _players(request: web.Request) -> list[tuple[str, str]]:
    pairs = (part.partition(":") for part in request.cookies.get(LISTEN, "").split("|"))
    return [(drop, token) for drop, colon, token in pairs if colon]


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()

"""The browser shows whose it is: to Discord and back, or by a code in the chat."""

import base64
import hmac
from datetime import timedelta
from hashlib import sha256

from aiohttp import web

from bot.services import DiscordProof
from bot.web.bodies import read_fields
from bot.web.cookies import (
    browser_of,
    errand_of,
    keep_browser,
    keep_errand,
    remember_browser,
    secret_of,
)
from bot.web.failures import AGAIN
from bot.web.services import SERVICES
from bot.web.sign_in import LINK, outcome
from gating.errors import Refused

BACK = "/oauth/discord"
routes = web.RouteTableDef()


@routes.post(LINK + "/account")
async def go_to_discord(request: web.Request) -> web.Response:
    """`{}` -> `{address}`, where this browser says who it is. The link is its own from here on."""
    token, discord = request.match_info["token"], _discord(request)
    await read_fields(request)
    secret, browser = remember_browser(request)
    state = await discord.start(token, browser)
    challenge = s256(verifier_of(secret, state))
    response = web.json_response({"address": discord.sign_in.address(state, challenge)})
    keep_browser(response, secret, timedelta())
    keep_errand(response, token)
    return response


@routes.get(BACK)
async def come_back(request: web.Request) -> web.Response:
    """Where Discord sends the browser. The only GET that changes something: OAuth 2.0 wants it,
    and what it changes works once, in the one browser that was sent."""
    token, discord = errand_of(request), _discord(request)
    if token is None:
        raise Refused("E-STATE")
    request[AGAIN] = f"/link/{token}"
    state = _single(request, "state")
    await discord.finish(
        token,
        browser_of(request) or "",
        state=state,
        code=_single(request, "code"),
        verifier=verifier_of(secret_of(request), state),
    )
    return web.Response(status=303, headers={"Location": f"/link/{token}"})


@routes.post(LINK + "/stop")
async def stop(request: web.Request) -> web.Response:
    """`{}` -> `{}`: whoever signed says that it was not their own link. Its code is void."""
    await read_fields(request)
    stop_link = request.app[SERVICES].proofs.stop
    await stop_link(request.match_info["token"], browser_of(request) or "")
    return web.json_response({})


@routes.post(LINK + "/let-go")
async def let_go(request: web.Request) -> web.Response:
    """`{}` -> `{held}`: the errand goes on in another browser, which proves the account anew."""
    await read_fields(request)
    let_go_of = request.app[SERVICES].proofs.let_go
    held = await let_go_of(request.match_info["token"], browser_of(request) or "")
    return web.json_response({"held": held})


@routes.get(LINK + "/state")
async def tell_state(request: web.Request) -> web.Response:
    """`{pending: true}`, or what the wallet opened once its code came in the chat."""
    watch = request.app[SERVICES].proofs.watch
    standing = await watch(request.match_info["token"], browser_of(request) or "")
    if standing is None:
        return web.json_response({"pending": True})
    return web.json_response(outcome(request, standing))


def verifier_of(secret: str, state: str) -> str:
    """RFC 7636's verifier, made anew when the browser is back: it is stored nowhere."""
    return _text(hmac.digest(secret.encode("utf-8", "surrogateescape"), _pkce(state), sha256))


def s256(verifier: str) -> str:
    """RFC 7636, section 4.2."""
    return _text(sha256(verifier.encode()).digest())


def _pkce(state: str) -> bytes:
    return b"pkce:" + state.encode("utf-8", "surrogateescape")


def _text(digest: bytes) -> str:
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _single(request: web.Request, name: str) -> str:
    """A parameter that stands there once; twice could be read in two ways (RFC 6749, 3.1)."""
    found = request.query.getall(name, [])
    return found[0] if len(found) == 1 else ""


def _discord(request: web.Request) -> DiscordProof:
    discord = request.app[SERVICES].proofs.discord
    if discord is None:
        raise web.HTTPNotFound
    return discord

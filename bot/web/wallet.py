"""The page of a wallet: sign in with it alone, see its chat accounts, unlink them."""

import secrets

from aiohttp import web

from bot.services import VisitServices
from bot.web.bodies import read_fields
from bot.web.cookies import forget_visitor, keep_visitor, visitor_of
from bot.web.pages import page
from bot.web.services import SERVICES
from bot.web.typed_address import typed_address
from gating.errors import Refused
from gating.model import Account, Platform

WALLET = "/wallet"
ALL = "all"
"""In place of one account: every account of the wallet."""
routes = web.RouteTableDef()


@routes.get(WALLET)
async def show_page(request: web.Request) -> web.Response:
    """The page: what the wallet is linked to, or how it signs in. It changes nothing."""
    visited = await _visits(request).show(visitor_of(request))
    return page(request, "wallet.html", visited=visited)


@routes.post(WALLET + "/text")
async def ask_text(request: web.Request) -> web.Response:
    """`{address, chain_id}` -> `{text}`, to be signed, for this browser and ten minutes."""
    sent = await read_fields(request, address=str, chain_id=int)
    browser = visitor_of(request) or secrets.token_urlsafe(32)
    text = await _visits(request).ask(browser, typed_address(sent["address"]), sent["chain_id"])
    response = web.json_response({"text": text.decode()})
    keep_visitor(response, browser)
    return response


@routes.post(WALLET + "/finish")
async def finish(request: web.Request) -> web.Response:
    """`{text, signature}` -> `{}`; the wallet is signed in under a new secret."""
    sent = await read_fields(request, text=str, signature=str)
    enter = _visits(request).enter
    secret = await enter(visitor_of(request), sent["text"].encode(), sent["signature"])
    response = web.json_response({})
    keep_visitor(response, secret)
    return response


@routes.post(WALLET + "/unlink")
async def unlink(request: web.Request) -> web.Response:
    """`{account}`, as `discord:1` or `all` -> `{}`."""
    sent = await read_fields(request, account=str)
    account = None if sent["account"] == ALL else _account(sent["account"])
    await _visits(request).unlink(visitor_of(request), account)
    return web.json_response({})


@routes.post(WALLET + "/leave")
async def leave(request: web.Request) -> web.Response:
    """`{}` -> `{}`: the wallet is signed out."""
    await read_fields(request)
    await _visits(request).leave(visitor_of(request))
    response = web.json_response({})
    forget_visitor(response)
    return response


def _account(sent: str) -> Account:
    platform, _, user = sent.partition(":")
    try:
        return Account(Platform(platform), user)
    except ValueError as unknown:
        raise Refused("E-BADREQUEST") from unknown


def _visits(request: web.Request) -> VisitServices:
    return request.app[SERVICES].visits

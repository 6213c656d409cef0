"""The sign-in page: look, ask for the text, hand in the signature."""

from typing import Any

from aiohttp import web

from bot.web.bodies import read_fields
from bot.web.cookies import browser_of, keep_browser, remember_browser
from bot.web.pages import page
from bot.web.qr import qr_code
from bot.web.services import SERVICES, SITE
from bot.web.typed_address import typed_address
from bot.web.wallet_apps import wallet_apps
from gating.access.plan import Verdict
from gating.access.standing import Standing
from gating.errors import NotDone, Refused, TryLater
from gating.identity.linking import Pending
from gating.identity.proving import needs_proof
from gating.model import No, Unknown
from gating.model.link import Link, LinkState
from gating.rules.naming import numbers

LINK = "/link/{token:[A-Za-z0-9_-]{8,128}}"
routes = web.RouteTableDef()


@routes.get(LINK)
async def show_page(request: web.Request) -> web.Response:
    """The page. Previews and crawlers come here too, so it changes nothing."""
    show_link = request.app[SERVICES].show_link
    link = await show_link(request.match_info["token"], browser_of(request))
    here = request.app[SITE].address + request.path
    return page(
        request,
        "link.html",
        link=link,
        platform=link.account.platform.capitalize(),
        stage=stage_of(link),
        here=here,
        apps=wallet_apps(here),
        code=qr_code(here),
    )


@routes.get("/not-me")
async def leave(request: web.Request) -> web.Response:
    """Where "Not me" leads. The link is left alone: it may be somebody else's, and in use."""
    return page(request, "not_me.html")


@routes.post(LINK + "/text")
async def ask_text(request: web.Request) -> web.Response:
    """`{address, chain_id}` -> `{text}`, to be signed. The link is this browser's from here on."""
    sent = await read_fields(request, address=str, chain_id=int)
    secret, browser = remember_browser(request)
    ask = request.app[SERVICES].ask_signature
    token, address = request.match_info["token"], typed_address(sent["address"])
    asked = await ask(token, browser, address, sent["chain_id"])
    response = web.json_response({"text": asked.text.decode()})
    keep_browser(response, secret, asked.lasts)
    return response


@routes.post(LINK + "/finish")
async def finish(request: web.Request) -> web.Response:
    """`{text, signature}` -> what the wallet opened, or the code that has to go to the chat."""
    sent = await read_fields(request, text=str, signature=str)
    browser = browser_of(request) or ""
    finish_link = request.app[SERVICES].finish_link
    text, signature = sent["text"].encode(), sent["signature"]
    linked = await finish_link(request.match_info["token"], browser, text, signature)
    if isinstance(linked, Pending):
        code = {"code": linked.code, "expires_at": linked.expires_at.isoformat()}
        return web.json_response({"pending": True, **code})
    return web.json_response(outcome(request, linked.standing))


def stage_of(link: Link) -> str:
    """Which part of the page comes next."""
    if link.state is LinkState.PENDING_CODE:
        return "code"
    return "prove" if needs_proof(link) else "choose"


def outcome(request: web.Request, standing: Standing) -> dict[str, Any]:
    """What the wallet holds and what it opened, for the page."""
    found = standing.copies
    opened = [verdict.gate.name for verdict in standing.verdicts if verdict.opens]
    parts = [f"Found {numbers(found)}."] if found else []
    reason = None if opened else reason_of(standing)
    if opened:
        parts.append(f"Opened: {', '.join(opened)}.")
    if reason:
        parts.append(request.app[SERVICES].explain(reason).text)
    return {
        "found": list(found),
        "opened": opened,
        "waiting": reason.code if reason else None,
        "sentence": " ".join(parts),
    }


def reason_of(standing: Standing) -> NotDone | None:
    """Why no gate opened: a silent chain before a rule, for that may still change by itself."""
    reasons = [_reason(verdict, standing) for verdict in standing.verdicts]
    said = [reason for reason in reasons if reason]
    silent = (reason for reason in said if isinstance(reason, TryLater))
    return next(silent, said[0] if said else None)


def _reason(verdict: Verdict, standing: Standing) -> NotDone | None:
    match verdict.now:
        case No(code, _, facts):
            wallets = ", ".join(standing.fan.addresses)
            return Refused(code, **{**facts, "wallet": wallets})
        case Unknown(code):
            return TryLater(code, after=60)
    return None

"""Polls and their records, open to everybody: a result is worth what others can check."""

from aiohttp import web

from bot.web.pages import page
from bot.web.services import SERVICES

_POLL = "/polls/{poll:[A-Za-z0-9_-]{1,80}}"
_NAME = "{name:[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}}"
_TYPES = {"json": "application/json", "md": "text/plain", "txt": "text/plain"}
STATES = {
    "announced": "Not open yet",
    "open": "Open",
    "closed": "Closed, being recorded",
    "recorded": "Closed",
    "cancelled": "Cancelled",
}
routes = web.RouteTableDef()


@routes.get(_POLL)
async def show_poll(request: web.Request) -> web.Response:
    """The question, how it stands, and how to check it."""
    poll_id = request.match_info["poll"]
    poll = await request.app[SERVICES].poll_page(poll_id)
    if poll is None:
        raise web.HTTPNotFound
    ranked = sorted(poll.options, key=lambda option: -option.weight)
    options = ranked if poll.counted else poll.options
    state = STATES.get(poll.state, poll.state)
    return page(request, "poll.html", poll=poll, poll_id=poll_id, options=options, state=state)


@routes.get(_POLL + "/record/" + _NAME)
async def send_record(request: web.Request) -> web.Response:
    """One file of the record, to keep."""
    poll_id, name = request.match_info["poll"], request.match_info["name"]
    data = await request.app[SERVICES].record_file(poll_id, name)
    if data is None:
        raise web.HTTPNotFound
    kind = _TYPES.get(name.rpartition(".")[2], "application/octet-stream")
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return web.Response(body=data, content_type=kind, headers=headers)

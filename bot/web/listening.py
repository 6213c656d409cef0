"""From a listening link to sound: the ticket page, the player, the bytes."""

from contextlib import suppress

from aiohttp import web

from bot.web.cookies import keep_listening, listening
from bot.web.pages import page
from bot.web.ranges import OutOfReach, Span, wanted
from bot.web.services import SERVICES
from gating.errors import Refused
from gating.model import DropId
from gating.model.drop import Drop, Track

_CHUNK = 256 * 1024
"""Read and checked at a time: some ten seconds of sound, so a session that ends is soon felt."""
_TICKET = "/listen/{ticket:[A-Za-z0-9_-]{8,128}}"
_PLAYER = "/player/{drop:[A-Za-z0-9_-]{1,64}}"
routes = web.RouteTableDef()


@routes.get(_TICKET)
async def show_ticket(request: web.Request) -> web.Response:
    """A button. The ticket itself is not touched, so a preview cannot use it up."""
    return page(request, "listen.html")


@routes.post(_TICKET)
async def open_player(request: web.Request) -> web.Response:
    """Exchange the ticket for a session in this browser, and go to the player."""
    opened = await request.app[SERVICES].open_player(request.match_info["ticket"])
    response = web.Response(status=303, headers={"Location": f"/player/{opened.drop.id}"})
    keep_listening(request, response, opened.drop.id, opened.token)
    return response


@routes.get(_PLAYER)
async def show_player(request: web.Request) -> web.Response:
    """The player, for the browser that opened it and for no other."""
    drop, _ = await _heard(request)
    return page(request, "player.html", drop=drop)


@routes.get(_PLAYER + "/audio")
async def send_audio(request: web.Request) -> web.StreamResponse:
    """The sound, whole or the one range that is asked for; each piece is checked again."""
    drop, token = await _heard(request)
    track, tag = drop.track, f'"{drop.track.digest}"'
    headers = {
        "Accept-Ranges": "bytes",
        "ETag": tag,
        "Cache-Control": "private, no-cache",
        "Content-Disposition": "inline",
    }
    if request.method == "GET" and _known(request, tag):
        return web.Response(status=304, headers=headers)
    try:
        span = wanted(_asked(request, tag), track.size)
    except OutOfReach:
        headers |= {"Content-Range": f"bytes */{track.size}"}
        return web.Response(status=416, headers=headers)
    response = _begun(track, span, headers)
    return await _sent(request, response, drop, token, span or Span(0, track.size - 1))


async def _heard(request: web.Request) -> tuple[Drop, str]:
    drop = DropId(request.match_info["drop"])
    token = listening(request, drop)
    if token is None:
        raise Refused("E-LISTENLINK")
    return await request.app[SERVICES].heard(token, drop), token


def _known(request: web.Request, tag: str) -> bool:
    tags = request.headers.get("If-None-Match", "").split(",")
    return any(known.strip().removeprefix("W/") in {tag, "*"} for known in tags)


def _asked(request: web.Request, tag: str) -> str | None:
    """The `Range` that counts: with GET only, and not for another version of the file.

    RFC 9110, sections 14.2 and 13.1.5; a date never matches, for we give none.
    """
    same = request.headers.get("If-Range", tag).strip() == tag
    return request.headers.get("Range") if request.method == "GET" and same else None


def _begun(track: Track, span: Span | None, headers: dict[str, str]) -> web.StreamResponse:
    response = web.StreamResponse(status=206 if span else 200, headers=headers)
    response.content_type = _kind(track)
    response.content_length = span.length if span else track.size
    if span:
        response.headers["Content-Range"] = f"bytes {span.first}-{span.last}/{track.size}"
    return response


def _kind(track: Track) -> str:
    """Only sound is called by its type; nothing that a browser might run as a page."""
    main, _, rest = track.media_type.partition("/")
    safe = main == "audio" and rest.replace("-", "").replace(".", "").isalnum()
    return track.media_type if safe else "application/octet-stream"


async def _sent(
    request: web.Request, response: web.StreamResponse, drop: Drop, token: str, span: Span
) -> web.StreamResponse:
    await response.prepare(request)
    if request.method == "HEAD":
        return response
    read = request.app[SERVICES].read_track
    with suppress(ConnectionResetError):  # a listener who seeks hangs up in the middle
        for first in range(span.first, span.last + 1, _CHUNK):
            length = min(_CHUNK, span.last + 1 - first)
            await response.write(await read(token, drop.id, first, length))
        await response.write_eof()
    return response

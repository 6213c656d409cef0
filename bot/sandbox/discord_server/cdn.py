"""Files behind signed links, and a drawn avatar for everybody."""

from xml.sax.saxutils import escape

from aiohttp import web

from bot.sandbox.discord_server.message_payloads import link_is_good
from bot.sandbox.discord_server.state import Attachment, State

_AVATAR = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="128" height="128" viewBox="0 0 128 128">'
    '<rect width="128" height="128" fill="{color}"/>'
    '<text x="64" y="86" font-family="sans-serif" font-size="64" font-weight="600" '
    'fill="#fff" text-anchor="middle">{initial}</text></svg>'
)
_OPEN = {"Access-Control-Allow-Origin": "*", "X-Content-Type-Options": "nosniff"}
_SHOWN = ("image/png", "image/jpeg", "image/gif", "image/webp", "audio/", "video/", "text/plain")


class Cdn:
    """Serves `/cdn/...` of the bot-facing server; browsers of people read it too."""

    def __init__(self, state: State) -> None:
        self._state = state

    def mount(self, app: web.Application) -> None:
        app.router.add_get(r"/cdn/attachments/{channel:\d+}/{id:\d+}/{name}", self._file)
        app.router.add_get(r"/cdn/avatars/{user:\d+}.svg", self._avatar)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        attachment = self._state.files.get(int(request.match_info["id"]))
        if attachment is None or not link_is_good(self._state, attachment, dict(request.query)):
            return web.Response(status=404, text="This content is no longer available.")
        return _part(request, attachment)

    async def _avatar(self, request: web.Request) -> web.StreamResponse:
        user = self._state.users.get(int(request.match_info["user"]))
        if user is None:
            return web.Response(status=404, text="")
        drawn = _AVATAR.format(color=escape(user.color), initial=escape(user.name[:1].upper()))
        return web.Response(text=drawn, content_type="image/svg+xml", headers=_OPEN)


def _part(request: web.Request, attachment: Attachment) -> web.Response:
    """The file or the asked range of it; only media is shown in place, the rest is saved."""
    size, kind = len(attachment.data), attachment.content_type
    headers = _OPEN | {"Accept-Ranges": "bytes"}
    if not kind.startswith(_SHOWN):
        headers["Content-Disposition"] = "attachment"
    try:
        start, stop, _ = request.http_range.indices(size)
    except ValueError:
        return web.Response(status=416, headers=headers | {"Content-Range": f"bytes */{size}"})
    if "Range" not in request.headers:
        return web.Response(body=attachment.data, content_type=kind, headers=headers)
    if start >= stop:
        return web.Response(status=416, headers=headers | {"Content-Range": f"bytes */{size}"})
    headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
    part = attachment.data[start:stop]
    return web.Response(status=206, body=part, content_type=kind, headers=headers)

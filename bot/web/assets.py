"""Our own style sheets and scripts, read once and served from memory.

The version in an address is a hash over all of them, so a browser may keep a file for good, and
scripts that import each other by relative addresses always get one another's match.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from bot.web.accent import club_css
from bot.web.services import WebSite

_FOLDER = Path(__file__).parent / "static"
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_FOR_GOOD = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Assets:
    """The files by name, and the version that stands in their addresses."""

    files: Mapping[str, bytes]
    version: str

    def address(self, name: str) -> str:
        """Where a page finds the file. Raises `KeyError` for one that does not exist."""
        if name not in self.files:
            raise KeyError(name)
        return f"/static/{self.version}/{name}"


ASSETS = web.AppKey("assets", Assets)
routes = web.RouteTableDef()


def read_assets(site: WebSite) -> Assets:
    """All files of the folder, and the club's own sheet."""
    files = {path.name: path.read_bytes() for path in sorted(_FOLDER.iterdir())}
    files["club.css"] = club_css(site.accent).encode()
    whole = hashlib.sha256(b"".join(name.encode() + data for name, data in files.items()))
    return Assets(files, whole.hexdigest()[:16])


@routes.get("/static/{name}")
async def current(request: web.Request) -> web.Response:
    """A file as it is now; the browser asks again each time and mostly hears 304."""
    return _served(request, "no-cache")


@routes.get("/static/{version}/{name}")
async def versioned(request: web.Request) -> web.Response:
    """A file of one version. A page of before an update gets what there is, not for keeps."""
    ours = request.match_info["version"] == request.app[ASSETS].version
    return _served(request, _FOR_GOOD if ours else "no-cache")


def _served(request: web.Request, keep: str) -> web.Response:
    name = request.match_info["name"]
    data = request.app[ASSETS].files.get(name)
    if data is None:
        raise web.HTTPNotFound
    tag = f'"{hashlib.sha256(data).hexdigest()[:32]}"'
    headers = {"Cache-Control": keep, "ETag": tag}
    if request.headers.get("If-None-Match") == tag:
        return web.Response(status=304, headers=headers)
    kind = _TYPES[Path(name).suffix]
    return web.Response(body=data, content_type=kind, charset="utf-8", headers=headers)

"""Reads the parameters of a request: query, urlencoded, JSON or multipart (Bot API: Making
requests)."""

import json
from dataclasses import dataclass
from typing import Any

from aiohttp import BodyPartReader, web

from bot.sandbox.telegram_server.errors import ApiError, bad

UPLOAD_LIMIT = 50 * 1024 * 1024  # bytes; Bot API: Sending files


@dataclass(frozen=True)
class Upload:
    """A file sent in a multipart body."""

    name: str
    mime: str
    data: bytes


class Params:
    """Parameters by name; values are text (form bodies) or JSON values (JSON bodies)."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values

    def has(self, name: str) -> bool:
        """Whether the parameter was sent with something in it."""
        return self.values.get(name) not in (None, "")

    def text(self, name: str) -> str:
        """The parameter as text, empty if absent."""
        value = self.values.get(name)
        if value is None:
            return ""
        return value if isinstance(value, str) else json.dumps(value)

    def number(self, name: str, default: int = 0) -> int:
        """The parameter as a whole number."""
        if not self.has(name):
            return default
        try:
            return int(float(self.text(name)))
        except ValueError as error:
            raise bad(f"parameter {name} must be of type Integer") from error

    def flag(self, name: str) -> bool:
        """The parameter as true or false."""
        return self.text(name).lower() in ("true", "yes", "1")

    def data(self, name: str) -> Any:
        """A JSON-serialized parameter, decoded; None if absent."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError as error:
            raise bad(f"can't parse {name} JSON object") from error

    def file(self, name: str) -> Upload | str:
        """An uploaded file, or the file id or address given in its place; empty if absent."""
        value = self.values.get(name)
        if isinstance(value, Upload):
            return value
        return self.attached(self.text(name))

    def attached(self, reference: str) -> Upload | str:
        """What `attach://name` points to; other references are returned as they are."""
        if not reference.startswith("attach://"):
            return reference
        value = self.values.get(reference.removeprefix("attach://"))
        if not isinstance(value, Upload):
            raise bad("wrong file identifier/HTTP URL specified")
        return value


async def read_params(request: web.Request) -> Params:
    """Every parameter of the request, wherever it was put."""
    values: dict[str, Any] = dict(request.query)
    kind = request.content_type
    if request.method == "GET" or not request.can_read_body:
        return Params(values)
    if kind == "application/json":
        values.update(await _json_body(request))
    elif kind == "multipart/form-data":
        values.update(await _multipart_body(request))
    elif kind == "application/x-www-form-urlencoded":
        values.update({name: str(value) for name, value in (await request.post()).items()})
    return Params(values)


async def _json_body(request: web.Request) -> dict[str, Any]:
    try:
        body = json.loads(await request.read() or b"{}")
    except ValueError as error:
        raise bad("can't parse JSON object") from error
    if not isinstance(body, dict):
        raise bad("object expected as JSON body")
    return body


async def _multipart_body(request: web.Request) -> dict[str, Any]:
    values: dict[str, Any] = {}
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or part.name is None:
            continue
        data = bytes(await part.read(decode=True))
        if part.filename is None:
            values[part.name] = data.decode()
            continue
        if len(data) > UPLOAD_LIMIT:
            raise ApiError(413, "Request Entity Too Large")
        mime = part.headers.get("Content-Type", "application/octet-stream")
        values[part.name] = Upload(part.filename, mime, data)
    return values

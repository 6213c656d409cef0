"""Files by their sha-256 in a local folder, spread over 256 sub-folders."""

import asyncio
import os
import tempfile
from hashlib import sha256
from pathlib import Path

from gating.errors import NeedsPerson, Refused

_ENOSPC = 28


class FolderContent:
    """`gating.ports.Content`. A file appears whole or not at all, whatever happens on the way.

    Raises `NeedsPerson`: E-DISKFULL, E-STORAGE; `Refused("E-NOFILE")`.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def put(self, data: bytes) -> str:
        digest = sha256(data).hexdigest()
        await asyncio.to_thread(self._write, digest, data)
        return digest

    async def size(self, digest: str) -> int:
        return (await asyncio.to_thread(self._place(digest).stat)).st_size

    async def read(self, digest: str, first: int, length: int) -> bytes:
        return await asyncio.to_thread(self._slice, digest, first, length)

    def _write(self, digest: str, data: bytes) -> None:
        place = self._place(digest)
        if place.exists():
            return
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=place.parent, delete=False) as part:
                part.write(data)
                part.flush()
                os.fsync(part.fileno())
            Path(part.name).replace(place)
        except OSError as error:
            code = "E-DISKFULL" if error.errno == _ENOSPC else "E-STORAGE"
            raise NeedsPerson(code, folder=str(self._folder)) from error

    def _slice(self, digest: str, first: int, length: int) -> bytes:
        try:
            with self._place(digest).open("rb") as file:
                file.seek(first)
                return file.read(length)
        except FileNotFoundError as error:
            raise Refused("E-NOFILE") from error

    def _place(self, digest: str) -> Path:
        return self._folder / digest[:2] / digest

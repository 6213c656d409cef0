"""Records as folders of plain files, one folder per poll."""

import asyncio
import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gating.errors import NeedsPerson, Refused
from governance.errors import NO_POLL, RECORDS
from governance.model import PollId

_ID = re.compile(r"0x[0-9a-f]{64}")
LARGEST = 1 << 30
"""A file larger than this (bytes) is not read: a record of a million ballots is smaller."""


@dataclass(frozen=True, slots=True)
class RecordFolder:
    """`governance.ports.Files` over one folder."""

    path: Path

    def read(self, name: str) -> bytes | None:
        if Path(name).name != name:
            return None
        file = self.path / name
        try:
            return file.read_bytes() if file.stat().st_size <= LARGEST else None
        except OSError:
            return None


@dataclass(frozen=True, slots=True)
class FolderRecords:
    """`governance.ports.Records`: `root/<poll id>/`, complete or not there at all."""

    root: Path

    async def write(self, poll: PollId, files: Mapping[str, bytes]) -> None:
        """`NeedsPerson` (`E-RECORDS`) when the disk says no."""
        try:
            await asyncio.to_thread(_write, self.path(poll), files)
        except OSError as error:
            folder = str(self.root)
            raise NeedsPerson(RECORDS, folder=folder, cause=str(error)[:200]) from error

    async def read(self, poll: PollId) -> RecordFolder:
        return RecordFolder(self.path(poll))

    def path(self, poll: PollId) -> Path:
        """Refused (`E-NOPOLL`) for text that is no poll id, so that no other folder is reached."""
        if not _ID.fullmatch(poll):
            raise Refused(NO_POLL)
        return self.root / poll


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".record-", dir=folder.parent))
    try:
        for name, data in files.items():
            _write_file(draft / name, data)
        draft.chmod(0o755)
        _put(draft, folder, files)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _put(draft: Path, folder: Path, files: Mapping[str, bytes]) -> None:
    """A record that is there already stays: only the same bytes may be written again."""
    try:
        draft.rename(folder)
    except OSError:
        kept = RecordFolder(folder)
        if any(kept.read(name) != data for name, data in files.items()):
            raise


def _write_file(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())

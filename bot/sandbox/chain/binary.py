"""Where the node's binary is: the set-up puts it under `.cache/anvil` of the project."""

import platform
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[3]
CACHE = PROJECT / ".cache" / "anvil"

_SYSTEMS = {"linux": "linux", "darwin": "darwin", "win32": "win32"}
_PROCESSORS = {"x86_64": "amd64", "amd64": "amd64", "arm64": "arm64", "aarch64": "arm64"}


class AnvilMissing(Exception):
    """The binary is not where the set-up puts it; the text says what to run."""


def find_anvil(folder: Path = CACHE) -> Path:
    """The node's binary under `folder`; raises AnvilMissing with the command that brings it."""
    suffix = ".exe" if sys.platform == "win32" else ""
    path = folder / "node_modules" / "@foundry-rs" / _package() / "bin" / f"anvil{suffix}"
    if not path.is_file():
        raise AnvilMissing("the local chain's program is not installed: run `make setup`")
    return path


def _package() -> str:
    system = _SYSTEMS.get(sys.platform, sys.platform)
    machine = platform.machine().lower()
    return f"anvil-{system}-{_PROCESSORS.get(machine, machine)}"

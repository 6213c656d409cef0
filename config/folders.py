"""The folder of everything that is kept."""

from pathlib import Path

from gating.errors import NeedsPerson


def make_folder(path: Path) -> Path:
    """The folder, made if it is not there. Raises `NeedsPerson("E-STORAGE", folder=...)`."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NeedsPerson("E-STORAGE", folder=str(path)) from error
    return path

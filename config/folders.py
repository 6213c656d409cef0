"""The folder of everything that is kept."""

import os
from pathlib import Path

from gating.errors import NeedsPerson


def make_folder(path: Path) -> Path:
    """The folder, made if it is not there.

    Raises `NeedsPerson` (E-NOTFOLDER where a file has that name, else E-STORAGE).
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise NeedsPerson("E-NOTFOLDER", folder=str(path)) from error
    except OSError as error:
        raise NeedsPerson("E-STORAGE", folder=str(path)) from error
    return path


def must_be_writable(path: Path) -> None:
    """Whether `make_folder` would do, without making anything; raises what it raises."""
    nearest = next(each for each in (path, *path.absolute().parents) if each.exists())
    if not nearest.is_dir():
        raise NeedsPerson("E-NOTFOLDER", folder=str(path))
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise NeedsPerson("E-STORAGE", folder=str(path))

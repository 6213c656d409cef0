"""The folder of everything that is kept."""

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

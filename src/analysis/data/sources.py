"""Which files a ``source`` entry stands for."""

from __future__ import annotations

import difflib
from pathlib import Path

from ..core.errors import DataError

__all__ = ["find"]

_WILDCARDS = frozenset("*?[")


def find(entry: str, folder: Path, *, key: str, line: int) -> list[Path]:
    """Files of one name or pattern, sorted by path.

    Parameters
    ----------
    entry : str
        File name or pattern such as ``flow_*.csv``, relative to ``folder`` or absolute.
    folder : pathlib.Path
    key, line : str, int
        Where the entry stands in the dataset file, for the message.

    Raises
    ------
    DataError
        When there is no such file; lists the folder and the nearest names in it.
    """
    place = folder / entry
    try:
        if place.is_file():
            return [place]
        found = _matching(entry, place, folder)
        if found:
            return found
        looked = next(path for path in (place, place.parent, folder) if path.is_dir() or path == folder)
    except (OSError, ValueError):  # a name too long for a file system, a pattern such as a**b
        looked = folder
    here = sorted(path.name for path in looked.iterdir() if path.is_file()) if looked.is_dir() else []
    near = difflib.get_close_matches(place.name, here, n=3, cutoff=0.4) or here[:5]
    code = "source_missing" if near else "source_missing_empty"
    raise DataError(code, key=key, line=line, entry=entry[:100], folder=str(looked), near=near)


def _matching(entry: str, place: Path, folder: Path) -> list[Path]:
    if not _WILDCARDS & set(entry):
        return []
    anchor = Path(place.anchor) if Path(entry).is_absolute() else folder
    pattern = str(place.relative_to(anchor)) if Path(entry).is_absolute() else entry
    return sorted(path for path in anchor.glob(pattern) if path.is_file())

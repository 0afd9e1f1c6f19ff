"""Find a finished run and open it."""

from __future__ import annotations

import difflib
import os
from pathlib import Path
from typing import Any

from ..core import words
from ..core.errors import DataError, SettingError
from ..data import tables
from ..runs import places, plan, stamp
from ..runs.sample_run import ensure_sample
from . import comfort
from .run import Run

__all__ = ["finished", "open_run"]


def open_run(path: str | Path | None = None, region: str | None = None, *, language: str | None = None) -> Run:
    """Open a finished run.

    Parameters
    ----------
    path : path or str, optional
        The ``dataset.yaml`` of a run, its work folder, or its name. None: the latest run, or the sample
        run, which is built first when there is none.
    region : str, optional
        The first one otherwise.
    language : {"zh", "en"}, optional
        Of everything shown; that of the run otherwise.

    Returns
    -------
    Run

    Raises
    ------
    DataError
        ``run_unknown`` (no such run; those found are listed), ``run_unfinished``, ``run_of_other_version``.
    SettingError
        ``unknown_region`` with the closest names; ``not_a_choice`` for the language.
    """
    if language is not None and language not in words.LANGUAGES:
        raise SettingError("not_a_choice", name="language", got=language, allowed=list(words.LANGUAGES))
    home = _latest() if path is None else _home(path)
    told = stamp.read(home)
    _check(home, told)
    meta = tables.meta(home / "tables")
    spoken = language or told.get("language") or meta["language"]
    os.environ["RAPPORT_LANGUAGE"] = spoken
    os.environ["RAPPORT_CURRENCY"] = meta["currency"]
    comfort.prepare(spoken)
    return Run(home=home, region=plan.choose_regions(meta["regions"], [region] if region else [])[0], language=spoken)


def finished() -> list[Path]:
    """Work folders of finished runs, latest first; sample runs of other states of the code are left out."""
    stamps = sorted(
        places.work_root().glob(f"*/{stamp.FILE}"), key=lambda path: (path.stat().st_mtime, path.parent.name)
    )
    own = f"sample-{places.source_fingerprint()[:10]}"
    homes = [path.parent for path in reversed(stamps)]
    return [home for home in homes if not home.name.startswith("sample-") or home.name == own]


def _latest() -> Path:
    found = finished()
    return found[0] if found else ensure_sample()


def _home(path: str | Path) -> Path:
    """The work folder that a path or a name stands for."""
    given = Path(path)
    root = places.work_root()
    if given.is_file():
        known = [home for home in finished() if stamp.read(home).get("dataset") == str(given.resolve())]
        if known:
            return known[0]
    for folder in (given, root / str(path)):
        if (folder / "tables").is_dir():
            return folder.resolve()
    names = [home.name for home in finished()]
    close = difflib.get_close_matches(str(path), names, n=3, cutoff=0.3) or names[:5]
    raise DataError("run_unknown", got=given.name, close=close, count=len(names))


def _check(home: Path, told: dict[str, Any]) -> None:
    if not told:
        raise DataError("run_unfinished", name=home.name)
    if told["version"] != stamp.version():
        raise DataError("run_of_other_version", name=home.name, made=told["version"], here=stamp.version())

"""An analyst's choice goes into ``decisions.yaml``, signed and dated."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core import words
from ..core.errors import DataError
from ..data import decisions, signing
from ..runs import places, sample_run

if TYPE_CHECKING:
    from .run import Run

__all__ = ["decide"]


def decide(run: Run, entry: str, value: Any, *, who: str, why: str, when: str | dt.date | None = None) -> Path:
    """Write a choice beside the dataset file; it counts from the next run on.

    Parameters
    ----------
    run : Run
    entry : str
        Such as ``"k"``, ``"names"``, ``"cuts"``, ``"weights"``; all of them: `analysis.data.decisions.Decisions`.
    value
        As `analysis.data.decisions.Decisions` holds it: ``4``, ``{1: "稳定采购"}``, ``[[3, 4]]``,
        ``{"abc": [0.7, 0.9]}``.
    who, why : str
    when : date or ISO text, optional
        Today.

    Returns
    -------
    Path
        The file. The bundled sample is not changed: its choices go to the run's work folder.

    Raises
    ------
    SettingError
        An unknown entry with close names, no signature, a value the entry cannot hold, a file that cannot be
        read or written.
    DataError
        ``decide_no_dataset``: the dataset file is no longer where the run read it.
    """
    sample = _is_sample(run)
    folder = run.home if sample else _folder(run)
    saved = signing.save(folder / decisions.FILE, entry, value, who=who, why=why, when=when or dt.date.today())
    said = [words.text("explore.decided", run.language, entry=entry, file=str(saved.path))]
    if saved.before is not None:
        before = saved.before
        said.append(words.text("explore.decided_before", run.language, who=before.who, when=before.when))
    if saved.recoded:
        said.append(words.text("explore.decided_recoded", run.language, encoding=saved.recoded))
    said.append(words.text("explore.decided_sample" if sample else "explore.decided_effect", run.language))
    print("\n".join(said))
    return saved.path


def _folder(run: Run) -> Path:
    """Where the dataset file stands."""
    dataset = Path(run.stamp.get("dataset") or "")
    if not dataset.is_file():
        raise DataError("decide_no_dataset", file=dataset.name or "dataset.yaml", name=run.name)
    return dataset.parent


def _is_sample(run: Run) -> bool:
    """Whether the data are the bundled sample or its copy in the work folder."""
    folder = Path(run.stamp.get("dataset") or ".").resolve().parent
    bundled = Path(sample_run.__file__).resolve().parents[3] / "data" / "sample"
    return folder in (bundled, places.work_root() / "sample-data")

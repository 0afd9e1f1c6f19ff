"""The figures by which the index page compares regions, read from the saved results."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from ..core.result import Result

__all__ = ["METRICS", "REFERENCES", "metrics"]

#: column of the index page -> (saved result, what marks the row, kind of number)
METRICS: dict[str, tuple[str, dict[str, Any], str]] = {
    "growth": ("value_growth", {"group": "all"}, "percent1"),
    "retention": ("value_retention", {"group": "all", "metric": "customers_kept"}, "percent"),
    "second_line": ("voice_ladder", {"step": 4}, "percent"),
    "nps": ("voice_nps", {"group": "all"}, "score"),
}


#: reference line of a column
REFERENCES = {"growth": 0.0}


def metrics(results: Path) -> dict[str, tuple[Any, Any, Any, str]]:
    """Value, low, high and kind of each metric that this region has."""
    found = {}
    for name, (file, row, kind) in METRICS.items():
        if not (results / f"{file}.json").is_file():
            continue
        table = Result.load(results, file).table
        rows = table[(table[list(row)] == pd.Series(row)).all(axis=1)]
        first = rows.iloc[0] if len(rows) else None
        if first is not None and first["flag"] in ("ok", "low_n"):
            found[name] = (first["value"], first["lo"], first["hi"], kind)
    return found

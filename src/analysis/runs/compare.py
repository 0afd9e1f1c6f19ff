"""The figures by which the index page compares regions, read from the saved results."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..core.result import Result

__all__ = ["METRICS", "REFERENCES", "metrics"]

#: column of the index page -> (saved result, column and value of the row, kind of number)
METRICS = {
    "growth": ("value_growth", None, "percent1"),
    "retention": ("value_retention", ("measure", "retention"), "percent"),
    "nps": ("voice_nps", None, "score"),
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
        rows = table if row is None else table[table[row[0]] == row[1]]
        if len(rows):
            first = rows.iloc[0]
            found[name] = (first["value"], first["lo"], first["hi"], kind)
    return found

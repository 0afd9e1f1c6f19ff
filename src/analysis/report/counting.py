"""How many customers or respondents a block rests on."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..core.result import Result
from . import sources

__all__ = ["count_of"]


def count_of(result: Result) -> float | None:
    """How many customers or respondents a result rests on, for its caption.

    The result's own ``n``, the total of a table that adds up, else the finding's n; None where
    the rows only give a range. Told the result before small cells are hidden: the total is known.
    """
    told: Any = getattr(result, "n", None)
    rule = result.disclosure
    counts = result.table["n"] if "n" in result.table else pd.Series(dtype=float)
    several = len(rule.counts) > 1 and "n" in rule.counts and len(counts) > 1
    if not _is_count(told) and several and counts.nunique() == 1:
        # every row rests on the same respondents; another column counts its own
        told = counts.iloc[0]
    if not _is_count(told) and sources.asked(result):
        # the questions of a survey were put to the same respondents: their rows never add up
        return _told_by(result)
    if not _is_count(told) and rule.within is not None and len(counts):
        columns = [c for c in rule.within if c in result.table]
        rows = result.table.groupby(columns, dropna=False, observed=True)["n"] if columns else [((), result.table["n"])]
        totals = [_total(n) for _, n in rows]
        # sets of the same customers (one per measure) have one total; other sets add up
        told = totals[0] if len(set(totals)) == 1 else sum(totals)
    return float(told) if _is_count(told) else _told_by(result)


def _told_by(result: Result) -> float | None:
    """The n of the finding, where it says one."""
    told = None if result.finding is None else result.finding.values.get("n")
    return float(told) if told is not None and _is_count(told) else None


def _total(values: pd.Series) -> float:
    """Sum of the rows, or the row that holds it already."""
    known = pd.to_numeric(values, errors="coerce").dropna().astype(float)
    largest = known.max()
    return float(largest if len(known) > 2 and np.isclose(2 * largest, known.sum()) else known.sum())


def _is_count(value: Any) -> bool:
    return isinstance(value, int | float | np.number) and not isinstance(value, bool) and bool(np.isfinite(value))

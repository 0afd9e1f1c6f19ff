"""Total rows among data rows: 合计, 小计, 总计, Total; found by their word, proved by their sums."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from .numbertext import numbers
from .parsed import booleans

__all__ = ["mark"]

_GAP = r"[\s\x{3000}]*"
_TOTAL = rf"(?:[总合小累共]{_GAP}计|汇{_GAP}总)"
#: the whole cell: 合 计, 小计：, Grand total
_ALONE = rf"(?i)^{_GAP}(?:{_TOTAL}|本[页月年](?:合|小|累)计|(?:grand |sub ?-?)?totals?){_GAP}[:：]?{_GAP}$"
#: a short cell that ends with it: 华东小计, North total
_ENDING = rf"(?i)^.{{0,20}}(?:{_TOTAL}|\Wtotals?){_GAP}[:：]?{_GAP}$"
#: share of the other rows that fill a column, above which a row without it is incomplete
_USUAL = 0.95
_MOSTLY_NUMBERS = 0.9
_CENT = 0.011
_SAMPLE = 200


def mark(frame: pd.DataFrame, rule: np.ndarray, start: int, notes: list[tuple[str, dict[str, Any]]]) -> None:
    """Write ``subtotal_row`` into ``rule`` for rows that are totals of others.

    A candidate has a total's word in a cell. It is set apart when it also lacks what the other rows
    have, or when all its figures are sums of two or more rows above; a brand called Total stays.
    A total whose figures agree with no sum is set apart too, and noted.

    Parameters
    ----------
    frame : pandas.DataFrame
        Rows below the header.
    rule : numpy.ndarray
        Rule of each row, changed in place; rows that have one take no part.
    start : int
        Rows of the file above the frame.
    notes : list
        Gets ``subtotals_agree`` and ``subtotal_differs``.
    """
    free = np.array([code is None for code in rule], dtype=bool)
    alone, ending = _says(frame, _ALONE) & free, _says(frame, _ENDING) & free
    if not (alone | ending).any():
        return
    detail = free & ~alone & ~ending
    figures = _figures(frame, detail)
    lacks = _lacking(frame, detail)
    agreed, wrong, previous = 0, [], -1
    for at in np.flatnonzero(alone | ending):
        check = _compare(figures, detail, previous, int(at))
        if _is_total(bool(alone[at]), float(lacks[at]), check):
            rule[at] = "subtotal_row"
            previous = int(at)
            agreed += check.some
            if check.differs and not check.some:
                wrong.append((int(at) + start + 1, *check.differs))
        else:
            detail[at] = True
    if agreed:
        notes.append(("subtotals_agree", {"count": agreed}))
    if wrong:
        keys = ("row", "column", "said", "summed")
        notes.append(("subtotal_differs", {"count": len(wrong), **dict(zip(keys, wrong[0], strict=True))}))


@dataclass(frozen=True)
class _Check:
    """Whether some or all figures of a row are sums of rows above; the first that is none."""

    some: bool
    every: bool
    differs: tuple[str, float, float] | None


def _is_total(alone: bool, lacks: float, check: _Check) -> bool:
    if alone:
        return lacks > 0 or check.every
    return lacks >= 0.5 or (lacks > 0 and check.some)


def _says(frame: pd.DataFrame, word: str) -> np.ndarray:
    found = np.zeros(len(frame), dtype=bool)
    for name in frame.columns:
        cells = pa.array(frame[name], pa.large_string(), from_pandas=True)
        found |= booleans(pc.match_substring_regex(cells, word))
    return found


def _figures(frame: pd.DataFrame, detail: np.ndarray) -> dict[str, np.ndarray]:
    """Columns that are mostly numbers, as numbers."""
    figures = {}
    for name in frame.columns:
        sample = frame.loc[detail, name].head(_SAMPLE).dropna()
        if len(sample) and numbers(sample).values.notna().mean() >= _MOSTLY_NUMBERS:
            figures[str(name)] = numbers(frame[name]).values.to_numpy()
    return figures


def _compare(figures: dict[str, np.ndarray], detail: np.ndarray, previous: int, at: int) -> _Check:
    before = np.arange(len(detail)) < at
    since = detail & before & (np.arange(len(detail)) > previous)
    # a subtotal sums the rows since the last one, a total all rows above it, a total on top all rows
    blocks = [rows for rows in (since, detail & before, detail) if rows.any()]
    some, every, differs = [], [], None
    for name, values in figures.items():
        said = float(values[at])
        if np.isnan(said):
            continue
        sums = [(float(np.nansum(values[rows])), int(rows.sum())) for rows in blocks]
        sizes = [size for total, size in sums if abs(said - total) <= max(_CENT, 1e-9 * abs(total))]
        some.append(bool(sizes))
        every.append(max(sizes, default=0) >= 2)  # the same figure as one row above proves nothing
        if not sizes and differs is None:
            differs = (name, said, float(np.nansum(values[detail & before])))
    return _Check(any(some), bool(every) and all(every), differs)


def _lacking(frame: pd.DataFrame, detail: np.ndarray) -> np.ndarray:
    """Share of the columns that nearly every other row fills which a row leaves empty."""
    if not detail.any():
        return np.ones(len(frame))
    usual = [name for name in frame.columns if frame.loc[detail, name].notna().mean() >= _USUAL]
    return frame[usual].isna().mean(axis=1).to_numpy() if usual else np.zeros(len(frame))

"""Rows that must go along with a small cell, so that it cannot be worked out from a total."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .result import Disclosure

__all__ = ["protect_all", "sets_of", "small"]


def small(column: pd.Series, sets: list[np.ndarray], minimum: int) -> np.ndarray:
    """Rows whose count in one column is small, and those that keep it from being worked out."""
    counts = column.to_numpy(dtype=float)
    rows = (counts > 0) & (counts < minimum)
    for members in sets:
        _protect(rows, members, counts, minimum, np.zeros(len(rows), dtype=int))
    return rows


def protect_all(rows: np.ndarray, frame: pd.DataFrame, rule: Disclosure, values: np.ndarray, minimum: int) -> None:
    """Hide further rows in every set with a known total, again while one set's cover opens another (in place)."""
    sets = [] if rule.within is None else sets_of(frame, rule.within)
    for column in rule.margins:
        if column in frame.columns:
            sets += sets_of(frame, (column,))
    before = -1
    while before != rows.sum():
        before = rows.sum()
        for members in sets:
            for counts in values.T:
                _protect(rows, members, counts, minimum, _helps(rows, members, sets))


def sets_of(frame: pd.DataFrame, within: tuple[str, ...] | None) -> list[np.ndarray]:
    """Row positions of each set that adds up to a total: the whole table unless told otherwise."""
    columns = [c for c in within or () if c in frame.columns]
    if not columns:
        return [np.arange(len(frame))]
    codes = frame.groupby(columns, dropna=False, sort=True, observed=True).ngroup().to_numpy()
    return [np.flatnonzero(codes == code) for code in np.unique(codes)]


def _helps(rows: np.ndarray, members: np.ndarray, sets: list[np.ndarray]) -> np.ndarray:
    """In how many other sets with a single hidden row each row lies: hiding it covers those as well."""
    out = np.zeros(len(rows), dtype=int)
    for other in sets:
        if rows[other].sum() == 1 and not np.array_equal(other, members):
            out[other] += 1
    return out


def _protect(rows: np.ndarray, members: np.ndarray, counts: np.ndarray, minimum: int, helps: np.ndarray) -> None:
    """Hide further rows of one set until the hidden ones cannot be worked out (in place)."""
    # what covers other sets too, then smallest first; one empty row serves as cover when nothing else is left
    order = sorted(members, key=lambda i: (not counts[i] > 0, -helps[i], counts[i] if counts[i] > 0 else 0.0, i))
    hidden = [i for i in members if rows[i]]
    if not hidden:
        return
    for candidate in order:
        total = np.nansum(counts[hidden])
        # five hidden rows that add up to five are five ones: the sum must leave room
        if len(hidden) >= 2 and total >= minimum and total > len(hidden):
            return
        covered = any(not counts[i] > 0 for i in hidden)
        if not rows[candidate] and (counts[candidate] > 0 or not covered):
            rows[candidate] = True
            hidden.append(candidate)

"""Weights that make the respondents look like the universe."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError, SettingError
from ...stats import weights as weighting

__all__ = ["base_weights", "rake"]


def rake(
    frame: pd.DataFrame,
    margins: Mapping[str, Any],
    *,
    weight: str | pd.Series | None = None,
    trim: float | None = None,
) -> pd.Series:
    """Rake weights to known margins (iterative proportional fitting).

    Raking repairs non-response only as far as it depends on the margins; it never
    "corrects" a survey whose answers decide who answers.

    Parameters
    ----------
    frame : DataFrame
        One row per respondent with the columns of the margins.
    margins : mapping of column to mapping (or Series) of category to share or count
        Shares that add up to 1, or counts that add up to the same universe.
    weight : column name or Series, optional
        Base weights; default 1 each.
    trim : float, optional
        Cap on a weight as a multiple of the mean (5 is usual); the margins are then met
        only as far as the cap allows.

    Returns
    -------
    Series
        On ``frame``'s index. Sums to the number of rows for shares, to the universe for
        counts.

    Raises
    ------
    DataError
        ``rake_empty_cell``, ``rake_unknown_category``, ``rake_totals``,
        ``rake_not_converged``, ``bad_weights``.
    """
    checks.not_empty(frame, name="frame")
    checks.columns(frame, list(margins), name="frame")
    if not margins:
        raise SettingError("no_margins", name="margins")
    if trim is not None:
        checks.number(trim, name="trim", low=1.0 + 1e-9)
    wanted = {str(c): pd.Series(dict(m), dtype=float) for c, m in margins.items()}
    sums = {c: float(m.sum()) for c, m in wanted.items()}
    shares = all(abs(total - 1) < 1e-6 for total in sums.values())
    total = float(len(frame)) if shares else float(np.mean(list(sums.values())))
    off = {c: round(s, 6) for c, s in sums.items() if abs(s - (1 if shares else total)) > 1e-6 * max(s, 1)}
    if off:
        raise DataError("rake_totals", totals=[f"{c}: {s:g}" for c, s in sums.items()])
    codes, targets = [], []
    for column, margin in wanted.items():
        code, target = _coded(frame[column], margin[margin > 0], column)
        codes.append(code)
        targets.append(target * total / target.sum())
    result = weighting.rake(codes, targets, base_weights(frame, weight), trim=trim)
    return pd.Series(result, index=frame.index, name="weight")


def _coded(values: pd.Series, margin: pd.Series, column: str) -> tuple[np.ndarray, np.ndarray]:
    """Category number of each row, and the wanted total of each category."""
    unknown = sorted({str(v) for v in values[~values.isin(margin.index)]})
    if unknown:
        raise DataError("rake_unknown_category", column=column, got=unknown[:5], allowed=[str(c) for c in margin.index])
    empty = [str(c) for c in margin.index if not (values == c).any()]
    if empty:
        raise DataError("rake_empty_cell", column=column, got=empty[:5])
    order = {c: i for i, c in enumerate(margin.index)}
    return values.map(order).to_numpy(dtype=int), margin.to_numpy(dtype=float)


def base_weights(frame: pd.DataFrame, weight: str | pd.Series | None) -> np.ndarray:
    """Weights to begin with, one per row; 1 each where none are given, ``bad_weights`` where one is not positive."""
    if weight is None:
        return np.ones(len(frame))
    series = frame[weight] if isinstance(weight, str) else weight.reindex(frame.index)
    values = series.to_numpy(dtype=float)
    wrong = ~(np.isfinite(values) & (values > 0))
    if wrong.any():
        raise DataError("bad_weights", name="weight", count=int(wrong.sum()))
    return values

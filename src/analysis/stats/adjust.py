"""Adjustment of p-values for many questions asked at once."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..core.errors import DataError

__all__ = ["FDR", "benjamini_hochberg", "clear", "holm"]

#: q-value up to which a difference among many may be told as one
FDR = 0.10


def benjamini_hochberg(p: Any) -> Any:
    """False discovery rate: q-values, same shape and index as ``p``.

    Parameters
    ----------
    p : Series or array of float
        p-values; NaN (a question that could not be tested) stays NaN and does not
        count among the questions.

    Returns
    -------
    Series or array of float

    Raises
    ------
    DataError
        ``p_range`` for a value outside 0–1.

    References
    ----------
    Benjamini, Y. and Hochberg, Y. (1995), Journal of the Royal Statistical Society B 57, 289–300.
    """
    return _apply(p, _step_up)


def holm(p: Any) -> Any:
    """Family-wise error: Holm's step-down adjusted p-values; parameters as `benjamini_hochberg`.

    References
    ----------
    Holm, S. (1979), Scandinavian Journal of Statistics 6, 65–70.
    """
    return _apply(p, _step_down)


def _apply(p: Any, rule: Any) -> Any:
    values = np.asarray(p, dtype=float)
    tested = np.isfinite(values)
    if np.any((values[tested] < 0) | (values[tested] > 1)):
        raise DataError("p_range", count=int(np.sum((values[tested] < 0) | (values[tested] > 1))))
    out = np.full(values.shape, np.nan)
    if tested.any():
        out[tested] = rule(values[tested])
    return pd.Series(out, index=p.index, name=p.name) if isinstance(p, pd.Series) else out


def _step_up(p: np.ndarray) -> np.ndarray:
    order = np.argsort(p)
    scaled = p[order] * len(p) / np.arange(1, len(p) + 1)
    return _unsort(np.minimum.accumulate(scaled[::-1])[::-1], order)


def _step_down(p: np.ndarray) -> np.ndarray:
    order = np.argsort(p)
    scaled = p[order] * np.arange(len(p), 0, -1)
    return _unsort(np.maximum.accumulate(scaled), order)


def _unsort(values: np.ndarray, order: np.ndarray) -> np.ndarray:
    out = np.empty(len(values))
    out[order] = np.minimum(values, 1.0)
    return out


def clear(row: Any) -> bool:
    """Whether one of many differences may be told: q within `FDR`, and its interval leaves out zero.

    Parameters
    ----------
    row : Series or mapping
        ``q, lo, hi``; what could not be tested is never clear.
    """
    return bool(row["q"] <= FDR and (row["lo"] > 0 or row["hi"] < 0))

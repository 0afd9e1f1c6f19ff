"""Two plain rules that a model must beat before it is worth its trouble.

References
----------
Wübben, M. and von Wangenheim, F. (2008), Instant customer base analysis: managerial
heuristics often "get it right", Journal of Marketing 72, 82–93.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

__all__ = ["last_year_rate", "recency_rule"]

YEAR, MONTH = 365.25, 30.4375


def last_year_rate(
    history: pd.DataFrame, code: np.ndarray, day: np.ndarray, *, split: int, unit_days: float, horizon: float
) -> np.ndarray:
    """Everybody goes on as in the last year: repeat orders of that year over the time observed in it.

    Parameters
    ----------
    history : DataFrame
        As from `summarise`.
    code, day : int arrays
        Customer (row of the history) and day of every purchase, sorted.
    split : int
        Last day of the calibration period, in the counting of ``day``.
    unit_days : float
        Days per unit of the history.
    horizon : float
        Length of the time ahead, in that unit.
    """
    first = np.append(True, np.diff(code) > 0)
    repeats = np.bincount(code[~first & (day > split - YEAR)], minlength=len(history))
    seen = np.clip(history["age"].to_numpy() * unit_days, MONTH, YEAR)
    return repeats / seen * unit_days * horizon


def recency_rule(history: pd.DataFrame, *, unit_days: float, horizon: float) -> np.ndarray:
    """Who has been silent for more than twice the own usual gap (30 days at least) is gone; the rest go on."""
    frequency, recency, age = (history[name].to_numpy(dtype=float) for name in ("frequency", "recency", "age"))
    gap = recency / np.maximum(frequency, 1)
    active = age - recency <= np.maximum(2 * gap, MONTH / unit_days)
    return np.where(active, frequency / np.maximum(age, MONTH / unit_days) * horizon, 0.0)

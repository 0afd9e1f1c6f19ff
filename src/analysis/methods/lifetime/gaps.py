"""The times between orders: what tells a regular customer from a random one."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import special

from ...core.errors import DataError

__all__ = ["constant", "known"]

#: a sum of logarithms may pass its bound by rounding (published tables carry two decimals), not by more
SLACK = 1e-2


def known(history: pd.DataFrame) -> bool:
    """Whether the history carries the sum of the logarithms of the gaps."""
    return "log_gaps" in history.columns


def constant(history: pd.DataFrame, k: int) -> np.ndarray:
    """What the density of the gaps adds to the log-likelihood of each customer: (k − 1) Σ ln gap − x ln Γ(k).

    Raises
    ------
    DataError
        ``history_log_gaps`` when k is above 1 and the column is missing or cannot be right: the sum must be
        a finite number, 0 without repeat purchases, at most that of equal gaps.
    """
    if k == 1:
        return np.zeros(len(history))
    if not known(history):
        raise DataError("history_log_gaps", count=len(history), of=len(history))
    x, recency, gaps = (history[name].to_numpy(dtype=float) for name in ("frequency", "recency", "log_gaps"))
    some = x > 0
    most = np.where(some, x * np.log(np.where(some, recency, 1.0) / np.where(some, x, 1.0)), 0.0)
    with np.errstate(invalid="ignore"):
        right = np.isfinite(gaps) & (gaps <= most + SLACK * np.maximum(x, 1)) & (some | (gaps == 0))
    if not right.all():
        raise DataError("history_log_gaps", count=int((~right).sum()), of=len(right))
    return (k - 1) * gaps - x * special.gammaln(k)

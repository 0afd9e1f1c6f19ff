"""How good a forecast of each customer's orders was, in five numbers, and which forecast was best."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

__all__ = ["lift", "rank_sums", "score", "spearman", "spearman_interval"]

#: share of the customers whose orders the lift looks at
TOP = 0.1


def score(predicted: np.ndarray, actual: np.ndarray) -> dict[str, Any]:
    """Total, bias of the total, mean absolute error, rank correlation and lift of the first tenth."""
    expected, came = float(predicted.sum()), float(actual.sum())
    return {
        "value": expected,
        "actual": came,
        "bias": expected / came - 1 if came else np.nan,
        "mae": float(np.abs(predicted - actual).mean()),
        "spearman": spearman(predicted, actual),
        "lift": lift(predicted, actual),
    }


def spearman(x: np.ndarray, y: np.ndarray) -> float:
    """Rank correlation; NaN where one side does not vary."""
    # sums of floats that should be equal differ in the last digits; ranks must not
    a, b = stats.rankdata(np.round(x, 9)), stats.rankdata(y)
    return float(np.corrcoef(a, b)[0, 1]) if len(a) > 2 and np.ptp(a) and np.ptp(b) else float("nan")


def spearman_interval(x: np.ndarray, y: np.ndarray, *, level: float) -> tuple[float, float, float]:
    """Rank correlation with its interval by Fisher's transformation; NaN where one side does not vary.

    References
    ----------
    Bonett, D. G. and Wright, T. A. (2000), Sample size requirements for estimating Pearson, Kendall and
    Spearman correlations, Psychometrika 65, 23–28.
    """
    ranks = stats.rankdata(x), stats.rankdata(y)
    if len(x) < 3 or any(np.ptp(rank) == 0 for rank in ranks):
        return float("nan"), float("nan"), float("nan")
    rank = float(np.corrcoef(*ranks)[0, 1])
    if len(x) < 4 or abs(rank) >= 1:
        return rank, -1.0, 1.0
    half = stats.norm.ppf((1 + level) / 2) * np.sqrt((1 + rank**2 / 2) / (len(x) - 3))
    return rank, float(np.tanh(np.arctanh(rank) - half)), float(np.tanh(np.arctanh(rank) + half))


def lift(predicted: np.ndarray, actual: np.ndarray) -> float:
    """Orders of the tenth of customers with the highest forecast, per customer, over those of all.

    Customers with equal forecasts at the border count in part, so their order plays no role.
    """
    came = float(actual.sum())
    if not came or not len(actual):
        return float("nan")
    level, code = np.unique(-np.round(predicted, 9), return_inverse=True)
    size = np.bincount(code, minlength=len(level)).astype(float)
    orders = np.bincount(code, weights=actual, minlength=len(level))
    wanted = TOP * len(actual)
    before = np.concatenate([[0.0], np.cumsum(size)[:-1]])
    part = np.clip((wanted - before) / size, 0.0, 1.0)
    return float((part * orders).sum() / came / TOP)


def rank_sums(table: pd.DataFrame) -> np.ndarray:
    """Sum of the ranks of |bias|, mae and falling spearman; the smallest is best. Ties share their ranks."""
    scores = [table["bias"].abs(), table["mae"], -table["spearman"]]
    return np.sum([score.round(12).rank(na_option="bottom").to_numpy() for score in scores], axis=0)

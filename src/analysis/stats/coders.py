"""Agreement of any number of coders, with gaps: Krippendorff's alpha."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import checks

__all__ = ["krippendorff"]

_METRICS = ("interval", "nominal", "ordinal")


def krippendorff(
    ratings: Any, *, metric: str = "nominal", n_boot: int = 0, seed: int = 0, level: float = 0.95
) -> tuple[float, float, float]:
    """Krippendorff's alpha with a bootstrap interval over the units.

    Parameters
    ----------
    ratings : array (coders, units)
        Numbers as codes; NaN where a coder did not code a unit. Units coded once tell nothing and are left out.
    metric : {"nominal", "ordinal", "interval"}, default "nominal"
        What counts as distance between two codes.
    n_boot : int, default 0
        Draws of units with replacement; 0: no interval (NaN).
    seed : int, default 0
    level : float, default 0.95

    Returns
    -------
    alpha, lo, hi : float
        NaN where nothing was coded twice or all codes are the same: there is no disagreement to expect.

    References
    ----------
    Krippendorff, K. (2011), Computing Krippendorff's Alpha-Reliability, University of Pennsylvania: coincidence
    matrix and difference functions of sections C to E. Hayes, A. F. and Krippendorff, K. (2007), Communication
    Methods and Measures 1, 77–89 (bootstrap; here units are drawn, which needs no choice of pairs).
    """
    checks.choice(metric, _METRICS, name="metric")
    checks.whole(n_boot, name="n_boot", low=0)
    table = np.atleast_2d(np.asarray(ratings, dtype=float))
    scale = np.unique(table[np.isfinite(table)])
    counts = np.array([(table == code).sum(axis=0) for code in scale], dtype=float).T.reshape(table.shape[1], -1)
    counts = counts[counts.sum(axis=1) >= 2] if counts.size else counts
    value = _alpha(counts, scale, metric)
    if not n_boot or not np.isfinite(value):
        return value, float("nan"), float("nan")
    rng = np.random.default_rng(seed)
    picks = rng.integers(0, len(counts), (n_boot, len(counts)))
    # same units drawn in one order or another: sort them, so that the order of the input makes no difference
    ordered = counts[np.lexsort(counts.T[::-1])]
    draws = np.array([_alpha(ordered[pick], scale, metric) for pick in picks])
    # a draw without any variation agrees fully
    draws = np.where(np.isfinite(draws), draws, 1.0)
    lo, hi = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2])
    return value, float(min(lo, value)), float(max(hi, value))


def _alpha(counts: np.ndarray, scale: np.ndarray, metric: str) -> float:
    """Alpha from how often each code was given to each unit (units, codes)."""
    if len(counts) == 0 or len(scale) < 2:
        return float("nan")
    size = counts.sum(axis=1)
    # coincidences of pairs within a unit, each unit weighing as many values as it holds
    scaled = counts / (size - 1)[:, None]
    together = counts.T @ scaled - np.diag(scaled.sum(axis=0))
    total = together.sum(axis=1)
    n = total.sum()
    apart = _distance(total, scale, metric)
    seen, expected = float((together * apart).sum()), float((np.outer(total, total) * apart).sum() / (n - 1))
    return 1 - seen / expected if expected > 0 else float("nan")


def _distance(total: np.ndarray, scale: np.ndarray, metric: str) -> np.ndarray:
    """Squared differences between codes."""
    if metric == "nominal":
        return 1.0 - np.eye(len(scale))
    if metric == "interval":
        return np.subtract.outer(scale, scale) ** 2
    below = np.cumsum(total)
    # values between two codes and half of those at either end
    middle = below - total / 2
    return np.subtract.outer(middle, middle) ** 2

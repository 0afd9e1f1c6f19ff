"""Monotone trends of many short series at once: Theil-Sen slopes with intervals, Mann-Kendall scores."""

from __future__ import annotations

import numpy as np
from scipy import stats

from ..core import checks

__all__ = ["MIN_POINTS", "kendall", "theil_sen"]

#: points below which no slope is given
MIN_POINTS = 6
#: slopes held at once
_BLOCK = 4_000_000


def theil_sen(series: np.ndarray, *, level: float = 0.95) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Median of the slopes between all pairs of points of each row, with its interval.

    Parameters
    ----------
    series : array (k, t)
        One series a row at steps 0 to t − 1; missing points are left out.
    level : float, default 0.95

    Returns
    -------
    slope, lo, hi : array (k,)
        Per step; missing below `MIN_POINTS` points.

    References
    ----------
    Sen, P. K. (1968), Estimates of the regression coefficient based on Kendall's tau, Journal of the American
    Statistical Association 63, 1379–1389, equation 2.6 (ties in the values counted).
    """
    checks.number(level, name="level", low=0.5, high=0.9999)
    values = np.asarray(series, dtype=float)
    later, earlier = _pairs(values.shape[1])
    out = np.full((3, len(values)), np.nan)
    at_once = max(1, _BLOCK // max(len(later), 1))
    for start in range(0, len(values), at_once):
        block = values[start : start + at_once]
        slopes = (block[:, later] - block[:, earlier]) / (later - earlier)
        out[:, start : start + at_once] = _sen(np.sort(slopes, axis=1), np.sqrt(_variance(block)), level)
    out[:, np.isfinite(values).sum(axis=1) < MIN_POINTS] = np.nan
    return out[0], out[1], out[2]


def kendall(series: np.ndarray) -> np.ndarray:
    """Mann-Kendall score of each row, standardised, with continuity and tie correction; 0 where nothing varies.

    Parameters
    ----------
    series : array (k, t)
        Missing points are left out.

    Returns
    -------
    array (k,)
        Approximately standard normal without trend **and without autocorrelation**; missing below 3 points.

    References
    ----------
    Mann, H. B. (1945), Econometrica 13, 245–259; Kendall, M. G. (1975), Rank Correlation Methods, chapter 4.
    """
    values = np.asarray(series, dtype=float)
    later, earlier = _pairs(values.shape[1])
    score = np.zeros(len(values))
    at_once = max(1, _BLOCK // max(len(later), 1))
    for start in range(0, len(values), at_once):
        block = values[start : start + at_once]
        score[start : start + at_once] = np.nansum(np.sign(block[:, later] - block[:, earlier]), axis=1)
    spread = np.sqrt(_variance(values))
    z = np.divide(score - np.sign(score), spread, out=np.zeros(len(values)), where=spread > 0)
    return np.where(np.isfinite(values).sum(axis=1) >= 3, z, np.nan)


def _pairs(t: int) -> tuple[np.ndarray, np.ndarray]:
    earlier, later = np.triu_indices(t, 1)
    return later, earlier


def _variance(values: np.ndarray) -> np.ndarray:
    """Variance of Kendall's score of each row, ties taken off."""
    n = np.isfinite(values).sum(axis=1)
    ordered = np.sort(values, axis=1)
    # length of the run of equal values that each point stands in; Σ over points of f(k)/k is Σ over runs of f(k)
    same = (ordered[:, :, None] == ordered[:, None, :]).sum(axis=2) if ordered.shape[1] <= 60 else _runs(ordered)
    known = np.isfinite(ordered)
    ties = np.where(known, (same - 1) * (2 * same + 5), 0).sum(axis=1)
    return np.maximum(n * (n - 1) * (2 * n + 5) - ties, 0) / 18


def _runs(ordered: np.ndarray) -> np.ndarray:
    return np.stack([np.searchsorted(row, row, "right") - np.searchsorted(row, row, "left") for row in ordered])


def _sen(slopes: np.ndarray, sigma: np.ndarray, level: float) -> np.ndarray:
    """Median and the two order statistics of sorted slopes (missing ones last)."""
    count = np.isfinite(slopes).sum(axis=1)
    half = stats.norm.ppf((1 + level) / 2) * sigma
    row = np.arange(len(slopes))
    last = np.maximum(count - 1, 0)
    upper = np.minimum(np.round((count + half) / 2).astype(int), last)
    lower = np.clip(np.round((count - half) / 2).astype(int) - 1, 0, last)
    middle = (slopes[row, last // 2] + slopes[row, np.minimum((last + 1) // 2, last)]) / 2
    return np.stack([middle, slopes[row, lower], slopes[row, upper]])

"""Intervals in closed form: shares, net promoter score, differences, means.

Every function takes counts or values and gives ``(lo, hi)``: floats for
scalars, arrays for arrays. Where there is nothing to count (n = 0) both
bounds are NaN.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from ..core import checks
from ..core.errors import DataError

__all__ = ["adjusted_wald_nps", "mean", "median", "newcombe", "wilson"]


def wilson(successes: ArrayLike, n: ArrayLike, *, level: float = 0.95) -> tuple[Any, Any]:
    """Wilson score interval of a share.

    Parameters
    ----------
    successes : float or array
        Count with the property; may be a fraction when weighted.
    n : float or array
        Number asked; with weights the effective number (Kish).
    level : float, default 0.95

    Returns
    -------
    lo, hi : float or array
        Shares, 0–1.

    Raises
    ------
    DataError
        ``count_above_n`` when a count is negative or above its n.

    References
    ----------
    Wilson, E. B. (1927), Journal of the American Statistical Association 22, 209–212.
    """
    z = _normal(level)
    hit, size = _counts(successes, n)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = hit / size
        centre = (p + z**2 / (2 * size)) / (1 + z**2 / size)
        half = z / (1 + z**2 / size) * np.sqrt(p * (1 - p) / size + z**2 / (4 * size**2))
    # at 0 of n and n of n the bound is exactly 0 or 1; rounding must not push it outside
    lo = np.where(hit <= 0, np.where(size > 0, 0.0, np.nan), np.maximum(centre - half, 0.0))
    hi = np.where(hit >= size, np.where(size > 0, 1.0, np.nan), np.minimum(centre + half, 1.0))
    return _pair(lo, hi)


def adjusted_wald_nps(
    promoters: ArrayLike, detractors: ArrayLike, n: ArrayLike, *, level: float = 0.95
) -> tuple[Any, Any]:
    """Adjusted Wald interval of the net promoter score, in points (−100 to 100).

    Three imaginary answers are added, three quarters of one to promoters and to
    detractors each; the plain Wald interval covers too rarely below n = 30.

    Parameters
    ----------
    promoters, detractors, n : float or array
        Answers 9–10, answers 0–6, all answers.
    level : float, default 0.95

    References
    ----------
    Rocks, B. (2016), Interval estimation for the "Net Promoter Score",
    The American Statistician 70, 365–372.
    """
    z = _normal(level)
    up, size = _counts(promoters, n)
    down, _ = _counts(detractors, n)
    if np.any(up + down > size + 1e-9):
        raise DataError("count_above_n", count=float(np.max(up + down)), n=float(np.max(size)))
    total = size + 3
    p, d = (up + 0.75) / total, (down + 0.75) / total
    half = z * np.sqrt((p + d - (p - d) ** 2) / total)
    empty = size <= 0
    lo = np.where(empty, np.nan, np.clip(100 * (p - d - half), -100, 100))
    hi = np.where(empty, np.nan, np.clip(100 * (p - d + half), -100, 100))
    return _pair(lo, hi)


def newcombe(
    successes_1: ArrayLike, n_1: ArrayLike, successes_2: ArrayLike, n_2: ArrayLike, *, level: float = 0.95
) -> tuple[Any, Any]:
    """Interval of the difference of two independent shares, first minus second.

    References
    ----------
    Newcombe, R. G. (1998), Statistics in Medicine 17, 873–890, method 10
    (square-and-add from two Wilson intervals, no continuity correction).
    """
    hit_1, size_1 = _counts(successes_1, n_1)
    hit_2, size_2 = _counts(successes_2, n_2)
    lo_1, hi_1 = wilson(hit_1, size_1, level=level)
    lo_2, hi_2 = wilson(hit_2, size_2, level=level)
    with np.errstate(divide="ignore", invalid="ignore"):
        p_1, p_2 = hit_1 / size_1, hit_2 / size_2
    gap = p_1 - p_2
    lo = gap - np.sqrt((p_1 - lo_1) ** 2 + (hi_2 - p_2) ** 2)
    hi = gap + np.sqrt((hi_1 - p_1) ** 2 + (p_2 - lo_2) ** 2)
    return _pair(lo, hi)


def mean(values: ArrayLike, *, level: float = 0.95) -> tuple[float, float]:
    """Student's t interval of a mean; missing values are left out, fewer than two give NaN."""
    checks.number(level, name="level", low=0.01, high=0.9999)
    array = np.asarray(values, dtype=float).ravel()
    array = array[np.isfinite(array)]
    if array.size < 2:
        return float("nan"), float("nan")
    half = float(stats.t.ppf((1 + level) / 2, array.size - 1) * array.std(ddof=1) / np.sqrt(array.size))
    return float(array.mean()) - half, float(array.mean()) + half


def median(values: ArrayLike, *, level: float = 0.95) -> tuple[float, float]:
    """Interval of a median between two order statistics: at least the level, whatever the distribution.

    Missing values are left out; below six values (at 95 %) no pair of them is wide enough, and both are NaN.

    References
    ----------
    Conover, W. J. (1999), Practical Nonparametric Statistics, 3.2.
    """
    checks.number(level, name="level", low=0.01, high=0.9999)
    array = np.sort(np.asarray(values, dtype=float).ravel())
    array = array[np.isfinite(array)]
    n = array.size
    # largest k for which fewer than k of n values lie below the median with at most half of the error
    k = int(stats.binom.ppf((1 - level) / 2, n, 0.5)) if n else 0
    if n == 0 or stats.binom.cdf(k - 1, n, 0.5) > (1 - level) / 2:
        k -= 1
    return (float(array[k - 1]), float(array[n - k])) if k >= 1 else (float("nan"), float("nan"))


def _normal(level: float) -> float:
    checks.number(level, name="level", low=0.01, high=0.9999)
    return float(stats.norm.ppf((1 + level) / 2))


def _counts(successes: ArrayLike, n: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    hit, size = np.broadcast_arrays(np.asarray(successes, dtype=float), np.asarray(n, dtype=float))
    wrong = (hit < 0) | (hit > size * (1 + 1e-9) + 1e-9)
    if np.any(wrong):
        raise DataError("count_above_n", count=float(hit[wrong].flat[0]), n=float(size[wrong].flat[0]))
    return hit, size


def _pair(lo: np.ndarray, hi: np.ndarray) -> tuple[Any, Any]:
    return (float(lo), float(hi)) if np.ndim(lo) == 0 else (np.asarray(lo), np.asarray(hi))

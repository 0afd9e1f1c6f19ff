"""How much groups differ: effect sizes of ranks and of cross tables, each with an interval and a p-value."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import optimize, stats

__all__ = ["Effect", "cramers_v", "noncentrality", "rank_eta_squared"]


class Effect(NamedTuple):
    """An effect size from 0 (no difference) to 1, its interval, the p-value and the number of observations."""

    value: float
    lo: float
    hi: float
    p: float
    n: int


_NONE = Effect(float("nan"), float("nan"), float("nan"), float("nan"), 0)


def noncentrality(statistic: float, df: int, *, level: float = 0.95) -> tuple[float, float]:
    """Interval of the noncentrality of a chi-square statistic, by inverting its distribution.

    Parameters
    ----------
    statistic : float
    df : int
    level : float, default 0.95

    Returns
    -------
    lo, hi : float
        0 where even no difference makes so small a statistic likely.

    References
    ----------
    Steiger (2004), Psychological Methods 9, 164–182; Smithson (2003), Confidence Intervals, ch. 4.
    """
    tail = (1 - level) / 2
    return _solved(statistic, df, 1 - tail), _solved(statistic, df, tail)


def rank_eta_squared(values: np.ndarray, groups: np.ndarray) -> Effect:
    """Share of the variance of ranks between groups: (H − k + 1)/(n − k) of the Kruskal–Wallis H, at least 0.

    Parameters
    ----------
    values : array of float
        Missing values are left out.
    groups : array
        Group of each value.

    Returns
    -------
    Effect
        All missing with fewer than two groups, or where nothing varies. The interval takes H as noncentral
        chi-square, which is on the wide side for large effects.

    References
    ----------
    Kruskal and Wallis (1952), JASA 47, 583–621; Tomczak and Tomczak (2014), Trends in Sport Sciences 1, 19–25.
    """
    known = np.isfinite(values)
    values, groups = values[known], groups[known]
    levels = np.unique(groups)
    k, n = len(levels), len(values)
    if k < 2 or n <= k or np.ptp(values) == 0:
        return _NONE._replace(n=n)
    found = stats.kruskal(*[values[groups == level] for level in levels])
    h = float(found.statistic)
    lo, hi = noncentrality(h, k - 1)
    size = float(np.clip((h - k + 1) / (n - k), 0, 1))
    return Effect(size, min(lo / (n - k), size), float(np.clip(hi / (n - k), size, 1)), float(found.pvalue), n)


def cramers_v(counts: np.ndarray) -> Effect:
    """Bias-corrected Cramér's V of a cross table (rows and columns without any count are left out).

    Parameters
    ----------
    counts : array (rows, columns)

    References
    ----------
    Bergsma (2013), Journal of the Korean Statistical Society 42, 323–328.
    """
    counts = np.asarray(counts, dtype=float)
    counts = counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0] if counts.size else counts
    n = int(counts.sum())
    if min(counts.shape) < 2 or n < 2:
        return _NONE._replace(n=n)
    rows, columns = counts.shape
    expected = counts.sum(axis=1, keepdims=True) * counts.sum(axis=0) / n
    chi2, df = float(((counts - expected) ** 2 / expected).sum()), (rows - 1) * (columns - 1)
    # the corrected numbers of rows and columns
    largest = min(rows - (rows - 1) ** 2 / (n - 1), columns - (columns - 1) ** 2 / (n - 1)) - 1
    if largest <= 0:
        return _NONE._replace(n=n)
    lo, hi = noncentrality(chi2, df)
    size = float(np.sqrt(np.clip((chi2 / n - df / (n - 1)) / largest, 0, 1)))
    low, high = (float(np.sqrt(np.clip(bound / n / largest, 0, 1))) for bound in (lo, hi))
    return Effect(size, min(low, size), max(high, size), float(stats.chi2.sf(chi2, df)), n)


def _solved(statistic: float, df: int, target: float) -> float:
    """The noncentrality at which the statistic stands at this point of its distribution."""
    if stats.chi2.cdf(statistic, df) <= target:
        return 0.0
    top = statistic + 10 * np.sqrt(2 * (df + 2 * statistic)) + 30
    return float(optimize.brentq(_distance, 0.0, top, args=(statistic, df, target)))


def _distance(noncentral: float, statistic: float, df: int, target: float) -> float:
    return float(stats.ncx2.cdf(statistic, df, max(noncentral, 1e-12)) - target)

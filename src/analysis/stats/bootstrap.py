"""Bootstrap: draws of a statistic, percentile and BCa intervals, whole clusters at a time.

A Series or DataFrame is sorted by its index first, so the order of the rows
does not change the draws; arrays are taken as they stand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from ..core import checks
from ..core.errors import DataError

__all__ = [
    "bca", "bca_bounds", "draws", "left_out", "multiplicities", "multiplicity_blocks", "percentile", "rank_interval",
    "rank_probabilities",
]  # fmt: skip

Statistic = Callable[[Any], Any]


def percentile(
    statistic: Statistic, data: Any, *, n_boot: int, seed: int, cluster: Any = None, level: float = 0.95
) -> tuple[Any, Any]:
    """Percentile bootstrap interval of a statistic.

    Parameters
    ----------
    statistic : callable
        Takes data of the same kind and gives a number or an array of numbers; a NaN
        means that this draw cannot be computed, and it is left out.
    data : DataFrame, Series or array
        One row per unit.
    n_boot : int
        Number of draws.
    seed : int
    cluster : Series or array, optional
        Cluster of each row; whole clusters are drawn. Rows without a cluster stand alone.
    level : float, default 0.95

    Returns
    -------
    lo, hi : float or array
        As the statistic; NaN where every draw failed.

    References
    ----------
    Efron, B. and Tibshirani, R. (1993), An Introduction to the Bootstrap, chapter 13.
    """
    checks.number(level, name="level", low=0.01, high=0.9999)
    sample = draws(statistic, data, n_boot=n_boot, seed=seed, cluster=cluster)
    return _bounds(sample, (1 - level) / 2, (1 + level) / 2)


def bca(
    statistic: Statistic, data: Any, *, n_boot: int, seed: int, cluster: Any = None, level: float = 0.95
) -> tuple[Any, Any]:
    """Bias-corrected and accelerated interval; parameters as `percentile`.

    Acceleration comes from the jackknife over rows, or over clusters when given.

    References
    ----------
    Efron, B. (1987), Journal of the American Statistical Association 82, 171–185.
    """
    checks.number(level, name="level", low=0.01, high=0.9999)
    sample = draws(statistic, data, n_boot=n_boot, seed=seed, cluster=cluster)
    rows, groups = _prepared(data, cluster)
    estimate = np.asarray(statistic(rows), dtype=float)
    everyone = np.arange(len(rows))
    jack = np.array([statistic(_take(rows, np.setdiff1d(everyone, group))) for group in groups], dtype=float)
    return bca_bounds(sample, estimate, jack, level=level)


def bca_bounds(sample: np.ndarray, estimate: Any, jack: np.ndarray, *, level: float = 0.95) -> tuple[Any, Any]:
    """The same from draws, the estimate and the values without one unit at a time, for draws made elsewhere.

    Parameters
    ----------
    sample : array (n_boot, ...)
    estimate : float or array
    jack : array (units, ...)
    level : float, default 0.95
    """
    gap = jack.mean(axis=0) - jack
    with np.errstate(divide="ignore", invalid="ignore"):
        acceleration = np.nan_to_num((gap**3).sum(axis=0) / (6 * (gap**2).sum(axis=0) ** 1.5))
    valid = np.isfinite(sample)
    # half of the ties count as below, else a discrete statistic looks biased
    below = ((sample < estimate) & valid).sum(axis=0) + 0.5 * ((sample == estimate) & valid).sum(axis=0)
    bias = stats.norm.ppf(np.clip(below / np.maximum(valid.sum(axis=0), 1), 1e-6, 1 - 1e-6))
    tails = []
    for share in ((1 - level) / 2, (1 + level) / 2):
        z = bias + stats.norm.ppf(share)
        tails.append(stats.norm.cdf(bias + z / (1 - acceleration * z)))
    return _bounds(sample, tails[0], tails[1])


def draws(statistic: Statistic, data: Any, *, n_boot: int, seed: int, cluster: Any = None) -> np.ndarray:
    """The statistic on each of ``n_boot`` resamples: array ``(n_boot, ...)``; parameters as `percentile`."""
    rows, groups = _prepared(data, cluster)
    picks = _picks(len(groups), n_boot, seed)
    return np.array([statistic(_take(rows, np.concatenate([groups[i] for i in pick]))) for pick in picks], dtype=float)


def multiplicities(n: int, *, n_boot: int, seed: int, cluster: Any = None) -> np.ndarray:
    """How often each of n rows stands in each resample: array ``(n_boot, n)``.

    The same draws as `draws` on an array, for statistics that take weights; rows in the
    caller's order.
    """
    return np.concatenate(list(multiplicity_blocks(n, n_boot=n_boot, seed=seed, cluster=cluster, size=n_boot)))


def multiplicity_blocks(
    n: int, *, n_boot: int, seed: int, cluster: Any = None, size: int = 256
) -> Iterator[np.ndarray]:
    """`multiplicities` a block of at most ``size`` draws at a time: the same draws in less memory."""
    groups = _groups(None if cluster is None else np.asarray(cluster, dtype=object), n)
    code = np.empty(n, dtype=int)
    for i, group in enumerate(groups):
        code[group] = i
    rng = _generator(n_boot, seed)
    for first in range(0, n_boot, size):
        picks = rng.integers(0, len(groups), size=(min(size, n_boot - first), len(groups)))
        yield np.array([np.bincount(pick, minlength=len(groups))[code] for pick in picks])


def left_out(n: int, *, cluster: Any = None, most: int = 500) -> np.ndarray:
    """Rows kept when one unit is left out, for the jackknife: array of 0/1 ``(units, n)``.

    A unit is a cluster, or a row where there are none; more than ``most`` units are put
    together, every ``most``-th with the first, so that the work stays within bounds.
    """
    groups = _groups(None if cluster is None else np.asarray(cluster, dtype=object), n)
    keep = np.ones((min(len(groups), most), n))
    for i, group in enumerate(groups):
        keep[i % most, group] = 0
    return keep


def rank_probabilities(sample: np.ndarray) -> np.ndarray:
    """Share of the draws in which each column holds each rank: array (k columns, k ranks).

    Rank 1 is the largest value; ties share their best rank; draws with a NaN are left out,
    and all is NaN without a usable draw.
    """
    usable = sample[np.isfinite(sample).all(axis=1)]
    if len(usable) == 0:
        return np.full((sample.shape[1], sample.shape[1]), np.nan)
    ranks = stats.rankdata(-usable, axis=1, method="min")
    return np.stack([(ranks == place).mean(axis=0) for place in range(1, sample.shape[1] + 1)], axis=1)


def rank_interval(sample: np.ndarray, *, level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Rank interval of each column over the draws; rank 1 is the largest value.

    Parameters
    ----------
    sample : array (n_boot, k)
        Draws of k values; rows with a NaN are left out.

    Returns
    -------
    lo, hi : array of float (k,)
        Whole ranks; ties share their best rank. NaN without a usable draw.
    """
    usable = sample[np.isfinite(sample).all(axis=1)]
    if len(usable) == 0:
        return np.full(sample.shape[1], np.nan), np.full(sample.shape[1], np.nan)
    ranks = stats.rankdata(-usable, axis=1, method="min")
    tail = (1 - level) / 2
    lo = np.quantile(ranks, tail, axis=0, method="inverted_cdf")
    return lo, np.quantile(ranks, 1 - tail, axis=0, method="inverted_cdf")


def _picks(groups: int, n_boot: int, seed: int) -> np.ndarray:
    return _generator(n_boot, seed).integers(0, groups, size=(n_boot, groups))


def _generator(n_boot: int, seed: int) -> np.random.Generator:
    checks.whole(n_boot, name="n_boot", low=1)
    checks.whole(seed, name="seed", low=0)
    return np.random.default_rng(seed)


def _prepared(data: Any, cluster: Any) -> tuple[Any, list[np.ndarray]]:
    """The data in a fixed order, and the row positions of each resampling unit."""
    checks.not_empty(data, name="data")
    if not isinstance(data, pd.DataFrame | pd.Series):
        rows = np.asarray(data)
        return rows, _groups(None if cluster is None else np.asarray(cluster, dtype=object), len(rows))
    order = np.argsort(data.index.to_numpy(), kind="stable") if data.index.nlevels == 1 else data.index.argsort()
    if cluster is None:
        labels = None
    elif isinstance(cluster, pd.Series) and data.index.is_unique and not cluster.index.equals(data.index):
        labels = cluster.reindex(data.index).to_numpy(dtype=object)
    else:
        labels = np.asarray(cluster, dtype=object)
    if labels is not None and len(labels) != len(data):
        raise DataError("cluster_length", got=len(labels), want=len(data))
    return data.iloc[order], _groups(None if labels is None else labels[order], len(data))


def _groups(labels: np.ndarray | None, n: int) -> list[np.ndarray]:
    """Row positions per cluster, clusters in the order of their names; rows without one stand alone."""
    if labels is None:
        return list(np.arange(n)[:, None])
    if len(labels) != n:
        raise DataError("cluster_length", got=len(labels), want=n)
    missing = pd.isna(labels)
    names = np.array([f"?{i}" if gone else f"={v}" for i, (v, gone) in enumerate(zip(labels, missing, strict=True))])
    _, code = np.unique(names, return_inverse=True)
    order = np.argsort(code, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(code[order])) + 1)


def _take(rows: Any, at: np.ndarray) -> Any:
    return rows.iloc[at] if isinstance(rows, pd.DataFrame | pd.Series) else rows[at]


def _bounds(sample: np.ndarray, low: Any, high: Any) -> tuple[Any, Any]:
    flat = sample.reshape(len(sample), -1)
    lows, highs = (np.broadcast_to(np.ravel(q), flat.shape[1:]) for q in (low, high))
    out = np.full((2, flat.shape[1]), np.nan)
    for j in range(flat.shape[1]):
        good = flat[np.isfinite(flat[:, j]), j]
        if good.size:
            out[:, j] = np.quantile(good, [lows[j], highs[j]])
    shaped = out.reshape((2, *sample.shape[1:]))
    return (float(shaped[0]), float(shaped[1])) if sample.ndim == 1 else (shaped[0], shaped[1])

"""Whether segments come back: in resampled data, from other starts, in the other half."""

from __future__ import annotations

import numpy as np

from . import _kmeans

__all__ = ["SCHEMES", "agreement", "alike", "jaccard", "mean_drawn", "prediction_strength", "rand_index", "resample"]

SCHEMES = ("bootstrap", "distinct", "subset")


def resample(rows: int, n_boot: int, scheme: str, rng: np.random.Generator) -> np.ndarray:
    """Weight of each row in each resample: array (n_boot, rows).

    "distinct" takes each drawn row once (about 63 % of the rows), as R's clusterboot does and as its reading
    rules suppose; "bootstrap" keeps repeated draws; "subset" takes half of the rows.
    """
    if scheme == "subset":
        order = rng.random((n_boot, rows)).argsort(axis=1)
        return (order < rows // 2).astype(float)
    draws = rng.multinomial(rows, np.full(rows, 1 / rows), size=n_boot).astype(float)
    return np.minimum(draws, 1) if scheme == "distinct" else draws


def jaccard(X: np.ndarray, labels: np.ndarray, k: int, weights: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Best Jaccard similarity of each segment with a segment found in each resample: array (n_boot, k).

    Both are compared on the rows of the resample. A segment of which no row was drawn gives NaN.

    References
    ----------
    Hennig (2007), Computational Statistics & Data Analysis 52, 258–271.
    """
    return alike(labels, _kmeans.solve(X, k, rng=rng, weights=weights).labels, k, weights)


def alike(labels: np.ndarray, found: np.ndarray, k: int, weights: np.ndarray) -> np.ndarray:
    """As `jaccard`, of segments already found in each resample: ``found``, shape (n_boot, rows)."""
    out = np.empty((len(weights), k))
    for b, weight in enumerate(weights):
        both = np.bincount(labels * k + found[b], weights=weight, minlength=k * k).reshape(k, k)
        old = both.sum(axis=1)
        union = old[:, None] + both.sum(axis=0) - both
        best = np.divide(both, union, out=np.zeros_like(both), where=union > 0).max(axis=1)
        out[b] = np.where(old > 0, best, np.nan)
    return out


def mean_drawn(similarity: np.ndarray) -> np.ndarray:
    """Mean over the resamples in which the segment was drawn; 0 where it never was."""
    drawn = np.isfinite(similarity).sum(axis=0)
    return np.nansum(similarity, axis=0) / np.maximum(drawn, 1)


def rand_index(one: np.ndarray, other: np.ndarray, k: int) -> float:
    """Adjusted Rand index of two groupings into k: 1 the same, 0 what chance gives.

    References
    ----------
    Hubert and Arabie (1985), Journal of Classification 2, 193–218, equation 5.
    """
    both = np.bincount(one * k + other, minlength=k * k).reshape(k, k).astype(float)
    pairs = [(counts * (counts - 1)).sum() / 2 for counts in (both, both.sum(axis=1), both.sum(axis=0))]
    expected = pairs[1] * pairs[2] / max(len(one) * (len(one) - 1) / 2, 1)
    most = (pairs[1] + pairs[2]) / 2
    return 1.0 if most == expected else float((pairs[0] - expected) / (most - expected))


def agreement(found: np.ndarray, k: int, weights: np.ndarray | None = None) -> float:
    """Mean adjusted Rand index of each grouping with the next one, on the rows that both have drawn.

    Parameters
    ----------
    found : int array, shape (groupings, rows)
    k : int
    weights : array, shape (groupings, rows), optional
        0 where a row was not drawn; without it all rows count.
    """
    drawn = np.ones(found.shape, dtype=bool) if weights is None else weights > 0
    pairs = []
    for b in range(len(found)):
        # the last one with the first
        both = drawn[b - 1] & drawn[b]
        pairs.append(rand_index(found[b - 1][both], found[b][both], k))
    return float(np.mean(pairs))


def prediction_strength(X: np.ndarray, k: int, rng: np.random.Generator, splits: int = 10) -> float:
    """Mean over halves of the worst segment's share of pairs that the other half's centres keep together.

    References
    ----------
    Tibshirani and Walther (2005), Journal of Computational and Graphical Statistics 14, 511–528.
    """
    order = rng.random((splits, len(X))).argsort(axis=1)
    first = order < len(X) // 2
    halves = np.concatenate([first, ~first])
    found = _kmeans.solve(X, k, rng=rng, weights=halves)
    other = np.roll(np.arange(2 * splits), splits)
    predicted, _squared = _kmeans.nearest(X, found.centres[other])
    worst = []
    for own, foreign, half in zip(found.labels, predicted, halves, strict=True):
        both = np.bincount(own * k + foreign, weights=half, minlength=k * k).reshape(k, k)
        size = both.sum(axis=1)
        pairs = size * (size - 1)
        # a segment of one customer has no pair to keep together: it counts as not predicted
        worst.append(np.divide((both**2).sum(axis=1) - size, pairs, out=np.zeros(k), where=pairs > 0).min())
    return float(np.mean(worst))

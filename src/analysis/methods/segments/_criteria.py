"""What speaks for a number of segments: gap, prediction strength, stability, excess over unstructured data."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri
from scipy.stats import rankdata

from . import _kmeans

__all__ = ["SCHEMES", "box", "gap", "jaccard", "mean_drawn", "prediction_strength", "resample", "unstructured"]

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
    found = _kmeans.solve(X, k, rng=rng, weights=weights).labels
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


def box(X: np.ndarray, draws: int, rng: np.random.Generator) -> np.ndarray:
    """Uniform rows in the box along the principal axes of the data: array (draws, rows, features)."""
    centre = X.mean(axis=0)
    _u, _s, axes = np.linalg.svd(X - centre, full_matrices=False)
    turned = (X - centre) @ axes.T
    low, high = turned.min(axis=0), turned.max(axis=0)
    return rng.uniform(low, high, size=(draws, len(X), len(axes))) @ axes + centre


def gap(inertia: float, reference: np.ndarray, k: int, rng: np.random.Generator) -> tuple[float, float]:
    """Gap statistic and its standard error (with the simulation error).

    References
    ----------
    Tibshirani, Walther and Hastie (2001), Journal of the Royal Statistical Society B 63, 411–423,
    reference distribution (b): box along the principal components.
    """
    logs = np.log(_kmeans.solve(reference, k, rng=rng).inertia)
    return float(logs.mean() - np.log(inertia)), float(logs.std() * np.sqrt(1 + 1 / len(logs)))


def unstructured(X: np.ndarray, draws: int, rng: np.random.Generator) -> np.ndarray:
    """Data without segments that look like X feature by feature and pair by pair.

    Normal data with the correlation of the data's normal scores, each feature then given the data's own
    values in rank order (a normal copula). Every margin is kept exactly, and the covariance to sampling error
    where the data are normal; correlations of features with many equal values come out a little lower. So
    neither one common factor nor skew nor many zeros alone can pass for structure, as they do against boxes
    or plain normal data. Two groups far apart are still told apart: the normal scores of two features then
    correlate by 2/π at most, so the draws fill the room between the groups.

    Returns
    -------
    array, shape (draws, rows, features)

    References
    ----------
    Iman and Conover (1982), Communications in Statistics B 11, 311–334 (rank order from normal draws); Hennig
    and Lin (2015), Statistics and Computing 25, 821–833 (null models that keep what is no clustering).
    """
    rows, features = X.shape
    scores = ndtri((rankdata(X, axis=0) - 0.5) / rows)
    spread = scores.std(axis=0)
    scores = scores / np.where(spread > 0, spread, 1)
    root = _root(scores.T @ scores / rows)
    out = np.empty((draws, rows, features))
    values = np.sort(X, axis=0)
    for draw in range(draws):
        rank = (rng.standard_normal((rows, features)) @ root.T).argsort(axis=0).argsort(axis=0)
        out[draw] = np.take_along_axis(values, rank, axis=0)
    return out


def _root(matrix: np.ndarray) -> np.ndarray:
    """A square root of a correlation matrix that may be singular."""
    size, axes = np.linalg.eigh(matrix)
    return axes * np.sqrt(np.maximum(size, 0))

"""Data without segments, and what the data have above them: gap statistic and separation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import ndtri
from scipy.stats import rankdata

from . import _kmeans

__all__ = ["BOXES", "GAP_RULES", "adjusted", "box", "gap", "gap_of_one", "gap_picks", "unstructured"]

#: reference boxes: along the principal axes of the data, and along the features
BOXES = ("pca", "original")
GAP_RULES = ("first_se", "first_max", "global_max")


def box(X: np.ndarray, draws: int, rng: np.random.Generator, kind: str = "pca") -> np.ndarray:
    """Uniform rows in the box along the principal axes of the data or along its features.

    Returns
    -------
    array, shape (draws, rows, features)
    """
    if kind == "original":
        return rng.uniform(X.min(axis=0), X.max(axis=0), size=(draws, *X.shape))
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
    reference distributions (a): box along the features, and (b): box along the principal components.
    """
    return _gap(inertia, _kmeans.solve(reference, k, rng=rng).inertia)


def gap_of_one(X: np.ndarray, reference: np.ndarray) -> tuple[float, float]:
    """Gap statistic and standard error of one segment: all rows together."""
    within = ((reference - reference.mean(axis=1, keepdims=True)) ** 2).sum(axis=(1, 2))
    return _gap(float(((X - X.mean(axis=0)) ** 2).sum()), within)


def gap_picks(ks: Sequence[int], values: Sequence[float], errors: Sequence[float]) -> dict[str, int]:
    """Number of segments by each rule, among numbers in increasing order (1 among them: no segments).

    ``first_se``: the first k with gap(k) ≥ gap(k+1) − s(k+1) (Tibshirani and others). ``first_max``: the first
    local maximum. ``global_max``: the largest gap. The names in R's ``cluster::maxSE`` are Tibs2001SEmax,
    firstmax and globalmax.
    """
    values, errors = list(values), list(errors)
    steps = range(len(ks) - 1)
    by_error = next((ks[i] for i in steps if values[i] >= values[i + 1] - errors[i + 1]), ks[-1])
    local = next((ks[i] for i in steps if values[i] > values[i + 1]), ks[-1])
    return {"first_se": int(by_error), "first_max": int(local), "global_max": int(ks[int(np.argmax(values))])}


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


def adjusted(observed: np.ndarray, drawn: np.ndarray) -> np.ndarray:
    """Share of reference draws whose largest standardised separation over all k reaches that of each k.

    Parameters
    ----------
    observed : array, shape (numbers of segments,)
    drawn : array, shape (numbers of segments, draws)
    """
    mean, spread = drawn.mean(axis=1, keepdims=True), drawn.std(axis=1, ddof=1, keepdims=True)
    spread = np.where(spread > 0, spread, 1)
    largest = ((drawn - mean) / spread).max(axis=0)
    z = (observed[:, None] - mean) / spread
    return (1 + (largest >= z).sum(axis=1)) / (1 + drawn.shape[1])


def _gap(inertia: float, reference: np.ndarray) -> tuple[float, float]:
    # at as many segments as different rows nothing is left within them
    logs = np.log(np.maximum(reference, np.finfo(float).tiny))
    own = np.log(max(inertia, np.finfo(float).tiny))
    return float(logs.mean() - own), float(logs.std() * np.sqrt(1 + 1 / len(logs)))

"""Many small k-means fits at once: the resampling behind `choose_k` and `stability`.

One call of scikit-learn's `KMeans` costs more overhead than work at a thousand rows, and a study of k needs
thousands of fits. Here replicates run side by side while they fit the cache, else one by one with all their
starts together: same rows with other weights (bootstrap, halves), or other rows (reference data).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from . import _lloyd

__all__ = ["Solutions", "nearest", "separation", "settle", "solve"]

_CHUNK = 6_000_000  # numbers in the largest array at once, 48 MB
_CACHE = 130_000  # numbers in the largest array of runs side by side, 1 MB
#: above this many rows, starts are first brought to rest on so many random rows
_REFINED = 1_000


@dataclass(frozen=True, eq=False)
class Solutions:
    """One clustering per replicate.

    Attributes
    ----------
    labels : int array, shape (replicates, rows)
        Nearest centre of every row, also of rows with weight 0.
    centres : array, shape (replicates, k, features)
    inertia : array, shape (replicates,)
        Weighted sum of squared distances to the nearest centre.
    """

    labels: np.ndarray
    centres: np.ndarray
    inertia: np.ndarray


def solve(
    X: np.ndarray, k: int, *, rng: np.random.Generator, weights: np.ndarray | None = None, starts: int = 3
) -> Solutions:
    """k-means of every replicate, best of ``starts`` k-means++ starts (Lloyd's iterations).

    With many rows each start is brought to rest on 1,000 random rows of the replicate first: Lloyd's
    iterations on all rows then begin near their end. No start knows anything of another replicate.

    Parameters
    ----------
    X : array, shape (rows, features) or (replicates, rows, features)
    k : int
    rng : numpy Generator
    weights : array, shape (replicates, rows), optional
        Weight of each row in each replicate; 1 without it.
    starts : int, default 3
        With a single start the algorithm's own chance is mixed with that of the sample.

    References
    ----------
    Lloyd (1982), IEEE Trans. Inf. Theory 28, 129–137; Arthur and Vassilvitskii (2007), k-means++, SODA;
    Bradley and Fayyad (1998), Refining initial points for k-means clustering, ICML.
    """
    replicates = len(X) if X.ndim == 3 else 1 if weights is None else len(weights)
    rows = X.shape[-2] if weights is None else int((weights > 0).sum(axis=1).max())
    step = 1 if rows > 2 * _REFINED else max(1, _CACHE // (rows * k * starts))
    parts = []
    for first in range(0, replicates, step):
        part = slice(first, first + step)
        own = X[part] if X.ndim == 3 else X
        x, w = _taking_part(own, None if weights is None else weights[part])
        centres, inertia = _best(x, w, k, starts, rng)
        parts.append((nearest(own, centres)[0], centres, inertia))
    return Solutions(*(np.concatenate(part) for part in zip(*parts, strict=True)))


def settle(X: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """One set of centres, shape (k, features), brought to rest until no row changes its group."""
    rows = _lloyd.rows_of(X)
    return _lloyd.iterate(_lloyd.Rows(rows.across, rows.summed, np.zeros(())), centres[None])[0]


def nearest(X: np.ndarray, centres: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Label and squared distance of the nearest centre.

    Parameters
    ----------
    X : array, shape (rows, features) or (replicates, rows, features)
    centres : array, shape (replicates, k, features)

    Returns
    -------
    labels, squared : arrays, shape (replicates, rows)
    """
    offset = _squared(X, centres)
    labels = np.zeros(offset.shape[::2], dtype=np.intp)
    smallest = offset[:, 0].copy()
    for j in range(1, offset.shape[1]):
        labels[offset[:, j] < smallest] = j
        np.minimum(smallest, offset[:, j], out=smallest)
    smallest += (X**2).sum(axis=-1)
    return labels, np.maximum(smallest, 0)


def separation(X: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """Mean of (b − a) / b, with a, b the distances of a row to its own and to the next centre.

    Parameters
    ----------
    X : array, shape (rows, features) or (replicates, rows, features)
    centres : array, shape (replicates, k, features)

    Returns
    -------
    array, shape (replicates,)
        0 (a row lies between two groups) to 1.

    References
    ----------
    Simplified silhouette: Hruschka, de Castro and Campello (2004), ICDM; Vendramin et al. (2010),
    Stat. Anal. Data Min. 3, 209–235.
    """
    step = max(1, _CHUNK // (X.shape[-2] * centres.shape[1]))
    parts = []
    for first in range(0, len(centres), step):
        part = slice(first, first + step)
        a, b = _two_nearest(X[part] if X.ndim == 3 else X, centres[part])
        ratio = np.sqrt(np.divide(a, b, out=np.ones_like(a), where=b > 0))
        parts.append(1 - ratio.mean(axis=1))
    return np.concatenate(parts)


def _squared(X: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """Squared distances less |x|², which is the same for every centre: array (replicates, k, rows)."""
    offset = centres @ np.swapaxes(X, -1, -2)
    offset *= -2
    offset += (centres**2).sum(axis=2)[:, :, None]
    return offset


def _two_nearest(X: np.ndarray, centres: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    offset = _squared(X, centres)
    two = np.full((2, *offset.shape[::2]), np.inf)
    for j in range(offset.shape[1]):
        larger = np.maximum(two[0], offset[:, j])
        np.minimum(two[0], offset[:, j], out=two[0])
        np.minimum(two[1], larger, out=two[1])
    two += (X**2).sum(axis=-1)
    return np.maximum(two[0], 0), np.maximum(two[1], 0)


def _taking_part(X: np.ndarray, weights: np.ndarray | None) -> tuple[np.ndarray, np.ndarray | None]:
    """Rows with a weight above 0, filled up with rows of weight 0 to the same number in each replicate."""
    if weights is None:
        return X, None
    drawn = weights > 0
    most = int(drawn.sum(axis=1).max())
    at = np.argsort(~drawn, axis=1, kind="stable")[:, :most]
    own = X[at] if X.ndim == 2 else np.take_along_axis(X, at[:, :, None], axis=1)
    return own, np.take_along_axis(weights, at, axis=1).astype(float)


def _best(
    X: np.ndarray, weights: np.ndarray | None, k: int, starts: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Centres and inertia of the best start of each replicate."""
    replicates = len(X) if X.ndim == 3 else 1
    if replicates == 1:
        # one replicate: its starts share the rows
        x, w = X.reshape(X.shape[-2:]), None if weights is None else weights[0]
    else:
        x, w = np.repeat(X, starts, axis=0), None if weights is None else np.repeat(weights, starts, axis=0)
    runs = replicates * starts
    rows = _lloyd.rows_of(x, w)
    if x.ndim == 2 and len(x) > 2 * _REFINED:
        few = rng.choice(np.arange(len(x)) if w is None else np.flatnonzero(w), _REFINED, replace=False)
        part = _lloyd.rows_of(x[few], None if w is None else w[few])
        begun = _lloyd.iterate(part, _lloyd.spread_out(part, k, runs, rng))
    else:
        begun = _lloyd.spread_out(rows, k, runs, rng)
    centres = _lloyd.iterate(rows, begun)
    inertia = _lloyd.last_step(rows, centres).reshape(replicates, starts)
    pick = np.arange(replicates) * starts + inertia.argmin(axis=1)
    return centres[pick], inertia.min(axis=1)

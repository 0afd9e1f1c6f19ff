"""Many small k-means fits at once: the resampling behind `choose_k` and `stability`.

One call of scikit-learn's `KMeans` costs more overhead than work at a thousand
rows, and a study of k needs thousands of fits. Here the replicates run side by
side as one array: same rows with other weights (bootstrap, halves), or other
rows (reference data).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

__all__ = ["Solutions", "nearest", "separation", "solve"]

_CHUNK = 6_000_000  # numbers in the largest array at once, 48 MB


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
    Lloyd (1982), IEEE Trans. Inf. Theory 28, 129–137; Arthur and Vassilvitskii (2007), k-means++, SODA.
    """
    rows = X.shape[-2]
    replicates = len(X) if X.ndim == 3 else 1 if weights is None else len(weights)
    step = max(1, _CHUNK // (rows * k * starts))
    parts = []
    for first in range(0, replicates, step):
        part = slice(first, min(first + step, replicates))
        count = part.stop - part.start
        w = np.ones((count, rows)) if weights is None else weights[part].astype(float)
        x = np.repeat(X[part], starts, axis=0) if X.ndim == 3 else X
        parts.append(_best(_lloyd(x, np.repeat(w, starts, axis=0), k, rng), count, starts))
    return Solutions(*(np.concatenate([getattr(p, name) for p in parts]) for name in ("labels", "centres", "inertia")))


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


def _lloyd(X: np.ndarray, weights: np.ndarray, k: int, rng: np.random.Generator, rounds: int = 100) -> Solutions:
    centres = _start(X, weights, k, rng)
    labels = np.full(weights.shape, -1, dtype=np.intp)
    running = np.arange(len(weights))
    for _ in range(rounds):
        x = X[running] if X.ndim == 3 else X
        now, _squared = nearest(x, centres[running])
        moved = (now != labels[running]).any(axis=1)
        labels[running] = now
        centres[running] = _centres(x, weights[running], now, centres[running])
        running = running[moved]
        if running.size == 0:
            break
    labels, squared = nearest(X, centres)
    return Solutions(labels, centres, (weights * squared).sum(axis=1))


def _centres(X: np.ndarray, weights: np.ndarray, labels: np.ndarray, before: np.ndarray) -> np.ndarray:
    """Weighted mean of each group; a group left empty keeps its centre."""
    members = (labels[:, None, :] == np.arange(before.shape[1])[:, None]) * weights[:, None, :]
    size = members.sum(axis=2)[:, :, None]
    return np.where(size > 0, (members @ X) / np.where(size > 0, size, 1), before)


def _start(X: np.ndarray, weights: np.ndarray, k: int, rng: np.random.Generator) -> np.ndarray:
    """k-means++: each next centre drawn with probability proportional to the squared distance so far."""
    squared = np.ones(weights.shape)
    centres = np.empty((len(weights), k, X.shape[-1]))
    for j in range(k):
        share = np.cumsum(weights * squared, axis=1)
        drawn = (share < rng.random(len(weights))[:, None] * share[:, -1:]).sum(axis=1)
        drawn = np.minimum(drawn, weights.shape[1] - 1)
        centres[:, j] = X[np.arange(len(weights)), drawn] if X.ndim == 3 else X[drawn]
        fresh = ((X - centres[:, j][:, None, :]) ** 2).sum(axis=2)
        squared = fresh if j == 0 else np.minimum(squared, fresh)
    return centres


def _best(all_starts: Solutions, replicates: int, starts: int) -> Solutions:
    inertia = all_starts.inertia.reshape(replicates, starts)
    pick = np.arange(replicates) * starts + inertia.argmin(axis=1)
    return Solutions(all_starts.labels[pick], all_starts.centres[pick], all_starts.inertia[pick])

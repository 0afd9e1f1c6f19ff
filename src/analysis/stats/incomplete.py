"""Means and covariance of columns with gaps: maximum likelihood by EM, many weightings of the same rows at once.

The answers that are there say what those that are missing would have been on average (a normal
model), and how far that may be wrong: nothing is filled in, only the first and second moments are.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

__all__ = ["covariances"]

#: change of an entry (of columns with variance 1) that ends the iterations, and most of them
_TOLERANCE, _LIMIT = 1e-6, 500
#: weightings worked on together; variance added so that columns that repeat each other have an inverse
_BLOCK, _RIDGE = 256, 1e-9


class _Pattern(NamedTuple):
    """Rows with the same gaps: what is known, what is not, and the weighted sums of what is known."""

    known: np.ndarray
    gaps: np.ndarray
    total: np.ndarray
    first: np.ndarray
    second: np.ndarray


def covariances(columns: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Covariance matrices of columns with gaps, one per row of weights.

    Parameters
    ----------
    columns : array (n, q)
        NaN where an answer is missing; rows without any answer add nothing.
    weights : array (m, n)
        Not negative.

    Returns
    -------
    array (m, q, q)
        Divided by the sum of weights, not by one less. Right where a gap depends on nothing or on what
        the row tells otherwise (missing at random); the normal model is needed for the second alone.

    References
    ----------
    Dempster, A. P., Laird, N. M. and Rubin, D. B. (1977), Journal of the Royal Statistical Society B 39, 1–38.
    Little, R. J. A. and Rubin, D. B. (2019), Statistical Analysis with Missing Data, 3rd edition, section 11.2.
    """
    there = np.isfinite(columns)
    used = there.any(axis=1)
    columns, weights, there = columns[used], weights[:, used], there[used]
    centre = np.nanmean(columns, axis=0)
    spread = np.nanstd(columns, axis=0)
    spread = np.where(spread > 0, spread, 1.0)
    z = np.where(there, (columns - centre) / spread, 0.0)
    start = _fitted(z, there, np.ones((1, len(z))), None)
    out = np.empty((len(weights), z.shape[1], z.shape[1]))
    for i in range(0, len(weights), _BLOCK):
        out[i : i + _BLOCK] = _fitted(z, there, weights[i : i + _BLOCK], start)[1]
    return out * np.outer(spread, spread)


def _fitted(
    z: np.ndarray, there: np.ndarray, weights: np.ndarray, start: tuple[np.ndarray, np.ndarray] | None
) -> tuple[np.ndarray, np.ndarray]:
    """Means (m, q) and covariances (m, q, q) after the last iteration."""
    m, q = len(weights), z.shape[1]
    patterns = _patterns(z, there, weights)
    total = weights.sum(axis=1)
    mean, spread = (np.zeros((1, q)), np.eye(q)[None]) if start is None else start
    mean, spread = np.repeat(mean, m, axis=0), np.repeat(spread, m, axis=0)
    for _ in range(_LIMIT):
        first, second = np.zeros((m, q)), np.zeros((m, q, q))
        for pattern in patterns:
            _add(first, second, pattern, mean, spread)
        new_mean = first / total[:, None]
        new = second / total[:, None, None] - new_mean[:, :, None] * new_mean[:, None, :]
        moved = max(float(np.abs(new - spread).max()), float(np.abs(new_mean - mean).max()))
        mean, spread = new_mean, new
        if moved < _TOLERANCE:
            break
    return mean, spread


def _patterns(z: np.ndarray, there: np.ndarray, weights: np.ndarray) -> list[_Pattern]:
    kinds, which = np.unique(there, axis=0, return_inverse=True)
    out = []
    for number, kind in enumerate(kinds):
        rows = np.flatnonzero(which.ravel() == number)
        known, w = np.flatnonzero(kind), weights[:, rows]
        x = z[np.ix_(rows, known)]
        products = (x[:, :, None] * x[:, None, :]).reshape(len(rows), -1)
        second = (w @ products).reshape(len(w), len(known), len(known))
        out.append(_Pattern(known, np.flatnonzero(~kind), w.sum(axis=1), w @ x, second))
    return out


def _add(first: np.ndarray, second: np.ndarray, pattern: _Pattern, mean: np.ndarray, spread: np.ndarray) -> None:
    """Add the expected sums of one pattern (in place): the gap is a + B·known, and varies by C around that."""
    known, gaps = pattern.known, pattern.gaps
    first[:, known] += pattern.first
    second[:, known[:, None], known] += pattern.second
    if not len(gaps):
        return
    inner = spread[:, known[:, None], known] + _RIDGE * np.eye(len(known))
    cross = spread[:, known[:, None], gaps]
    slope = np.linalg.solve(inner, cross).swapaxes(1, 2)
    rest = spread[:, gaps[:, None], gaps] - slope @ cross
    base = mean[:, gaps] - (slope @ mean[:, known, None])[:, :, 0]
    by_slope = (slope @ pattern.first[:, :, None])[:, :, 0]
    total = pattern.total[:, None]
    first[:, gaps] += total * base + by_slope
    mixed = base[:, :, None] * pattern.first[:, None, :] + slope @ pattern.second
    second[:, gaps[:, None], known] += mixed
    second[:, known[:, None], gaps] += mixed.swapaxes(1, 2)
    both = base[:, :, None] * (total * base + by_slope)[:, None, :] + by_slope[:, :, None] * base[:, None, :]
    second[:, gaps[:, None], gaps] += (
        both + slope @ pattern.second @ slope.swapaxes(1, 2) + pattern.total[:, None, None] * rest
    )

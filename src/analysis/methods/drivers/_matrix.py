"""Measures that need the correlation matrix only: relative weights, first, last, dominance."""

from __future__ import annotations

import numpy as np

from .question import Question

__all__ = ["beyond", "coefficients", "conditional", "dominance", "relative_weights"]

#: variance (of 1) under which a direction is a combination of the others; differences that are rounding
_TINY, _ROUNDING = 1e-10, 1e-12
GENERAL, CONDITIONAL, COMPLETE = 1, 2, 3


def beyond(matrix: np.ndarray, always: list[int]) -> np.ndarray:
    """Covariance of all columns given those that are always in (theirs become 0)."""
    if not always:
        return matrix
    cross = matrix[:, always]
    out = matrix - cross @ np.linalg.pinv(matrix[np.ix_(always, always)], rcond=_TINY, hermitian=True) @ cross.T
    out[np.abs(out) < _ROUNDING] = 0
    return out


def relative_weights(matrix: np.ndarray, question: Question) -> np.ndarray:
    """Johnson's relative weights, summed over each player's columns.

    The drivers are replaced by the orthogonal columns closest to them; the squared
    correlations of those with the outcome are handed back by squared loadings. Equal to
    Genizi's decomposition.

    References
    ----------
    Johnson, J. W. (2000), Multivariate Behavioral Research 35, 1–19, equations 1–4.
    Genizi, A. (1993), Statistica Sinica 3, 407–420.
    """
    inner = beyond(matrix, question.always)
    spread = np.sqrt(np.maximum(np.diag(inner)[:-1], 0))
    usable = spread > np.sqrt(_TINY)
    scale = np.where(usable, spread, np.inf)
    value, vector = np.linalg.eigh(inner[:-1, :-1] / np.outer(scale, scale))
    keep = value > _TINY
    root = np.sqrt(value[keep])
    loading = (vector[:, keep] * root) @ vector[:, keep].T
    inverse = (vector[:, keep] / root) @ vector[:, keep].T
    weight = loading**2 @ (inverse @ (inner[:-1, -1] / scale)) ** 2
    return np.array([weight[columns].sum() for columns in question.players])


def coefficients(matrix: np.ndarray) -> np.ndarray:
    """Standardised coefficients of all columns together; the shortest vector where columns repeat each other."""
    return np.linalg.pinv(matrix[:-1, :-1], rcond=_TINY, hermitian=True) @ matrix[:-1, -1]


def conditional(worth: np.ndarray) -> np.ndarray:
    """Mean gain of each player over subsets of each size: array (p players, p sizes 0 … p − 1).

    The mean over sizes is the Shapley value.

    References
    ----------
    Azen, R. and Budescu, D. V. (2003), Psychological Methods 8, 129–148.
    """
    p = len(worth).bit_length() - 1
    position = np.arange(len(worth))
    size = np.bitwise_count(position)
    out = np.empty((p, p))
    for j in range(p):
        without = position[(position >> j & 1) == 0]
        gain = worth[without | 1 << j] - worth[without]
        out[j] = np.bincount(size[without], gain, minlength=p)[:p] / np.bincount(size[without], minlength=p)[:p]
    return out


def dominance(worth: np.ndarray, by_size: np.ndarray) -> np.ndarray:
    """How far each player (row) dominates each other (column): 3 complete, 2 conditional, 1 general, 0 not.

    Complete: it explains more in company of any subset of the others; conditional: on average
    at every size; general: on average over sizes. Equality somewhere is allowed, not everywhere.
    """
    p = len(by_size)
    out = np.zeros((p, p), dtype=int)
    position = np.arange(len(worth))
    for i in range(p):
        for j in range(i + 1, p):
            free = position[((position >> i | position >> j) & 1) == 0]
            ahead = worth[free | 1 << i] - worth[free | 1 << j]
            ladder = by_size[i] - by_size[j]
            for winner, loser, sign in ((i, j, 1), (j, i, -1)):
                out[winner, loser] = _level(sign * ahead, sign * ladder)
    return out


def _level(ahead: np.ndarray, ladder: np.ndarray) -> int:
    if not ladder.mean() > _ROUNDING:
        return 0
    if (ahead >= -_ROUNDING).all():
        return COMPLETE
    return CONDITIONAL if (ladder >= -_ROUNDING).all() else GENERAL

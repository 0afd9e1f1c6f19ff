"""Exact Shapley shares of explained variance over all subsets of players.

A player is a driver or a group of drivers. The linear case needs only the
correlation matrix: players are taken in or left out one after the other, and
each subset carries the matrix of what is not yet decided (its Schur
complement), so all 2^p values cost a few array operations per player.
"""

from __future__ import annotations

from math import comb

import numpy as np

__all__ = ["correlations", "shares", "subset_r_squared"]

_CHUNK = 2_000_000
#: remaining variance (of 1) below which a column is a combination of those taken in
_TOLERANCE = 1e-10


def correlations(columns: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Weighted correlation matrices, one per row of weights.

    Parameters
    ----------
    columns : array (n, q)
    weights : array (m, n)

    Returns
    -------
    array (m, q, q)
        A column without variance has correlation 0 with all others.
    """
    q = columns.shape[1]
    upper = np.triu_indices(q)
    # exact dependence must survive rounding: centre first
    centred = columns - columns.mean(axis=0)
    products = centred[:, upper[0]] * centred[:, upper[1]]
    total = weights.sum(axis=1, keepdims=True)
    mean = weights @ centred / total
    second = np.zeros((len(weights), q, q))
    second[:, upper[0], upper[1]] = weights @ products / total
    second[:, upper[1], upper[0]] = second[:, upper[0], upper[1]]
    covariance = second - mean[:, :, None] * mean[:, None, :]
    scale = np.sqrt(np.maximum(np.diagonal(covariance, axis1=1, axis2=2), 0))
    scale = np.where(scale > 1e-9 * np.maximum(scale.max(axis=1, keepdims=True), 1e-300), scale, np.inf)
    out = covariance / (scale[:, :, None] * scale[:, None, :])
    diagonal = np.arange(q)
    out[:, diagonal, diagonal] = np.where(np.isfinite(scale), 1.0, 0.0)
    return out


def subset_r_squared(matrices: np.ndarray, players: list[list[int]], always: list[int]) -> np.ndarray:
    """R² of the last column on every subset of players.

    Parameters
    ----------
    matrices : array (m, q, q)
        Correlation matrices; the last column is the outcome.
    players : list of lists of int
        Columns of each player.
    always : list of int
        Columns in every subset.

    Returns
    -------
    array (m, 2^p)
        Entry s: bit j of s tells whether player j is in.
    """
    size = max(1, _CHUNK >> len(players))
    parts = [_sweep(matrices[i : i + size], players, always) for i in range(0, len(matrices), size)]
    return np.concatenate(parts)


def _sweep(matrices: np.ndarray, players: list[list[int]], always: list[int]) -> np.ndarray:
    m, q = matrices.shape[:2]
    order = [*always, *(c for player in reversed(players) for c in player), q - 1]
    state = matrices[:, order][:, :, order][:, None]
    outcome = state[:, 0, -1, -1]
    state = _take_in(state, len(always))
    for player in reversed(players):
        without = state[:, :, len(player) :, len(player) :]
        with_it = _take_in(state, len(player))
        # highest bit first, so that bit j of the final position belongs to player j
        state = np.stack([without, with_it], axis=2).reshape(m, -1, *without.shape[2:])
    left = state[:, :, 0, 0]
    return 1 - left / np.where(outcome > 0, outcome, 1)[:, None]


def _take_in(state: np.ndarray, count: int) -> np.ndarray:
    """Schur complement after the first ``count`` columns of each matrix."""
    for _ in range(count):
        pivot, row, rest = state[..., 0, 0], state[..., 0, 1:], state[..., 1:, 1:]
        inverse = np.where(pivot > _TOLERANCE, 1 / np.maximum(pivot, _TOLERANCE), 0.0)
        state = rest - (row * inverse[..., None])[..., :, None] * row[..., None, :]
    return state


def shares(worth: np.ndarray) -> np.ndarray:
    """Shapley value of each player from the worth of every subset.

    Parameters
    ----------
    worth : array (m, 2^p)
        Bit j of the position tells whether player j is in.

    Returns
    -------
    array (m, p)
        Sums to worth of all minus worth of none.

    References
    ----------
    Shapley, L. S. (1953); Lindeman, Merenda and Gold (1980), page 119 ff.;
    Grömping, U. (2007), The American Statistician 61, 139–147.
    """
    m, total = worth.shape
    p = total.bit_length() - 1
    size = _bit_counts(p)
    weight = np.array([1 / (p * comb(p - 1, k)) for k in range(p)] + [0.0])
    out = np.empty((m, p))
    for j in range(p):
        split = worth.reshape(m, -1, 2, 1 << j)
        k = size.reshape(-1, 2, 1 << j)[:, 0]
        out[:, j] = ((split[:, :, 1] - split[:, :, 0]) * weight[k]).sum(axis=(1, 2))
    return out


def _bit_counts(p: int) -> np.ndarray:
    counts = np.zeros(1, dtype=np.int64)
    for _ in range(p):
        counts = np.concatenate([counts, counts + 1])
    return counts

"""Exact Shapley shares of explained variance over all subsets of players.

A player is a driver or a group of drivers. The linear case needs only the
correlation matrix: players are taken in or left out one after the other, and
each subset carries the matrix of what is not yet decided (its Schur
complement), so all 2^p values cost a few array operations per player. One
vector per entry of the upper triangle runs over subsets and draws, in blocks
that stay in the processor's cache.
"""

from __future__ import annotations

from functools import lru_cache
from math import comb

import numpy as np

__all__ = ["correlations", "lmg", "shares", "subset_r_squared"]

#: subsets times draws worked on together (512 KB a vector), and rows of the data
_BLOCK, _ROWS = 1 << 16, 4096
#: remaining variance (of 1) below which a column is a combination of those taken in
_TOLERANCE = 1e-10
#: what is left of a share, relative to the largest worth, by rounding alone
_ROUNDING = 1e-14


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
    # exact dependence must survive rounding: centre first
    centred = columns - columns.mean(axis=0)
    total = weights.sum(axis=1, keepdims=True)
    mean = weights @ centred / total
    second = _second_moments(centred, weights) / total[:, :, None]
    covariance = second - mean[:, :, None] * mean[:, None, :]
    scale = np.sqrt(np.maximum(np.diagonal(covariance, axis1=1, axis2=2), 0))
    scale = np.where(scale > 1e-9 * np.maximum(scale.max(axis=1, keepdims=True), 1e-300), scale, np.inf)
    out = covariance / (scale[:, :, None] * scale[:, None, :])
    diagonal = np.arange(q)
    out[:, diagonal, diagonal] = np.where(np.isfinite(scale), 1.0, 0.0)
    return out


def _second_moments(centred: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Weighted sums of products; one matrix product over all rows of weights, blocks of data at a time."""
    n, q = centred.shape
    upper = np.triu_indices(q)
    out = np.zeros((len(weights), q, q))
    if len(weights) == 1:
        out[0] = (centred * weights[0][:, None]).T @ centred
        out[0][upper[1], upper[0]] = out[0][upper]
        return out
    sums = np.zeros((len(weights), len(upper[0])))
    for first in range(0, n, _ROWS):
        rows = centred[first : first + _ROWS]
        sums += weights[:, first : first + _ROWS] @ (rows[:, upper[0]] * rows[:, upper[1]])
    out[:, upper[0], upper[1]] = sums
    out[:, upper[1], upper[0]] = sums
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
    size = max(1, _BLOCK >> len(players))
    out = np.empty((len(matrices), 1 << len(players)))
    for i in range(0, len(matrices), size):
        out[i : i + size] = _worth(matrices[i : i + size], players, always).T
    return out


def lmg(matrices: np.ndarray, players: list[list[int]], always: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Shapley shares of R² and R² of all, without keeping the worth of every subset of every draw.

    Parameters
    ----------
    matrices, players, always
        As for `subset_r_squared`.

    Returns
    -------
    shares : array (m, p)
    r_squared : array (m,)
        Of all players together with the columns that are always in.
    """
    size = max(1, _BLOCK >> len(players))
    parts, whole = np.empty((len(matrices), len(players))), np.empty(len(matrices))
    for i in range(0, len(matrices), size):
        worth = _worth(matrices[i : i + size], players, always)
        parts[i : i + size], whole[i : i + size] = _folded(worth), worth[-1]
    return parts, whole


def _worth(matrices: np.ndarray, players: list[list[int]], always: list[int]) -> np.ndarray:
    """R² of every subset: array (2^p, m), for as many draws as fit one block."""
    m, q = matrices.shape[:2]
    order = [*always, *(c for player in players for c in player), q - 1]
    rows, columns = np.triu_indices(q)
    state = np.ascontiguousarray(matrices[:, order][:, :, order][:, rows, columns].T)
    state = _taken_in(state, q, len(always), None)
    left, size = q - len(always), 1
    early = 0
    # the first players together, until the subsets of the rest fill a block
    while (1 << (len(players) - early)) * m > _BLOCK and early < len(players):
        state, left, size, early = (
            _both(state, left, len(players[early])),
            left - len(players[early]),
            2 * size,
            early + 1,
        )
    out = np.empty((1 << (len(players) - early), size, m))
    state = state.reshape(-1, size, m)
    for s in range(size):
        part, rest = np.ascontiguousarray(state[:, s]), left
        for player in players[early:]:
            part, rest = _both(part, rest, len(player)), rest - len(player)
        out[:, s] = part[0].reshape(-1, m)
    outcome = matrices[:, -1, -1]
    out /= -np.where(outcome > 0, outcome, 1)
    out += 1
    return out.reshape(-1, m)


def _both(state: np.ndarray, left: int, count: int) -> np.ndarray:
    """Leave out the first ``count`` of ``left`` columns, then take them in: subsets double."""
    entries, length = (left - count) * (left - count + 1) // 2, state.shape[1]
    out = np.empty((entries, 2 * length))
    out[:, :length] = state[-entries:]
    _taken_in(state, left, count, out[:, length:])
    return out


def _taken_in(state: np.ndarray, left: int, count: int, out: np.ndarray | None) -> np.ndarray:
    """Schur complement after the first ``count`` of ``left`` columns; the upper triangle, row by row."""
    for step in range(count):
        left -= 1
        row, rest = state[: left + 1], state[left + 1 :]
        target = out if out is not None and step == count - 1 else np.empty_like(rest)
        pivot = row[0]
        if pivot.min() > _TOLERANCE:
            inverse = 1 / pivot
        else:
            inverse = np.where(pivot > _TOLERANCE, 1 / np.maximum(pivot, _TOLERANCE), 0.0)
        at = 0
        for i in range(left):
            block = target[at : at + left - i]
            np.multiply(row[1 + i :], row[1 + i] * inverse, out=block)
            np.subtract(rest[at : at + left - i], block, out=block)
            at += left - i
        state = target
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
    size = max(1, _BLOCK // worth.shape[1])
    return np.concatenate([_folded(worth[i : i + size].T) for i in range(0, len(worth), size)])


def _folded(worth: np.ndarray) -> np.ndarray:
    """Shapley values of the columns of ``worth`` (2^p, m) in O(2^p).

    A subset of size k counts with a(k) for each member and with −b(k) for all others, a(k) = b(k − 1) =
    1 ÷ (p C(p − 1, k − 1)): so with −b(k) for everybody and a(k) + b(k) more for members. Sums over the
    subsets that hold a player come from halving the table once per player.
    """
    total, m = worth.shape
    p = total.bit_length() - 1
    low = min(p, _BLOCK.bit_length() - 1)
    member, base = _weights(p, low)
    blocks = worth.reshape(-1, 1 << low, m)
    sums, part, everybody = np.empty((len(blocks), m)), np.zeros((1 << low, m)), np.zeros(m)
    for block, k, target in zip(blocks, _bit_counts(p - low), sums, strict=True):
        weighted = block * member[k][:, None]
        part += weighted
        target[:] = weighted.sum(axis=0)
        everybody += base[k] @ block
    out = np.vstack([_held(part), _held(sums)]).T - everybody[:, None]
    out[np.abs(out) < _ROUNDING * np.abs(worth).max()] = 0
    return out


def _held(table: np.ndarray) -> np.ndarray:
    """Sum over the positions that have each bit: array (bits, m), lowest bit first."""
    out = []
    while len(table) > 1:
        half = len(table) // 2
        out.append(table[half:].sum(axis=0))
        table = table[:half] + table[half:]
    return np.array(out[::-1]).reshape(-1, table.shape[1])


@lru_cache(maxsize=4)
def _weights(p: int, low: int) -> tuple[np.ndarray, np.ndarray]:
    """Both weights, a + b and b, by size, for the low bits (columns) and the number of high bits (rows)."""
    b = np.array([1 / (p * comb(p - 1, k)) for k in range(p)] + [0.0])
    size = np.arange(p - low + 1)[:, None] + _bit_counts(low)
    return (b + np.r_[0.0, b[:-1]])[size], b[size]


@lru_cache(maxsize=32)
def _bit_counts(p: int) -> np.ndarray:
    counts = np.zeros(1, dtype=np.int8)
    for _ in range(p):
        counts = np.concatenate([counts, counts + np.int8(1)])
    return counts

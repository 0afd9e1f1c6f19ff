"""Weights from pairwise comparisons: `weights`, the analytic hierarchy process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ..core.errors import SettingError

__all__ = ["LIMIT", "RANDOM_INDEX", "Priorities", "weights"]

#: consistency index of random matrices of 3 to 9 things
RANDOM_INDEX = {3: 0.58, 4: 0.90, 5: 1.12, 6: 1.24, 7: 1.32, 8: 1.41, 9: 1.45}
#: from this consistency ratio on the comparisons contradict each other too much
LIMIT = 0.10
_TOLERANCE = 1e-6


@dataclass(frozen=True, eq=False)
class Priorities:
    """Weights and how far the comparisons agree with each other.

    Attributes
    ----------
    weights : array (n,)
        In the order of the matrix; they add up to 1.
    largest : float
        Principal eigenvalue; n when the comparisons agree perfectly.
    index, ratio : float
        Consistency index (λmax − n) / (n − 1) and its ratio to that of random matrices; 0 for two things.
    """

    weights: np.ndarray
    largest: float
    index: float
    ratio: float


def weights(matrix: ArrayLike, *, names: Sequence[str] | None = None) -> Priorities:
    """Weights from a matrix of pairwise comparisons.

    Parameters
    ----------
    matrix : array (n, n)
        ``matrix[i, j]``: how many times more important i is than j, positive, with
        ``matrix[j, i] = 1 / matrix[i, j]``; n from 2 to 9.
    names : sequence of str, optional
        What is compared, for messages; default 1, 2, …

    Returns
    -------
    Priorities
        Principal right eigenvector.

    Raises
    ------
    SettingError
        ``ahp_shape``, ``ahp_positive``, ``ahp_reciprocal``; ``ahp_inconsistent`` when the consistency ratio
        reaches 0.10. The message names the pair to look at first.

    References
    ----------
    Saaty, T. L. (1980), The Analytic Hierarchy Process, chapter 3 (random index, limit of 0.10);
    Saaty, T. L. (1990), European Journal of Operational Research 48, 9–26.
    """
    table = np.asarray(matrix, dtype=float)
    if table.ndim != 2 or table.shape[0] != table.shape[1] or not 2 <= len(table) <= 9:
        raise SettingError("ahp_shape", got="×".join(map(str, table.shape)))
    n = len(table)
    words = [str(i + 1) for i in range(n)] if names is None else [str(name) for name in names]
    if len(words) != n:
        raise SettingError("ahp_shape", got=f"{n}×{n}, names {len(words)}")
    _check(table, words)
    roots, vectors = np.linalg.eig(table)
    top = int(np.argmax(roots.real))
    vector = np.abs(vectors[:, top].real)
    weight = vector / vector.sum()
    largest = float(roots[top].real)
    index = max((largest - n) / (n - 1), 0.0)
    ratio = index / RANDOM_INDEX[n] if n > 2 else 0.0
    if ratio >= LIMIT:
        i, j, fits = _worst(table, weight)
        raise SettingError(
            "ahp_inconsistent", ratio=ratio, limit=LIMIT, first=words[i], second=words[j], got=table[i, j], fits=fits
        )
    return Priorities(weight, largest, index, ratio)


def _check(table: np.ndarray, words: Sequence[str]) -> None:
    bad = ~(np.isfinite(table) & (table > 0))
    if bad.any():
        i, j = np.argwhere(bad)[0]
        raise SettingError("ahp_positive", first=words[i], second=words[j], got=float(table[i, j]))
    gap = np.abs(np.log(table * table.T))
    if gap.max() > _TOLERANCE:
        i, j = (int(k) for k in np.unravel_index(int(gap.argmax()), gap.shape))
        values = {"got": float(table[i, j]), "back": float(table[j, i])}
        raise SettingError("ahp_reciprocal", first=words[i], second=words[j], **values)


def _worst(table: np.ndarray, weight: np.ndarray) -> tuple[int, int, float]:
    """The comparison furthest from the ratio of the two weights, and that ratio; written as the larger one."""
    fits = weight[:, None] / weight[None, :]
    gap = np.abs(np.log(table / fits))
    i, j = (int(k) for k in np.unravel_index(int(gap.argmax()), gap.shape))
    if table[i, j] < 1:
        i, j = j, i
    return i, j, float(fits[i, j])

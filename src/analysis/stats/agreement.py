"""Agreement of two observers on an ordered scale: weighted kappa."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from ..core import checks

__all__ = ["cross_count", "weighted_kappa"]

_Z95 = 1.959963984540054
_TAIL = 0.025


def cross_count(first: ArrayLike, second: ArrayLike, scale: Sequence[float]) -> np.ndarray:
    """How often the first observer said row and the second said column."""
    one, two = (np.searchsorted(np.asarray(scale), np.asarray(values)) for values in (first, second))
    size = len(scale)
    return np.bincount(one * size + two, minlength=size * size).reshape(size, size)


def weighted_kappa(counts: ArrayLike, *, power: float = 2.0) -> tuple[float, float, float]:
    """Weighted kappa with its 95 % interval.

    Parameters
    ----------
    counts : array (k, k)
        Subjects by answer of the first (row) and of the second observer (column), equally spaced categories.
    power : float, default 2
        Disagreement counts as distance to this power: 2 quadratic, 1 linear.

    Returns
    -------
    value, lo, hi : float
        NaN where chance alone gives full agreement (all in one category) or nobody was rated twice. Where no pair
        differs the lower bound is that of a share of 0 of n (Clopper and Pearson 1934, Biometrika 26, 404–413), each
        differing pair counted as one by chance.

    References
    ----------
    Cohen, J. (1968), Psychological Bulletin 70, 213–220 (weighted kappa). Fleiss, J. L., Cohen, J. and
    Everitt, B. S. (1969), Psychological Bulletin 72, 323–327 (large-sample variance, equation 14).
    """
    checks.number(power, name="power", low=0.1, high=10.0)
    table = np.asarray(counts, dtype=float)
    n, size = table.sum(), len(table)
    if n == 0 or size < 2:
        return float("nan"), float("nan"), float("nan")
    share = table / n
    row, column = share.sum(axis=1), share.sum(axis=0)
    steps = np.abs(np.subtract.outer(np.arange(size), np.arange(size))) / (size - 1)
    weight = 1 - steps**power
    seen, chance = float((weight * share).sum()), float(row @ weight @ column)
    if chance >= 1:
        return float("nan"), float("nan"), float("nan")
    kappa = (seen - chance) / (1 - chance)
    margins = np.add.outer(weight @ column, row @ weight)
    spread = (share * (weight - margins * (1 - kappa)) ** 2).sum() - (kappa - chance * (1 - kappa)) ** 2
    if (share.diagonal().sum()) >= 1 - 1e-12:
        # where nobody differed the variance is 0, yet of n pairs a share of 1 - 0.025^(1/n) may; by chance in kind
        return kappa, max(1 - (1 - _TAIL ** (1 / n)) / (1 - float(row @ column)), -1.0), 1.0
    half = _Z95 * np.sqrt(max(float(spread), 0.0) / n) / (1 - chance)
    return kappa, max(kappa - half, -1.0), min(kappa + half, 1.0)

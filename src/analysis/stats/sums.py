"""Sums that do not depend on the order of the rows, and sums of resampled customers.

Floating-point addition depends on order in the last digits; a report must not.
"""

from __future__ import annotations

import numpy as np

from ..core import checks

__all__ = ["by_group", "resampled"]

#: numbers held at once while resampling
BLOCK = 4_000_000


def by_group(values: np.ndarray, code: np.ndarray, size: int) -> np.ndarray:
    """Sum of the values of each group, the same for any order of the rows.

    Parameters
    ----------
    values : array (n,)
    code : int array (n,)
        Group of each value, 0 to ``size`` − 1.
    size : int

    Returns
    -------
    array (size,)
    """
    order = np.lexsort((values, code))
    return np.bincount(code[order], weights=values[order], minlength=size)


def resampled(values: np.ndarray, *, n_boot: int, seed: int) -> np.ndarray:
    """Column sums over customers drawn with replacement, ``n_boot`` times.

    Parameters
    ----------
    values : array (n, k)
        One row per customer, in a fixed order.
    n_boot, seed : int

    Returns
    -------
    array (n_boot, k)

    References
    ----------
    Efron, B. and Tibshirani, R. (1993), An Introduction to the Bootstrap, chapter 6.
    """
    checks.whole(n_boot, name="n_boot", low=1)
    checks.whole(seed, name="seed", low=0)
    n = len(values)
    rng = np.random.default_rng(seed)
    out = np.empty((n_boot, values.shape[1]))
    at_once = max(1, BLOCK // max(n, 1))
    for start in range(0, n_boot, at_once):
        rows = min(at_once, n_boot - start)
        picks = rng.integers(0, n, size=(rows, n)) + n * np.arange(rows)[:, None]
        times = np.bincount(picks.ravel(), minlength=rows * n).reshape(rows, n)
        out[start : start + rows] = times @ values
    return out

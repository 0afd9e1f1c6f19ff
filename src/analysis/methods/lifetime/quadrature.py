"""Expectations over a beta distribution, and integrals over time, as short weighted sums.

References
----------
Golub, G. H. and Welsch, J. H. (1969), Calculation of Gauss quadrature rules,
Mathematics of Computation 23, 221–230.
Davis, P. J. and Rabinowitz, P. (1984), Methods of Numerical Integration, 2nd ed.,
sections 2.7 and 4.6 (error of Gauss–Legendre rules).
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

__all__ = ["beta_nodes", "legendre_count", "legendre_nodes", "node_count"]

#: numbers of Gauss–Legendre nodes in use; rows that need about the same number are handled together
COUNTS = np.array([6, 8, 11, 15, 20, 27, 36, 48, 72, 108])


#: numbers of Gauss–Jacobi nodes in use: few, so that rules serve many horizons
BETA_COUNTS = np.array([8, 12, 16, 20, 24, 32, 48, 64, 96])


def node_count(scale: float) -> int:
    """Nodes that give about ten digits for integrands singular at p = −1 / scale.

    The error falls like ρ^(−2 count) with ρ ≈ 1 + 2 / √scale.
    """
    need = 8 + 6 * np.sqrt(max(scale, 0.0))
    return int(BETA_COUNTS[min(np.searchsorted(BETA_COUNTS, need), len(BETA_COUNTS) - 1)])


def beta_nodes(a: float, b: np.ndarray, *, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Gauss–Jacobi nodes in (0, 1) and weights summing to 1, for beta (a, b_i) distributions.

    Parameters
    ----------
    a : float
    b : array (k,)
    count : int
        Nodes per distribution.

    Returns
    -------
    nodes, weights : arrays (k, count)
        Not to be written to: they are kept for the next call.
    """
    return _beta_nodes(float(a), np.ascontiguousarray(b, dtype=float).tobytes(), count)


@lru_cache(maxsize=16)
def _beta_nodes(a: float, packed: bytes, count: int) -> tuple[np.ndarray, np.ndarray]:
    b = np.frombuffer(packed)
    # on [−1, 1] the weight is (1 − t)^(b − 1) (1 + t)^(a − 1); p = (1 + t) / 2
    left, right = (a - 1) + np.zeros((len(b), 1)), (b - 1)[:, None]
    n = np.arange(count, dtype=float)[None, :]
    total = 2 * n + left + right
    with np.errstate(divide="ignore", invalid="ignore"):
        diagonal = (left**2 - right**2) / (total * (total + 2))
    # n = 0 is 0/0 when a + b = 2; the mean of the distribution is its limit
    diagonal[:, :1] = (left - right) / (left + right + 2)
    k, step = n[:, 1:], total[:, 1:]
    with np.errstate(divide="ignore", invalid="ignore"):
        square = 4 * k * (k + left) * (k + right) * (k + left + right) / (step**2 * (step + 1) * (step - 1))
    # k = 1 is 0/0 when a + b = 1: cancel (k + left + right) against (step − 1)
    square[:, :1] = 4 * (1 + left) * (1 + right) / ((left + right + 2) ** 2 * (left + right + 3))
    matrix = np.zeros((len(b), count, count))
    at = np.arange(count)
    matrix[:, at, at] = diagonal
    if count > 1:
        off = np.sqrt(np.maximum(square, 0.0))
        matrix[:, at[:-1], at[1:]] = off
        matrix[:, at[1:], at[:-1]] = off
    roots, vectors = np.linalg.eigh(matrix)
    # a root may leave (0, 1) by rounding when the distribution is nearly a point
    nodes = np.clip((1 + roots) / 2, 1e-300, 1.0)
    weights = vectors[:, 0, :] ** 2
    for each in (nodes, weights):
        each.flags.writeable = False
    return nodes, weights


@lru_cache(maxsize=32)
def legendre_nodes(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Gauss–Legendre nodes in (0, 1) and weights summing to 1."""
    nodes, weights = np.polynomial.legendre.leggauss(count)
    return (1 + nodes) / 2, weights / 2


def legendre_count(drop: np.ndarray, span: np.ndarray) -> np.ndarray:
    """Nodes that give about twelve digits for exp(−φ(v)), 0 ≤ v ≤ span, φ convex and rising by ``drop``.

    Two things cost nodes: an exponential that falls by ``drop`` (n nodes integrate e^(−c v) to within
    c^(2n) (n!)⁴ / (2n)!³), and singularities at a distance of π from the real line when the variable is the
    logarithm of a time (the error falls like ρ^(−2n), ρ = z + √(1 + z²), z = π / span). The count is one of `COUNTS`.
    """
    z = np.pi / np.maximum(span, 1e-9)
    need = np.maximum(5 + 0.62 * np.sqrt(2 * drop) + 0.25 * drop, 14.0 / np.arcsinh(z) + 2)
    return COUNTS[np.minimum(np.searchsorted(COUNTS, need), len(COUNTS) - 1)]

"""The hypergeometric function ₂F₁(1, b; c; z) that discounted sums of beta ratios come to.

References
----------
DLMF, NIST Digital Library of Mathematical Functions, 15.7.5 (Gauss's continued fraction).
"""

from __future__ import annotations

import numpy as np

__all__ = ["gauss"]

#: most terms; enough for sixteen digits up to z = 1 − 10⁻⁶
MOST = 20_000


def gauss(b: np.ndarray, c: np.ndarray, z: float) -> np.ndarray:
    """₂F₁(1, b; c; z) for c > b > 0 and 0 ≤ z < 1, by Gauss's continued fraction from its far end.

    Every term is positive and no gamma function is formed, so parameters of any size do no harm.
    Each pair of terms gains the factor ((1 − √(1−z)) / (1 + √(1−z)))² or better.
    """
    root = np.sqrt(1 - z)
    gain = -2 * np.log((1 - root) / (1 + root)) if z > 0 else np.inf
    pairs = int(min(np.ceil(40 / gain) + 5, MOST))
    tail = np.ones(np.broadcast(b, c).shape)
    for m in range(pairs, 0, -1):
        # even term, then the odd one before it
        tail = 1 - z * m * (c - b + m - 1) / ((c + 2 * m - 2) * (c + 2 * m - 1)) / tail
        odd = m - 1
        first = b / c if odd == 0 else (b + odd) * (c + odd - 1) / ((c + 2 * odd - 1) * (c + 2 * odd))
        tail = 1 - z * first / tail
    return 1 / tail

"""Additive logarithmic mean Divisia index, LMDI-I: a change of products of factors, split exactly."""

from __future__ import annotations

import numpy as np

__all__ = ["contributions", "log_mean"]


def log_mean(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Logarithmic mean (a − b) / (ln a − ln b) of positive numbers; a where both are equal.

    Written as b · expm1(x)/x with x = ln(a/b), which keeps its digits where a and b nearly agree.
    """
    x = np.log(np.asarray(a, dtype=float) / np.asarray(b, dtype=float))
    near = np.abs(x) < 1e-6
    ratio = np.expm1(x) / np.where(near, 1.0, x)
    # series of expm1(x)/x; the next term is x³/24
    return np.asarray(b, dtype=float) * np.where(near, 1 + x / 2 + x**2 / 6, ratio)


def contributions(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """What each factor adds to the change of the product of all factors.

    ΔV = Σₖ L(V¹, V⁰) · ln(xₖ¹ / xₖ⁰), without a residual.

    Parameters
    ----------
    before, after : arrays (n, k)
        Positive factors of n units; the value of a unit is the product over k.

    Returns
    -------
    array (n, k)
        Rows sum to ``after.prod(axis=1) - before.prod(axis=1)``.

    References
    ----------
    Ang, B. W. (2005), The LMDI approach to decomposition analysis: a practical guide,
    Energy Policy 33, 867–871, equations 1 to 3.
    """
    weight = log_mean(after.prod(axis=1), before.prod(axis=1))
    return weight[:, None] * np.log(after / before)

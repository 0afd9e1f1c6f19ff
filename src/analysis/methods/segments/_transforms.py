"""Transforms that bring a skewed feature closer to symmetry, each with what it needs to be used again."""

from __future__ import annotations

import numpy as np
from scipy import stats

__all__ = ["TRANSFORMS", "chosen", "skew", "transformed"]

TRANSFORMS = ("auto", "none", "yeo_johnson")
_NEARLY = 1e-9
_SKEWED = 1.0
#: beyond these powers Yeo-Johnson only follows single customers
_POWERS = (-5.0, 5.0)


def skew(values: np.ndarray) -> float:
    """Third standardised moment; 0 for a constant."""
    centred = values - values.mean()
    variance = float((centred**2).mean())
    flat = variance <= (_NEARLY * float(np.abs(values).max())) ** 2
    return 0.0 if flat else float((centred**3).mean() / variance**1.5)


def transformed(values: np.ndarray, transform: str, power: float | None = None) -> np.ndarray:
    """The values under a transform that `chosen` named.

    ``log1p`` and ``signed_log`` are sign(x)·log(1 + |x|): for x ≥ 0 that is log(1 + x), and a later
    negative value breaks nothing. ``yeo_johnson`` takes a stored power.

    References
    ----------
    Yeo and Johnson (2000), Biometrika 87, 954–959.
    """
    if transform == "as_is":
        return values
    if transform == "yeo_johnson":
        return np.asarray(stats.yeojohnson(values, lmbda=power), dtype=float)
    return np.sign(values) * np.log1p(np.abs(values))


def chosen(seen: np.ndarray, transform: str) -> tuple[str, float | None]:
    """Transform of a feature and its power: only where |skew| is above 1 and falls."""
    before = skew(seen)
    if transform == "none" or abs(before) <= _SKEWED:
        return "as_is", None
    if transform == "yeo_johnson":
        # maximum likelihood of a normal distribution after the transform
        power = float(np.clip(stats.yeojohnson_normmax(seen), *_POWERS))
        better = abs(skew(transformed(seen, "yeo_johnson", power))) < abs(before)
        return ("yeo_johnson", power) if better else ("as_is", None)
    if abs(skew(transformed(seen, "log1p"))) >= abs(before):
        return "as_is", None
    return ("log1p" if seen.min() >= 0 else "signed_log"), None

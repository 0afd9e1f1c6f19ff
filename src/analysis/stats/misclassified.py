"""Prevalence measured with a tool that errs: Rogan and Gladen's estimate with its interval."""

from __future__ import annotations

import numpy as np
from scipy import stats

from ..core import checks
from ..core.errors import DataError

__all__ = ["rogan_gladen"]


def rogan_gladen(
    positive: float, n: float, *, found: tuple[int, int], cleared: tuple[int, int], level: float = 0.95
) -> tuple[float, float, float]:
    """Share that truly has a property, from the share a tool found and the tool's measured errors.

    Parameters
    ----------
    positive, n : float
        How many the tool found among how many looked at.
    found : (int, int)
        Of the checked cases that have the property: how many the tool found, how many there are.
    cleared : (int, int)
        Of the checked cases without it: how many the tool left out, how many there are.
    level : float, default 0.95

    Returns
    -------
    value, lo, hi : float
        Shares within 0–1; NaN where the tool does no better than chance (sensitivity + specificity ≤ 1) or one kind
        of checked case is missing.

    References
    ----------
    Rogan, W. J. and Gladen, B. (1978), American Journal of Epidemiology 107, 71–76 (estimate). Lang, Z. and
    Reiczigel, J. (2014), Preventive Veterinary Medicine 113, 13–22 (interval, which takes in that the errors of the
    tool are themselves estimated).
    """
    checks.number(level, name="level", low=0.5, high=0.999)
    for hit, size in (found, cleared, (positive, n)):
        if hit < 0 or hit > size:
            raise DataError("count_above_n", count=float(hit), n=float(size))
    nothing = (float("nan"),) * 3
    if not found[1] or not cleared[1] or not n:
        return nothing
    sensitivity, specificity = found[0] / found[1], cleared[0] / cleared[1]
    if sensitivity + specificity <= 1:
        return nothing
    value = (positive / n + specificity - 1) / (sensitivity + specificity - 1)
    z = float(stats.norm.ppf((1 + level) / 2))
    size, ill, well = n + z**2, found[1] + 2, cleared[1] + 2
    share, se, sp = (positive + z**2 / 2) / size, (found[0] + 1) / ill, (cleared[0] + 1) / well
    gain = se + sp - 1
    if gain <= 0:
        return nothing
    centre = (share + sp - 1) / gain
    shift = 2 * z**2 * (centre * se * (1 - se) / ill - (1 - centre) * sp * (1 - sp) / well)
    spread = share * (1 - share) / size + centre**2 * se * (1 - se) / ill + (1 - centre) ** 2 * sp * (1 - sp) / well
    half = z * np.sqrt(spread) / gain
    value = float(np.clip(value, 0, 1))
    lo, hi = np.clip([centre + shift - half, centre + shift + half], 0, 1)
    return value, float(min(lo, value)), float(max(hi, value))

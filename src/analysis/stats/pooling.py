"""Partial pooling of estimates of the same thing from several places, many things at once."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import stats

__all__ = ["LEAST_PLACES", "Pooled", "heterogeneity", "pool"]

#: fewest places from which the spread between them can be learned
LEAST_PLACES = 3


class Pooled(NamedTuple):
    """Estimates of one thing, shrunk towards their common mean.

    Attributes
    ----------
    mean, mean_se : float
        Random-effects mean and its error.
    value, se : array (places,)
        Shrunk estimates and their errors.
    """

    mean: float
    mean_se: float
    value: np.ndarray
    se: np.ndarray


def heterogeneity(estimates: list[np.ndarray], errors: list[np.ndarray]) -> tuple[float, np.ndarray]:
    """Spread between places, one for all things measured on the same scale, and Cochran's test of each.

    With Q_b of thing b over its places and C_b = Σw − Σw²/Σw, w = 1/se²,

        τ² = max(0, Σ_b (Q_b − (places_b − 1)) ÷ Σ_b C_b):

    DerSimonian and Laird's moment estimator, numerator and denominator summed over the things.
    With three places τ of a single thing has two degrees of freedom and is mostly noise.

    Parameters
    ----------
    estimates, errors : list of arrays
        One pair per thing.

    Returns
    -------
    float, array
        τ (NaN where nothing was measured in two places), p of each thing.

    References
    ----------
    DerSimonian, R. and Laird, N. (1986), Controlled Clinical Trials 7, 177–188.
    Cochran, W. G. (1954), Biometrics 10, 101–129.
    """
    above, below, p = 0.0, 0.0, []
    for value, se in zip(estimates, errors, strict=True):
        w = 1 / se**2
        df = len(value) - 1
        if df < 1:
            p.append(np.nan)
            continue
        q = float((w * (value - (w * value).sum() / w.sum()) ** 2).sum())
        above += q - df
        below += float(w.sum() - (w**2).sum() / w.sum())
        p.append(float(stats.chi2.sf(q, df)))
    tau = float(np.sqrt(max(0.0, above / below))) if below > 0 else float("nan")
    return tau, np.array(p)


def pool(value: np.ndarray, se: np.ndarray, tau: float) -> Pooled:
    """Shrink the estimates of one thing: B·mean + (1 − B)·own with B = se² ÷ (se² + τ²).

    The error of a shrunk estimate is √((1 − B)·se² + B²·se_mean²): what is left of its own, and
    the part of the mean's that it takes over.

    References
    ----------
    Morris, C. N. (1983), Journal of the American Statistical Association 78, 47–55.
    """
    w = 1 / (se**2 + tau**2)
    mean, mean_se = float((w * value).sum() / w.sum()), float(np.sqrt(1 / w.sum()))
    b = se**2 / (se**2 + tau**2)
    return Pooled(mean, mean_se, b * mean + (1 - b) * value, np.sqrt((1 - b) * se**2 + b**2 * mean_se**2))

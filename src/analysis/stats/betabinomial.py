"""Shares of many units shrunk towards the middle of their kind: quasi beta-binomial.

Boxes of one order are not independent tosses. The counts are therefore divided
by the dispersion that shares of the same unit show from period to period, and
the beta-binomial is fitted to what is left.
"""

from __future__ import annotations

import numpy as np
from scipy import optimize, stats
from scipy.special import betaln

__all__ = ["CEILING", "dispersion", "fit", "posterior"]

#: a prior worth more trials than this means that the units do not differ
CEILING = 1e5


def dispersion(hits: np.ndarray, trials: np.ndarray, unit: np.ndarray) -> float:
    """Pearson dispersion of period counts around the share of their own unit, at least 1.

    Parameters
    ----------
    hits, trials : arrays (m,)
        Counts of one unit and period; trials above 0.
    unit : int array (m,)

    References
    ----------
    McCullagh, P. and Nelder, J. A. (1989), Generalized Linear Models, 4.5.
    """
    size = int(unit.max()) + 1 if len(unit) else 0
    total, own = np.bincount(unit, trials, size), np.bincount(unit, hits, size)
    share = np.divide(own, total, out=np.zeros(size), where=total > 0)
    variance = trials * (share * (1 - share))[unit]
    use = variance > 0
    freedom = int(use.sum()) - len(np.unique(unit[use]))
    if freedom < 1:
        return 1.0
    return max(1.0, float((((hits - trials * share[unit]) ** 2)[use] / variance[use]).sum() / freedom))


def fit(hits: np.ndarray, trials: np.ndarray) -> tuple[float, float]:
    """Maximum-likelihood mean and weight (a + b) of the beta prior.

    Parameters
    ----------
    hits, trials : arrays (n,)
        May be fractions (counts divided by the dispersion).

    Returns
    -------
    mean, weight : float
        Weight `CEILING` where the units do not differ more than chance makes them.

    References
    ----------
    Skellam, J. G. (1948), Journal of the Royal Statistical Society B 10, 257–261.
    """
    mean = float(np.clip(hits.sum() / trials.sum(), 1e-4, 1 - 1e-4))
    lowest, logit, log_weight = np.inf, 0.0, 0.0
    for weight in (1.0, 10.0, 100.0):
        start = np.array([np.log(mean / (1 - mean)), np.log(weight)])
        bounds = [(-12.0, 12.0), (np.log(0.05), np.log(CEILING))]
        found = optimize.minimize(_minus_log_likelihood, start, args=(hits, trials), method="L-BFGS-B", bounds=bounds)
        if found.fun < lowest:
            lowest, (logit, log_weight) = found.fun, found.x
    return float(1 / (1 + np.exp(-logit))), float(np.exp(log_weight))


def posterior(
    hits: np.ndarray, trials: np.ndarray, mean: float, weight: float, *, level: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean and equal-tailed interval of each unit's share."""
    a, b = mean * weight + hits, (1 - mean) * weight + trials - hits
    tail = (1 - level) / 2
    return a / (a + b), stats.beta.ppf(tail, a, b), stats.beta.ppf(1 - tail, a, b)


def _minus_log_likelihood(theta: np.ndarray, hits: np.ndarray, trials: np.ndarray) -> float:
    """Beta-binomial without the binomial coefficients, which hold no parameter."""
    mean, weight = 1 / (1 + np.exp(-theta[0])), np.exp(theta[1])
    a, b = mean * weight, (1 - mean) * weight
    return -float((betaln(a + hits, b + trials - hits) - betaln(a, b)).sum())

"""How large the noise of two totals can be at most: not larger than what changed between them.

Under noise of the model (gamma with relative variance 1/r around an unchanged mean, counts Poisson on top) a
customer's part of the sum of both totals is Beta(r, r), for counts beta-binomial, whatever the mean. Real change only
spreads the parts further. So the middle distance of the parts from their own middle bounds the noise from above.
"""

from __future__ import annotations

import numpy as np
from scipy import stats

from ...stats import intervals

__all__ = ["LOOSEST", "most"]

#: customers in a class of size, and the most classes
_CLASS, _CLASSES = 60, 10
#: purchases of both periods below which a count says too little about its noise
_FEWEST = 20
#: relative variance where the totals set no bound
LOOSEST = np.inf
#: dispersions between which the bound is looked for
_GRID = np.exp(np.linspace(np.log(0.05), np.log(1e6), 400))


def most(before: np.ndarray, after: np.ndarray, *, counts: bool) -> np.ndarray:
    """Largest relative variance of a total (1/r) that the change leaves room for, by customer.

    Found in each class of size: the upper 95 % limit of the middle distance is what Beta(r, r) gives at the bound.
    The middle customer decides, so a few large changes do not raise it; `LOOSEST` where customers are few or buy
    little.

    Parameters
    ----------
    before, after : array (n,)
    counts : bool
        Whole numbers, which are Poisson besides.

    References
    ----------
    Beta distribution of the part of a sum of gamma variables: Johnson, N. L., Kotz, S. and Balakrishnan, N. (1995),
    Continuous Univariate Distributions, volume 2, chapter 25.
    """
    first, second = np.maximum(before, 0.0), np.maximum(after, 0.0)
    size = first + second
    out = np.full(len(size), LOOSEST)
    rows = np.flatnonzero(size > 0)
    rows = rows[np.argsort(size[rows], kind="stable")]
    if len(rows) < _CLASS:
        return out
    for part in np.array_split(rows, int(np.clip(len(rows) // _CLASS, 1, _CLASSES))):
        share = first[part] / size[part]
        _, distance = intervals.median(np.abs(share - np.median(share)))
        out[part] = _variance(float(distance), 1 / float(np.median(size[part])) if counts else 0.0)
    # those who bought nothing in both periods have no noise of their own
    return out


def _variance(distance: float, poisson: float) -> float:
    """1/r at which the middle distance of the parts from one half is the one found."""
    if poisson > 1 / _FEWEST:
        return LOOSEST
    # above one half of the parts at the ends: any noise is possible
    middle = stats.beta.ppf(0.75, _GRID, _GRID) - 0.5
    if distance >= middle[0]:
        return LOOSEST
    r = float(np.exp(np.interp(-np.log(max(distance, 1e-12)), -np.log(middle), np.log(_GRID))))
    alike = 1 / (2 * r + 1)
    # a beta-binomial part varies by alike + (1 - alike)/size: the Poisson part is not the customer's noise
    alike = max((alike - poisson) / (1 - poisson), 0.0)
    return 2 * alike / (1 - alike)

"""Shifted beta-geometric: contracts that are renewed or not, period by period.

A customer ends at each renewal with probability θ, the same all the time and
beta (alpha, beta) across customers. Shares kept rise with the age of a cohort
because those who leave easily are gone first.

References
----------
Fader, P. S. and Hardie, B. G. S. (2007), How to project customer retention,
Journal of Interactive Marketing 21, 76–90, equations 5–7.
Fader, P. S. and Hardie, B. G. S. (2010), Customer-base valuation in a contractual setting: the
perils of ignoring heterogeneity, Marketing Science 29, 85–93, equation 5.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from . import hypergeometric
from .rows import Rows

__all__ = ["PARAMETERS", "counts", "kept", "log_likelihood", "residual", "starts", "still_there", "survival"]

PARAMETERS = ("alpha", "beta")
#: concentration of θ, where the search begins
STARTS = (1.0, 4.0, 30.0, 0.2)

Values = Mapping[str, float]


def counts(cohorts: Sequence[np.ndarray]) -> Rows:
    """Cohorts as rows: ``age`` periods survived, ``frequency`` 1 for those lost in the next, 0 for those still there.

    Parameters
    ----------
    cohorts : sequence of arrays (T + 1,)
        Customers still there after 0, 1 … T periods.
    """
    longest = max(map(len, cohorts))
    lost, there = np.zeros(longest), np.zeros(longest)
    for alive in cohorts:
        lost[: len(alive) - 1] += np.maximum(-np.diff(alive), 0.0)
        there[len(alive) - 1] += alive[-1]
    ages = np.arange(longest, dtype=float)
    code = np.tile(np.arange(longest), 2)
    frequency = np.repeat([1, 0], longest)
    weights = np.concatenate([lost, there])
    return Rows(frequency, np.zeros(1), np.zeros_like(code), ages, code, weights, np.arange(2 * longest))


def still_there(periods: np.ndarray) -> Rows:
    """Rows whose likelihood is the share still there after each of ``periods``."""
    code = np.arange(len(periods))
    zero = np.zeros(len(periods), dtype=np.int64)
    return Rows(zero, np.zeros(1), zero, periods.astype(float), code, np.ones(len(periods)), code)


def log_likelihood(values: Values, rows: Rows) -> tuple[np.ndarray, np.ndarray]:
    """Log-probability of each row and its gradient (m, 2) by the log-parameters.

    ln S(t) = −Σ ln(1 + α / (β + i)), i < t; lost in the period after: ln S(t) + ln(α / (α + β + t)).
    """
    alpha, beta = (values[name] for name in PARAMETERS)
    t = np.rint(rows.age).astype(np.int64)
    i = np.arange(int(t.max(initial=0)), dtype=float)
    lost = rows.frequency
    after = alpha + beta + t
    out = -_sums(np.log1p(alpha / (beta + i)))[t] + lost * (np.log(alpha) - np.log(after))
    gradient = np.empty((len(t), 2))
    gradient[:, 0] = -alpha * _sums(1 / (alpha + beta + i))[t] + lost * (beta + t) / after
    gradient[:, 1] = alpha * _sums(beta / ((beta + i) * (alpha + beta + i)))[t] - lost * beta / after
    return out, gradient


def survival(values: Values, periods: np.ndarray) -> np.ndarray:
    """Share still there after each whole number of periods."""
    i = np.arange(int(np.max(periods, initial=0)), dtype=float)
    return np.exp(-_sums(np.log1p(values["alpha"] / (values["beta"] + i))))[periods]


def kept(values: Values, periods: np.ndarray) -> np.ndarray:
    """Share of those there before a period who are there after it (1 for period 0, the beginning)."""
    before = values["beta"] + periods - 1
    return np.where(periods > 0, before / (values["alpha"] + before), 1.0)


def residual(values: Values, periods: np.ndarray, discount_rate: float) -> np.ndarray:
    """Discounted expected number of further renewals of a customer there after ``periods``, the next one undiscounted.

    (β+n) / (α+β+n) · ₂F₁(1, β+n+1; α+β+n+1; 1/(1+d)), n periods survived.
    """
    start = values["beta"] + periods
    z = 1 / (1 + discount_rate)
    return start / (values["alpha"] + start) * hypergeometric.gauss(start + 1, values["alpha"] + start + 1, z)


def starts(rows: Rows) -> list[np.ndarray]:
    """Log-parameters where the search begins; the mean of θ follows from the observed share lost."""
    lost = float(rows.weights @ rows.frequency)
    renewals = float(rows.weights @ (rows.age + rows.frequency))
    share = float(np.clip((lost + 0.1) / (renewals + 0.2), 0.005, 0.995))
    return [np.log([size * share, size * (1 - share)]) for size in STARTS]


def _sums(terms: np.ndarray) -> np.ndarray:
    return np.concatenate([[0.0], np.cumsum(terms)])

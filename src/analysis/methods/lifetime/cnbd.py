"""(M)BG/CNBD-k: regular reorders. As BG/NBD and MBG/NBD, but an order is every k-th event of the clock.

While active, the time between orders is Erlang-k, gamma with shape k: k = 1 is random buying, a higher k
the more regular the rhythm. A history enters by (x, t_x, T); the gaps between orders, by the sum of their
logarithms, only tell one k from another.

References
----------
Platzer, M. and Reutterer, T. (2016), Ticking away the moments: timing regularity helps to better predict
customer activity, Marketing Science 35, 779–799 (regularity in models of dropout).
Platzer, M. (2008), Stochastic models of noncontractual consumer relationships, Vienna University of
Economics and Business Administration, sections 4–5 (CBG/CNBD-k, the likelihood below).
Chatfield, C. and Goodhardt, G. J. (1973), A consumer purchasing model with Erlang inter-purchase times,
Journal of the American Statistical Association 68, 828–835.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ...core.result import Note
from . import geometric
from .odds import split
from .rows import Rows

__all__ = ["PARAMETERS", "describe", "log_likelihood", "p_alive", "phases", "starts"]

PARAMETERS = geometric.PARAMETERS

Values = Mapping[str, float]


def log_likelihood(values: Values, rows: Rows, *, coins: int) -> tuple[np.ndarray, np.ndarray]:
    """Log-likelihood of each row and its gradient (m, 4) by the logarithms of r, alpha, a and b.

    Without the part that holds the gaps and no parameter but k (`gaps.constant`).
    """
    r, alpha, a, b = (values[name] for name in PARAMETERS)
    x, events = rows.frequency, _events(values, rows)
    c = x + coins
    toss, step = np.arange(int(c.max(initial=0)), dtype=float), np.arange(int(events.max(initial=0)), dtype=float)
    log_ahead, slopes = _silence(values, rows)
    logit, odds = _dropout(values, rows, coins=coins)
    logit = logit - log_ahead
    dead, alive, log_alive = split(logit)
    log_age, free_age = np.log(alpha + rows.ages)[rows.age_code], np.log1p(rows.ages / alpha)[rows.age_code]
    out = _sums(np.log(r + step))[events] - events * log_age - r * free_age - _sums(np.log1p(a / (b + toss)))[c]
    out += log_ahead - log_alive

    log_gap = np.log1p((rows.age - rows.recency) / (alpha + rows.recency))
    slope = alive / (alpha + rows.age) + dead / (alpha + rows.recency)
    gradient = np.empty((4, len(x)))
    gradient[0] = r * (_sums(1 / (r + step))[events] - free_age + dead * log_gap + alive * slopes[0])
    gradient[1] = r - alpha * (r + events) * slope - alpha * alive * slopes[1]
    gradient[2] = -a * _sums(1 / (a + b + toss))[c] + dead
    gradient[3] = b * (_sums(a / ((b + toss) * (a + b + toss)))[c] - dead * odds)
    return out, gradient.T


def p_alive(values: Values, rows: Rows, *, coins: int) -> np.ndarray:
    """Probability that a customer with this history will order again one day (still active)."""
    return split(_dropout(values, rows, coins=coins)[0] - _silence(values, rows)[0])[1]


def phases(values: Values, rows: Rows) -> np.ndarray:
    """(k, m): probability that 0, 1 … k − 1 events have passed since the last order, given an active customer."""
    terms = _terms(values, rows)
    return terms / terms.sum(axis=0)


def starts(rows: Rows, *, k: int) -> list[np.ndarray]:
    """Log-parameters where the search begins: those of k = 1 with a clock k times as fast."""
    return [start - np.array([0.0, np.log(k), 0.0, 0.0]) for start in geometric.starts(rows)]


def describe(values: Values) -> Note:
    """The finding of an ordinary fit: purchase rate, dropout at each toss, and k."""
    found = geometric.describe(values).values
    return Note("lifetime_fit_regular", {**found, "rate": found["rate"] / values["k"], "k": int(values["k"])})


def _events(values: Values, rows: Rows) -> np.ndarray:
    return rows.frequency * int(values["k"])


def _terms(values: Values, rows: Rows) -> np.ndarray:
    """(k, m): the ways of no order since the last one, d^j / j! · (r + kx)…(r + kx + j − 1) / (α + T)^j."""
    shape = values["r"] + _events(values, rows)
    share = (rows.age - rows.recency) / (values["alpha"] + rows.age)
    terms = np.ones((int(values["k"]), len(rows)))
    for j in range(1, len(terms)):
        terms[j] = terms[j - 1] * share * (shape + j - 1) / j
    return terms


def _silence(values: Values, rows: Rows) -> tuple[np.ndarray, np.ndarray]:
    """Log of the sum of `_terms`, and (2, m) its derivatives by r and, with the sign turned, by alpha."""
    terms = _terms(values, rows)
    total = terms.sum(axis=0)
    shape = values["r"] + _events(values, rows)
    by_r, by_alpha, harmonic = np.zeros(len(rows)), np.zeros(len(rows)), np.zeros(len(rows))
    for j in range(1, len(terms)):
        harmonic = harmonic + 1 / (shape + j - 1)
        by_r += terms[j] * harmonic
        by_alpha += terms[j] * j
    return np.log(total), np.stack([by_r / total, by_alpha / (total * (values["alpha"] + rows.age))])


def _dropout(values: Values, rows: Rows, *, coins: int) -> tuple[np.ndarray, np.ndarray]:
    """Log-odds of having dropped out after the last order against no event since; 1 / (b + c − 1)."""
    c = rows.frequency + coins
    tossed = c > 0
    odds = np.where(tossed, 1 / np.where(tossed, values["b"] + c - 1, 1.0), 0.0)
    gap = np.log1p((rows.age - rows.recency) / (values["alpha"] + rows.recency))
    with np.errstate(divide="ignore"):
        return np.log(values["a"] * odds) + (values["r"] + _events(values, rows)) * gap, odds


def _sums(terms: np.ndarray) -> np.ndarray:
    """Sums of the first 0, 1, 2 … terms."""
    return np.concatenate([[0.0], np.cumsum(terms)])

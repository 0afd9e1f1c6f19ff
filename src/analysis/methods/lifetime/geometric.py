"""BG/NBD and MBG/NBD: purchases at a gamma rate, dropout by a beta coin after purchases.

The two differ in one point: BG/NBD tosses the coin after each repeat purchase,
MBG/NBD also after the first. With ``coins`` = 0 or 1 one set of formulas serves
both; c = frequency + coins is the number of tosses survived.

References
----------
Fader, P. S., Hardie, B. G. S. and Lee, K. L. (2005), "Counting your customers" the
easy way, Marketing Science 24, 275–284, equations 3–10.
Batislam, E. P., Denizel, M. and Filiztekin, A. (2007), International Journal of
Research in Marketing 24, 201–209 (the modified model).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy import special

from ...core.result import Note
from .odds import split
from .quadrature import beta_nodes, node_count
from .rows import Rows, cases

__all__ = ["PARAMETERS", "describe", "log_likelihood", "moments", "p_alive", "reaches", "starts"]

PARAMETERS = ("r", "alpha", "a", "b")
#: rows handled at once where a row needs many numbers
CHUNK = 50_000
#: shape of the gamma, both shapes of the beta, where the search begins
STARTS = ((0.3, 0.5, 2.0), (1.0, 1.0, 5.0), (4.0, 0.3, 6.0), (0.5, 3.0, 9.0), (10.0, 0.05, 2.0), (1.0, 6.0, 2.0))

Values = Mapping[str, float]


def log_likelihood(values: Values, rows: Rows, *, coins: int) -> tuple[np.ndarray, np.ndarray]:
    """Log-likelihood of each row and its gradient (m, 4) by the logarithms of the parameters.

    Gamma functions of whole steps are summed step by step (``ln Γ(r+x) − ln Γ(r) = Σ ln(r+j)``),
    so nothing overflows and no digits are lost when a parameter runs to infinity.
    """
    r, alpha, a, b = (values[name] for name in PARAMETERS)
    x = rows.frequency
    c = x + coins
    step = np.arange(int(c.max(initial=0)), dtype=float)
    # everything that depends on one of x, t_x, T is worked out once for each of its values
    free_age, one_age = np.log1p(rows.ages / alpha)[rows.age_code], (1 / (alpha + rows.ages))[rows.age_code]
    gap = free_age - np.log1p(rows.recencies / alpha)[rows.recency_code]
    odds, shape = _odds(b, len(step) + 1, coins), r + x
    with np.errstate(divide="ignore"):
        dead, _, log_alive = split(np.log(a * odds)[x] + shape * gap)
    out = (_sums(np.log(r + step)) - np.arange(len(step) + 1) * np.log(alpha))[x] - shape * free_age
    out -= _sums(np.log1p(a / (b + step)))[c] + log_alive

    slope = one_age + dead * ((1 / (alpha + rows.recencies))[rows.recency_code] - one_age)
    gradient = np.empty((4, len(x)))
    gradient[0] = r * (_sums(1 / (r + step))[x] - free_age + dead * gap)
    gradient[1] = r - alpha * shape * slope
    gradient[2] = (-a * _sums(1 / (a + b + step)))[c] + dead
    gradient[3] = b * (_sums(a / ((b + step) * (a + b + step)))[c] - dead * odds[x])
    return out, gradient.T


def p_alive(values: Values, rows: Rows, *, coins: int) -> np.ndarray:
    """Probability that a customer with this history will order again one day (still active)."""
    return split(_dropout(values, rows, coins=coins))[1]


def moments(values: Values, rows: Rows, periods: float, *, coins: int) -> tuple[np.ndarray, np.ndarray]:
    """Mean and second moment of the orders in the next ``periods``.

    Given an active customer, rate and coin are independent: gamma (r + x, α + T) and beta (a, b + c).
    For a known coin p both moments are elementary; the beta integral over p is a Gauss–Jacobi sum.
    The closed form with ₂F₁ of the paper (equation 10) is the same number but fails at a = 1.
    """
    r, alpha, a, b = (values[name] for name in PARAMETERS)
    alive = p_alive(values, rows, coins=coins)
    tosses, code = np.unique(rows.frequency + coins, return_inverse=True)
    scale = periods / (alpha + rows.age)
    nodes, mass = beta_nodes(a, b + tosses, count=node_count(float(scale.max(initial=0.0))))
    mean, second = np.empty(len(rows)), np.empty(len(rows))
    for start in range(0, len(rows), CHUNK):
        part = slice(start, start + CHUNK)
        shape, s = (r + rows.frequency[part])[:, None], scale[part][:, None]
        p, w = nodes[code[part]], mass[code[part]]
        first, pairs = _known_coin(p, shape, s)
        mean[part] = (w * first).sum(axis=1)
        second[part] = 2 * (w * pairs).sum(axis=1) - mean[part]
    return alive * mean, alive * second


def reaches(values: Values, rows: Rows, periods: float, count: np.ndarray, *, coins: int) -> np.ndarray:
    """Probability of ``count`` (1 or more) orders or more in the next ``periods``, given an active customer; exact.

    An active customer orders min(K, Y) times, K the toss that ends it, Y negative binomial:
    P(min ≥ n) = B(a, b+c+n−1) / B(a, b+c) · P(Y ≥ n), the two being independent given the history.
    """
    r, alpha, a, b = (values[name] for name in PARAMETERS)
    n, x, age, code = cases(rows, count)
    survived = b + x + coins
    stay = special.betaln(a, survived + n - 1) - special.betaln(a, survived)
    reach = special.betainc(n, r + x, periods / (alpha + age + periods))
    return (np.exp(stay) * reach)[code]


def starts(rows: Rows) -> list[np.ndarray]:
    """Log-parameters where the search begins; alpha follows from the observed mean rate."""
    exposure = rows.weights @ np.maximum(rows.recency, 0.25 * rows.age)
    rate = (rows.weights @ rows.frequency + 0.1) / max(exposure, 0.1 * rows.weights.sum())
    return [np.log([r, r / rate, a, b]) for r, a, b in STARTS]


def describe(values: Values) -> Note:
    """The finding of an ordinary fit: purchase rate, and the share of customers lost at each toss."""
    dropout = values["a"] / (values["a"] + values["b"])
    return Note("lifetime_fit", {"rate": values["r"] / values["alpha"], "dropout": float(dropout)})


def _dropout(values: Values, rows: Rows, *, coins: int) -> np.ndarray:
    """Log-odds of having dropped out after the last purchase; −∞ without a toss."""
    r, alpha, a, b = (values[name] for name in PARAMETERS)
    odds = _odds(b, int(rows.frequency.max(initial=0)) + 1, coins)[rows.frequency]
    recency = rows.recency
    with np.errstate(divide="ignore"):
        return np.log(a * odds) + (r + rows.frequency) * np.log1p((rows.age - recency) / (alpha + recency))


def _odds(b: float, size: int, coins: int) -> np.ndarray:
    """1 / (b + c − 1) for x = 0, 1 … size − 1, with 0 where no coin has been tossed."""
    c = np.arange(size) + coins
    return np.where(c > 0, 1 / np.where(c > 0, b + c - 1, 1.0), 0.0)


def _sums(terms: np.ndarray) -> np.ndarray:
    """Sums of the first 0, 1, 2 … terms."""
    return np.concatenate([[0.0], np.cumsum(terms)])


def _known_coin(p: np.ndarray, shape: np.ndarray, s: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """E[N] and E[N(N+1)/2] of an active customer whose coin is p, rate gamma (shape), s = periods / (α + T).

    E[N] = (1 − G) / p and E[N(N+1)/2] = (1 − G − p (1−p) k s (1 + p s)^(−k−1)) / p² with G = (1 + p s)^(−k).
    """
    log_g = -shape * np.log1p(p * s)
    first = -np.expm1(log_g) / p
    exact = (p * first - p * (1 - p) * shape * s * np.exp(log_g) / (1 + p * s)) / p**2
    # where p is tiny the two terms cancel: the first terms of the series in p, from factorial moments of Y
    m1 = shape * s
    m2 = m1 * (shape + 1) * s
    m3 = m2 * (shape + 2) * s
    m4 = m3 * (shape + 3) * s
    series = (m2 + 2 * m1) / 2 - p * (m3 + 3 * m2) / 3 + p**2 * (m4 + 4 * m3) / 8
    return first, np.where(p * (1 + m1) < 1e-4, series, exact)

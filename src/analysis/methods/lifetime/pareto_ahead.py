"""Pareto/NBD: the orders ahead of a customer who is active.

Given an active customer, purchase rate and dropout rate are independent gammas,
(r + x, A = α + T) and (s, B = β + T); the history enters through them alone.

References
----------
Fader, P. S. and Hardie, B. G. S. (2005), A note on deriving the Pareto/NBD model and related
expressions (conditional expectation, equation 41).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy import special

from .pareto import PARAMETERS, p_alive
from .quadrature import legendre_nodes
from .rows import Rows, cases

__all__ = ["moments", "reaches"]

#: an integrand is left out where it is below e^−CUT of its peak
CUT = 30.0
#: Gauss–Legendre nodes of the integrals over time
NODES = 40
CHUNK = 4_000

Values = Mapping[str, float]


def moments(values: Values, rows: Rows, periods: float) -> tuple[np.ndarray, np.ndarray]:
    """Mean and second moment of the orders in the next ``periods``.

    With D the part of them a customer stays active, orders are Poisson at rate λ over D:
    E[N] = E[λ] E[D] and E[N²] = E[N] + E[λ²] E[D²], with P(D > u) = (B / (B + u))^s.
    """
    r, alpha, s, beta = (values[name] for name in PARAMETERS)
    left = beta + rows.ages
    length = np.log1p(periods / left)
    # ∫ (B / (B + u))^s du; exprel(z) = (e^z − 1) / z keeps its digits at s = 1
    stay = left * length * special.exprel(-(s - 1) * length)
    # E[D²] = ∫ 2 u (B / (B + u))^s du by w = log(1 + u / B), where the integrand is alive
    span = length if s <= 1 else np.minimum(length, CUT / (s - 1))
    nodes, weights = legendre_nodes(NODES)
    w = nodes[:, None] * span
    square = (weights[:, None] * 2 * left**2 * span * np.expm1(w) * np.exp(-(s - 1) * w)).sum(axis=0)
    shape, exposure = r + rows.frequency, alpha + rows.age
    alive = p_alive(values, rows)
    mean = shape / exposure * stay[rows.age_code]
    second = mean + shape * (shape + 1) / exposure**2 * square[rows.age_code]
    return alive * mean, alive * second


def reaches(values: Values, rows: Rows, periods: float, count: np.ndarray) -> np.ndarray:
    """Probability of ``count`` (1 or more) orders or more in the next ``periods``, given an active customer.

    The time of the n-th order, if nothing ended it, is A · z / (1 − z) with z beta (n, r + x); the customer
    has to be active until then: P = ∫ P(order n at u) (B / (B + u))^s du over the periods.
    """
    if periods <= 0:
        return np.zeros(len(rows))
    n, x, age, code = cases(rows, count)
    out = np.empty(len(n))
    for start in range(0, len(n), CHUNK):
        part = slice(start, start + CHUNK)
        out[part] = _integral(values, n[part], x[part], age[part], periods)
    return np.clip(out, 0.0, 1.0)[code]


def _integral(values: Values, n: np.ndarray, x: np.ndarray, age: np.ndarray, periods: float) -> np.ndarray:
    r, alpha, s, beta = (values[name] for name in PARAMETERS)
    shape, buying, leaving = r + x, alpha + age, beta + age
    low = np.minimum(buying, leaving)
    first, last = _window(n, shape)
    # nobody is active after `gone`, but for a probability of e^−CUT
    gone = np.minimum(leaving * np.expm1(min(CUT / s, 600.0)), periods)
    # bounds of the time u, then of v = log(1 + u / min(A, B))
    start = np.log1p(np.minimum(buying * np.exp(first), gone) / low)
    stop = np.log1p(np.minimum(buying * np.exp(np.minimum(last, 600.0)), gone) / low)
    nodes, weights = legendre_nodes(NODES)
    v = start + nodes[:, None] * (stop - start)
    u = low * np.expm1(v)
    log_density = (n - 1) * np.log(u / buying) - (shape + n) * np.log1p(u / buying) + v + np.log(low / buying)
    mass = np.exp(log_density - special.betaln(n, shape) - s * np.log1p(u / leaving)) * weights[:, None]
    return (mass * (stop - start)).sum(axis=0)


def _window(n: np.ndarray, shape: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where the logit of a beta (n, shape) variable lies, but for e^−CUT of its peak.

    Minus the log-density of the logit is convex, and above lines of slope −n and shape: where they reach
    `CUT`, Newton steps lead inwards without passing the bounds.
    """
    total, peak = n + shape, np.log(n / shape)
    top = total * np.logaddexp(0.0, peak) - n * peak
    ends = [peak - (CUT + top + n * peak) / n, (CUT + top) / shape]
    for i, w in enumerate(ends):
        for _ in range(5):
            w = w - (total * np.logaddexp(0.0, w) - n * w - top - CUT) / (total * special.expit(w) - n)
        ends[i] = w
    return ends[0], ends[1]

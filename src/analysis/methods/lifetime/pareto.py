"""Pareto/NBD: purchases at a gamma rate, dropout at any moment with another gamma rate.

The paper's likelihood holds two values of the hypergeometric function ₂F₁, which
overflow for frequent buyers. It is the same as one integral over the moment y of
dropping out between the last purchase and the end of the data,

    L = Γ(r+x)/Γ(r) · α^r · [ (α+T)^−(r+x) (β/(β+T))^s + ∫ (α+y)^−(r+x) s β^s (β+y)^−(s+1) dy ],

whose logarithm, by log(y + min(α, β)), is concave: Gauss–Legendre nodes where the
integrand has not died away give it, and its derivatives, to about twelve digits.

References
----------
Schmittlein, D. C., Morrison, D. G. and Colombo, R. (1987), Counting your customers: who are they
and what will they do next?, Management Science 33, 1–24.
Fader, P. S. and Hardie, B. G. S. (2005), A note on deriving the Pareto/NBD model and related
expressions (the integral before it is written with ₂F₁; conditional expectation, equation 41).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from ...core.result import Note
from .odds import split
from .quadrature import legendre_count, legendre_nodes
from .rows import Rows

__all__ = ["PARAMETERS", "describe", "log_likelihood", "p_alive", "starts"]

PARAMETERS = ("r", "alpha", "s", "beta")
#: rows handled at once where a row needs many numbers
CHUNK = 8_000
#: the integral ends where the integrand has fallen by e^−CUT
CUT = 34.0
#: shapes of the two gammas and dropout per mean age, where the search begins
STARTS = ((0.5, 0.5, 1.0), (1.0, 1.0, 0.3), (0.3, 3.0, 1.0), (4.0, 0.5, 0.3), (3.0, 3.0, 2.0), (0.5, 0.2, 3.0))

Values = Mapping[str, float]


@dataclass(frozen=True, eq=False)
class _Gone:
    """Customers who have dropped out, per row: log of the integral and means over the moment y of dropping out.

    log_buying and log_leaving are log(1 + y/α) and log(1 + y/β); one_buying, one_leaving are 1/(α+y) and 1/(β+y).
    """

    log_mass: np.ndarray
    log_buying: np.ndarray
    log_leaving: np.ndarray
    one_buying: np.ndarray
    one_leaving: np.ndarray


def log_likelihood(values: Values, rows: Rows) -> tuple[np.ndarray, np.ndarray]:
    """Log-likelihood of each row and its gradient (m, 4) by the logarithms of the parameters.

    The gradient is the mean, over the unknown end Y of the active time, of the gradient given Y.
    """
    r, alpha, s, beta = (values[name] for name in PARAMETERS)
    x = rows.frequency
    step = np.arange(int(x.max(initial=0)), dtype=float)
    alive, gone = _log_alive(values, rows), _gone(values, rows)
    out = np.concatenate([[0.0], np.cumsum(np.log(r + step))])[x]

    dead, active, log_active = split(gone.log_mass - alive)
    out += alive - log_active
    code, age = rows.age_code, rows.ages
    log_buying = active * np.log1p(age / alpha)[code] + dead * gone.log_buying
    log_leaving = active * np.log1p(age / beta)[code] + dead * gone.log_leaving
    one_buying = active * (1 / (alpha + age))[code] + dead * gone.one_buying
    one_leaving = active * (1 / (beta + age))[code] + dead * gone.one_leaving
    gradient = np.empty((4, len(x)))
    gradient[0] = r * (np.concatenate([[0.0], np.cumsum(1 / (r + step))])[x] - log_buying)
    gradient[1] = r - alpha * (r + x) * one_buying
    gradient[2] = dead - s * log_leaving
    gradient[3] = s - s * beta * one_leaving - beta * dead * gone.one_leaving
    return out, gradient.T


def p_alive(values: Values, rows: Rows) -> np.ndarray:
    """Probability that a customer with this history is still active."""
    return split(_gone(values, rows).log_mass - _log_alive(values, rows))[1]


def starts(rows: Rows) -> list[np.ndarray]:
    """Log-parameters where the search begins; alpha follows from the observed mean rate."""
    exposure = rows.weights @ np.maximum(rows.recency, 0.25 * rows.age)
    rate = (rows.weights @ rows.frequency + 0.1) / max(exposure, 0.1 * rows.weights.sum())
    return [np.log([r, r / rate, s, s / leaving]) for r, s, leaving in STARTS]


def describe(values: Values) -> Note:
    """The finding of an ordinary fit: purchase rate, and the share of new customers lost within one period."""
    dropout = -np.expm1(-values["s"] * np.log1p(1 / values["beta"]))
    return Note("lifetime_fit_time", {"rate": values["r"] / values["alpha"], "dropout": float(dropout)})


def _log_alive(values: Values, rows: Rows) -> np.ndarray:
    """Log-probability of the history of a customer active to the end, without Γ(r+x)/Γ(r)."""
    r, alpha, s, beta = (values[name] for name in PARAMETERS)
    free = -r * np.log1p(rows.ages / alpha) - s * np.log1p(rows.ages / beta)
    return free[rows.age_code] - rows.frequency * np.log(alpha + rows.ages)[rows.age_code]


def _gone(values: Values, rows: Rows) -> _Gone:
    """The integral over the moment of dropping out, and its means."""
    r, alpha, s, beta = (values[name] for name in PARAMETERS)
    recency, x = rows.recency, rows.frequency
    scaled = np.empty((5, len(rows)))
    for at, v, count in _groups(values, rows):
        scaled[:, at] = _integrals(values, recency[at], x[at], v, count)
    total = scaled[0]
    with np.errstate(divide="ignore", invalid="ignore"):
        log_mass = np.log(total) + np.log(s / beta) - x * np.log(alpha + recency)
        means = np.where(total > 0, scaled[1:] / total, 0.0)
    start_buying, start_leaving = np.log1p(recency / alpha), np.log1p(recency / beta)
    log_mass -= r * start_buying + (s + 1) * start_leaving
    return _Gone(log_mass, start_buying + means[0], start_leaving + means[1], means[2], means[3])


def _groups(values: Values, rows: Rows) -> Iterator[tuple[np.ndarray, np.ndarray, int]]:
    """Rows that need equally many nodes: their positions, the end of the integral in v, the number of nodes.

    v = log((m + y) / (m + t_x)) with m = min(α, β). Minus the log of the integrand, φ(v), is convex, so its
    tangents from the right lead to the point where it reaches `CUT` without ever passing it.
    """
    r, alpha, s, beta = (values[name] for name in PARAMETERS)
    low, buying, leaving = min(alpha, beta), r + rows.frequency, s + 1
    recency = rows.recency
    near, per_buying, per_leaving = low + recency, alpha + recency, beta + recency
    end = np.log1p((rows.age - recency) / near)
    slope = near * (buying / per_buying + leaving / per_leaving) - 1
    with np.errstate(divide="ignore"):
        v = np.where(slope > 0, np.minimum(end, CUT / np.maximum(slope, 1e-300)), end)
    for _ in range(4):
        y = near * np.expm1(v)
        drop = buying * np.log1p(y / per_buying) + leaving * np.log1p(y / per_leaving) - v
        steep = (near + y) * (buying / (per_buying + y) + leaving / (per_leaving + y)) - 1
        far = drop > CUT
        v = np.where(far, v - (drop - CUT) / np.where(far, steep, 1.0), v)
    count = np.where(v > 0, legendre_count(np.maximum(drop, 0.0), v), 6)
    for size in np.unique(count):
        every = np.flatnonzero(count == size)
        for start in range(0, len(every), CHUNK):
            at = every[start : start + CHUNK]
            yield at, v[at], int(size)


def _integrals(values: Values, recency: np.ndarray, x: np.ndarray, v: np.ndarray, count: int) -> np.ndarray:
    """(5, k): the integral of exp(−φ), and the integrals of four functions of y under it.

    They are log((α+y)/(α+t_x)), log((β+y)/(β+t_x)), 1/(α+y), 1/(β+y).
    """
    r, alpha, s, beta = (values[name] for name in PARAMETERS)
    low, high = min(alpha, beta), max(alpha, beta)
    nodes, weights = legendre_nodes(count)
    near = low + recency
    slow = nodes[:, None] * v
    grown = np.expm1(slow) * near
    fast = np.log1p(grown / (high + recency))
    log_buying, log_leaving = (slow, fast) if alpha <= beta else (fast, slow)
    mass = np.exp(slow - (r + x) * log_buying - (s + 1) * log_leaving) * weights[:, None]
    mass *= v * near
    one_slow, one_fast = mass / (grown + near), mass / (grown + (high + recency))
    one_buying, one_leaving = (one_slow, one_fast) if alpha <= beta else (one_fast, one_slow)
    means = [mass, mass * log_buying, mass * log_leaving, one_buying, one_leaving]
    return np.array([each.sum(axis=0) for each in means])

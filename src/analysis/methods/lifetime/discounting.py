"""Orders ahead, each counted by when it comes: the first two moments of a discounted sum.

With E(t) the expected orders until t and F(t) = E[N(t)(N(t) − 1)], integration by parts leaves
only the moments that every family has:

    E Σ e^(−δt)   = ∫ e^(−δt) dE(t)
    E (Σ e^(−δt))² = ∫ e^(−2δt) dE(t) + ∫ e^(−δt) (1 − e^(−δt)) / (δt) dF(t)

The second line is exact where orders come as a Poisson process until the customer drops out
(of two orders, the later at t, the earlier is then uniform on (0, t)), and close where they
come more evenly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .families import Family
from .quadrature import legendre_nodes
from .rows import Rows

__all__ = ["FOREVER", "Discounted", "discounted"]

#: an infinite horizon is as long as this many units of 1 / rate: e^−40 of anything is nothing
FOREVER = 40.0
#: nodes of a finite horizon at least, where the integrand is smooth, and at most
COUNT, MOST = 12, 108
#: nodes of an infinite one (about six digits), fewer where four digits do, and the ends of the double-exponential
#: rule u = exp(s − e^−s)
ENDLESS, ROUGH, LOW, HIGH = 32, 16, -2.9, 3.8


@dataclass(frozen=True, eq=False)
class Discounted:
    """Per row: expected discounted orders, the same at twice the rate, expected square of the discounted sum."""

    first: np.ndarray
    double: np.ndarray
    second: np.ndarray


def discounted(
    model: Family, values: dict[str, float], rows: Rows, periods: float, rate: float, *, rough: bool = False
) -> Discounted:
    """Moments of the orders in the next ``periods``, discounted at a continuous ``rate`` per period.

    Parameters
    ----------
    model : Family
    values : dict
    rows : Rows
    periods : float
        May be infinite where the rate is above 0.
    rate : float
    rough : bool, default False
        Four digits are enough: for the spread between parameter points.

    References
    ----------
    Takahasi, H. and Mori, M. (1974), Double exponential formulas for numerical integration,
    Publications of RIMS 9, 721–741 (the rule for half-infinite ranges).
    """
    if periods == 0 or rate == 0:
        mean, square = model.moments(values, rows, periods)
        return Discounted(mean, mean, square)
    if np.isinf(periods):
        times, once, twice, pairs = _endless(rate, ROUGH if rough else ENDLESS)
        end = end_twice = end_pairs = 0.0
        mean = square = np.zeros(len(rows))
    else:
        times, once, twice, pairs = _finite(periods, rate, scale=float(rows.ages.mean()))
        end, end_twice = np.exp(-rate * periods), np.exp(-2 * rate * periods)
        end_pairs = float(_both(np.array([rate * periods]))[0])
        mean, square = model.moments(values, rows, periods)
    first, double, second = end * mean, end_twice * mean, end_pairs * (square - mean)
    for i, time in enumerate(times):
        until, until_square = model.moments(values, rows, float(time))
        first = first + once[i] * until
        double = double + twice[i] * until
        second = second + pairs[i] * (until_square - until)
    return Discounted(first, double, double + second)


def _finite(periods: float, rate: float, *, scale: float) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Times within the horizon, and the weights of E, E and F there; more of them for a horizon of many ages."""
    count = COUNT + 4 * rate * periods + 3 * np.sqrt(periods / max(scale, 1e-9))
    nodes, mass = legendre_nodes(int(min(count, MOST)))
    u = rate * periods * nodes
    step = rate * periods * mass
    return periods * nodes, step * np.exp(-u), 2 * step * np.exp(-2 * u), -step * _both_slope(u)


def _endless(rate: float, count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    s = np.linspace(LOW, HIGH, count)
    u = np.exp(s - np.exp(-s))
    step = (s[1] - s[0]) * u * (1 + np.exp(-s))
    return u / rate, step * np.exp(-u), 2 * step * np.exp(-2 * u), -step * _both_slope(u)


def _both(u: np.ndarray) -> np.ndarray:
    """e^(−u) (1 − e^(−u)) / u: what two orders are worth together, the later one at u = δt."""
    return np.where(u > 0, -np.exp(-u) * np.expm1(-u) / np.where(u > 0, u, 1.0), 1.0)


def _both_slope(u: np.ndarray) -> np.ndarray:
    """Its slope; near 0 by the series −3/2 + 7u/3 − 15u²/8, where the two terms cancel."""
    small = u < 1e-3
    safe = np.where(small, 1.0, u)
    exact = (np.exp(-safe) * (2 * np.exp(-safe) - 1) - _both(safe)) / safe
    return np.where(small, -1.5 + u * (7 / 3 - 15 / 8 * u), exact)

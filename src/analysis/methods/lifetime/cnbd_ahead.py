"""(M)BG/CNBD-k: the orders ahead of a customer who is active.

An active customer has passed j events of the clock since the last order, j from 0
to k − 1 with known probabilities (`cnbd.phases`); given j the rate is gamma
(r + kx + j, α + T), and the n-th order is the (n k − j)-th event ahead.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import special

from .cnbd import PARAMETERS, p_alive, phases
from .quadrature import beta_nodes, node_count
from .rows import Rows, cases

__all__ = ["moments", "reaches"]

#: cases handled at once where a case needs many numbers
CHUNK = 10_000

Values = Mapping[str, float]


def reaches(values: Values, rows: Rows, periods: float, count: np.ndarray, *, coins: int) -> np.ndarray:
    """Probability of ``count`` (1 or more) orders or more in the next ``periods``, given an active customer; exact.

    P(N ≥ n) = B(a, b+c+n−1) / B(a, b+c) · Σ_j P(j) P(n k − j events or more), the last one negative binomial.
    """
    n, x, age, code = cases(rows, count)
    return (phases(values, rows) * _tail(values, n, x, age, periods, coins)[:, code]).sum(axis=0)


def moments(values: Values, rows: Rows, periods: float, *, coins: int) -> tuple[np.ndarray, np.ndarray]:
    """Mean and second moment of the orders in the next ``periods``.

    As for k = 1, both are elementary for a known coin p, and a Gauss–Jacobi sum does the integral over p.
    """
    r, alpha, a, b = (values[name] for name in PARAMETERS)
    k = int(values["k"])
    _, x, age, code = cases(rows, np.ones(len(rows)))
    tosses, toss = np.unique(x + coins, return_inverse=True)
    scale = periods / (alpha + age)
    nodes, mass = beta_nodes(a, b + tosses, count=node_count(float(scale.max(initial=0.0))))
    mean, second = np.empty((k, len(x))), np.empty((k, len(x)))
    for start in range(0, len(x), CHUNK):
        part = slice(start, start + CHUNK)
        p, w = np.minimum(nodes[toss[part]], 1 - 1e-6), mass[toss[part]]
        for j in range(k):
            clock = _Clock(k, j, (r + k * x[part] + j)[:, None], scale[part][:, None])
            first, pairs = clock.sums(p)
            mean[j, part] = (w * first).sum(axis=1)
            second[j, part] = 2 * (w * pairs).sum(axis=1) - mean[j, part]
    weights = phases(values, rows) * p_alive(values, rows, coins=coins)
    return (weights * mean[:, code]).sum(axis=0), (weights * second[:, code]).sum(axis=0)


@dataclass(frozen=True, eq=False)
class _Clock:
    """Orders when every k-th event is one, j have passed, and the events are negative binomial.

    Attributes
    ----------
    k, j : int
    shape, s : arrays (m, 1)
        Shape of the gamma rate, and periods / (α + T).
    """

    k: int
    j: int
    shape: np.ndarray
    s: np.ndarray

    def sums(self, p: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """E[N] and E[N(N+1)/2] of a customer whose coin is p, N the orders that come before it falls.

        With Y orders if no coin fell, z = 1 − p and G(z) = E[z^Y] they are (1 − G) / p and (1 − G − p z G′) / p².
        """
        first = self._generating(p)[0] / p
        # where p is tiny the second cancels, so it is carried on along its tangent
        safe = 1e-5 / (1 + self.shape * self.s)
        points = [np.maximum(p, safe), np.broadcast_to(2 * safe, p.shape)]
        near, far = (self._pairs(point) for point in points)
        return first, np.where(p < safe, near + (p - safe) * (far - near) / safe, near)

    def _pairs(self, p: np.ndarray) -> np.ndarray:
        rest, slope = self._generating(p)
        return (rest - p * slope) / p**2

    def _generating(self, p: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """1 − G and z G′. The floor in Y = ⌊(events + j) / k⌋ becomes a sum over the k-th roots of unity."""
        k, j, shape, s = self.k, self.j, self.shape, self.s
        u = -np.log1p(-p)
        theta, short = np.exp(-u / k), -np.expm1(-u / k)
        log_term = _log_exprel(u) - _log_exprel(u / k) - j * u / k - shape * np.log1p(s * short)
        by_log_z = _slope_exprel(u / k) / k - _slope_exprel(u) + (j + shape * s * theta / (1 + s * short)) / k
        rest, slope = -np.expm1(log_term), np.exp(log_term) * by_log_z
        for m in range(1, k // 2 + 1):
            root = np.exp(2j * np.pi * m / k)
            turned, ratio = theta * root, 1 / (theta * root)
            # a root and its conjugate come together; −1 is its own
            both = (1 if 2 * m == k else 2) * -p / ((1 - p) * k * (1 - ratio))
            term = both * turned**j * np.exp(-shape * np.log(1 + s * (1 - turned)))
            move = -1 / p - ratio / (k * (1 - ratio)) + (j + shape * s * turned / (1 + s * (1 - turned))) / k
            rest -= term.real
            slope += (term * move).real
        return rest, slope


def _log_exprel(u: np.ndarray) -> np.ndarray:
    """Log of (e^u − 1) / u, u > 0."""
    return np.where(u < 0.02, u / 2 + u**2 / 24 - u**4 / 2880, u + np.log(-np.expm1(-u) / u))


def _slope_exprel(u: np.ndarray) -> np.ndarray:
    """Its derivative, 1 / (1 − e^−u) − 1 / u."""
    return np.where(u < 0.02, 0.5 + u / 12 - u**3 / 720, -1 / np.expm1(-u) - 1 / u)


def _tail(values: Values, n: np.ndarray, x: np.ndarray, age: np.ndarray, periods: float, coins: int) -> np.ndarray:
    """(k, cases): probability of n orders or more for an active customer with j events since the last order."""
    r, alpha, a, b = (values[name] for name in PARAMETERS)
    k = int(values["k"])
    survived = b + x + coins
    stay = np.exp(special.betaln(a, survived + n - 1) - special.betaln(a, survived))
    j = np.arange(k)[:, None]
    return stay * special.betainc(n * k - j, r + k * x + j, periods / (alpha + age + periods))

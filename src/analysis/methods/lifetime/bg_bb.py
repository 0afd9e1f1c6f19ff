"""BG/BB: opportunities to buy, such as months, each taken or not.

While active, a customer takes an opportunity with probability p; before each one
the customer drops out with probability θ. p differs between customers as beta
(alpha, beta), θ as beta (gamma, delta). A history is frequency x opportunities
taken, the last of them the ``recency``-th, out of ``age`` n; all whole numbers,
so the likelihood is a probability and has no unit of time.

References
----------
Fader, P. S., Hardie, B. G. S. and Shang, J. (2010), Customer-base analysis in a
discrete-time noncontractual setting, Marketing Science 29, 1086–1108.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import special

from ...core.errors import DataError
from ...core.result import Note
from . import hypergeometric
from .rows import Rows

__all__ = ["PARAMETERS", "describe", "log_likelihood", "moments", "p_alive", "reaches", "residual", "starts"]

PARAMETERS = ("alpha", "beta", "gamma", "delta")
#: numbers held at once where a row needs one for each opportunity ahead
CHUNK = 4_000_000
#: concentration of p, mean and concentration of θ, where the search begins
STARTS = ((1.5, 0.2, 3.0), (1.0, 0.05, 2.0), (6.0, 0.3, 1.0), (20.0, 0.1, 10.0), (0.5, 0.5, 5.0))

Values = Mapping[str, float]


@dataclass(frozen=True, eq=False)
class _Counts:
    """Whole numbers of each row: opportunities taken, the last one taken, all of them."""

    x: np.ndarray
    last: np.ndarray
    n: np.ndarray


def log_likelihood(values: Values, rows: Rows) -> tuple[np.ndarray, np.ndarray]:
    """Log-likelihood of each row (equation 7 of the paper) and its gradient (m, 4) by the log-parameters.

    The history is that of a customer still active at n, or of one who dropped out before opportunity
    j + 1, j from recency to n − 1: n − recency + 1 cases, each a product of two beta ratios, added
    in log space. Beta ratios of whole steps are sums of logarithms, so nothing overflows.
    """
    counts = _counts(rows)
    steps = _Steps(values, int(counts.n.max(initial=0)))
    reached = np.cumsum(counts.n - counts.last + 1) // CHUNK
    cuts = np.flatnonzero(np.diff(reached)) + 1
    parts = [_cases(steps, counts.x[at], counts.last[at], counts.n[at]) for at in np.split(np.arange(len(rows)), cuts)]
    return np.concatenate([out for out, _ in parts]), np.concatenate([gradient for _, gradient in parts])


def p_alive(values: Values, rows: Rows) -> np.ndarray:
    """Probability of being active at the next opportunity (equation 11)."""
    gamma, delta = values["gamma"], values["delta"]
    return _active(values, rows) * (delta + rows.age) / (gamma + delta + rows.age)


def moments(values: Values, rows: Rows, periods: float) -> tuple[np.ndarray, np.ndarray]:
    """Mean and second moment of the opportunities taken in the next ``periods``.

    Of a customer active at n, p is beta (α + x, β + n − x) and independent of the number K of opportunities
    met before dropping out, P(K ≥ k) = B(γ, δ+n+k) / B(γ, δ+n): E[N] = E[p] E[K], E[N(N−1)] = E[p²] E[K(K−1)].
    A horizon between two opportunities is the mix of both.
    """
    counts = _counts(rows)
    ages, code = np.unique(counts.n, return_inverse=True)
    met, weight = _survival(values, ages, periods), _weights(periods)
    k = np.arange(met.shape[1], dtype=float)
    first, pairs = ((met * weight) @ np.ones(len(k)))[code], ((met * weight) @ (2 * k))[code]
    success, all_ = values["alpha"] + counts.x, values["alpha"] + values["beta"] + counts.n
    mean = success / all_ * first
    square = success * (success + 1) / (all_ * (all_ + 1)) * pairs
    active = _active(values, rows)
    return active * mean, active * (square + mean)


def reaches(values: Values, rows: Rows, periods: float, count: np.ndarray) -> np.ndarray:
    """Probability that a customer active at the next opportunity takes ``count`` or more of the next ``periods``.

    The count-th one taken is opportunity k, and it is met: a sum of positive terms
    C(k−1, c−1) · B(α+x+c, β+n−x+k−c) / B(α+x, β+n−x) · P(K ≥ k) / P(K ≥ 1) over k ≥ c.
    """
    counts = _counts(rows)
    ages, code = np.unique(counts.n, return_inverse=True)
    met = _survival(values, ages, periods)
    met = met / met[:, :1] * _weights(periods)
    k = np.arange(1, met.shape[1] + 1, dtype=float)
    c = np.broadcast_to(np.maximum(np.asarray(count, dtype=float), 1), len(rows))[:, None]
    a, b = values["alpha"] + counts.x[:, None], values["beta"] + (counts.n - counts.x)[:, None]
    out = np.zeros(len(rows))
    size = max(1, CHUNK // max(len(k), 1))
    for start in range(0, len(rows), size):
        at = slice(start, start + size)
        more = np.maximum(k - c[at], 0)
        ways = special.gammaln(np.maximum(k, c[at])) - special.gammaln(c[at]) - special.gammaln(more + 1)
        chance = np.exp(ways + special.betaln(a[at] + c[at], b[at] + more) - special.betaln(a[at], b[at]))
        out[at] = np.where(k >= c[at], chance * met[code[at]], 0.0).sum(axis=1)
    return np.minimum(out, 1.0)


def residual(values: Values, rows: Rows, rate: float) -> np.ndarray:
    """Discounted expected residual transactions, the k-th opportunity from now counting e^(−rate k) (equation 14).

    E[p] · P(active at n) · Σ P(K ≥ k) e^(−rate k); the sum is
    (δ+n) / (γ+δ+n) · e^(−rate) · ₂F₁(1, δ+n+1; γ+δ+n+1; e^(−rate)).
    """
    counts = _counts(rows)
    gamma, delta, z = values["gamma"], values["delta"], np.exp(-rate)
    n, code = np.unique(counts.n, return_inverse=True)
    ahead = (delta + n) / (gamma + delta + n) * z * hypergeometric.gauss(delta + n + 1, gamma + delta + n + 1, z)
    mean = (values["alpha"] + counts.x) / (values["alpha"] + values["beta"] + counts.n)
    return _active(values, rows) * mean * ahead[code]


def describe(values: Values) -> Note:
    """Finding: mean probability of buying at an opportunity, and of dropping out before one."""
    taken = values["alpha"] / (values["alpha"] + values["beta"])
    return Note("bg_bb_fit", {"taken": taken, "dropout": values["gamma"] / (values["gamma"] + values["delta"])})


def starts(rows: Rows) -> list[np.ndarray]:
    """Log-parameters where the search begins; the mean of p follows from the observed share taken."""
    met = rows.weights @ np.maximum(rows.recency, 0.5 * rows.age)
    share = float(np.clip((rows.weights @ rows.frequency + 0.1) / max(met, 0.2), 0.02, 0.98))
    return [np.log([c * share, c * (1 - share), s * theta, s * (1 - theta)]) for c, theta, s in STARTS]


def _counts(rows: Rows) -> _Counts:
    """Whole numbers, or a refusal: this family takes opportunities, not lengths of time."""
    last, n = np.rint(rows.recency), np.rint(rows.age)
    wrong = (np.abs(last - rows.recency) > 1e-9) | (np.abs(n - rows.age) > 1e-9) | (rows.frequency > last)
    if wrong.any():
        raise DataError("history_opportunities", count=int(wrong.sum()), of=len(rows))
    return _Counts(rows.frequency, last.astype(np.int64), n.astype(np.int64))


def _active(values: Values, rows: Rows) -> np.ndarray:
    """Probability of being active at opportunity n, the last one seen."""
    counts = _counts(rows)
    steps = _Steps(values, int(counts.n.max(initial=0)))
    alive = steps.taken(counts.x, counts.n) + steps.kept(counts.n)
    return np.exp(np.minimum(alive - log_likelihood(values, rows)[0], 0.0))


def _cases(steps: _Steps, x: np.ndarray, last: np.ndarray, n: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Log-likelihood and gradient of some rows: their cases one below the other, added row by row."""
    cases = n - last + 1
    first = np.concatenate([[0], np.cumsum(cases)[:-1]]).astype(np.int64)
    row = np.repeat(np.arange(len(x)), cases)
    j = last[row] + np.arange(len(row)) - first[row]
    ends = j < n[row]
    terms = steps.taken(x[row], j) + steps.kept(j) + np.where(ends, steps.leaves[j], 0.0)
    top = np.maximum.reduceat(terms, first)
    share = np.exp(terms - top[row])
    total = np.add.reduceat(share, first)
    share /= total[row]
    slopes = steps.slopes(x[row], j, ends)
    gradient = np.stack([np.add.reduceat(share * slope, first) for slope in slopes], axis=1)
    return top + np.log(total), gradient


def _survival(values: Values, n: np.ndarray, periods: float) -> np.ndarray:
    """P(K ≥ k) for each number of past opportunities (rows) and k = 1, 2 … (columns), given active at n."""
    k = np.arange(int(np.ceil(periods)), dtype=float)
    after = values["delta"] + n[:, None] + k
    return np.exp(np.cumsum(-np.log1p(values["gamma"] / after), axis=1))


def _weights(periods: float) -> np.ndarray:
    """1 for each whole opportunity ahead, the remainder for the last one."""
    return np.minimum(periods - np.arange(int(np.ceil(periods)), dtype=float), 1.0)


class _Steps:
    """Sums of the first 0, 1, 2 … terms that make up beta ratios, and their slopes by the log-parameters."""

    def __init__(self, values: Values, most: int) -> None:
        a, b, g, d = (values[name] for name in PARAMETERS)
        i = np.arange(most + 1, dtype=float)
        self.won, self.missed, self.met = _sums(np.log(a + i)), _sums(np.log(b + i)), _sums(np.log(a + b + i))
        self.stayed = -_sums(np.log1p(g / (d + i)))
        # to leave before the next opportunity instead of meeting it: θ's mean after i opportunities
        self.leaves = np.log(g) - np.log(g + d + i)
        self.won_slope, self.missed_slope = a * _sums(1 / (a + i)), b * _sums(1 / (b + i))
        self.met_slope = _sums(1 / (a + b + i))
        self.stayed_slope_g = -g * _sums(1 / (g + d + i))
        self.stayed_slope_d = g * _sums(d / ((d + i) * (g + d + i)))
        self.leaves_slope_g, self.leaves_slope_d = (d + i) / (g + d + i), -d / (g + d + i)
        self.alpha, self.beta = a, b

    def taken(self, x: np.ndarray, j: np.ndarray) -> np.ndarray:
        """Logarithm of B(α+x, β+j−x) / B(α, β): x particular ones of j opportunities taken."""
        return self.won[x] + self.missed[j - x] - self.met[j]

    def kept(self, j: np.ndarray) -> np.ndarray:
        """Logarithm of B(γ, δ+j) / B(γ, δ): still active at opportunity j."""
        return self.stayed[j]

    def slopes(self, x: np.ndarray, j: np.ndarray, ends: np.ndarray) -> list[np.ndarray]:
        """Slope of one case's logarithm by the four log-parameters."""
        return [
            self.won_slope[x] - self.alpha * self.met_slope[j],
            self.missed_slope[j - x] - self.beta * self.met_slope[j],
            self.stayed_slope_g[j] + np.where(ends, self.leaves_slope_g[j], 0.0),
            self.stayed_slope_d[j] + np.where(ends, self.leaves_slope_d[j], 0.0),
        ]


def _sums(terms: np.ndarray) -> np.ndarray:
    return np.concatenate([[0.0], np.cumsum(terms)])

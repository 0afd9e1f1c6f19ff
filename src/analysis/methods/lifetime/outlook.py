"""What lies ahead, customer by customer, in the form that can be added up.

A group's total has the sum of the means, the sum of the outcome variances
(customers buy independently given the model) and the parameter variance of
the sum (all customers share the parameters).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from .fitting import LifetimeFit
from .prediction import parameter_points
from .rows import Rows, compress
from .spend import SpendFit, spend_moments

__all__ = ["Outlook", "count_interval", "money_interval", "money_outlook", "orders_outlook"]

#: Gauss–Legendre nodes for the discounted sum; the integrand is smooth
NODES, MASS = np.polynomial.legendre.leggauss(10)


@dataclass(frozen=True, eq=False)
class Outlook:
    """Mean and spread of what each customer brings, on the order of the history.

    Attributes
    ----------
    mean, variance, log_zero : arrays (n,)
        Outcome variance; logarithm of the probability of no order at all.
    points : array (k, n)
        Mean under each parameter point; a point stands for the share ``shares`` of the variance.
    shares : array (k,)
    canonical : int array (n,)
        Order in which sums are taken, the same for any order of the rows.
    """

    mean: np.ndarray
    variance: np.ndarray
    log_zero: np.ndarray
    points: np.ndarray
    shares: np.ndarray
    canonical: np.ndarray

    def by_group(self, code: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Mean, total variance and log-probability of nothing for each group."""
        at = code[self.canonical]
        mean, outcome, zero = (
            np.bincount(at, weights=each[self.canonical], minlength=size)
            for each in (self.mean, self.variance, self.log_zero)
        )
        sums = np.array([np.bincount(at, weights=point[self.canonical], minlength=size) for point in self.points])
        return mean, outcome + self.shares @ (sums - mean) ** 2, zero

    def by_customer(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The same for each customer alone."""
        return self.mean, self.variance + self.shares @ (self.points - self.mean) ** 2, self.log_zero


def orders_outlook(fit: LifetimeFit, history: pd.DataFrame, periods: float) -> Outlook:
    """Orders of each customer in the next ``periods``."""
    rows = compress(history)
    mean, second = fit.model.moments(fit.parameters, rows, periods)
    points = np.array([fit.model.moments(values, rows, periods)[0] for values in parameter_points(fit)])
    at = rows.inverse
    return Outlook(
        mean=mean[at],
        variance=np.maximum(second - mean**2, 0.0)[at],
        log_zero=_log_zero(fit, rows, periods)[at],
        points=points[:, at],
        shares=np.full(len(points), 1 / len(points)),
        canonical=np.argsort(at, kind="stable"),
    )


def money_outlook(
    fit: LifetimeFit,
    spend_fit: SpendFit,
    history: pd.DataFrame,
    *,
    periods: float,
    discount: float = 0.0,
    margin: float = 1.0,
) -> Outlook:
    """Margin of each customer's orders in the next ``periods``, discounted at a continuous rate per period.

    The number of orders and the spend per order are independent, so that
    Var(ΣZ) = E[N] E[Var Z] + E[N²] E[M²] − (E[N] E[M])², M being the customer's own mean spend.
    """
    rows = compress(history)
    orders, square = fit.model.moments(fit.parameters, rows, periods)
    factor = _discount_factor(fit, rows, periods, discount, orders)
    at = rows.inverse
    n1, n2, worth = orders[at], square[at], margin * factor[at]
    mean, second, single = spend_moments(spend_fit.parameters, history)
    by_orders = [fit.model.moments(values, rows, periods)[0][at] * mean for values in parameter_points(fit)]
    by_spend = [n1 * spend_moments(values, history)[0] for values in parameter_points(spend_fit)]
    shares = [1 / len(by_orders)] * len(by_orders) + [1 / len(by_spend)] * len(by_spend)
    spent = np.nan_to_num(history["monetary_value"].to_numpy(dtype=float))
    return Outlook(
        mean=worth * n1 * mean,
        variance=worth**2 * np.maximum(n1 * single + n2 * second - (n1 * mean) ** 2, 0.0),
        log_zero=_log_zero(fit, rows, periods)[at],
        points=worth * np.array(by_orders + by_spend),
        shares=np.array(shares),
        canonical=np.lexsort((spent, at)),
    )


def count_interval(mean: np.ndarray, variance: np.ndarray, *, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Interval of a total number of orders: negative binomial with this mean and variance (Poisson at least)."""
    excess = np.maximum(variance - mean, 1e-9 * np.maximum(mean, 1e-12))
    mean = np.maximum(mean, 1e-12)
    size = mean**2 / excess
    bounds = [stats.nbinom.ppf(share, size, size / (size + mean)) for share in ((1 - level) / 2, (1 + level) / 2)]
    return np.minimum(bounds[0], mean), np.maximum(bounds[1], mean)


def money_interval(
    mean: np.ndarray, variance: np.ndarray, log_zero: np.ndarray, *, level: float
) -> tuple[np.ndarray, np.ndarray]:
    """Interval of a total of money: nothing with its own probability, else gamma with the moments that remain."""
    zero = np.exp(log_zero)
    some = np.maximum(1 - zero, 1e-12)
    centre = np.maximum(mean, 1e-12) / some
    spread = np.maximum((variance + mean**2) / some - centre**2, 1e-12 * centre**2)
    bounds = []
    for share in ((1 - level) / 2, (1 + level) / 2):
        inside = np.clip((share - zero) / some, 0.0, 1.0)
        bounds.append(stats.gamma.ppf(inside, centre**2 / spread, scale=spread / centre))
    return np.minimum(bounds[0], mean), np.maximum(bounds[1], mean)


def _log_zero(fit: LifetimeFit, rows: Rows, periods: float) -> np.ndarray:
    return np.log1p(-np.minimum(fit.model.at_least(fit.parameters, rows, periods, np.ones(len(rows))), 1 - 1e-15))


def _discount_factor(fit: LifetimeFit, rows: Rows, periods: float, discount: float, orders: np.ndarray) -> Any:
    """Discounted over undiscounted orders: ∫ e^(−δt) dE(t) by parts, E(t) the expected orders until t."""
    if discount == 0 or periods == 0:
        return np.ones(len(rows))
    times = periods * (1 + NODES) / 2
    until = np.array([fit.model.moments(fit.parameters, rows, time)[0] for time in times])
    held = discount * periods / 2 * ((MASS * np.exp(-discount * times)) @ until)
    whole = np.exp(-discount * periods) * orders + held
    return np.where(orders > 0, whole / np.where(orders > 0, orders, 1.0), 1.0)

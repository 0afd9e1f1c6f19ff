"""What lies ahead, customer by customer, in the form that can be added up.

A group's total has the sum of the means, the sum of the outcome variances
(customers buy independently given the model) and the parameter variance of
the sum (all customers share the parameters).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from .ahead import ahead
from .fitting import LifetimeFit
from .prediction import parameter_points
from .rules import RuleFit
from .spend import SpendFit, spend_moments

__all__ = ["Outlook", "count_interval", "money_interval", "money_outlook", "orders_outlook"]


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
    floor : array (n,)
        Expected cost of the orders: how far below zero the outcome reaches, given an order.
    fixed : float
        Cost of each customer, orders or not; not in ``mean``.
    money : bool
    """

    mean: np.ndarray
    variance: np.ndarray
    log_zero: np.ndarray
    points: np.ndarray
    shares: np.ndarray
    canonical: np.ndarray
    floor: np.ndarray
    fixed: float = 0.0
    money: bool = False

    def by_group(self, code: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Mean, total variance and log-probability of nothing for each group."""
        mean, outcome, zero = (self._sum(each, code, size) for each in (self.mean, self.variance, self.log_zero))
        sums = np.array([self._sum(point, code, size) for point in self.points])
        return mean, outcome + self.shares @ (sums - mean) ** 2, zero

    def of_groups(self, code: np.ndarray, size: int, *, level: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Expected total of each group with its interval."""
        mean, variance, zero = self.by_group(code, size)
        if not self.money:
            return mean, *count_interval(mean, variance, level=level)
        floor, fixed = self._sum(self.floor, code, size), self.fixed * np.bincount(code, minlength=size)
        lo, hi = money_interval(mean, variance, zero, level=level, floor=floor)
        return mean - fixed, lo - fixed, hi - fixed

    def exposed(self, code: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Of each group: what an error in orders is a share of, what one in sales is, and the lowest outcome.

        Costs per order shrink with the orders and not with the spend; a fixed cost shrinks with neither.
        """
        mean, floor = (self._sum(each, code, size) for each in (self.mean, self.floor))
        fixed = self.fixed * np.bincount(code, minlength=size)
        return np.abs(mean), mean + floor, -(floor + fixed)

    def of_customers(self, *, level: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The same for each customer alone; for money only."""
        spread = self.variance.copy()
        for share, point in zip(self.shares, self.points, strict=True):
            spread += share * (point - self.mean) ** 2
        lo, hi = money_interval(self.mean, spread, self.log_zero, level=level, floor=self.floor)
        return self.mean - self.fixed, lo - self.fixed, hi - self.fixed

    def _sum(self, each: np.ndarray, code: np.ndarray, size: int) -> np.ndarray:
        return np.bincount(code[self.canonical], weights=each[self.canonical], minlength=size)


def orders_outlook(fit: LifetimeFit | RuleFit, history: pd.DataFrame, periods: float) -> Outlook:
    """Orders of each customer in the next ``periods``."""
    seen = ahead(fit, history, periods)
    at = seen.at
    return Outlook(
        mean=seen.first[at],
        variance=np.maximum(seen.second - seen.first**2, 0.0)[at],
        log_zero=seen.log_zero[at],
        points=seen.points[:, at],
        shares=np.full(len(seen.points), 1 / len(seen.points)),
        canonical=_canonical(fit, seen.first, at),
        floor=np.zeros(len(at)),
    )


def money_outlook(  # what turns orders into money, hence more than six
    fit: LifetimeFit | RuleFit,
    spend_fit: SpendFit,
    history: pd.DataFrame,
    *,
    periods: float,
    discount: float = 0.0,
    margin: float = 1.0,
    cost_per_order: float = 0.0,
    fixed: float = 0.0,
) -> Outlook:
    """Margin of each customer's orders in the next ``periods``, discounted at a continuous rate per period.

    An order brings X = margin · Z − cost. The orders and the spend Z per order are independent, so that with
    discounted orders D (first moment), D₂ (at twice the rate) and E[D²], and M the customer's own mean spend,
    Var = D₂ · margin² E[Var Z] + E[D²] E[(margin · M − cost)²] − (D · E[margin · M − cost])².
    """
    seen = ahead(fit, history, periods, rate=discount)
    at = seen.at
    mean, second, single = spend_moments(spend_fit.parameters, history)
    worth = margin * mean - cost_per_order
    square = margin**2 * second - 2 * cost_per_order * margin * mean + cost_per_order**2
    first = seen.first[at]
    variance = seen.double[at] * margin**2 * single + seen.second[at] * square - (first * worth) ** 2
    spends = [spend_moments(values, history, mean_only=True)[0] for values in parameter_points(spend_fit)]
    points = np.empty((len(seen.points) + len(spends), len(at)))
    for i, point in enumerate(seen.points):
        points[i] = point[at] * worth
    for i, spend in enumerate(spends):
        points[len(seen.points) + i] = first * (margin * spend - cost_per_order)
    shares = [1 / len(seen.points)] * len(seen.points) + [1 / len(spends)] * len(spends)
    return Outlook(
        mean=first * worth,
        variance=np.maximum(variance, 0.0),
        log_zero=seen.log_zero[at],
        points=points,
        shares=np.array(shares),
        canonical=_canonical(fit, seen.first, at, np.nan_to_num(history["monetary_value"].to_numpy(dtype=float))),
        floor=cost_per_order * first,
        fixed=fixed,
        money=True,
    )


def count_interval(mean: np.ndarray, variance: np.ndarray, *, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Interval of a total number of orders: negative binomial with this mean and variance (Poisson at least)."""
    excess = np.maximum(variance - mean, 1e-9 * np.maximum(mean, 1e-12))
    centre = np.maximum(mean, 1e-12)
    size = centre**2 / excess
    bounds = [stats.nbinom.ppf(share, size, size / (size + centre)) for share in ((1 - level) / 2, (1 + level) / 2)]
    # a horizon of nothing: exactly nothing
    return np.minimum(bounds[0], mean), np.where(mean > 0, np.maximum(bounds[1], mean), 0.0)


def money_interval(
    mean: np.ndarray, variance: np.ndarray, log_zero: np.ndarray, *, level: float, floor: np.ndarray | float = 0.0
) -> tuple[np.ndarray, np.ndarray]:
    """Interval of a total of money: nothing with its own probability, else a gamma with the moments that remain.

    With a cost per order the gamma begins at minus the expected cost, ``floor``; an outcome below nothing
    then stands before the probability of nothing.
    """
    zero = np.exp(log_zero)
    some = np.maximum(1 - zero, 1e-12)
    below = floor / some
    centre = np.maximum(mean + floor, 1e-12) / some
    spread = np.maximum((variance + mean**2) / some - (mean / some) ** 2, 1e-12 * centre**2)
    shape, scale = centre**2 / spread, spread / centre
    negative = some * stats.gamma.cdf(below, shape, scale=scale)
    bounds = []
    for share in ((1 - level) / 2, (1 + level) / 2):
        inside = np.where(share < negative, share, np.maximum(share - zero, negative)) / some
        bound = stats.gamma.ppf(np.clip(inside, 0.0, 1.0), shape, scale=scale) - below
        bounds.append(np.where((share >= negative) & (share <= negative + zero), 0.0, bound))
    return np.minimum(bounds[0], mean), np.maximum(bounds[1], mean)


def _canonical(
    fit: LifetimeFit | RuleFit, first: np.ndarray, at: np.ndarray, money: np.ndarray | None = None
) -> np.ndarray:
    """Order of the sums: by unique row of the history, by what a rule expects, then by spend."""
    key = first[at] if isinstance(fit, RuleFit) else at
    return np.argsort(key, kind="stable") if money is None else np.lexsort((money, key))

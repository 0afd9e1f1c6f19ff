"""Orders ahead of each customer, from a fitted model or from a plain rule, in the form that values need."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from .discounting import FOREVER, discounted
from .fitting import LifetimeFit
from .prediction import parameter_points
from .residual import expected_residual
from .rows import Rows, compress
from .rules import RuleFit
from .unitcheck import check_unit

__all__ = ["Ahead", "ahead"]

#: a horizon over which money loses more than this logarithm of its worth is discounted at each parameter point
FAR = 0.5


@dataclass(frozen=True, eq=False)
class Ahead:
    """Discounted orders per unique row of the history; ``at`` gives each customer's row.

    Attributes
    ----------
    first, double, second : arrays (m,)
        Expected discounted orders, the same at twice the rate, expected square of the discounted sum.
    points : array (k, m)
        Expected discounted orders under each parameter point.
    log_zero : array (m,)
        Log-probability of no order at all.
    at : int array (n,)
    """

    first: np.ndarray
    double: np.ndarray
    second: np.ndarray
    points: np.ndarray
    log_zero: np.ndarray
    at: np.ndarray


def ahead(fit: LifetimeFit | RuleFit, history: pd.DataFrame, periods: float, *, rate: float = 0.0) -> Ahead:
    """Orders of the next ``periods`` (which may be infinite for a model), discounted at ``rate`` per period."""
    if isinstance(fit, RuleFit):
        return _of_rule(fit, history, periods, rate)
    check_unit(fit, history)
    rows = compress(history)
    model, values = fit.model, fit.parameters
    known = discounted(model, values, rows, periods, rate)
    if np.isinf(periods):
        points = [expected_residual(model, each, rows, rate, rough=True) for each in parameter_points(fit)]
        reach = FOREVER / rate
    elif rate * periods > FAR:
        points = [discounted(model, each, rows, periods, rate).first for each in parameter_points(fit)]
        reach = periods
    else:
        plain = known.first if rate == 0 else model.moments(values, rows, periods)[0]
        # within a few years the timing of orders hardly depends on the parameters: one factor serves all points
        factor = np.where(plain > 0, known.first / np.where(plain > 0, plain, 1.0), 1.0)
        points = [factor * model.moments(each, rows, periods)[0] for each in parameter_points(fit)]
        reach = periods
    return Ahead(
        first=known.first,
        double=known.double,
        second=known.second,
        points=np.array(points),
        log_zero=_log_zero(fit, rows, reach),
        at=rows.inverse,
    )


def _of_rule(fit: RuleFit, history: pd.DataFrame, periods: float, rate: float) -> Ahead:
    """A rule expects orders evenly; their number varies as in the held-out period (negative binomial)."""
    each = fit.rate_of(history) * periods
    once, twice = (-np.expm1(-k * rate * periods) / (k * rate * periods) if rate * periods else 1.0 for k in (1, 2))
    scatter = fit.dispersion
    zero = -each * (np.log(scatter) / (scatter - 1) if scatter > 1 + 1e-9 else 1.0)
    return Ahead(
        first=once * each,
        double=twice * each,
        second=(once * each) ** 2 + scatter * twice * each,
        points=(once * each)[None, :],
        log_zero=zero,
        at=np.arange(len(history)),
    )


def _log_zero(fit: LifetimeFit, rows: Rows, periods: float) -> np.ndarray:
    some = fit.model.at_least(fit.parameters, rows, periods, np.ones(len(rows)))
    return np.log1p(-np.minimum(some, 1 - 1e-15))

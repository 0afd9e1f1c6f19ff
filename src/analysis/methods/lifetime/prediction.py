"""What a fitted model expects of each customer: orders ahead, their range, probability active."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ...core import checks
from .families import Family
from .fitting import LifetimeFit
from .rows import Rows, compress, take
from .unitcheck import check_unit

__all__ = ["forecast", "parameter_points"]


def forecast(fit: LifetimeFit, history: pd.DataFrame, *, periods: float, level: float = 0.9) -> pd.DataFrame:
    """Orders of each customer in the next ``periods``, with a predictive interval.

    Computed on the unique rows of the history, so a million customers cost little.

    Parameters
    ----------
    fit : LifetimeFit
    history : DataFrame
        As from `summarise`, in the unit the fit was made on.
    periods : float
        Length of the time ahead, in that unit.
    level : float, default 0.9
        Probability of the interval.

    Returns
    -------
    DataFrame
        On the history's index, in its order: expected (orders), lo, hi (orders; the exact predictive
        quantiles, averaged over the uncertainty of the parameters, widened to hold the expected
        number where that lies outside), p_alive.
    """
    checks.number(periods, name="periods", low=0)
    checks.number(level, name="level", low=0.01, high=0.9999)
    check_unit(fit, history)
    rows = compress(history)
    expected, _ = fit.model.moments(fit.parameters, rows, periods)
    ahead = _Ahead.of(fit, rows, periods)
    some = ahead.exceeds(np.arange(len(rows)), np.zeros(len(rows)))
    lo = _quantile(ahead, some, tail=(1 + level) / 2)
    hi = _quantile(ahead, some, tail=(1 - level) / 2)
    table = np.column_stack(
        [expected, np.minimum(lo, expected), np.maximum(hi, expected), fit.model.p_alive(fit.parameters, rows)]
    )
    return pd.DataFrame(table[rows.inverse], index=history.index, columns=["expected", "lo", "hi", "p_alive"])


def parameter_points(fit: Any) -> list[dict[str, float]]:
    """Parameter sets that stand for the uncertainty of a fit: two on each axis of its covariance.

    A mean over the 2k points at ± √k standard errors is exact for functions up to the third
    degree of the log-parameters; a fit with given parameters has one point. Nothing is random.

    References
    ----------
    Arasaratnam, I. and Haykin, S. (2009), Cubature Kalman filters, IEEE Transactions on
    Automatic Control 54, 1254–1269.
    """
    values = fit.parameters
    if len(fit.covariance) == 0:
        return [values]
    roots, axes = np.linalg.eigh(fit.covariance.to_numpy(dtype=float))
    # a parameter that is no axis of the covariance (k) stays as it is
    names = list(fit.covariance.index)
    centre = np.log(np.array([values[name] for name in names]))
    moves = axes * np.sqrt(np.maximum(roots, 0.0) * len(centre))
    ends = np.vstack([centre + moves.T, centre - moves.T])
    return [{**values, **dict(zip(names, np.exp(end).tolist(), strict=True))} for end in ends]


@dataclass(frozen=True, eq=False)
class _Ahead:
    """The predictive distribution of orders, as a mean over parameter points; p_alive of each is worked out once."""

    model: Family
    points: list[dict[str, float]]
    alive: list[np.ndarray]
    rows: Rows
    periods: float

    @classmethod
    def of(cls, fit: LifetimeFit, rows: Rows, periods: float) -> _Ahead:
        """Under a fit, for these rows."""
        points = parameter_points(fit)
        return cls(fit.model, points, [fit.model.p_alive(values, rows) for values in points], rows, periods)

    def exceeds(self, at: np.ndarray, count: np.ndarray) -> np.ndarray:
        """Probability of more than ``count`` orders for the rows at these positions."""
        some = take(self.rows, at)
        pairs = zip(self.points, self.alive, strict=True)
        each = [alive[at] * self.model.reaches(values, some, self.periods, count + 1) for values, alive in pairs]
        return np.mean(each, axis=0)


def _quantile(ahead: _Ahead, some: np.ndarray, *, tail: float) -> np.ndarray:
    """Smallest whole number that is exceeded with probability ``tail`` or less, per row; ``some``: P(N > 0)."""
    out = np.zeros(len(some))
    open_rows = np.flatnonzero(some > tail)
    below = np.zeros(len(open_rows))
    above = np.ones(len(open_rows))
    # double the upper end until it is high enough, then halve the gap
    todo = np.arange(len(open_rows))
    while todo.size:
        short = ahead.exceeds(open_rows[todo], above[todo]) > tail
        todo = todo[short]
        below[todo] = above[todo]
        above[todo] *= 2
    while (todo := np.flatnonzero(above - below > 1)).size:
        middle = np.floor((below[todo] + above[todo]) / 2)
        short = ahead.exceeds(open_rows[todo], middle) > tail
        below[todo[short]] = middle[short]
        above[todo[~short]] = middle[~short]
    out[open_rows] = above
    return out

"""Does the model keep up: repeat orders week by week, expected beside actual."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from scipy import interpolate

from ...core import checks
from ...core.errors import DataError, SettingError
from ...core.result import Disclosure, Note, Result
from ...stats import periods
from .fitting import LOW_N, LifetimeFit
from .outlook import count_interval
from .prediction import parameter_points
from .rows import Rows
from .summary import UNIT_DAYS, days_of, purchase_days

__all__ = ["Tracking", "tracking"]

#: nodes of the curve of expected orders over time, closer together at its beginning
NODES = 81


@dataclass(frozen=True, eq=False, kw_only=True)
class Tracking(Result):
    """Repeat orders of the customers known at the split, from the first day to the end.

    Attributes
    ----------
    table : DataFrame
        period (1, 2 …), until (its last day), part ("calibration", "held_out"), value (repeat orders expected
        up to then), lo, hi, actual, value_step and actual_step (of this period alone), n (customers
        who have bought by then), method, flag.
    error : float
        Expected over actual repeat orders at the end, minus 1; NaN without any.
    """

    error: float

    formats: ClassVar[Mapping[str, str]] = {
        "until": "date", "value": "number", "lo": "number", "hi": "number", "actual": "number", "value_step": "number",
        "actual_step": "number",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(
        hides=("value", "lo", "hi", "actual", "value_step", "actual_step"), keys=("period",)
    )


def tracking(
    fit: LifetimeFit,
    orders: pd.DataFrame,
    *,
    end: Any,
    split: Any = None,
    unit: str = "week",
    every: int = 1,
    amount: str | None = "amount",
    keep_zero: bool = False,
    level: float = 0.9,
) -> Tracking:  # takes the settings of `summarise`, hence more than six
    """Repeat orders period by period, expected from the day of each first purchase on, beside the actual ones.

    Parameters
    ----------
    fit : LifetimeFit
        Made on the orders up to ``split``.
    orders, end, unit, amount, keep_zero
        As for `summarise`.
    split : date, optional
        Customers first seen after it play no part, and what follows it is held out. By default ``end``.
    every : int, default 1
        Units in one period.
    level : float, default 0.9
        Of the interval of the cumulative number, of a model that has not seen these customers' orders.

    Returns
    -------
    Tracking

    Raises
    ------
    SettingError
        ``lifetime_split`` unless split is at or before end; ``not_a_choice`` (unit).
    DataError
        ``split_before_orders``; else as `summarise`.

    References
    ----------
    Fader, Hardie and Lee (2005), Marketing Science 24, 275–284, figures 2 and 3 (tracking plots).
    """
    checks.choice(unit, UNIT_DAYS, name="unit")
    checks.whole(every, name="every", low=1)
    checks.number(level, name="level", low=0.01, high=0.9999)
    last = _day(end)
    cut = last if split is None else _day(split)
    if cut > last:
        raise SettingError("lifetime_split", split=str(periods.day(split).date()), end=str(periods.day(end).date()))
    _, code, day, _ = purchase_days(orders, end=end, amount=amount, keep_zero=keep_zero)
    begins = np.append(True, np.diff(code) > 0)
    first = day[begins]
    known = first <= cut
    if not known.any():
        told = {"split": str(periods.day(split).date()), "first": str(_date(int(first.min())).date())}
        raise DataError("split_before_orders", **told)
    first, repeats = first[known], day[known[np.cumsum(begins) - 1] & ~begins]
    ends = _ends(int(first.min()), cut, last, every * UNIT_DAYS[unit])
    value, lo, hi = _expected(fit, first, ends, UNIT_DAYS[unit], level)
    actual = np.searchsorted(np.sort(repeats), ends, side="right").astype(float)
    n = np.searchsorted(np.sort(first), ends, side="right")
    table = pd.DataFrame(
        {
            "period": np.arange(1, len(ends) + 1),
            "until": [_date(int(each)) for each in ends],
            "part": np.where(ends <= cut, "calibration", "held_out"),
            "value": value,
            "lo": lo,
            "hi": hi,
            "actual": actual,
            "value_step": np.diff(value, prepend=0.0),
            "actual_step": np.diff(actual, prepend=0.0),
            "n": n.astype(np.int64),
            "method": "predictive",
            "flag": np.where(n < LOW_N, "low_n", "ok"),
        }
    )
    settings = {
        "family": fit.family,
        "split": _date(cut).date(),
        "end": _date(last).date(),
        "unit": unit,
        "every": every,
        "level": level,
    }
    error = float(value[-1] / actual[-1] - 1) if actual[-1] else float("nan")
    return Tracking(table=table, settings=settings, finding=_finding(table.iloc[-1], fit.family, error), error=error)


def _expected(
    fit: LifetimeFit, first: np.ndarray, ends: np.ndarray, unit_days: float, level: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Repeat orders expected up to each end, and their interval: outcomes and parameters."""
    starts, count = np.unique(first, return_counts=True)
    spans = np.maximum(ends[:, None] - starts[None, :], 0) / unit_days
    grid = spans.max() * np.linspace(0.0, 1.0, NODES) ** 2
    root = np.sqrt(spans)
    mean, square = (_curve(grid, each)(root) for each in _newcomers(fit, fit.parameters, grid))
    value = mean @ count
    points = [_curve(grid, _newcomers(fit, each, grid)[0])(root) @ count for each in parameter_points(fit)]
    variance = np.maximum(square - mean**2, 0.0) @ count + np.mean((np.array(points) - value) ** 2, axis=0)
    return value, *count_interval(value, variance, level=level)


def _newcomers(fit: LifetimeFit, values: dict[str, float], grid: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and second moment of the repeat orders of a customer who has just bought for the first time."""
    zero = np.zeros(1, dtype=np.int64)
    newcomer = Rows(zero, np.zeros(1), zero, np.zeros(1), zero, np.ones(1), zero)
    both = [fit.model.moments(values, newcomer, float(time)) for time in grid[1:]]
    mean, square = (np.array([0.0, *(float(each[i][0]) for each in both)]) for i in (0, 1))
    return mean, square


def _curve(grid: np.ndarray, values: np.ndarray) -> interpolate.CubicSpline:
    """The curve over the root of time, in which its beginning is no steeper than the rest."""
    if grid[-1] == 0:
        return interpolate.CubicSpline([0.0, 1.0], [0.0, 0.0])
    return interpolate.CubicSpline(np.sqrt(grid), values)


def _ends(start: int, cut: int, last: int, step: float) -> np.ndarray:
    """Last day of each period; the split is one of them, the first and the last period may be short."""
    back = cut - step * np.arange(int((cut - start) / step), -1, -1)
    ahead = cut + step * np.arange(1, int((last - cut) / step) + 1)
    ends = np.floor(np.concatenate([back, ahead])).astype(np.int64)
    return ends if ends[-1] == last else np.append(ends, last)


def _finding(row: pd.Series, family: str, error: float) -> Note:
    told = {"family": family, "value": float(row["value"]), "actual": float(row["actual"]), "n": int(row["n"])}
    if np.isnan(error):
        return Note("tracking_empty", told)
    inside = row["lo"] <= row["actual"] <= row["hi"]
    return Note("tracking_inside" if inside else "tracking_outside", {**told, "error": abs(error)})


def _day(value: Any) -> int:
    return int(days_of(pd.Series([periods.day(value)]))[0])


def _date(day: int) -> pd.Timestamp:
    return pd.Timestamp("1970-01-01") + pd.Timedelta(days=day)

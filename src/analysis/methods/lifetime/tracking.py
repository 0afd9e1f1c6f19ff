"""Does the model keep up: repeat orders week by week, expected beside actual."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
from .summary import UNIT_DAYS, purchase_days
from .track_periods import as_date, as_day, holes, period_ends

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
        up to then), lo, hi, actual, value_step and actual_step (of this period alone; missing for a last
        period shorter than the others), n (customers who have bought by then), method, flag. A period
        with a month nobody reported has no actual numbers and the flag missing_input.
    error : float
        Expected over actual repeat orders at the end, minus 1; NaN without any. Periods with a month nobody
        reported are left out on both sides.
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
    unreported: Iterable[Any] = (),
) -> Tracking:  # takes the settings of `summarise`, hence more than six
    """Repeat orders period by period, expected from the day of each first purchase on, beside the actual ones.

    Parameters
    ----------
    fit : LifetimeFit
        Made on the orders up to ``split``.
    orders, end, unit, amount, keep_zero
        As for `summarise`. With unit "month" a period ends on the split's day of the month, or on the last day
        of a month where the split is one; the model expects as much as its true length gives.
    split : date, optional
        Customers first seen after it play no part, and what follows it is held out. By default ``end``.
    every : int, default 1
        Units in one period.
    level : float, default 0.9
        Of the interval of the cumulative number, of a model that has not seen these customers' orders.
    unreported : iterable of dates, default none
        A day of each calendar month for which nobody delivered data: silence in it is not known to be one.

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
    last = as_day(end)
    cut = last if split is None else as_day(split)
    if cut > last:
        raise SettingError("lifetime_split", split=str(periods.day(split).date()), end=str(periods.day(end).date()))
    _, code, day, _ = purchase_days(orders, end=end, amount=amount, keep_zero=keep_zero)
    begins = np.append(True, np.diff(code) > 0)
    first = day[begins]
    known = first <= cut
    if not known.any():
        told = {"split": str(periods.day(split).date()), "first": str(as_date(int(first.min())).date())}
        raise DataError("split_before_orders", **told)
    first, repeats = first[known], day[known[np.cumsum(begins) - 1] & ~begins]
    start = int(first.min())
    ends, short = period_ends(start, cut, last, unit=unit, every=every)
    months, holed = holes(unreported, start, ends)
    table = _table(ends, cut, _expected(fit, first, ends, UNIT_DAYS[unit], level), first, repeats)
    error, finding = _judged(table, ~holed, fit.family)
    settings = {
        "family": fit.family,
        "split": as_date(cut).date(),
        "end": as_date(last).date(),
        "unit": unit,
        "every": every,
        "level": level,
        "unreported": months,
    }
    notes = [Note("tracking_holes", {"months": months, "n": int(holed.sum())})] if months else []
    if short:
        notes.append(Note("tracking_short", {"days": int(ends[-1] - ends[-2])}))
        # beside whole periods the rest of one looks like a month without orders
        table.loc[table.index[-1], ["value_step", "actual_step"]] = np.nan
    table.loc[holed, ["actual", "actual_step"]] = np.nan
    table.loc[holed, "flag"] = "missing_input"
    return Tracking(table=table, settings=settings, notes=tuple(notes), finding=finding, error=error)


def _table(
    ends: np.ndarray,
    cut: int,
    expected: tuple[np.ndarray, np.ndarray, np.ndarray],
    first: np.ndarray,
    repeats: np.ndarray,
) -> pd.DataFrame:
    """Expected and actual repeat orders by period."""
    value, lo, hi = expected
    actual = np.searchsorted(np.sort(repeats), ends, side="right").astype(float)
    n = np.searchsorted(np.sort(first), ends, side="right")
    return pd.DataFrame(
        {
            "period": np.arange(1, len(ends) + 1),
            "until": [as_date(int(each)) for each in ends],
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


def _judged(table: pd.DataFrame, known: np.ndarray, family: str) -> tuple[float, Note]:
    """Error of the total over the periods whose orders are known, and what is said of it."""
    last = table.iloc[-1]
    value, actual = float(last["value"]), float(last["actual"])
    if not known.all():
        # like for like: what was expected of an unreported month is no error of the model
        value, actual = (float(table.loc[known, name].sum()) for name in ("value_step", "actual_step"))
    told = {"family": family, "value": value, "actual": actual, "n": int(last["n"])}
    if not actual:
        return float("nan"), Note("tracking_empty", told)
    error = value / actual - 1
    inside = last["lo"] <= actual <= last["hi"]
    code = "tracking_partial" if not known.all() else "tracking_inside" if inside else "tracking_outside"
    return error, Note(code, {**told, "error": abs(error)})

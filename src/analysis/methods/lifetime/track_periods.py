"""Periods along which a model is tracked: where each ends, and which hold a month nobody reported."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from ...stats import periods
from .summary import UNIT_DAYS, days_of

__all__ = ["as_date", "as_day", "holes", "period_ends"]


def period_ends(start: int, cut: int, last: int, *, unit: str, every: int) -> tuple[np.ndarray, bool]:
    """Last day of each period, the split among them, and whether the last one is shorter than the others.

    Weeks and days are counted from the split. Months are those of the calendar, on the split's day of the
    month (its last day where the split is one): mean months would drift against orders dated by the month.
    The first period may be short as well.
    """
    ends = _month_ends(start, cut, last, every) if unit == "month" else _ends(start, cut, last, every * UNIT_DAYS[unit])
    short = bool(ends[-1] != last)
    return (np.append(ends, last) if short else ends), short


def holes(unreported: Iterable[Any], start: int, ends: np.ndarray) -> tuple[list[str], np.ndarray]:
    """Unreported months between the first and the last day, and the periods that share a day with one of them."""
    begins = np.append(start, ends[:-1] + 1)
    named, found = [], np.zeros(len(ends), dtype=bool)
    for month in sorted({periods.day(each).to_period("M") for each in unreported}):
        hit = (begins <= as_day(month.end_time)) & (ends >= as_day(month.start_time))
        if hit.any():
            named.append(month.strftime("%Y-%m"))
            found |= hit
    return named, found


def as_day(value: Any) -> int:
    """Days since 1970-01-01."""
    return int(days_of(pd.Series([periods.day(value)]))[0])


def as_date(day: int) -> pd.Timestamp:
    """The date of a number of days since 1970-01-01."""
    return pd.Timestamp("1970-01-01") + pd.Timedelta(days=day)


def _ends(start: int, cut: int, last: int, step: float) -> np.ndarray:
    back = cut - step * np.arange(int((cut - start) / step), -1, -1)
    ahead = cut + step * np.arange(1, int((last - cut) / step) + 1)
    return np.floor(np.concatenate([back, ahead])).astype(np.int64)


def _month_ends(start: int, cut: int, last: int, every: int) -> np.ndarray:
    split = as_date(cut)
    ends: list[int] = []
    # each is counted from the split itself: from one short month to the next the day would be lost
    step = 0
    while (day := as_day(periods.months_back(split, step * every))) >= start:
        ends.insert(0, day)
        step += 1
    step = 1
    while (day := as_day(periods.months_back(split, -step * every))) <= last:
        ends.append(day)
        step += 1
    return np.array(ends, dtype=np.int64)

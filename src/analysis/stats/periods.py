"""Windows of whole months before a day: who bought what in which, and which months the data cover."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ..core import checks
from ..core.errors import DataError
from . import sums

__all__ = ["CustomerMonths", "customer_months", "day", "month_numbers", "months_back", "twin_windows"]

#: an empty month counts as unreported when the others have this many customers at the median
BUSY = 10
#: … and no larger share of the months is empty; else empty months are the rhythm of the business
RARE = 0.25


@dataclass(frozen=True, eq=False)
class CustomerMonths:
    """Net value by customer and month.

    Attributes
    ----------
    customers : Index
        Sorted customer ids.
    code, month : int arrays
        Customer and month of each entry, sorted; month 0 is the last one up to and with ``as_of``.
    value : array
        Net value.
    as_of : Timestamp
    """

    customers: pd.Index
    code: np.ndarray
    month: np.ndarray
    value: np.ndarray
    as_of: pd.Timestamp

    def name(self, month: int) -> str:
        """A month by the calendar month of its last day, as text (2018-02)."""
        return months_back(self.as_of, month).strftime("%Y-%m")


def day(value: Any) -> pd.Timestamp:
    """A date, text or timestamp as the day it falls on."""
    return pd.Timestamp(value).tz_localize(None).normalize()


def months_back(as_of: pd.Timestamp, months: int) -> pd.Timestamp:
    """The day ``months`` before; the last day of a month goes to the last day of a month."""
    back = as_of - pd.DateOffset(months=months)
    return back + pd.offsets.MonthEnd(0) if as_of.is_month_end else back


def customer_months(orders: pd.DataFrame, as_of: Any) -> CustomerMonths:
    """Net value of each customer in each month up to ``as_of``; later orders are left out.

    Months are counted back from ``as_of`` (0, 1, 2 …), so that twelve of them make exactly a year.

    Raises
    ------
    DataError
        ``missing_columns``, ``empty``, ``orders_missing``, ``no_orders_before``.
    """
    checks.columns(orders, ["customer_id", "date", "amount"], name="orders")
    checks.not_empty(orders, name="orders")
    for column in ("customer_id", "date", "amount"):
        if missing := int(orders[column].isna().sum()):
            raise DataError("orders_missing", column=column, count=missing, of=len(orders))
    last = day(as_of)
    dates = pd.to_datetime(orders["date"])
    dates = dates.dt.tz_localize(None) if dates.dt.tz is not None else dates
    kept = (dates < last + pd.Timedelta(days=1)).to_numpy()
    if not kept.any():
        raise DataError("no_orders_before", as_of=str(last.date()), first=str(dates.min().date()), count=len(orders))
    days = dates.to_numpy()[kept].astype("datetime64[D]")
    code, customers = pd.factorize(orders["customer_id"][kept], sort=True)
    month = month_numbers(days, last)
    span = int(month.max()) + 1
    key, group = np.unique(code.astype(np.int64) * span + month, return_inverse=True)
    value = sums.by_group(orders["amount"].to_numpy(dtype=float)[kept], group, len(key))
    return CustomerMonths(pd.Index(customers, name="customer_id"), key // span, key % span, value, last)


def twin_windows(table: CustomerMonths, months: int, unreported: Iterable[Any] | None) -> tuple[list[int], list[int]]:
    """Months that can be compared with the same month one window earlier, and those left out for a hole.

    Parameters
    ----------
    table : CustomerMonths
    months : int
        Length of each window.
    unreported : iterable of dates, or None
        Months known to be missing in the data. None: a month of the two windows counts as missing
        when nobody ordered in it although the other months have at least ten customers at the median;
        where more than a quarter of the months are empty none of them does (seasonal or yearly orders).

    Returns
    -------
    used : list of int
        Months m < ``months`` for which both m and m + ``months`` are there; empty when the data do
        not reach back over both windows.
    holes : list of int
        Missing months within the two windows.
    """
    if int(table.month.max()) < 2 * months - 1:
        return [], []
    if unreported is None:
        holes = _empty_months(table, 2 * months)
    else:
        named = {pd.Timestamp(month).strftime("%Y-%m") for month in unreported}
        holes = [m for m in range(2 * months) if table.name(m) in named]
    used = [m for m in range(months) if m not in holes and m + months not in holes]
    return used, holes


def _empty_months(table: CustomerMonths, window: int) -> list[int]:
    # customer and month are unique in the table, so counting entries counts customers
    count = np.bincount(table.month[table.month < window], minlength=window)
    busy = count[count > 0]
    if busy.size < (1 - RARE) * window or np.median(busy) < BUSY:
        return []
    return [int(month) for month in np.flatnonzero(count == 0)]


def month_numbers(days: np.ndarray, as_of: pd.Timestamp) -> np.ndarray:
    """Number of the month, counted back from ``as_of``, in which each day (datetime64[D], none later) lies."""
    span = 12 * (as_of.year - pd.Timestamp(days.min()).year + 1) + 1
    # ends[i] is the last day of month i
    ends = np.array([months_back(as_of, i).to_datetime64() for i in range(span)]).astype("datetime64[D]")
    return np.searchsorted(-ends.astype(np.int64), -days.astype(np.int64), side="right") - 1

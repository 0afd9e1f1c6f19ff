"""From order lines to one row per customer: frequency, recency, age, monetary value.

A purchase is a day on which a customer's net amount is above zero, so several
documents of one day are one purchase and a day of returns is none. ``recency``
is the time from first to last purchase (not "days since the last order"),
``age`` the time from the first purchase to ``end``, which the literature calls T.
A customer who bought before the data begin is taken as new at the first order seen.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError, SettingError
from ...stats import periods, sums

__all__ = ["UNIT_DAYS", "days_of", "purchase_days", "summarise"]

#: length of each unit in days; a month is a twelfth of 365.25 days
UNIT_DAYS = {"day": 1.0, "week": 7.0, "month": 30.4375}
DAY = np.timedelta64(1, "D")


def summarise(
    orders: pd.DataFrame,
    *,
    end: Any,
    unit: str = "week",
    start: Any = None,
    amount: str | None = "amount",
    keep_zero: bool = False,
    gaps: bool = False,
) -> pd.DataFrame:
    """One row per customer with at least one purchase, as the lifetime models need it.

    Parameters
    ----------
    orders : DataFrame
        Order lines: customer_id, date, and the value column; negative values are returns.
    end : date
        Last day of the data, counted in: an order on it is seen, and age runs to it
        (age = ``end`` − first purchase day, in ``unit``).
    unit : {"day", "week", "month"}, default "week"
        Unit of recency and age; a month is 30.4375 days.
    start : date, optional
        Orders before it are not used.
    amount : str or None, default "amount"
        Value column. None: every order day is a purchase and monetary_value is missing.
    keep_zero : bool, default False
        Count days with a net amount of exactly zero as purchases (some public data have them).
    gaps : bool, default False
        Add log_gaps, the sum of the logarithms of the times between purchases, which tells regular from
        random customers (families with k).

    Returns
    -------
    DataFrame
        Index customer_id, sorted: frequency (repeat purchases: distinct purchase days − 1),
        recency, age, monetary_value (mean net amount of the repeat days, 0 without one).
        Customers whose every day nets to zero or less are not in it.

    Raises
    ------
    DataError
        ``missing_columns``, ``empty``, ``orders_missing``, ``no_purchases``.
    SettingError
        ``not_a_choice`` (unit), ``lifetime_window`` (start after end).

    References
    ----------
    Fader, P. S. and Hardie, B. G. S. (2001), Forecasting repeat sales at CDNOW: a case study,
    Interfaces 31(3), S94–S107 (purchases of one day are one).
    """
    checks.choice(unit, UNIT_DAYS, name="unit")
    names, code, day, net = purchase_days(orders, end=end, start=start, amount=amount, keep_zero=keep_zero)
    last_day = days_of(pd.Series([periods.day(end)]))[0]
    # days come sorted by customer, then date
    first = np.flatnonzero(np.diff(code, prepend=-1))
    count = np.diff(np.append(first, len(code)))
    final = first + count - 1
    repeat_value = np.add.reduceat(net, first) - net[first]
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(count > 1, repeat_value / (count - 1), 0.0 if amount else np.nan)
    table = pd.DataFrame(
        {
            "frequency": count - 1,
            "recency": (day[final] - day[first]) / UNIT_DAYS[unit],
            "age": (last_day - day[first]) / UNIT_DAYS[unit],
            "monetary_value": mean,
        },
        index=pd.Index(names[code[first]], name="customer_id"),
    )
    if gaps:
        between = np.diff(day, prepend=day[0]) / UNIT_DAYS[unit]
        # the first purchase of a customer ends no gap
        between[first] = 1.0
        table["log_gaps"] = np.add.reduceat(np.log(between), first)
    return table


def purchase_days(
    orders: pd.DataFrame, *, end: Any, start: Any = None, amount: str | None = "amount", keep_zero: bool = False
) -> tuple[pd.Index, np.ndarray, np.ndarray, np.ndarray]:
    """Each customer's purchase days: sorted customer names, and code, day, net amount by customer and day."""
    checks.columns(orders, ["customer_id", "date", *([amount] if amount else [])], name="orders")
    checks.not_empty(orders, name="orders")
    for column in ["customer_id", "date", *([amount] if amount else [])]:
        if missing := int(orders[column].isna().sum()):
            raise DataError("orders_missing", column=column, count=missing, of=len(orders))
    day = days_of(orders["date"])
    low, high = _window(start, end, day)
    kept = (day >= low) & (day <= high)
    code, names = pd.factorize(orders["customer_id"][kept], sort=True)
    value = orders[amount].to_numpy(dtype=float)[kept] if amount else np.ones(int(kept.sum()))
    span = int(high - low) + 1
    key, group = np.unique(code.astype(np.int64) * span + (day[kept] - low), return_inverse=True)
    net = sums.by_group(value, group, len(key))
    # +10.1 −10.1 may leave 1e-15: what counts is above rounding of the day's gross amount
    least = 1e-9 * sums.by_group(np.abs(value), group, len(key))
    bought = net >= -least if keep_zero else net > least
    if not bought.any():
        raise DataError("no_purchases", rows=len(orders), inside=int(kept.sum()), end=str(periods.day(end).date()))
    spent = net[bought] if amount else np.full(int(bought.sum()), np.nan)
    return pd.Index(names), key[bought] // span, low + key[bought] % span, spent


def days_of(dates: pd.Series) -> np.ndarray:
    """Days since 1970-01-01; a time of day is dropped, a time zone keeps its own calendar day."""
    stamps = pd.to_datetime(dates)
    if stamps.dt.tz is not None:
        stamps = stamps.dt.tz_localize(None)
    return stamps.to_numpy().astype("datetime64[D]").astype(np.int64)


def _window(start: Any, end: Any, day: np.ndarray) -> tuple[int, int]:
    high = int(days_of(pd.Series([periods.day(end)]))[0])
    low = int(day.min()) if start is None else int(days_of(pd.Series([periods.day(start)]))[0])
    if start is not None and low > high:
        raise SettingError("lifetime_window", start=str(periods.day(start).date()), end=str(periods.day(end).date()))
    return min(low, high), high

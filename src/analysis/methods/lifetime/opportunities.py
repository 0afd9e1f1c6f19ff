"""From order lines to months with and without a purchase, as BG/BB needs them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError
from ...stats import periods
from .summary import days_of, purchase_days

__all__ = ["opportunities"]

#: months in one opportunity; weeks are counted apart
MONTHS = {"month": 1, "quarter": 3, "year": 12}
UNITS = ("week", *MONTHS)
#: 1 January 1970 was a Thursday: days from the Monday before it
THURSDAY = 3


def opportunities(
    orders: pd.DataFrame,
    *,
    end: Any,
    unit: str = "month",
    start: Any = None,
    amount: str | None = "amount",
    keep_zero: bool = False,
) -> pd.DataFrame:
    """One row per customer: in how many of the months since the first one the customer bought.

    Parameters
    ----------
    orders : DataFrame
        Order lines: customer_id, date, and the value column; negative values are returns.
    end : date
        Last day of the data, counted in. A month that is not over by then is no opportunity yet and
        plays no part.
    unit : {"week", "month", "quarter", "year"}, default "month"
        Calendar period that is one opportunity; weeks begin on Monday.
    start : date, optional
        Orders before it are not used; a customer who bought before it is taken as new at the first
        order seen, as in `summarise`.
    amount, keep_zero
        As for `summarise`: a purchase is a day with a net amount above zero.

    Returns
    -------
    DataFrame
        Index customer_id, sorted: frequency (months after the first one with a purchase), recency (the last
        of these, counted from the first month), age (months after the first one, whole numbers all),
        monetary_value (mean net amount of a month with a repeat purchase, 0 without one).

    Raises
    ------
    DataError
        ``missing_columns``, ``empty``, ``orders_missing``, ``no_purchases``, ``no_whole_period``.
    SettingError
        ``not_a_choice`` (unit), ``lifetime_window`` (start after end).

    References
    ----------
    Fader, P. S., Hardie, B. G. S. and Shang, J. (2010), Customer-base analysis in a discrete-time
    noncontractual setting, Marketing Science 29, 1086–1108, section 2.
    """
    checks.choice(unit, UNITS, name="unit")
    names, code, day, net = purchase_days(orders, end=end, start=start, amount=amount, keep_zero=keep_zero)
    last_day = int(days_of(pd.Series([periods.day(end)]))[0])
    # the period of the day after the last one is the first that is not over
    last = int(_number(np.array([last_day + 1]), unit)[0]) - 1
    period = _number(day, unit)
    whole = period <= last
    if not whole.any():
        raise DataError("no_whole_period", unit=unit, end=str(periods.day(end).date()))
    code, period, net = code[whole], period[whole], net[whole]
    # days come sorted by customer, then date
    begins = np.flatnonzero((np.diff(code, prepend=-1) != 0) | (np.diff(period, prepend=-1) != 0))
    code, period, net = code[begins], period[begins], np.add.reduceat(net, begins)
    first = np.flatnonzero(np.diff(code, prepend=-1))
    taken = np.diff(np.append(first, len(code))) - 1
    value = np.add.reduceat(net, first) - net[first]
    mean = np.where(taken > 0, value / np.maximum(taken, 1), 0.0 if amount else np.nan)
    return pd.DataFrame(
        {
            "frequency": taken,
            "recency": period[first + taken] - period[first],
            "age": last - period[first],
            "monetary_value": mean,
        },
        index=pd.Index(names[code[first]], name="customer_id"),
    )


def _number(days: np.ndarray, unit: str) -> np.ndarray:
    """Number of the calendar period of each day (days since 1970-01-01)."""
    if unit == "week":
        return (days + THURSDAY) // 7
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return months // MONTHS[unit]

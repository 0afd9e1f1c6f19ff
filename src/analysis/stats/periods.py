"""Windows of whole months before a day, and which months the data cover."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

__all__ = ["day", "months_back", "months_of", "unreported"]

#: an empty month counts as unreported when months usually have at least this many active customers
BUSY = 10


def day(value: Any) -> pd.Timestamp:
    """A date, text or timestamp as the day it falls on."""
    return pd.Timestamp(value).tz_localize(None).normalize()


def months_back(as_of: pd.Timestamp, months: int) -> pd.Timestamp:
    """The day ``months`` before; the last day of a month goes to the last day of a month."""
    back = as_of - pd.DateOffset(months=months)
    return back + pd.offsets.MonthEnd(0) if as_of.is_month_end else back


def months_of(days: np.ndarray, as_of: pd.Timestamp) -> np.ndarray:
    """Number of whole months from each day to ``as_of``: 0 for the last month up to and with ``as_of``.

    Months run from the day after one anniversary of ``as_of`` to the next, so that
    twelve of them make exactly the year before.
    """
    span = 12 * (as_of.year - pd.Timestamp(days.min()).year + 2)
    # edges[i] is the last day of month i, going back
    edges = np.array([months_back(as_of, i).to_datetime64() for i in range(span)])[::-1]
    return span - 1 - np.searchsorted(edges, days, side="left")


def unreported(month: np.ndarray, customer: np.ndarray, window: int) -> list[int]:
    """Months (numbers of `months_of`) among the last ``window`` in which nobody ordered although the others are busy.

    With a median of `BUSY` customers in the months that have any, a month without one order
    is a hole in the data and not a month without business.
    """
    inside = month < window
    pairs = np.unique(np.column_stack([month[inside], customer[inside]]), axis=0)
    per_month = np.bincount(pairs[:, 0], minlength=window) if len(pairs) else np.zeros(window)
    if not (per_month > 0).any() or np.median(per_month[per_month > 0]) < BUSY:
        return []
    return [int(m) for m in np.flatnonzero(per_month == 0)]

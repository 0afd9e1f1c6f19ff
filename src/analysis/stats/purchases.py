"""Days with a purchase, by customer: what frequency, gaps and lapses are counted from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from . import periods, sums

__all__ = ["PurchaseDays", "purchase_days"]


@dataclass(frozen=True, eq=False)
class PurchaseDays:
    """Days on which a customer's net value is positive; a day of returns alone is none.

    Attributes
    ----------
    customers : Index
        Sorted ids of everybody with an order line up to the day.
    code : int array
        Customer of each purchase day; sorted, then by day.
    day : int array
        Days since 1970.
    value : array
        Net value of the day.
    start, as_of : Timestamp
        Day of the first order line of anybody; the last day used.
    """

    customers: pd.Index
    code: np.ndarray
    day: np.ndarray
    value: np.ndarray
    start: pd.Timestamp
    as_of: pd.Timestamp

    def gaps(self) -> tuple[np.ndarray, np.ndarray]:
        """Customer and length in days of each gap between two purchase days that follow each other."""
        same = self.code[1:] == self.code[:-1]
        return self.code[1:][same], np.diff(self.day)[same]

    def medians(self) -> np.ndarray:
        """Median gap of each customer; NaN below two purchase days."""
        code, gap = self.gaps()
        out = np.full(len(self.customers), np.nan)
        if len(code):
            middle = pd.Series(gap).groupby(code).median()
            out[middle.index.to_numpy()] = middle.to_numpy()
        return out

    def run_in(self) -> int:
        """Days after the first order line within which nobody's first order can be told from the data's beginning.

        Twice the median over customers of their median gap, between 60 days and a year.
        """
        usual = self.medians()
        usual = usual[np.isfinite(usual)]
        return int(np.clip(2 * np.median(usual), 60, 365)) if usual.size else 60


def purchase_days(orders: pd.DataFrame, as_of: Any) -> PurchaseDays:
    """Sum the lines of each customer and day up to ``as_of``; later lines are left out.

    Raises
    ------
    DataError
        As `periods.customer_months`.
    """
    table = periods.customer_months(orders, as_of)
    days = pd.to_datetime(orders["date"])
    days = days.dt.tz_localize(None) if days.dt.tz is not None else days
    kept = (days < table.as_of + pd.Timedelta(days=1)).to_numpy()
    day = days.to_numpy()[kept].astype("datetime64[D]").astype(np.int64)
    code = table.customers.get_indexer(pd.Index(orders["customer_id"][kept])).astype(np.int64)
    first = int(day.min())
    width = int(day.max()) - first + 1
    key, cell = np.unique(code * width + day - first, return_inverse=True)
    value = sums.by_group(orders["amount"].to_numpy(dtype=float)[kept], cell, len(key))
    bought = value > 0
    return PurchaseDays(
        table.customers, (key // width)[bought], (key % width + first)[bought], value[bought],
        pd.Timestamp(np.datetime64(first, "D")), table.as_of,
    )  # fmt: skip

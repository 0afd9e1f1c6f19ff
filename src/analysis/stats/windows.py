"""Two windows of whole months before a day, line by line: later, earlier, or neither."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from . import periods, sums

__all__ = ["EARLIER", "LATER", "NEITHER", "Windows", "split"]

LATER, EARLIER, NEITHER = 0, 1, -1


@dataclass(frozen=True, eq=False)
class Windows:
    """Order lines put into the later window (the last months) or the earlier one (as many before).

    Attributes
    ----------
    side : int array
        `LATER`, `EARLIER` or `NEITHER` for each line.
    code : int array
        Customer of each line; the order of `customers`.
    customers : Index
        Sorted customer ids with a line up to the day.
    months_used : int
        0 where the data do not reach back over both windows.
    left_out : list of str
        Months left out of both windows because one of the twins was not reported.
    as_of : Timestamp
    """

    side: np.ndarray
    code: np.ndarray
    customers: pd.Index
    months_used: int
    left_out: list[str]
    as_of: pd.Timestamp

    def total(self, values: np.ndarray, side: int) -> np.ndarray:
        """Sum of the values by customer on one side."""
        inside = self.side == side
        return sums.by_group(values[inside], self.code[inside], len(self.customers))


def split(orders: pd.DataFrame, *, as_of: Any, months: int, unreported: Iterable[Any] | None = None) -> Windows:
    """Side of each order line; see `periods.twin_windows` for months that were not reported.

    Raises
    ------
    DataError
        As `periods.customer_months`.
    """
    table = periods.customer_months(orders, as_of)
    used, holes = periods.twin_windows(table, months, unreported)
    days = pd.to_datetime(orders["date"])
    days = days.dt.tz_localize(None) if days.dt.tz is not None else days
    before = (days < table.as_of + pd.Timedelta(days=1)).to_numpy()
    month = np.full(len(orders), -1)
    month[before] = periods.month_numbers(days.to_numpy()[before].astype("datetime64[D]"), table.as_of)
    side = np.full(len(orders), NEITHER)
    side[np.isin(month, used)] = LATER
    side[np.isin(month, [m + months for m in used])] = EARLIER
    code = table.customers.get_indexer(pd.Index(orders["customer_id"]))
    return Windows(side, code, table.customers, len(used), [table.name(m) for m in holes], table.as_of)

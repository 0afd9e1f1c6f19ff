"""Time as a data set tells it: the unit of its dates, where to split for the held-out test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

__all__ = ["Clock", "of"]

_DAYS = {"week": 7.0, "month": 30.4375}


@dataclass(frozen=True)
class Clock:
    """Unit and dates of the lifetime models.

    Attributes
    ----------
    unit : {"week", "month"}
        "month" where every order is dated on the first of a month.
    start, end : str
        First date of the data and the cut-off, ISO.
    split : str
        Last day of the calibration period: twelve months before the end, or two thirds of the
        way where the data are shorter than two years.
    """

    unit: str
    start: str
    end: str
    split: str

    def periods(self, months: float) -> float:
        """A horizon of ``months`` in whole units: twelve months are 52 weeks."""
        return float(months) if self.unit == "month" else float(round(months * _DAYS["month"] / _DAYS["week"]))


def of(meta: Mapping[str, Any], as_of: str) -> Clock:
    """The clock of a data set, from what the build of its tables recorded."""
    start, end = pd.Timestamp(meta["first_date"]), pd.Timestamp(as_of)
    year_ago = end - pd.DateOffset(years=1)
    long_enough = year_ago - start >= pd.Timedelta(days=360)
    split = year_ago if long_enough else start + (end - start) * 2 / 3
    unit = "month" if meta["tables"].get("transactions", {}).get("monthly") else "week"
    return Clock(unit, start.date().isoformat(), end.date().isoformat(), split.date().isoformat())

"""Slopes of each customer's months: level, interval, number of months."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError
from ...stats import trends

__all__ = ["MONTHS", "of_months"]

MONTHS = 24


def of_months(frame: pd.DataFrame, monthly: pd.DataFrame | None, day: pd.Timestamp) -> dict[str, Any]:
    """slope, slope_lo, slope_hi and n_months; months before the first order are not the customer's."""
    names = ("slope", "slope_lo", "slope_hi")
    if monthly is None:
        return {**dict.fromkeys(names, np.nan), "n_months": 0}
    checks.columns(monthly, ["customer_id", "month", "value"], name="monthly")
    months = pd.to_datetime(monthly["month"]).astype("datetime64[ns]").dt.to_period("M").dt.to_timestamp()
    twice = int(pd.DataFrame({"c": monthly["customer_id"], "m": months}).duplicated().sum())
    if twice:
        raise DataError("migration_months_twice", count=twice)
    last = (day + pd.Timedelta(days=1)).to_period("M").to_timestamp() - pd.DateOffset(months=1)
    window = pd.date_range(end=last, periods=MONTHS, freq="MS")
    wide = monthly.assign(month=months).pivot(index="customer_id", columns="month", values="value")  # noqa: PD010 - keys are unique
    values = wide.reindex(index=frame.index, columns=window).to_numpy(dtype=float)
    began = frame["first_date"].dt.to_period("M").dt.to_timestamp().to_numpy()
    values = np.where(window.to_numpy()[None, :] < began[:, None], np.nan, values)
    count = np.isfinite(values).sum(axis=1)
    mean = np.divide(np.nansum(values, axis=1), count, out=np.full(len(values), np.nan), where=count > 0)
    relative = np.divide(values, mean[:, None], out=np.full_like(values, np.nan), where=mean[:, None] > 0)
    return {**dict(zip(names, trends.theil_sen(relative), strict=True)), "n_months": count}

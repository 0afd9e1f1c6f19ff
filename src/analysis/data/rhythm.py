"""How regularly accounts buy, where they are heading, through which channels: from small tables by customer."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from . import engine

__all__ = ["channel_shares", "order_dates", "spread", "trend"]


def order_dates(tables_dir: str | Path) -> list[pd.Timestamp]:
    """Every date of the order lines of all regions, sorted; empty without orders."""
    path = Path(tables_dir) / "transactions.parquet"
    if not path.is_file():
        return []
    found = engine.to_arrow(engine.parquet(path).select("date").distinct())["date"].to_pylist()
    return sorted(pd.Timestamp(day) for day in found)


def spread(gaps: pd.DataFrame) -> pd.DataFrame:
    """Mean and standard deviation (n − 1) of the gaps, from whole numbers."""
    count, total = gaps["gap_count"], gaps["gap_sum"]
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = (count * gaps["gap_squares"] - total**2) / (count * (count - 1))
        cv = np.sqrt(variance) / (total / count)
    return gaps[["median_gap", "reactivated_on"]].assign(gap_cv=cv.where(count >= 2))


def trend(
    active: pd.DataFrame, first_date: pd.Series, window: list[pd.Timestamp], known: set[pd.Timestamp], *, least: int
) -> pd.Series:
    """Slope per month of log(1 + value / own median month), over the reported months of a window.

    Months without purchase count as zero. An account new in the window is measured from the month after
    its first purchase: the first month is never empty, and would bend every slope down.

    Parameters
    ----------
    active : DataFrame
        Index customer_id, one row per month with positive net value: ``month, value``.
    first_date : Series
        First purchase by customer; missing without one.
    window : list of Timestamp
        First days of consecutive months.
    known : set of Timestamp
        The months that were delivered at all.
    least : int
        Fewer months give no slope.
    """
    position = pd.Series({m: float(i) for i, m in enumerate(window) if m in known}, dtype="float64")
    begins = first_date.dropna().dt.to_period("M").dt.to_timestamp()
    start = window[0]
    since = ((begins.dt.year - start.year) * 12 + begins.dt.month - start.month + 1).clip(lower=0).sort_index()
    active = active[active["month"].isin(position.index)]
    active = active.assign(x=active["month"].map(position))
    active = active[(active["x"] >= active.index.map(since)).to_numpy(dtype=bool)]
    y = np.log1p(active["value"] / active.groupby(level=0)["value"].transform("median"))
    sums = pd.DataFrame({"y": y, "xy": active["x"] * y}).groupby(level=0).sum().reindex(since.index, fill_value=0.0)
    months = position.to_numpy()[None, :]
    inside = months >= since.to_numpy()[:, None]
    n, sx, sxx = inside.sum(axis=1), (months * inside).sum(axis=1), (months**2 * inside).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = (n * sums["xy"] - sx * sums["y"]) / (n * sxx - sx**2)
    return slope.where(n >= least).rename("trend")


def channel_shares(values: pd.DataFrame, channels: list[str]) -> pd.DataFrame:
    """``channel_<name>``: share of each channel in a customer's purchases, one column per known channel."""
    wide = values.reset_index().pivot_table(index="customer_id", columns="channel", values="value", fill_value=0.0)
    wide = wide.reindex(columns=channels, fill_value=0.0).rename_axis(columns=None).add_prefix("channel_")
    return wide.div(wide.sum(axis=1), axis=0)

"""The rows of one account, read without reading everybody's."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ..data import calendar, customers, purchases, rhythm, tables

if TYPE_CHECKING:
    from .run import Run

__all__ = ["demand", "exact_sum", "features", "lines", "monthly", "profile", "rows", "tier_history", "tier_of"]

#: a delivery may start so many days late and still cover the twelve months
_NEARLY = pd.Timedelta(days=31)
_QUARTERS = 8
_TREND_MONTHS = 24
_LEAST_MONTHS = 6
_SCALE = 10_000


def rows(folder: Path, name: str, column: str, wanted: Iterable[str]) -> pd.DataFrame:
    """Rows of a built table whose ``column`` holds one of the ids; empty where there is no such table."""
    if name not in tables.names(folder):
        return pd.DataFrame()
    # a plain array: a list that happens to be empty has no type to compare text with
    ids = pa.array(sorted(set(wanted)), pa.string())
    return tables.to_pandas(pq.read_table(folder / f"{name}.parquet", filters=pc.field(column).isin(ids)))


def lines(run: Run, wanted: Iterable[str]) -> pd.DataFrame:
    """Every order line of these customers up to the cut-off date, newest first; ``value`` is the declared value.

    Lines of the run's brand only, where it has one. ``demand`` is False for free goods and transfers.
    """
    folder = run.home / "tables"
    frame = rows(folder, "transactions", "customer_id", wanted)
    if frame.empty:
        return frame
    frame = frame[frame["date"] <= pd.Timestamp(run.as_of)]
    if run.brand is not None:
        products = tables.read(folder, "products")
        frame = frame[frame["product_id"].isin(products.loc[products["brand"] == run.brand, "product_id"])]
    frame = frame.assign(
        value=frame[run.meta["value"]].astype("float64"), demand=~frame["doc_type"].isin(purchases.NOT_DEMAND)
    )
    keys = [c for c in ("date", "document_no", "line_no") if c in frame.columns]
    return frame.sort_values(keys, ascending=[False] + [True] * (len(keys) - 1), kind="stable", ignore_index=True)


def demand(order_lines: pd.DataFrame) -> pd.DataFrame:
    """The lines that are demand: no free goods, no transfers."""
    return order_lines[order_lines["demand"]] if len(order_lines) else order_lines


def exact_sum(values: pd.Series) -> float:
    """A sum of money that does not depend on the order of the rows; missing values count as nothing."""
    return int(np.rint(np.nan_to_num(values.to_numpy(dtype=float)) * _SCALE).astype("int64").sum()) / _SCALE


def monthly(run: Run, order_lines: pd.DataFrame) -> pd.DataFrame:
    """Value by month since the data begin.

    Returns
    -------
    DataFrame
        month, value (zero where nothing was bought, missing where nothing was reported), state (bought,
        nothing_bought, not_reported, part_of_month).
    """
    told = run.meta["tables"].get("transactions", {})
    if not told.get("first"):
        return pd.DataFrame({"month": pd.Series(dtype="datetime64[ns]"), "value": [], "state": []})
    day, own = pd.Timestamp(run.as_of), demand(order_lines)
    months = pd.DatetimeIndex(calendar.months(pd.Timestamp(told["first"]).date(), day.date()))
    known = months.isin(tables.reported_months(run.home / "tables"))
    sums = pd.Series(0.0, index=months)
    if len(own):
        sums = sums.add(
            own.groupby(own["date"].dt.to_period("M").dt.to_timestamp())["value"].agg(exact_sum), fill_value=0
        )
    values = sums.reindex(months).to_numpy()
    state = np.where(values != 0, "bought", np.where(known, "nothing_bought", "not_reported"))
    out = pd.DataFrame({"month": months, "value": np.where(state == "not_reported", np.nan, values), "state": state})
    if not day.is_month_end and len(out):
        out.loc[out.index[-1], "state"] = "part_of_month"
    return out.astype({"state": "str"})


def tier_of(value: float, thresholds: dict[str, float]) -> str:
    """The tier of a value by given cut points."""
    if value <= 0:
        return "zero" if value == 0 else "negative"
    return "A" if value >= thresholds["A"] else "B" if value >= thresholds["B"] else "C"


def tier_history(run: Run, order_lines: pd.DataFrame, thresholds: dict[str, float]) -> pd.DataFrame:
    """Value of the twelve months up to each of the last eight quarter ends, judged by today's frozen cut points.

    Returns
    -------
    DataFrame
        quarter_end, value_12m and tier (both missing where the data do not reach back twelve months),
        months_missing (months of the window that nobody reported).
    """
    own, known = demand(order_lines), set(tables.reported_months(run.home / "tables"))
    ends = pd.date_range(end=pd.Timestamp(run.as_of), periods=_QUARTERS, freq="QE")
    out = []
    for end in ends:
        start = end - pd.DateOffset(months=12)
        window = calendar.months((start + pd.Timedelta(days=1)).date(), end.date())
        seen = pd.Timestamp(run.meta["first_date"]) <= start + _NEARLY
        value = _between(own, start, end) if seen else np.nan
        out.append({
            "quarter_end": end, "value_12m": value, "tier": tier_of(value, thresholds) if seen else None,
            "months_missing": sum(pd.Timestamp(m) not in known for m in window),
        })  # fmt: skip
    return pd.DataFrame(out).astype({"tier": "str"})


def _between(own: pd.DataFrame, after: pd.Timestamp, upto: pd.Timestamp) -> float:
    if own.empty:
        return 0.0
    return exact_sum(own.loc[(own["date"] > after) & (own["date"] <= upto), "value"])


def profile(run: Run, order_lines: pd.DataFrame, customer_id: str) -> pd.DataFrame:
    """The account's row of `analysis.data.customers.profile`, from its own lines alone (index customer_id)."""
    own, day = demand(order_lines), pd.Timestamp(run.as_of)
    year_ago, before = day - pd.DateOffset(months=12), day - pd.DateOffset(months=24)
    days = pd.Series(dtype="datetime64[ns]")
    if len(own):
        daily = own.groupby("date")["value"].agg(exact_sum)
        days = daily.index[daily > 0].sort_values().to_series(index=None).reset_index(drop=True)
    recent = days[days > year_ago]
    row = {
        "first_date": days.min(), "last_date": days.max(), "n_dates": len(days), "n_dates_12m": len(recent),
        "active_months_12m": recent.dt.to_period("M").nunique(),
        "value_12m": _between(own, year_ago, day), "value_prev_12m": _between(own, before, year_ago),
        "n_products_12m": _products(run, own, year_ago),
    }  # fmt: skip
    if not pd.Timestamp(run.meta["first_date"]) <= before + _NEARLY:
        row["value_prev_12m"] = np.nan
    out = pd.DataFrame(row, index=pd.Index([customer_id], name="customer_id"))
    out["days_since_last"] = (day - out["last_date"]).dt.days.astype("float64")
    out = out.join(_gaps(days, out.index)).join(_trend(run, own, out))
    channels = run.meta["tables"].get("transactions", {}).get("channels", [])
    if len(channels) > 1 and len(own):
        bought = own[(own["date"] > before) & (own["value"] > 0) & own["channel"].notna()]
        by = bought.groupby("channel")["value"].agg(exact_sum).reset_index().assign(customer_id=customer_id)
        out = out.join(rhythm.channel_shares(by.set_index("customer_id"), channels))
    return out


def features(row: pd.DataFrame) -> pd.Series:
    """What segments are made of, for this account; empty where it bought nothing in twelve months."""
    found = customers.segment_features(row)
    return found.iloc[0] if len(found) else pd.Series(dtype="float64")


def _products(run: Run, own: pd.DataFrame, year_ago: pd.Timestamp) -> float:
    if own.empty or run.meta["tables"].get("transactions", {}).get("products", 0) < 2:
        return np.nan
    return float(own.loc[(own["date"] > year_ago) & (own["value"] > 0), "product_id"].nunique())


def _gaps(days: pd.Series, index: pd.Index) -> pd.DataFrame:
    gap = days.diff().dropna().dt.days.astype("int64")
    woken = days[days > days.shift() + pd.DateOffset(years=1)] if len(days) > 1 else days.iloc[:0]
    row = {
        "median_gap": gap.median() if len(gap) else np.nan, "gap_sum": int(gap.sum()),
        "gap_squares": int((gap**2).sum()), "gap_count": len(gap), "reactivated_on": woken.max(),
    }  # fmt: skip
    return rhythm.spread(pd.DataFrame(row, index=index))


def _trend(run: Run, own: pd.DataFrame, row: pd.DataFrame) -> pd.Series:
    """Slope over the whole months of the last two years."""
    day = pd.Timestamp(run.as_of)
    last = day if day.is_month_end else day - pd.offsets.MonthEnd(1)
    first = last.replace(day=1) - pd.DateOffset(months=_TREND_MONTHS - 1)
    window = [pd.Timestamp(month) for month in calendar.months(first.date(), last.date())]
    active = pd.DataFrame({"month": pd.Series(dtype="datetime64[ns]"), "value": pd.Series(dtype="float64")})
    if len(own):
        inside = own[(own["date"] >= first) & (own["date"] <= last)]
        sums = inside.groupby(inside["date"].dt.to_period("M").dt.to_timestamp())["value"].agg(exact_sum)
        active = sums[sums > 0].rename_axis("month").reset_index()
    active.index = pd.Index([row.index[0]] * len(active), name="customer_id")
    known = set(tables.reported_months(run.home / "tables"))
    return rhythm.trend(active, row["first_date"], window, known, least=_LEAST_MONTHS)

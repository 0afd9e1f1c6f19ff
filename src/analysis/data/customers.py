"""One row per customer: the lifetime table, the profile that types and tiers read, segment features.

Conventions. *Recency* runs from first to last purchase and *age* from first purchase to the end of the
data, both in the stated unit; a purchase is a day with positive net value. A customer active before the
data begin is counted from the first day the data hold.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
import pyarrow as pa

from ..core import checks
from . import accounts, calendar, engine, purchases, rhythm, tables

__all__ = ["lifetime_table", "monthly", "profile", "segment_features"]

DAYS = {"day": 1, "week": 7, "month": 30.4375}
_WINDOW = 24
_LEAST_MONTHS = 6
#: the delivery may start so many days late and still cover the previous twelve months
_NEARLY = 31


def lifetime_table(orders: ir.Table, *, end: dt.date, unit: str = "week", value: str = "amount") -> ir.Table:
    """Purchase history of each customer, as an Ibis expression.

    Parameters
    ----------
    orders : ibis Table
        ``customer_id``, ``date`` and ``value``; demand lines, several a day allowed. Money as DECIMAL.
    end : datetime.date
        End of the data; later lines are left out.
    unit : {"day", "week", "month"}, default "week"
        Unit of recency and age; a month is 30.4375 days.
    value : str, default "amount"

    Returns
    -------
    ibis Table
        One row per customer with at least one purchase, in no order: ``customer_id``, ``frequency``
        (purchase days after the first), ``recency``, ``age``, ``monetary_value`` (mean value of the
        purchase days after the first, missing without any).

    References
    ----------
    Fader, P. S., Hardie, B. G. S. (2005), notes on RFM summaries for BG/NBD and Gamma-Gamma models.
    """
    checks.choice(unit, DAYS, name="unit")
    days = purchases.by_day(orders.filter(orders.date <= end), value=value)
    history = days.group_by("customer_id").agg(
        first=days.date.min(),
        last=days.date.max(),
        days=days.count(),
        total=days.value.sum(),
        first_value=days.value.argmin(days.date),
    )
    repeats = history.days - 1
    spent = (history.total - history.first_value).cast("float64")
    return history.select(
        "customer_id",
        frequency=repeats,
        recency=history.last.delta(history.first, unit="day") / DAYS[unit],
        age=ibis.literal(end).delta(history.first, unit="day") / DAYS[unit],
        monetary_value=spent / repeats.nullif(0),
    )


def profile(
    tables_dir: str | Path, *, as_of: str | dt.date, region: str | None = None, brand: str | None = None
) -> pd.DataFrame:
    """What is known of each account on a day, from the order lines up to that day.

    Parameters
    ----------
    tables_dir : path
        Folder of the built tables.
    as_of : date
        Nothing later enters.
    region, brand : str, optional
        Only this region's accounts, only this brand's orders.

    Returns
    -------
    DataFrame
        Index ``customer_id``, sorted. All accounts in scope, prospects included; physicians,
        departments and distributors only where they ordered. Dates are missing and values 0 for
        accounts without a purchase; ``value_prev_12m`` is missing for all when the delivery does not
        reach back two years. ``median_gap`` in days; ``gap_cv`` the spread of the gaps over
        their mean (from two gaps on); ``trend`` the slope per month of log(1 + value / own median
        month) over the reported months of the last two years (from six months on); ``stratum`` the
        hospital level, else the customer type, else "all".
    """
    day = pd.Timestamp(as_of)
    meta = tables.meta(tables_dir)
    orders = purchases.demand(tables_dir, value=meta["value"], as_of=day.date(), region=region, brand=brand)
    days = purchases.by_day(orders)
    windows = {
        "year_ago": (day - pd.DateOffset(months=12)).date(),
        "before": (day - pd.DateOffset(months=24)).date(),
    }
    frame = accounts.described(tables_dir, region)
    frame = frame.join(_run(purchases.totals(orders, days, **windows)))
    frame = frame.join(rhythm.spread(_run(purchases.gaps(days))))
    frame = frame.join(_trend(tables_dir, orders, day, frame["first_date"]))
    # what there is to tell accounts apart by is the same in every region
    known = meta["tables"]["transactions"]
    if len(known.get("channels", [])) > 1:
        bought = _run(purchases.channels(orders, after=windows["before"]))
        frame = frame.join(rhythm.channel_shares(bought, known["channels"]))
    if known.get("products", 0) < 2:
        frame["n_products_12m"] = np.nan
    # a delivery that does not reach back says nothing of that time, which is not the same as nothing bought
    start = pd.Timestamp(windows["before"]) + pd.Timedelta(days=_NEARLY)
    return _finish(frame, day, reaches_back=pd.Timestamp(meta["first_date"]) <= start)


def monthly(
    tables_dir: str | Path, *, as_of: str | dt.date, region: str | None = None, brand: str | None = None
) -> pd.DataFrame:
    """Each account's value in every month since the data begin.

    Parameters
    ----------
    tables_dir, as_of, region, brand
        As for `profile`.

    Returns
    -------
    DataFrame
        ``customer_id, month, value``: zero in a month that was reported, missing in one that was not.
    """
    meta, day = tables.meta(tables_dir), pd.Timestamp(as_of).date()
    orders = purchases.demand(tables_dir, value=meta["value"], as_of=day, region=region, brand=brand)
    known = pa.table({"month": pa.array([m.date() for m in tables.reported_months(tables_dir)], pa.date32())})
    start = dt.date.fromisoformat(meta["tables"]["transactions"]["first"])
    full = calendar.monthly(orders, start=start, end=day, reported=ibis.memtable(known), value="value")
    return tables.to_pandas(engine.to_arrow(full))


def segment_features(profile: pd.DataFrame) -> pd.DataFrame:
    """Numbers by which buying accounts are grouped: how much, how often, how regular, how broad, where to.

    Parameters
    ----------
    profile : DataFrame
        From `profile`; accounts with positive net value in the last twelve months are kept.

    Returns
    -------
    DataFrame
        Same order of accounts, no missing values: ``value_12m``, ``orders_12m`` (purchase days),
        ``order_value``, ``active_months_12m``, ``n_products_12m`` (where products are known), ``gap_cv``
        (1, the spread of purely random buying, where fewer than two gaps exist), ``days_since_last``,
        ``trend`` (0 where too short), ``growth`` ((now − before) / (now + before), −1 to 1, 1 for new;
        left out where the delivery does not reach back), and shares of channels where there are several.
    """
    checks.columns(profile, ["value_12m", "value_prev_12m", "n_dates_12m", "gap_cv", "trend"], name="profile")
    buying = profile[(profile["value_12m"] > 0) & (profile["n_dates_12m"] > 0)]
    now, before = buying["value_12m"], buying["value_prev_12m"].clip(lower=0)
    features = pd.DataFrame({
        "value_12m": now,
        "orders_12m": buying["n_dates_12m"].astype(float),
        "order_value": now / buying["n_dates_12m"],
        "active_months_12m": buying["active_months_12m"].astype(float),
        "gap_cv": buying["gap_cv"].fillna(1.0),
        "days_since_last": buying["days_since_last"],
        "trend": buying["trend"].fillna(0.0),
    })  # fmt: skip
    if not profile["value_prev_12m"].isna().all():
        features["growth"] = (now - before) / (now + before)
    if buying["n_products_12m"].notna().any():
        features["n_products_12m"] = buying["n_products_12m"].astype(float)
    shares = [c for c in buying.columns if c.startswith("channel_")]
    # the last share follows from the others
    return features.join(buying[shares[:-1]].fillna(0.0))


def _run(expression: ir.Table) -> pd.DataFrame:
    return tables.to_pandas(engine.to_arrow(expression)).set_index("customer_id")


def _trend(tables_dir: str | Path, orders: ir.Table, day: pd.Timestamp, first_date: pd.Series) -> pd.Series:
    """Slope over the whole months of the last two years."""
    last = day if day.is_month_end else day - pd.offsets.MonthEnd(1)
    first = last.replace(day=1) - pd.DateOffset(months=_WINDOW - 1)
    window = [pd.Timestamp(month) for month in calendar.months(first.date(), last.date())]
    active = _run(purchases.active_months(orders, first=first.date(), last=last.date()))
    known = set(tables.reported_months(tables_dir))
    return rhythm.trend(active, first_date, window, known, least=_LEAST_MONTHS)


def _finish(frame: pd.DataFrame, day: pd.Timestamp, *, reaches_back: bool) -> pd.DataFrame:
    bought = frame["n_dates"].notna()
    frame = frame[bought | frame["net_value"].notna() | ~frame["customer_type"].isin(accounts.NO_ACCOUNTS)].copy()
    for column in ("net_value", "value_12m", "value_prev_12m"):
        frame[column] = frame[column].fillna(0.0)
    if not reaches_back:
        frame["value_prev_12m"] = np.nan
    frame["n_products_12m"] = frame["n_products_12m"].astype("float64")
    frame["n_orders"] = frame["n_documents"].where(frame["n_documents"].notna(), frame["n_dates"])
    for column in ("n_dates", "n_dates_12m", "n_orders", "active_months_12m"):
        frame[column] = frame[column].fillna(0).astype("int64")
    frame["days_since_last"] = (day - frame["last_date"]).dt.days.astype("float64")
    order = [
        "region", "customer_type", "hospital_level", "stratum", "first_date", "last_date", "n_dates", "n_orders",
        "median_gap", "gap_cv", "reactivated_on", "days_since_last", "net_value", "value_12m", "value_prev_12m",
        "n_dates_12m", "n_products_12m", "active_months_12m", "trend",
    ]  # fmt: skip
    return frame[order + sorted(c for c in frame.columns if c.startswith("channel_"))]

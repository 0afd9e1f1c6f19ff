"""Launches that can be judged, and the time each account took to its first order."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import optimize, special

from ...core import checks
from ...core.errors import DataError

__all__ = ["frailty", "launches", "lines", "times"]

#: days after the data begin within which a product first seen may be an old one; days a launch must be old
_UNSEEN, _RECENT = 90, 90


def lines(orders: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """customer_id, date, product_id up to the day."""
    checks.columns(orders, ["customer_id", "date", "product_id"], name="orders")
    frame = orders[["customer_id", "product_id"]].assign(date=pd.to_datetime(orders["date"]).dt.normalize())
    frame = frame[frame["date"] <= day]
    checks.not_empty(frame, name="orders")
    return frame


def launches(
    lines: pd.DataFrame, products: pd.DataFrame, start: pd.Timestamp, day: pd.Timestamp
) -> pd.DataFrame:  # fmt: skip
    """One row per own product: when it was launched, and whether that can be judged."""
    checks.columns(products, ["product_id"], name="products")
    twice = int(products["product_id"].duplicated().sum())
    if twice:
        raise DataError("movers_products_twice", count=twice)
    own = products
    if "is_own" in products:
        own = products[products["is_own"].fillna(False).astype(bool)]
    frame = pd.DataFrame({"product_id": own["product_id"].to_numpy()})
    told = own["launch_date"] if "launch_date" in own else pd.Series(pd.NaT, index=own.index)
    declared = pd.to_datetime(told).to_numpy().astype("datetime64[ns]")
    first = frame["product_id"].map(lines.groupby("product_id")["date"].min())
    frame["launched"] = pd.Series(declared).fillna(first.astype("datetime64[ns]"))
    frame["source"] = np.where(pd.isna(declared), "first_seen", "declared")
    begun = start + pd.Timedelta(days=_UNSEEN)
    old = (frame["launched"] < start) | ((frame["source"] == "first_seen") & (frame["launched"] < begun))
    recent = frame["launched"] > day - pd.Timedelta(days=_RECENT)
    rules = [first.isna(), old, recent]
    found = np.select([rule.to_numpy() for rule in rules], ["not_ordered", "before_data", "too_recent"], "used")
    frame["outcome"] = found
    at_risk = times(lines, frame, day)
    by = at_risk.groupby("product_id")
    frame["n"] = frame["product_id"].map(by.size()).fillna(0).astype(int)
    frame["adopted"] = frame["product_id"].map(by["event"].sum()).fillna(0).astype(int)
    frame["median_days"] = frame["product_id"].map(at_risk[at_risk["event"]].groupby("product_id")["days"].median())
    frame = frame.sort_values(["launched", "product_id"], kind="stable").reset_index(drop=True)
    return frame.astype({"product_id": "str", "source": "str", "outcome": "str", "median_days": "float64"})


def times(lines: pd.DataFrame, launches: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """customer_id, product_id, days, event, hazard: one row for each account and launch it could take up."""
    joined = lines.groupby("customer_id")["date"].min()
    first = lines.groupby(["product_id", "customer_id"])["date"].min()
    parts = []
    used = launches[launches["outcome"] == "used"]
    for product, launched in zip(used["product_id"], used["launched"], strict=True):
        begin = joined.clip(lower=launched)
        ordered = first[product].reindex(joined.index)
        # ordered before the declared launch (trial deliveries): at once
        taken = (ordered.fillna(day) - begin).dt.days.clip(lower=0)
        part = pd.DataFrame({"product_id": product, "days": taken, "event": ordered.notna()})
        part["hazard"] = _hazard(part["days"].to_numpy(), part["event"].to_numpy())
        parts.append(part.reset_index())
    empty = pd.DataFrame({"customer_id": [], "product_id": [], "days": [], "event": [], "hazard": []})
    return pd.concat(parts, ignore_index=True) if parts else empty.astype({"event": bool, "hazard": float})


def _hazard(days: np.ndarray, event: np.ndarray) -> np.ndarray:
    """Nelson-Aalen cumulative hazard at each account's time."""
    when, place = np.unique(days, return_inverse=True)
    events = np.bincount(place, weights=event, minlength=len(when))
    leaving = np.bincount(place, minlength=len(when))
    at_risk = leaving[::-1].cumsum()[::-1]
    return np.asarray(np.cumsum(events / at_risk)[place])


def frailty(observed: np.ndarray, expected: np.ndarray) -> float:
    """Shape of the gamma prior (mean 1) under which O given E is negative binomial; between 0.5 and 50."""
    if len(observed) == 0 or observed.sum() == 0:
        return 1.0
    order = np.lexsort((expected, observed))
    o, e = observed[order].astype(float), expected[order]
    found = optimize.minimize_scalar(_minus_log_likelihood, bounds=(np.log(0.5), np.log(50)), args=(o, e),
                                     method="bounded")  # fmt: skip
    return float(np.exp(found.x))


def _minus_log_likelihood(log_shape: float, o: np.ndarray, e: np.ndarray) -> float:
    a = np.exp(log_shape)
    parts = special.gammaln(a + o) - special.gammaln(a) + a * np.log(a / (a + e)) - o * np.log(a + e)
    return -float(parts.sum())

"""What the order lines, the market table and the listings say of an account's cooperation: value and standard error."""

from __future__ import annotations

from pathlib import Path

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from ..stats import betabinomial
from . import engine, potential, purchases, rhythm, tables

__all__ = ["breadth", "listed", "regularity", "room_left", "shrunk_share"]

#: a stratum with fewer accounts is shrunk towards all
LEAST = 10


def shrunk_share(cells: pd.DataFrame, stratum: pd.Series) -> pd.DataFrame | None:
    """Own share of the category, posterior mean and standard deviation, prior by stratum.

    ``cells`` from `potential.category`, ``stratum`` of each account.
    """
    cells = cells[cells["own"].notna() & cells["customer_id"].isin(stratum.index)]
    if cells.empty:
        return None
    sums, phi = _totals(cells)
    hits, trials = sums["own"].to_numpy() / phi, sums["category"].to_numpy() / phi
    kind = stratum.reindex(sums.index).to_numpy(dtype=object)
    pooled = betabinomial.fit(hits, trials)
    mean, weight = np.full(len(sums), pooled[0]), np.full(len(sums), pooled[1])
    for name in sorted(set(kind)):
        inside = kind == name
        if inside.sum() >= LEAST:
            mean[inside], weight[inside] = betabinomial.fit(hits[inside], trials[inside])
    a, b = mean * weight + hits, (1 - mean) * weight + trials - hits
    value = a / (a + b)
    return pd.DataFrame({"value": value, "se": np.sqrt(value * (1 - value) / (a + b + 1))}, index=sums.index)


def room_left(cells: pd.DataFrame, tables_dir: str | Path, *, day: pd.Timestamp) -> pd.DataFrame | None:
    """1 − the strongest competitor's share of the category of twelve months; ``cells`` over all our brands."""
    cells = cells[cells["own"].notna()]
    if cells.empty:
        return None
    sums, phi = _totals(cells)
    rival = potential.strongest_rival(tables_dir, end=day).reindex(sums.index).fillna(0.0)
    share = rival / sums["category"]
    return pd.DataFrame({"value": 1 - share, "se": np.sqrt(share * (1 - share) * phi / sums["category"])})


def _totals(cells: pd.DataFrame) -> tuple[pd.DataFrame, float]:
    """Sums by account, and how much more than chance an account's months differ."""
    sums = cells.groupby("customer_id")[["own", "category"]].sum()
    unit = sums.index.get_indexer(pd.Index(cells["customer_id"]))
    return sums, betabinomial.dispersion(cells["own"].to_numpy(), cells["category"].to_numpy(), unit)


def regularity(tables_dir: str | Path, *, day: pd.Timestamp, brand: str | None = None) -> pd.DataFrame | None:
    """1 − min(1, coefficient of variation of the gaps between purchase days)."""
    if "transactions" not in tables.names(tables_dir):
        return None
    days = purchases.by_day(_orders(tables_dir, day, brand))
    table = days.group_by("customer_id").agg(last=days.date.max())
    last = _run(table)["last"]
    gaps = _run(purchases.gaps(days))
    cv = rhythm.spread(gaps)["gap_cv"].reindex(last.index)
    count = gaps["gap_count"].reindex(last.index)
    out = pd.DataFrame({"value": 1 - cv.clip(upper=1), "se": cv * np.sqrt((1 + 2 * cv**2) / (2 * count))})
    # a rhythm that stopped a year ago is none
    out.loc[last <= day - pd.DateOffset(months=12)] = 0.0
    return out


def breadth(
    tables_dir: str | Path, *, day: pd.Timestamp, ids: pd.Index, brand: str | None = None
) -> pd.DataFrame | None:
    """Own products bought in twelve months ÷ own products on sale by the day; zero without purchase."""
    if "transactions" not in tables.names(tables_dir):
        return None
    orders = _orders(tables_dir, day, brand)
    if "product_id" not in orders.columns or pd.Timestamp(tables.meta(tables_dir)["first_date"]) > day:
        return None
    bought = orders.filter(orders.value > 0).group_by("customer_id", "product_id")
    seen = _run(bought.agg(last=orders.date.max()))
    ours = _own_products(tables_dir, day, set(seen["product_id"].dropna()), brand)
    if len(ours) < 2:
        return None
    recent = seen[(seen["last"] > day - pd.DateOffset(months=12)) & seen["product_id"].isin(ours)]
    count = recent.groupby(level=0)["product_id"].nunique().reindex(ids).fillna(0.0)
    return pd.DataFrame({"value": count / len(ours), "se": 0.0})


def listed(
    tables_dir: str | Path, *, day: pd.Timestamp, ids: pd.Index, brand: str | None = None
) -> pd.DataFrame | None:
    """Whether an own product is listed on the day; a listing without a first day counts as always there."""
    if "listings" not in tables.names(tables_dir):
        return None
    rows = tables.read(tables_dir, "listings", brand=brand)
    for column in ("listed_on", "delisted_on"):
        if column not in rows.columns:
            rows[column] = pd.Series(pd.NaT, index=rows.index, dtype="datetime64[us]")
    ours = _own_products(tables_dir, day, set(rows["product_id"]), brand)
    now = ~(rows["listed_on"] > day) & ~(rows["delisted_on"] <= day) & rows["product_id"].isin(ours)
    return pd.DataFrame({"value": ids.isin(rows.loc[now, "customer_id"]).astype(float), "se": 0.0}, index=ids)


def _own_products(tables_dir: str | Path, day: pd.Timestamp, seen: set[str], brand: str | None) -> set[str]:
    """Our products launched by the day; where nobody says which are ours, those that occur."""
    products = tables.read(tables_dir, "products") if "products" in tables.names(tables_dir) else pd.DataFrame()
    if brand is not None:
        products = products[products["brand"] == brand]
    elif "is_own" not in products.columns or not products["is_own"].eq(True).any():
        return seen
    else:
        products = products[products["is_own"].eq(True)]
    if "launch_date" in products.columns:
        products = products[~(products["launch_date"] > day)]
    return set(products["product_id"])


def _orders(tables_dir: str | Path, day: pd.Timestamp, brand: str | None) -> ir.Table:
    value = tables.meta(tables_dir)["value"]
    return purchases.demand(tables_dir, value=value, as_of=day.date(), brand=brand)


def _run(expression: ir.Table) -> pd.DataFrame:
    return tables.to_pandas(engine.to_arrow(expression)).set_index("customer_id")

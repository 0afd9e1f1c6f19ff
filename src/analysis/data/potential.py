"""What an account could buy (potential) and what it is worth beyond sales (strategic points), as the data state them.

Potential is the account's category volume of twelve months over all brands from the ``market`` table, or
the column the dataset file declares under ``potential``. Nothing here is estimated, and our own orders
never feed it.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from . import accounts, engine, tables

__all__ = ["basis", "category", "own_brands", "potential", "strategic", "strongest_rival"]

MONTHS = 12


def basis(tables_dir: str | Path) -> dict[str, Any] | None:
    """Where potential comes from.

    Returns
    -------
    dict or None
        ``table, column, label, measure``; ``label`` is ``{language: words}`` where the dataset file gives one,
        else None; ``measure`` ("quantity" or "amount") is None unless the table is ``market``. None when the
        data hold no potential at all.
    """
    stated = tables.meta(tables_dir).get("potential") or {}
    table = stated.get("table", "market")
    columns = _columns(tables_dir, table)
    if table != "market":
        return {"table": table, "column": stated["column"], "label": stated.get("label") or None, "measure": None}
    measure = stated.get("measure") or next((m for m in ("quantity", "amount") if m in columns), None)
    if "customer_id" not in columns or measure not in columns:
        return None
    return {"table": table, "column": measure, "label": stated.get("label") or None, "measure": measure}


def potential(tables_dir: str | Path, *, as_of: str | dt.date, region: str | None = None) -> pd.DataFrame:
    """Potential of each account on a day.

    Parameters
    ----------
    tables_dir : path
    as_of : date
        From the market table: the twelve whole months that end on or before it. From a declared column of
        ``hospital_facts``: the latest year with a number, not after its year. A column of ``customers`` carries
        no date and is taken as it stands.
    region : str, optional

    Returns
    -------
    DataFrame
        Index ``customer_id``, the accounts of `analysis.data.customers.profile`: ``potential`` (missing where not
        known) and ``own`` (our brands' part of it, same unit; missing where not from the market table).
    """
    frame = accounts.accounts(tables_dir, as_of=as_of, region=region)
    source = basis(tables_dir)
    out = pd.DataFrame({"potential": np.nan, "own": np.nan}, index=frame.index)
    if source is None:
        return out
    if source["table"] == "market":
        bought = category(tables_dir, end=as_of, measure=source["measure"])
        bought = bought.groupby("customer_id")[["category", "own"]].sum(min_count=1)
        found = bought.rename(columns={"category": "potential"})
        return found[found["potential"] > 0].reindex(out.index)
    if source["table"] == "customers":
        values = tables.read(tables_dir, "customers").set_index("customer_id")[source["column"]]
    else:
        values = _latest(tables.read(tables_dir, "hospital_facts"), source["column"], pd.Timestamp(as_of).year)
    out["potential"] = values.astype("float64").reindex(out.index)
    return out


def strategic(tables_dir: str | Path) -> pd.Series | None:
    """Strategic points of each customer as the dataset file declares them.

    Returns
    -------
    Series or None
        Index ``customer_id``; missing where nothing is stated. None when the dataset file declares none.
    """
    stated = tables.meta(tables_dir).get("strategic")
    if stated is None:
        return None
    values = tables.read(tables_dir, "customers").set_index("customer_id")[stated["column"]]
    points = stated.get("points")
    values = values.map(points) if points is not None else values
    return values.astype("float64").rename("strategic").sort_index()


def own_brands(tables_dir: str | Path) -> list[str]:
    """Our brands by ``products.is_own``, sorted; empty where the products do not say."""
    if not {"brand", "is_own"} <= set(_columns(tables_dir, "products")):
        return []
    products = tables.read(tables_dir, "products")
    return sorted(products.loc[products["is_own"].eq(True), "brand"].dropna().unique())


def category(
    tables_dir: str | Path,
    *,
    end: str | dt.date,
    start: str | dt.date | None = None,
    measure: str | None = None,
    brand: str | None = None,
) -> pd.DataFrame:
    """Category volume of accounts by month, from the market table.

    A row that covers several months must stand in the last of them, as panels report it: it then enters no
    day before its end.

    Parameters
    ----------
    tables_dir : path
    end : date
        Months that end after it are left out: part of them would be the future.
    start : date, optional
        Months that begin before it are left out; default the twelve months up to ``end``.
    measure : {"quantity", "amount"}, optional
        Default as `basis` says.
    brand : str, optional
        What counts as own; default all our brands.

    Returns
    -------
    DataFrame
        ``customer_id, period, category, own``, months with a positive category only. ``own`` is missing where
        nobody says which brands are ours, or none of them is in the table. Rows below zero are left out. Empty
        without a market table.
    """
    source = basis(tables_dir)
    measure = measure or (source or {}).get("measure") or "quantity"
    if not {"customer_id", measure} <= set(_columns(tables_dir, "market")):
        return pd.DataFrame(columns=["customer_id", "period", "category", "own"])
    lines = _lines(tables_dir, measure, *_window(end, start))
    ours = [brand] if brand is not None else own_brands(tables_dir)
    ours = [name for name in ours if name in _brands(tables_dir)]
    own = lines.amount.sum(where=lines.brand.isin(ours)) if ours else ibis.null("float64")
    monthly = lines.group_by("customer_id", "period").agg(category=lines.amount.sum(), own=own)
    frame = tables.to_pandas(engine.to_arrow(monthly.order_by("customer_id", "period")))
    frame["own"] = frame["own"].astype("float64").fillna(0.0 if ours else np.nan)
    return frame[frame["category"] > 0].reset_index(drop=True)


def strongest_rival(tables_dir: str | Path, *, end: str | dt.date) -> pd.Series:
    """Volume of each account's strongest brand that is not ours, over the twelve months of `category`."""
    lines = _lines(tables_dir, (basis(tables_dir) or {}).get("measure") or "quantity", *_window(end, None))
    lines = lines.filter(lines.brand.notin(own_brands(tables_dir)))
    sums = lines.group_by("customer_id", "brand").agg(volume=lines.amount.sum())
    frame = tables.to_pandas(engine.to_arrow(sums))
    return frame.groupby("customer_id")["volume"].max().astype("float64")


def _window(end: str | dt.date, start: str | dt.date | None) -> tuple[dt.date, dt.date]:
    """First days of the first and the last whole month."""
    last = (pd.Timestamp(end) + pd.Timedelta(days=1)).replace(day=1) - pd.DateOffset(months=1)
    first = last - pd.DateOffset(months=MONTHS - 1) if start is None else pd.Timestamp(start)
    return first.date(), last.date()


def _lines(tables_dir: str | Path, measure: str, first: dt.date, last: dt.date) -> ir.Table:
    """Rows of the market table that are of an account and not below zero; the measure is called ``amount``."""
    lines = engine.parquet(Path(tables_dir) / "market.parquet")
    lines = lines.filter(lines.customer_id != "", lines.period.between(first, last))
    lines = lines.mutate(amount=lines[measure].cast("decimal(18, 4)"))
    return lines.filter(lines.amount >= 0)


def _latest(facts: pd.DataFrame, column: str, year: int) -> pd.Series:
    """The account's own row of the latest year with a number; departments are added up where it has none."""
    known = facts[facts[column].notna() & (facts["year"] <= year)]
    known = known[known["year"] == known.groupby("customer_id")["year"].transform("max")]
    whole = known["department"].isna() if "department" in known.columns else pd.Series(True, index=known.index)
    # a total beside its departments would count everything twice
    stated = known[whole].groupby("customer_id")[column].max()
    return stated.combine_first(known[~whole].groupby("customer_id")[column].sum())


def _brands(tables_dir: str | Path) -> set[str]:
    """Every brand that the market table has."""
    lines = engine.parquet(Path(tables_dir) / "market.parquet")
    return set(engine.to_arrow(lines.select("brand").distinct())["brand"].to_pylist())


def _columns(tables_dir: str | Path, table: str) -> list[str]:
    path = Path(tables_dir) / f"{table}.parquet"
    return list(pq.read_schema(path).names) if path.is_file() else []

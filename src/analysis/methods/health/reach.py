"""How far the data reach: in time, and over customers and regions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError
from ...core.result import Disclosure, Note, Result
from ...stats import intervals, sums

__all__ = ["Coverage", "Freshness", "coverage", "demand", "freshness"]

LOW_N = 30
UNASSIGNED = "unassigned"
#: a table that ends so many days before the as-of date is called old
#: tables that a source delivers again and again; only these can be out of date
PERIODIC = (
    "transactions", "interactions", "survey_responses", "market", "sell_in", "sell_out", "stock", "feedback_text",
)  # fmt: skip
OLD = 62


@dataclass(frozen=True, eq=False, kw_only=True)
class Freshness(Result):
    """First and last day of each table.

    Attributes
    ----------
    table : DataFrame
        ``table, first, last, value`` (days from the last row to the as-of date), ``lo, hi`` (missing),
        ``n`` (rows), ``method, flag``; longest reach first.
    gaps : DataFrame
        ``month``: months without a single order line.
    as_of : str
    """

    gaps: pd.DataFrame
    as_of: str
    formats: ClassVar[Mapping[str, str]] = {"value": "days", "n": "count", "first": "date", "last": "date"}
    disclosure: ClassVar[Disclosure] = Disclosure(counts=(), hides=())


@dataclass(frozen=True, eq=False, kw_only=True)
class Coverage(Result):
    """Customers and orders by region.

    Attributes
    ----------
    table : DataFrame
        ``region, value`` (share of customers with an order), ``lo, hi`` (Wilson 95 %), ``n`` (customers),
        ``buyers, share_of_value, method, flag``; most customers first, "unassigned" last.
    """

    formats: ClassVar[Mapping[str, str]] = {
        "value": "percent", "lo": "percent", "hi": "percent", "share_of_value": "percent", "n": "count",
        "buyers": "count",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(
        counts=("n", "buyers"), hides=("value", "lo", "hi", "share_of_value"), within=()
    )


def freshness(meta: Mapping[str, Any]) -> Freshness:
    """How old each dated table is on the as-of date, and which months nobody delivered.

    Parameters
    ----------
    meta : mapping
        What the build recorded.

    Raises
    ------
    DataError
        ``no_account`` when it is no such record; ``no_dates`` when no table has dates.
    """
    if "tables" not in meta:
        raise DataError("no_account", found=sorted(map(str, meta))[:10])
    end = pd.Timestamp(meta["as_of"])
    rows = [
        {"table": name, "first": pd.Timestamp(entry["first"]), "last": pd.Timestamp(entry["last"]), "n": entry["rows"]}
        for name, entry in meta["tables"].items()
        if entry.get("last")
    ]
    if not rows:
        raise DataError("no_dates", tables=sorted(meta["tables"]))
    table = pd.DataFrame(rows).astype({"first": "datetime64[us]", "last": "datetime64[us]"})
    table["value"] = (end - table["last"]).dt.days.astype(float)
    table = table.assign(lo=np.nan, hi=np.nan, method="count", flag="ok")
    table = table.sort_values(["first", "last", "table"], ascending=[True, False, True], ignore_index=True)
    table = table[["table", "first", "last", "value", "lo", "hi", "n", "method", "flag"]]
    missing = [m for entry in meta["tables"].values() for m in entry.get("months_missing", [])]
    gaps = pd.DataFrame({"month": pd.Series(pd.to_datetime(sorted(missing)), dtype="datetime64[us]")})
    # a list of events (listings, policies) is not stale because nothing happened lately
    old = table[(table["value"] > OLD) & table["table"].isin(PERIODIC)]
    if missing:
        finding = Note("months_missing", {"months": len(missing), "month": min(missing), "as_of": str(end.date())})
    elif len(old):
        first = old.sort_values(["value", "table"], ascending=[False, True]).iloc[0]
        finding = Note("table_old", {"table": first["table"], "days": float(first["value"]), "as_of": str(end.date())})
    else:
        finding = Note(
            "tables_fresh", {"tables": len(table), "days": float(table["value"].max()), "as_of": str(end.date())}
        )
    return Freshness(table=table, gaps=gaps, as_of=str(end.date()), settings={"old": OLD}, finding=finding)


def coverage(customers: pd.DataFrame, transactions: pd.DataFrame) -> Coverage:
    """Share of known customers with an order, and share of value, by region.

    Parameters
    ----------
    customers : DataFrame
        ``customer_id, region``; all regions. Persons and departments without orders of their own are
        left out where ``customer_type`` is known.
    transactions : DataFrame
        Order lines: ``customer_id``, and ``amount`` or else ``quantity``; free goods and transfers do
        not count where ``doc_type`` is known.

    Raises
    ------
    DataError
        ``missing_columns``, ``empty``, ``duplicate_customers``.

    References
    ----------
    Wilson, E. B. (1927), Journal of the American Statistical Association 22, 209–212.
    """
    checks.columns(customers, ["customer_id", "region"], name="customers")
    value = "quantity" if "quantity" in transactions.columns and "amount" not in transactions.columns else "amount"
    lines = demand(transactions, value)
    checks.not_empty(customers, name="customers")
    checks.unique_index(customers.set_index("customer_id"), name="customers")
    code, names = pd.factorize(lines["customer_id"])
    net = pd.Series(sums.by_group(lines[value].to_numpy(dtype=float, na_value=0.0), code, len(names)), index=names)
    bought = set(lines.loc[lines[value] > 0, "customer_id"])
    scope = customers.sort_values("customer_id")
    if "customer_type" in scope.columns:
        outside = scope["customer_type"].isin(["physician", "department", "distributor"])
        scope = scope[~outside | scope["customer_id"].isin(bought)]
    scope = scope.assign(buys=scope["customer_id"].isin(bought), net=scope["customer_id"].map(net).fillna(0.0))
    by = scope.groupby("region").agg(n=("buys", "size"), buyers=("buys", "sum"), net=("net", "sum")).reset_index()
    total = by["net"].sum()
    by["share_of_value"] = by["net"] / total if total > 0 else np.nan
    by["value"] = by["buyers"] / by["n"]
    by["lo"], by["hi"] = intervals.wilson(by["buyers"], by["n"])
    by["method"] = "wilson"
    by["flag"] = np.where(by["n"] < LOW_N, "low_n", "ok")
    by["last"] = by["region"] == UNASSIGNED
    by = by.sort_values(["last", "n", "region"], ascending=[True, False, True], ignore_index=True)
    table = by[["region", "value", "lo", "hi", "n", "buyers", "share_of_value", "method", "flag"]]
    table = table.astype({"n": "int64", "buyers": "int64"})
    return Coverage(table=table, finding=_covered(table), settings={"level": 0.95, "low_n": LOW_N})


def demand(transactions: pd.DataFrame, value: str) -> pd.DataFrame:
    """Order lines that are demand: no free goods, no transfers between distributors."""
    checks.columns(transactions, ["customer_id", value], name="transactions")
    if "doc_type" not in transactions.columns:
        return transactions
    return transactions[~transactions["doc_type"].isin(["free", "transfer"])]


def _covered(table: pd.DataFrame) -> Note:
    n, buyers = int(table["n"].sum()), int(table["buyers"].sum())
    lo, hi = intervals.wilson(buyers, n)
    regions = int((table["region"] != UNASSIGNED).sum())
    values = {"share": buyers / n, "lo": lo, "hi": hi, "n": n, "regions": regions}
    lost = table[table["region"] == UNASSIGNED]
    if lost.empty or not regions:
        return Note("coverage" if regions > 1 else "coverage_one", values)
    return Note("coverage_unassigned", values | {"unassigned": int(lost["n"].iloc[0])})

"""Profit and loss by customer: net sales down to contribution (`statement`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError
from ...core.result import Disclosure, Note, Result
from ...stats import groups, periods, sums
from ._costs import Placed, place_costs

__all__ = ["COST_LINES", "Statement", "statement"]

LEVEL = 0.95
N_BOOT = 1000
LOW_N = 30
LEAST = 5
#: subtracted from net sales, in this order
COST_LINES = ("cost_of_goods", "rebates", "logistics", "credit", "visits")
ROWS = ("net_sales", *COST_LINES, "contribution")


@dataclass(frozen=True, eq=False, kw_only=True)
class Statement(Result):
    """Profit and loss.

    Attributes
    ----------
    table : DataFrame
        group ("all" first), line (net_sales, the costs as negative amounts, contribution), value, lo, hi, n
        (customers whose cost of goods is known), share, share_lo, share_hi (of net sales; that of contribution is
        the margin), method, flag.
    customers : DataFrame
        Index customer_id: group, net_sales, the costs (positive), contribution, flag ("missing_input" where a
        product bought has no unit cost: contribution is then missing, never 0).
    """

    customers: pd.DataFrame
    formats: ClassVar[Mapping[str, str]] = {
        "value": "money", "lo": "money", "hi": "money", "share": "percent1", "share_lo": "percent1",
        "share_hi": "percent1",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(
        hides=("value", "lo", "hi", "share", "share_lo", "share_hi"), within=("line",)
    )


def statement(
    orders: pd.DataFrame,
    *,
    as_of: Any,
    products: pd.DataFrame | None = None,
    costs: pd.DataFrame | None = None,
    contacts: pd.DataFrame | None = None,
    parents: pd.Series | None = None,
    months: int = 12,
    by: pd.Series | None = None,
    seed: int = 0,
) -> Statement:  # one argument for each table of the data model, hence more than six
    """Net sales − cost of goods − rebates − logistics − credit − visits, by customer.

    Parameters
    ----------
    orders : DataFrame
        customer_id, date, product_id, quantity, amount (net).
    as_of : date
        Last day of the window.
    products : DataFrame, optional
        product_id, unit_cost. A product without a cost leaves the margin of its buyers unknown.
    costs : DataFrame, optional
        unit_id, type, amount, period: rebate_legal_entity, logistics, credit, visit, cogs. Types that are no
        cost of one customer (programmes, meetings) are told and charged to nobody.
    contacts : DataFrame, optional
        customer_id, date (``interactions``): shares out visit costs that are known for a region only.
    parents : Series, optional
        Organisation above a customer_id, so that a visit to a person counts for its organisation.
    months : int, default 12
    by : Series, optional
        Group of each customer, on customer_id.
    seed : int, default 0

    Returns
    -------
    Statement
        Percentile intervals at 95 %, customers drawn with replacement.

    Raises
    ------
    DataError
        ``no_orders_in_window``, ``product_twice``.

    References
    ----------
    Niraj, R., Gupta, M. and Narasimhan, C. (2001), Customer profitability in a supply chain,
    Journal of Marketing 65 (3), 1–16.
    """
    checks.whole(months, name="months", low=1)
    table = periods.customer_months(orders, as_of)
    lines = _window(orders, table.as_of, months)
    if lines.empty:
        raise DataError("no_orders_in_window", as_of=str(table.as_of.date()), months=months)
    code, ids = pd.factorize(lines["customer_id"], sort=True)
    customers = pd.Index(ids, name="customer_id")
    net = sums.by_group(lines["amount"].to_numpy(dtype=float), code, len(customers))
    goods, unpriced = _goods(lines, code, len(customers), products)
    met, meetings = _contacts(contacts, parents, customers, table.as_of, months)
    placed = place_costs(costs, met, meetings, customers, as_of=table.as_of, months=months)
    group, names, missing = groups.codes(customers, by)
    frame = _customers(net, goods, placed, customers, names, group)
    rows = [
        row
        for i, name in [(-1, "all"), *enumerate(names)]
        for row in _rows(name, frame if i < 0 else frame[group == i], seed)
    ]
    out = pd.DataFrame(rows)
    return Statement(
        table=out,
        settings={"as_of": table.as_of.date(), "months": months, "level": LEVEL, "n_boot": N_BOOT, "seed": seed},
        notes=tuple(_notes(frame, placed, unpriced, missing)),
        finding=_finding(out, frame),
        customers=frame,
    )


def _window(orders: pd.DataFrame, as_of: pd.Timestamp, months: int) -> pd.DataFrame:
    days = pd.to_datetime(orders["date"])
    days = days.dt.tz_localize(None) if days.dt.tz is not None else days
    return orders[
        (days < as_of + pd.Timedelta(days=1)) & (days >= periods.months_back(as_of, months) + pd.Timedelta(days=1))
    ]


def _goods(
    lines: pd.DataFrame, code: np.ndarray, size: int, products: pd.DataFrame | None
) -> tuple[np.ndarray, list[str]]:
    """Cost of goods by customer, missing where a product bought has no cost; such products."""
    if products is None or not {"product_id", "unit_cost"} <= set(products.columns):
        return np.full(size, np.nan), []
    if not {"product_id", "quantity"} <= set(lines.columns):
        return np.full(size, np.nan), []
    if twice := int(products["product_id"].duplicated().sum()):
        raise DataError("product_twice", count=twice)
    cost = lines["product_id"].map(products.set_index("product_id")["unit_cost"]) * lines["quantity"]
    unknown = cost.isna().to_numpy()
    total = sums.by_group(cost.fillna(0.0).to_numpy(dtype=float), code, size)
    total[np.unique(code[unknown])] = np.nan
    return total, sorted(map(str, lines.loc[unknown, "product_id"].unique()))


def _contacts(
    contacts: pd.DataFrame | None, parents: pd.Series | None, customers: pd.Index, as_of: pd.Timestamp, months: int
) -> tuple[np.ndarray | None, int]:
    """Contacts of each customer in the window, those of a person counting for the organisation above; all contacts."""
    if contacts is None:
        return None, 0
    inside = _window(contacts, as_of, months)
    place = inside["customer_id"].astype(object)
    if parents is not None:
        above = parents.astype(object)
        # department and hospital: two steps up
        for _ in range(2):
            place = place.where(place.isin(customers), place.map(above))
    spot = customers.get_indexer(pd.Index(place))
    return np.bincount(spot[spot >= 0], minlength=len(customers)).astype(float), len(inside)


def _customers(
    net: np.ndarray, goods: np.ndarray, placed: Placed, customers: pd.Index, names: list[str], group: np.ndarray
) -> pd.DataFrame:
    label = np.array(names, dtype=object)[group] if names else np.full(len(customers), "all", dtype=object)
    frame = pd.DataFrame({"group": label, "net_sales": net}, index=customers).astype({"group": "str"})
    stated = placed.lines["cost_of_goods"]
    # a cost that finance states for a customer goes before the one made from unit costs
    frame["cost_of_goods"] = np.where(stated != 0, stated, goods)
    for line in COST_LINES[1:]:
        frame[line] = placed.lines[line]
    frame["contribution"] = frame["net_sales"] - frame[list(COST_LINES)].sum(axis=1, skipna=False)
    frame["flag"] = pd.Series(np.where(frame["contribution"].isna(), "missing_input", "ok"), customers, dtype="str")
    return frame


def _rows(group: str, inside: pd.DataFrame, seed: int) -> list[dict[str, Any]]:
    """One row per line; sums over customers whose contribution is known."""
    known = inside[inside["flag"] == "ok"]
    n = len(known)
    amounts = known[["net_sales", *COST_LINES, "contribution"]].to_numpy() * np.r_[1.0, -np.ones(len(COST_LINES)), 1.0]
    total = amounts.sum(axis=0)
    drawn = sums.resampled(amounts, n_boot=N_BOOT, seed=seed) if n >= LEAST else None
    flag = "missing_input" if n == 0 else "low_n" if n < LOW_N else "ok"
    rows = []
    for i, line in enumerate(ROWS):
        value, share = (float(total[i]), float(_ratio(total[i], total[0]))) if n else (np.nan, np.nan)
        lo, hi = _bounds(None if drawn is None else drawn[:, i], value)
        low, high = _bounds(None if drawn is None else _ratio(drawn[:, i], drawn[:, 0]), share)
        rows.append({"group": group, "line": line, "value": value, "lo": lo, "hi": hi, "n": n, "share": share,
                     "share_lo": low, "share_hi": high, "method": "bootstrap", "flag": flag})  # fmt: skip
    return rows


def _bounds(draws: np.ndarray | None, value: float) -> tuple[float, float]:
    """Percentile bounds that hold the value; missing where there is none."""
    if draws is None or np.isnan(value) or np.isnan(draws).all():
        return np.nan, np.nan
    lo, hi = np.nanquantile(draws, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return min(float(lo), value), max(float(hi), value)


def _ratio(part: Any, whole: Any) -> Any:
    """Part over whole where the whole is positive, else missing."""
    whole = np.asarray(whole, dtype=float)
    return np.divide(part, whole, out=np.full(whole.shape, np.nan), where=whole > 0)


def _notes(frame: pd.DataFrame, placed: Placed, unpriced: list[str], missing: int) -> list[Note]:
    notes = [Note("customers_without_group", {"n": missing})] if missing else []
    unknown = frame["flag"] == "missing_input"
    if unknown.any():
        total = float(frame["net_sales"].sum())
        share = float(frame.loc[unknown, "net_sales"].sum()) / total if total > 0 else None
        notes.append(Note("margin_unknown", {"n": int(unknown.sum()), "share": share, "products": len(unpriced)}))
    return [*notes, *placed.notes]


def _finding(table: pd.DataFrame, frame: pd.DataFrame) -> Note:
    # the contribution of all customers
    row = table.iloc[len(ROWS) - 1]
    if row["flag"] == "missing_input":
        return Note("profit_unknown", {"n": len(frame)})
    told: dict[str, Any] = {"n": int(row["n"]), "total": float(row["value"])}
    if pd.isna(row["share"]) or pd.isna(row["share_lo"]):
        return Note("profit_total", told)
    margin = {"value": float(row["share"]), "lo": float(row["share_lo"]), "hi": float(row["share_hi"])}
    return Note("profit", told | margin)

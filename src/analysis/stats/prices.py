"""Unit prices as they were paid, their steps, and the latest one of each product.

A price is what was paid per unit: amount over quantity of the sales lines of a
product and month (lines with amount and quantity above zero; returns and free
goods have no price). A price step is a change of more than a fifth from one
month with sales to the next, where the month before the one and the month after
the other agree that it is one; so a price cut under centralised procurement counts and one odd invoice
does not.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..core import checks
from . import periods

__all__ = ["STEP", "latest", "monthly", "steps"]

#: smallest relative change that is a step
STEP = 0.2


def monthly(orders: pd.DataFrame, *, end: Any) -> pd.DataFrame:
    """Price paid per unit of each product in each month with sales up to ``end``.

    Parameters
    ----------
    orders : DataFrame
        product_id, date, quantity, amount.
    end : date
        Later lines are not used.

    Returns
    -------
    DataFrame
        product_id, month (period), quantity, amount, price; sorted by product and month.

    Raises
    ------
    DataError
        ``missing_columns``.
    """
    checks.columns(orders, ["product_id", "date", "quantity", "amount"], name="orders")
    day = pd.to_datetime(orders["date"])
    day = day.dt.tz_localize(None) if day.dt.tz is not None else day
    quantity, amount = (orders[name].to_numpy(dtype=float) for name in ("quantity", "amount"))
    with np.errstate(invalid="ignore"):
        sale = (quantity > 0) & (amount > 0) & (day < periods.day(end) + pd.Timedelta(days=1)).to_numpy()
    lines = pd.DataFrame(
        {
            "product_id": orders["product_id"].to_numpy()[sale],
            "month": day.dt.to_period("M").to_numpy()[sale],
            "quantity": quantity[sale],
            "amount": amount[sale],
        }
    )
    # sums of floats in one order, whatever that of the rows
    lines = lines.sort_values(["product_id", "month", "quantity", "amount"], kind="stable")
    out = lines.groupby(["product_id", "month"], sort=True, observed=True).sum().reset_index()
    return out.assign(price=out["amount"] / out["quantity"])


def steps(table: pd.DataFrame, *, least: float = STEP) -> pd.DataFrame:
    """The price steps in a table of `monthly` prices.

    Parameters
    ----------
    table : DataFrame
    least : float, default 0.2
        A relative change above it is a step.

    Returns
    -------
    DataFrame
        product_id, month (the first at the new price), before, after, change (after / before − 1).
    """
    before, found = _stepped(table, least)
    out = pd.DataFrame(
        {
            "product_id": table["product_id"],
            "month": table["month"],
            "before": before,
            "after": table["price"],
            "change": table["price"] / before - 1,
        }
    )
    return out[found].reset_index(drop=True)


def latest(table: pd.DataFrame, *, least: float = STEP, months: int = 12) -> pd.Series:
    """Latest price of each product: paid per unit since its last step, in its last ``months`` with sales at most.

    Returns
    -------
    Series
        On product_id.
    """
    checks.whole(months, name="months", low=1)
    by_product = table["product_id"]
    _, found = _stepped(table, least)
    # prices of a product between two steps are one level; the last level counts
    level = found.groupby(by_product, sort=False, observed=True).cumsum()
    last = level == level.groupby(by_product, sort=False, observed=True).transform("max")
    age = table.groupby("product_id", sort=False, observed=True).cumcount(ascending=False)
    kept = table[last & (age < months)]
    sums = kept.groupby("product_id", sort=True, observed=True)[["amount", "quantity"]].sum()
    return (sums["amount"] / sums["quantity"]).rename("price")


def _stepped(table: pd.DataFrame, least: float) -> tuple[pd.Series, pd.Series]:
    """Price of the month with sales before, and whether this month begins a new price level."""
    checks.number(least, name="least", low=0)
    by_product = table.groupby("product_id", sort=False, observed=True)["price"]
    before, earlier, later = by_product.shift(1), by_product.shift(2), by_product.shift(-1)
    change = table["price"] / before - 1
    # two months on either side must agree: neither the way into one odd month nor the way out of it is a step
    stays = (later / before - 1).where(later.notna(), change)
    stood = (table["price"] / earlier - 1).where(earlier.notna(), change)
    found = (change.abs() > least) & (np.sign(change) * stays > least) & (np.sign(change) * stood > least)
    return before, found

"""Order lines that were not freely chosen: volume under centralised procurement (VBP).

A hospital that fills its agreed volume is not loyal. Leaving out only the
mandated lines would make its earlier free orders of the same product look
lost, so the whole history of such a customer and product is left out.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..core import checks
from ..core.errors import DataError
from ..core.result import Note

__all__ = ["free", "lines", "pairs"]

WON = "VBP_win"
TENDER = "tender"


def lines(orders: pd.DataFrame, mandated: pd.DataFrame) -> np.ndarray:
    """Which order lines are mandated.

    Parameters
    ----------
    orders : DataFrame
        customer_id, date, product_id; with ``channel`` only tender lines of a product count, where it has any.
    mandated : DataFrame
        product_id, date (first day of the mandate), and where known type (only ``VBP_win`` counts). Where
        both frames have ``region`` the mandate starts by region, else everywhere on the earliest day.

    Returns
    -------
    bool array, one value per line
    """
    checks.columns(orders, ["customer_id", "date", "product_id"], name="orders")
    checks.columns(mandated, ["product_id", "date"], name="mandated")
    events = mandated[mandated["type"] == WON] if "type" in mandated.columns else mandated
    start = _start(orders, events)
    hit = (_days(orders["date"]) >= start).to_numpy()
    if "channel" in orders.columns:
        tender = (orders["channel"] == TENDER).to_numpy()
        has = set(orders["product_id"].to_numpy()[hit & tender])
        hit = hit & (tender | ~orders["product_id"].isin(has).to_numpy())
    return hit


def pairs(orders: pd.DataFrame, mandated: pd.DataFrame) -> np.ndarray:
    """Which lines are of a customer and product with any mandated line, before and after the mandate."""
    hit = lines(orders, mandated)
    keys = pd.MultiIndex.from_frame(orders[["customer_id", "product_id"]])
    return np.asarray(keys.isin(keys[hit])) if hit.any() else hit


def free(orders: pd.DataFrame, mandated: pd.DataFrame | None) -> tuple[pd.DataFrame, tuple[Note, ...]]:
    """Orders without mandated pairs, and a note that says what was left out.

    Raises
    ------
    DataError
        ``all_mandated`` when nothing is left.
    """
    if mandated is None:
        return orders, ()
    out = pairs(orders, mandated)
    if not out.any():
        return orders, ()
    kept = orders[~out]
    if kept.empty:
        raise DataError("all_mandated", count=len(orders))
    total = float(orders["amount"].sum())
    values: dict[str, Any] = {
        "n": int(orders.loc[out, "customer_id"].nunique()),
        "gone": int((~pd.Index(orders["customer_id"].unique()).isin(kept["customer_id"])).sum()),
        "share": float(orders.loc[out, "amount"].sum()) / total if total > 0 else None,
    }
    return kept, (Note("mandated_left_out_gone" if values["gone"] else "mandated_left_out", values),)


def _days(dates: pd.Series) -> pd.Series:
    """Dates as read; a time zone keeps its own calendar day."""
    days = pd.to_datetime(dates)
    return days.dt.tz_localize(None) if days.dt.tz is not None else days


def _start(orders: pd.DataFrame, events: pd.DataFrame) -> pd.Series:
    """First mandated day of each line's product (and region); missing where there is none."""
    day = _days(events["date"])
    if "region" in events.columns and "region" in orders.columns:
        first = day.groupby([events["product_id"], events["region"]]).min()
        key = pd.MultiIndex.from_frame(orders[["product_id", "region"]])
        return pd.Series(first.reindex(key).to_numpy(), index=orders.index)
    return orders["product_id"].map(day.groupby(events["product_id"]).min())

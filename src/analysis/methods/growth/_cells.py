"""What the splits of growth share: customers and products in two windows, and how the parts become a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ...core.result import Note
from ...stats import mandated as vbp
from ...stats import sums, windows

__all__ = ["Cells", "account_parts", "cells", "parts_table", "window_notes"]

LEVEL = 0.95
N_BOOT = 1000
LEAST = 5
LOW_N = 30


@dataclass(frozen=True, eq=False)
class Cells:
    """One row per customer and product (per customer where lines have no product).

    Attributes
    ----------
    code : int array
        Customer.
    value, quantity, orders : arrays (n, 2)
        Net value, net quantity (NaN without the column), days with an order; before and after.
    mandated : bool array
        The pair has volume under a mandate.
    kept : bool array
        Both windows have a positive value and (where known) quantity: its change can be split.
    size : int
        Number of customers.
    """

    code: np.ndarray
    value: np.ndarray
    quantity: np.ndarray
    orders: np.ndarray
    mandated: np.ndarray
    kept: np.ndarray
    size: int

    @property
    def price_name(self) -> str:
        """What the price part is called: it is the rest where mandated prices stand apart."""
        return "other_price" if self.mandated.any() else "price"

    def by_customer(self, column: np.ndarray) -> np.ndarray:
        """Sum of a column of cells by customer; cells are sorted, so the sum has one order."""
        return np.bincount(self.code, weights=column, minlength=self.size)


def cells(orders: pd.DataFrame, window: windows.Windows, mandated: pd.DataFrame | None) -> Cells:
    """Sum the lines of both windows by customer and product.

    Price everywhere is net value divided by net quantity of a customer's product within a window.
    """
    inside = window.side != windows.NEITHER
    lines, code, after = orders[inside], window.code[inside], (window.side[inside] == windows.LATER).astype(np.int64)
    hit = np.zeros(len(orders), dtype=bool) if mandated is None else vbp.pairs(orders, mandated)
    product = np.zeros(len(lines), dtype=np.int64)
    if "product_id" in orders.columns:
        # lines without a product are one product of their own
        product = pd.factorize(lines["product_id"], sort=True)[0].astype(np.int64) + 1
    width = int(product.max()) + 1 if len(product) else 1
    key, cell = np.unique(code * width + product, return_inverse=True)
    n = len(key)
    value = np.column_stack([_sum(lines["amount"], cell, after == side, n) for side in (0, 1)])
    quantity = np.full((n, 2), np.nan)
    if "quantity" in orders.columns and not lines["quantity"].isna().any():
        quantity = np.column_stack([_sum(lines["quantity"], cell, after == side, n) for side in (0, 1)])
    touched = np.zeros(n, dtype=bool)
    touched[cell[hit[inside]]] = True
    kept = (value > 0).all(axis=1) & ((quantity > 0) | np.isnan(quantity)).all(axis=1)
    days = _order_days(lines, cell, after, n)
    kept &= (days > 0).all(axis=1)
    return Cells(key // width, value, quantity, days, touched, kept, len(window.customers))


def account_parts(table: Cells) -> dict[str, np.ndarray]:
    """Change of the cells that cannot be split, by what became of the account; customers × 1 each."""
    held = [np.bincount(table.code, table.value[:, side] > 0, minlength=table.size)[table.code] > 0 for side in (0, 1)]
    change = np.where(table.kept, 0.0, table.value[:, 1] - table.value[:, 0])
    had, has = table.value[:, 0] > 0, table.value[:, 1] > 0
    part = np.select(
        [~held[0] & held[1], held[0] & ~held[1], ~had & has, had & ~has],
        ["new_accounts", "lost_accounts", "products_added", "products_dropped"],
        "returns_only",
    )
    names = ("lost_accounts", "products_dropped", "products_added", "new_accounts", "returns_only")
    return {name: table.by_customer(np.where(part == name, change, 0.0)) for name in names}


def parts_table(
    names: Sequence[str],
    columns: np.ndarray,
    effects: Callable[[np.ndarray], np.ndarray],
    *,
    touched: np.ndarray,
    present: np.ndarray,
    ends: tuple[float, float],
    seed: int,
) -> pd.DataFrame:
    """Rows before, one per part, after; parts sum to the difference of the ends.

    Parameters
    ----------
    names : sequence of str
    columns : array (customers, m)
        What is summed over customers, and resampled with them.
    effects : callable
        From sums (..., m) to parts (..., len(names)).
    touched : int array
        Customers behind each part.
    present : bool array
        Customers with an order in either window.
    ends : (float, float)
        Net sales before and after.
    seed : int
    """
    here = np.flatnonzero(present)
    value = effects(columns.sum(axis=0))
    lo = hi = np.full(len(names), np.nan)
    if len(here) >= LEAST:
        drawn = effects(sums.resampled(columns[here], n_boot=N_BOOT, seed=seed))
        lo, hi = np.nanquantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
        lo, hi = np.minimum(lo, value), np.maximum(hi, value)
    thin = "low_n" if len(here) < LOW_N else "ok"
    rows: list[dict[str, Any]] = [
        {"part": name, "value": v, "lo": low, "hi": high, "n": n, "method": "bootstrap", "flag": thin}
        for name, v, low, high, n in zip(names, value.tolist(), lo.tolist(), hi.tolist(), touched.tolist(), strict=True)
        # a part nobody has is no bar
        if n or v
    ]
    end = {"lo": np.nan, "hi": np.nan, "n": len(here), "method": "recorded", "flag": thin}
    frame = pd.DataFrame(
        [{"part": "before", "value": ends[0], **end}, *rows, {"part": "after", "value": ends[1], **end}]
    )
    frame["share"] = frame["value"] / ends[0] if ends[0] > 0 else np.nan
    return frame[["part", "value", "share", "lo", "hi", "n", "method", "flag"]]


def window_notes(window: windows.Windows, months: int) -> list[Note]:
    """What the comparison had to leave out."""
    if not window.months_used:
        return [Note("history_too_short", {"months": 2 * months})]
    if window.left_out:
        return [Note("months_left_out", {"months": window.left_out, "used": window.months_used})]
    return []


def _sum(values: pd.Series, cell: np.ndarray, use: np.ndarray, n: int) -> np.ndarray:
    return sums.by_group(values.to_numpy(dtype=float)[use], cell[use], n)


def _order_days(lines: pd.DataFrame, cell: np.ndarray, after: np.ndarray, n: int) -> np.ndarray:
    """Days with a purchase, by cell and window; lines of one day are one order."""
    bought = (lines["amount"] > 0).to_numpy()
    dates = pd.to_datetime(lines["date"])
    dates = dates.dt.tz_localize(None) if dates.dt.tz is not None else dates
    day = dates.to_numpy().astype("datetime64[D]").astype(np.int64)
    different = np.unique(np.column_stack([cell, after, day])[bought], axis=0)
    key = 2 * different[:, 0] + different[:, 1]
    return np.bincount(key.astype(np.int64), minlength=2 * n).reshape(n, 2).astype(float)

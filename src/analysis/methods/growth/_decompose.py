"""Where the change came from: accounts won and lost, order frequency, order size, price (`decompose`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError
from ...core.result import Disclosure, Note, Result
from ...stats import lmdi, windows
from ._cells import LEVEL, N_BOOT, Cells, account_parts, cells, parts_table, window_notes

__all__ = ["Decomposition", "decompose"]


@dataclass(frozen=True, eq=False, kw_only=True)
class Decomposition(Result):
    """Change of net sales as a sum of parts.

    Attributes
    ----------
    table : DataFrame
        part ("before", then the parts, "after"), value (money), share (of net sales before), lo, hi, n (customers
        behind the part), method, flag. Parts: lost_accounts, products_dropped, order_frequency, order_size,
        price (other_price beside vbp_price), products_added, new_accounts, returns_only.
    n : int
        Customers with an order in either window.
    """

    n: int
    formats: ClassVar[Mapping[str, str]] = {"value": "money", "lo": "money", "hi": "money", "share": "percent1"}
    # the parts sum to the difference of the ends: one hidden part could be worked out
    disclosure: ClassVar[Disclosure] = Disclosure(hides=("value", "share", "lo", "hi"), within=())


def decompose(
    orders: pd.DataFrame,
    *,
    as_of: Any,
    months: int = 12,
    mandated: pd.DataFrame | None = None,
    unreported: Iterable[Any] | None = None,
    seed: int = 0,
) -> Decomposition:
    """Split the change of net sales between two windows, exactly.

    Accounts won and lost and products added and dropped are taken out first (a logarithm of zero has no
    value). For a customer's product bought in both windows net sales = order days × quantity per order day
    × price, and each factor's part follows from LMDI-I.

    Parameters
    ----------
    orders : DataFrame
        customer_id, date, amount; product_id and quantity where known. Without quantity, order size is
        value per order day and there is no price part.
    as_of : date
        Last day of the later window.
    months : int, default 12
    mandated : DataFrame, optional
        product_id and date of procurement under a mandate (``policy_events``): the price part of those
        customers' products is a bar of its own.
    unreported : iterable of months, optional
        As in `change`.
    seed : int, default 0

    Returns
    -------
    Decomposition
        Percentile intervals at 95 %, customers drawn with replacement.

    Raises
    ------
    DataError
        ``no_orders_in_window`` when neither window has an order.

    References
    ----------
    Ang, B. W. (2005), Energy Policy 33, 867–871.
    """
    checks.whole(months, name="months", low=1)
    window = windows.split(orders, as_of=as_of, months=months, unreported=unreported)
    notes = window_notes(window, months)
    settings = {"as_of": window.as_of.date(), "months": months, "months_used": window.months_used, "level": LEVEL,
                "n_boot": N_BOOT, "seed": seed}  # fmt: skip
    if not window.months_used:
        return Decomposition(table=_empty(), settings=settings, notes=tuple(notes), finding=_unknown(months), n=0)
    table = cells(orders, window, mandated)
    if not len(table.code):
        raise DataError("no_orders_in_window", as_of=str(window.as_of.date()), months=2 * months)
    parts = _all_parts(table)
    if np.isnan(table.quantity).any():
        notes.append(Note("no_quantity", {}))
    columns = np.column_stack(list(parts.values()))
    touched = (columns != 0).sum(axis=0)
    present = np.bincount(table.code, minlength=table.size) > 0
    ends = (float(table.value[:, 0].sum()), float(table.value[:, 1].sum()))
    frame = parts_table(list(parts), columns, _same, touched=touched, present=present, ends=ends, seed=seed)
    return Decomposition(
        table=frame,
        settings=settings,
        notes=tuple(notes),
        finding=_finding(frame, "decomposition", months),
        n=int(present.sum()),
    )


def _all_parts(table: Cells) -> dict[str, np.ndarray]:
    """Parts by customer, in the order of the bars."""
    outside = account_parts(table)
    inside = _factor_parts(table)
    first = {name: outside.pop(name) for name in ("lost_accounts", "products_dropped")}
    return {**first, **inside, **outside}


def _factor_parts(table: Cells) -> dict[str, np.ndarray]:
    kept = table.kept
    known = not np.isnan(table.quantity).any()
    size = table.quantity if known else table.value
    sides = []
    for side in (0, 1):
        factors = [table.orders[kept, side], size[kept, side] / table.orders[kept, side]]
        if known:
            factors.append(table.value[kept, side] / size[kept, side])
        sides.append(np.column_stack(factors))
    split = lmdi.contributions(*sides)
    spread = np.zeros((len(table.code), 4))
    spread[kept, : split.shape[1]] = split
    # a mandated price is a bar of its own
    spread[:, 3] = np.where(table.mandated, spread[:, 2], 0.0)
    spread[:, 2] -= spread[:, 3]
    names = ("order_frequency", "order_size", table.price_name, "vbp_price")
    return {name: table.by_customer(spread[:, i]) for i, name in enumerate(names)}


def _same(totals: np.ndarray) -> np.ndarray:
    return totals


def _empty() -> pd.DataFrame:
    row = {"value": np.nan, "share": np.nan, "lo": np.nan, "hi": np.nan, "n": 0, "method": "recorded",
           "flag": "missing_input"}  # fmt: skip
    return pd.DataFrame([{"part": part, **row} for part in ("before", "after")])


def _unknown(months: int) -> Note:
    return Note("growth_unknown", {"months": months})


def _finding(frame: pd.DataFrame, code: str, months: int) -> Note:
    """The change, the part of kept accounts, of won and lost ones, and of mandated prices where there are any."""
    value = frame.set_index("part")["value"]
    flows = [p for p in ("lost_accounts", "new_accounts") if p in value.index]
    told = {
        "months": months,
        "change": float(value["after"] - value["before"]),
        "flow": float(value[flows].sum()),
    }
    if "vbp_price" not in value.index:
        return Note(code, {**told, "kept": told["change"] - told["flow"]})
    told["vbp"] = float(value["vbp_price"])
    return Note(f"{code}_vbp", {**told, "kept": told["change"] - told["flow"] - told["vbp"]})

"""Price, volume and mix: the simple alternative to the decomposition (`price_volume_mix`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError
from ...core.result import Disclosure, Result
from ...stats import windows
from ._cells import LEVEL, N_BOOT, Cells, account_parts, cells, parts_table, window_notes
from ._decompose import _empty, _finding, _unknown

__all__ = ["PriceVolumeMix", "price_volume_mix"]


@dataclass(frozen=True, eq=False, kw_only=True)
class PriceVolumeMix(Result):
    """Change of net sales as price, volume and mix; columns as `Decomposition`, parts volume, mix, price, vbp_price."""

    n: int
    formats: ClassVar[Mapping[str, str]] = {"value": "money", "lo": "money", "hi": "money", "share": "percent1"}
    disclosure: ClassVar[Disclosure] = Disclosure(hides=("value", "share", "lo", "hi"), within=())


def price_volume_mix(
    orders: pd.DataFrame,
    *,
    as_of: Any,
    months: int = 12,
    mandated: pd.DataFrame | None = None,
    unreported: Iterable[Any] | None = None,
    seed: int = 0,
) -> PriceVolumeMix:
    """Price, volume and mix of what was bought in both windows; accounts and products won and lost apart.

    With p and q price and quantity of a customer's product, Q and P̄ quantity and mean price of all:
    price = Σ (p₁ − p₀) q₁, volume = (Q₁ − Q₀) P̄₀, mix = Σ p₀ q₁ − Q₁ P̄₀. They add up without a rest.
    Quantities are added over products, so they should be in one unit.

    Parameters
    ----------
    orders : DataFrame
        customer_id, date, quantity, amount; product_id where known.
    as_of, months, mandated, unreported, seed
        As in `decompose`.

    Returns
    -------
    PriceVolumeMix

    Raises
    ------
    DataError
        ``missing_columns`` (quantity), ``orders_missing`` (a quantity is missing), ``no_orders_in_window``.
    """
    checks.whole(months, name="months", low=1)
    checks.columns(orders, ["customer_id", "date", "quantity", "amount"], name="orders")
    if missing := int(orders["quantity"].isna().sum()):
        raise DataError("orders_missing", column="quantity", count=missing, of=len(orders))
    window = windows.split(orders, as_of=as_of, months=months, unreported=unreported)
    notes = window_notes(window, months)
    settings = {"as_of": window.as_of.date(), "months": months, "months_used": window.months_used, "level": LEVEL,
                "n_boot": N_BOOT, "seed": seed}  # fmt: skip
    if not window.months_used:
        return PriceVolumeMix(table=_empty(), settings=settings, notes=tuple(notes), finding=_unknown(months), n=0)
    table = cells(orders, window, mandated)
    if not len(table.code):
        raise DataError("no_orders_in_window", as_of=str(window.as_of.date()), months=2 * months)
    outside = account_parts(table)
    columns = np.column_stack([_sums(table), *outside.values()])
    kept = np.bincount(table.code, table.kept, minlength=table.size) > 0
    touched = np.r_[np.full(4, kept.sum()), [(part != 0).sum() for part in outside.values()]]
    touched[3] = (np.bincount(table.code, table.kept & table.mandated, minlength=table.size) > 0).sum()
    names = ["volume", "mix", table.price_name, "vbp_price", *outside]
    present = np.bincount(table.code, minlength=table.size) > 0
    ends = (float(table.value[:, 0].sum()), float(table.value[:, 1].sum()))
    frame = parts_table(names, columns, _effects, touched=touched, present=present, ends=ends, seed=seed)
    return PriceVolumeMix(
        table=frame,
        settings=settings,
        notes=tuple(notes),
        finding=_finding(frame, "price_volume_mix", months),
        n=int(present.sum()),
    )


def _sums(table: Cells) -> np.ndarray:
    """By customer: value before, quantity before and after, value after at old prices, price effects."""
    kept = table.kept
    (v0, v1), (q0, q1) = (np.where(kept[:, None], both, 0.0).T for both in (table.value, table.quantity))
    old = np.divide(v0, q0, out=np.zeros_like(v0), where=kept) * q1
    columns = [v0, q0, q1, old, np.where(table.mandated, 0.0, v1 - old), np.where(table.mandated, v1 - old, 0.0)]
    return np.column_stack([table.by_customer(column) for column in columns])


def _effects(totals: np.ndarray) -> np.ndarray:
    """Volume, mix, price and mandated price from the sums, then the parts that need no formula."""
    v0, q0, q1, old, price, vbp = (totals[..., i] for i in range(6))
    mean = np.divide(v0, q0, out=np.zeros_like(v0), where=q0 > 0)
    split = np.stack([(q1 - q0) * mean, old - q1 * mean, price, vbp], axis=-1)
    return np.concatenate([split, totals[..., 6:]], axis=-1)

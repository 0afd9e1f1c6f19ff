"""Sales at constant prices: past order lines revalued at the latest price of each product.

A price cut under centralised procurement halves an amount without a single box
less being bought; a model of value that learns from the old prices promises
money that will not come. The definitions of price and price step are those of
`analysis.stats.prices`, shared with the growth methods: a step is a lasting change of more
than a fifth in the price paid per unit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.result import Disclosure, Note, Result
from ...stats import periods as calendar
from ...stats import prices, sums, windows

__all__ = ["PriceEffect", "at_constant_prices", "price_effect"]

LEVEL = 0.95
N_BOOT = 1000
LOW_N = 30
LEAST = 5


@dataclass(frozen=True, eq=False, kw_only=True)
class PriceEffect(Result):
    """Change of net sales between two windows, and how much of it is price.

    Attributes
    ----------
    table : DataFrame
        measure ("change_paid", "change_constant", "change_price", "change_price_steps"), value (money), lo, hi,
        n (customers in either window), method, flag. The second and third add up to the first; the fourth
        is the part of the third on products with a price step.
    steps : DataFrame
        product_id, month, before, after, change of each price step up to the day.
    share : float
        Price over the whole change; NaN where that is nothing.
    """

    steps: pd.DataFrame
    share: float

    layout: ClassVar[str] = "table"
    formats: ClassVar[Mapping[str, str]] = {"value": "money", "lo": "money", "hi": "money"}
    disclosure: ClassVar[Disclosure] = Disclosure()


def at_constant_prices(orders: pd.DataFrame, *, end: Any, least: float = prices.STEP, months: int = 12) -> pd.DataFrame:
    """The same order lines with ``amount`` as it would be at the latest price of each product.

    Give the result to `summarise`, and value is that of today's prices.

    Parameters
    ----------
    orders : DataFrame
        customer_id, date, product_id, quantity, amount; negative quantities are returns.
    end : date
        Prices paid after it are not known.
    least : float, default 0.2
        Smallest relative change that is a price step.
    months : int, default 12
        The latest price is what was paid per unit since the last step, in the last ``months`` with sales at most.

    Returns
    -------
    DataFrame
        Rows, order and other columns as they came. Lines without a quantity, free goods (amount 0)
        and products never sold at a price keep their amount.

    Raises
    ------
    DataError
        ``missing_columns``, ``empty``.
    """
    checks.not_empty(orders, name="orders")
    latest = prices.latest(prices.monthly(orders, end=end), least=least, months=months)
    price = orders["product_id"].map(latest).to_numpy(dtype=float)
    quantity, amount = (orders[name].to_numpy(dtype=float) for name in ("quantity", "amount"))
    with np.errstate(invalid="ignore"):
        usable = np.isfinite(price) & np.isfinite(quantity) & (quantity != 0) & (amount != 0)
    return orders.assign(
        amount=np.where(usable, np.where(usable, quantity, 0.0) * np.where(usable, price, 0.0), amount)
    )


def price_effect(
    orders: pd.DataFrame,
    *,
    as_of: Any,
    months: int = 12,
    least: float = prices.STEP,
    unreported: Iterable[Any] | None = None,
    seed: int = 0,
) -> PriceEffect:
    """How much of the change of net sales is price: the last ``months`` against as many before.

    Parameters
    ----------
    orders : DataFrame
        customer_id, date, product_id, quantity, amount.
    as_of : date
    months : int, default 12
    least : float, default 0.2
        Smallest relative change that is a price step.
    unreported : iterable of months, optional
        As for `growth.change`.
    seed : int, default 0

    Returns
    -------
    PriceEffect
        With percentile intervals at 95 %, customers drawn with replacement; ``missing_input`` where the data
        do not reach back over both windows.
    """
    checks.whole(months, name="months", low=1)
    revalued = at_constant_prices(orders, end=as_of, least=least)["amount"].to_numpy(dtype=float)
    paid = orders["amount"].to_numpy(dtype=float)
    stepped = prices.steps(prices.monthly(orders, end=as_of), least=least).reset_index(drop=True)
    window = windows.split(orders, as_of=as_of, months=months, unreported=unreported)
    in_step = orders["product_id"].isin(set(stepped["product_id"])).to_numpy()
    parts = [paid, revalued, paid - revalued, np.where(in_step, paid - revalued, 0.0)]
    columns = np.column_stack(
        [window.total(part, windows.LATER) - window.total(part, windows.EARLIER) for part in parts]
    )
    present = np.isin(np.arange(len(window.customers)), window.code[window.side != windows.NEITHER])
    table = _table(columns[present], reach=bool(window.months_used), seed=seed)
    share = float(table["value"].iloc[2] / table["value"].iloc[0]) if table["value"].iloc[0] else float("nan")
    left = () if window.months_used else (Note("history_too_short", {"months": 2 * months}),)
    return PriceEffect(
        table=table,
        settings={"as_of": calendar.day(as_of).date(), "months": months, "least": least, "level": LEVEL, "seed": seed},
        notes=(*left, Note("constant_prices", {"least": least, "steps": len(stepped)})),
        finding=_finding(table, months),
        steps=stepped.assign(month=stepped["month"].astype(str)),
        share=share,
    )


def _table(columns: np.ndarray, *, reach: bool, seed: int) -> pd.DataFrame:
    n = len(columns)
    value = columns.sum(axis=0) if reach and n else np.full(4, np.nan)
    lo = hi = np.full(4, np.nan)
    if reach and n >= LEAST:
        drawn = sums.resampled(columns, n_boot=N_BOOT, seed=seed)
        lo, hi = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
        lo, hi = np.minimum(lo, value), np.maximum(hi, value)
    flag = ("low_n" if n < LOW_N else "ok") if reach and n else "missing_input"
    names = ["change_paid", "change_constant", "change_price", "change_price_steps"]
    table = pd.DataFrame({"measure": names, "value": value, "lo": lo, "hi": hi})
    return table.assign(n=n, method="bootstrap", flag=flag)


def _finding(table: pd.DataFrame, months: int) -> Note:
    paid, constant, price = (table.iloc[i] for i in range(3))
    if np.isnan(paid["value"]):
        return Note("growth_unknown", {"months": months})
    told = {"months": months, "paid": float(paid["value"]), "price": float(price["value"]),
            "constant": float(constant["value"])}  # fmt: skip
    if np.isnan(price["lo"]) or price["lo"] <= 0 <= price["hi"]:
        return Note("price_effect_unclear", told)
    return Note("price_effect", told)

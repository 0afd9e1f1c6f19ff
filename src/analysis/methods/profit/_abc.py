"""Value A/B/C by profit beside value A/B/C by sales, and who is ranked otherwise (`abc`, `disagreements`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError
from ...core.result import Disclosure, Note, Result
from ...stats import intervals, lettering
from ._statement import Statement

__all__ = ["Disagreements", "ProfitTiers", "abc", "disagreements"]

#: nothing left and money lost are not what the same words mean for sales
PROFIT_TIERS = (*lettering.LETTERS[:3], "no_profit", "loss_making")
LEVEL = 0.95
LOW_N = 30


@dataclass(frozen=True, eq=False, kw_only=True)
class ProfitTiers(Result):
    """Value A/B/C twice.

    Attributes
    ----------
    table : DataFrame
        tier_sales (A, B, C, zero, negative), tier_profit (A, B, C, no_profit, loss_making), value (share of
        the customers of that sales tier), lo, hi, n, net_sales, contribution (money), method, flag; only
        combinations that occur.
    customers : DataFrame
        Index customer_id: net_sales, contribution, tier_sales, tier_profit, same.
    """

    customers: pd.DataFrame
    formats: ClassVar[Mapping[str, str]] = {
        "value": "percent", "lo": "percent", "hi": "percent", "net_sales": "money", "contribution": "money",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(
        hides=("value", "lo", "hi", "net_sales", "contribution"), within=(), margins=("tier_sales", "tier_profit")
    )


@dataclass(frozen=True, eq=False, kw_only=True)
class Disagreements(Result):
    """Customers whose tier by profit differs: customer_id, tier_sales, tier_profit, net_sales, contribution, flag."""

    layout: ClassVar[str] = "table"
    formats: ClassVar[Mapping[str, str]] = {"net_sales": "money", "contribution": "money"}
    disclosure: ClassVar[Disclosure] = Disclosure(counts=(), hides=(), customers=("customer_id",), row_level="customer")


def abc(result: Statement, *, cuts: Sequence[float] = (0.7, 0.9)) -> ProfitTiers:
    """Rank the same customers by net sales and by contribution, with the same cuts.

    Parameters
    ----------
    result : Statement
    cuts : (float, float), default (0.7, 0.9)
        Cumulative shares of the positive total, as in value A/B/C by sales.

    Returns
    -------
    ProfitTiers
        Wilson intervals at 95 %. Customers of unknown margin are left out of both rankings.

    Raises
    ------
    DataError
        ``profit_unknown``.
    """
    checks.increasing(cuts, name="cuts", low=0, high=1)
    known = result.customers[result.customers["flag"] == "ok"].sort_index()
    if known.empty:
        raise DataError("profit_unknown", count=len(result.customers))
    sales, profit = (lettering.letters(known[c].to_numpy(), cuts) for c in ("net_sales", "contribution"))
    customers = known[["net_sales", "contribution"]].copy()
    for name, tier, names in (("tier_sales", sales, lettering.LETTERS), ("tier_profit", profit, PROFIT_TIERS)):
        customers[name] = pd.Series(np.array(names)[tier], known.index, dtype="str")
    customers["same"] = sales == profit
    frame = pd.DataFrame(
        [
            row
            for i, j in sorted(set(zip(sales.tolist(), profit.tolist(), strict=True)))
            for row in [_row(known, sales, profit, i, j)]
        ]
    )
    left = len(result.customers) - len(known)
    return ProfitTiers(
        table=frame,
        settings={**result.settings, "cuts": list(cuts), "level": LEVEL},
        notes=(Note("margin_unknown_left_out", {"n": left}),) if left else (),
        finding=_finding(customers),
        customers=customers,
    )


def disagreements(result: ProfitTiers, *, most: int = 30) -> Disagreements:
    """Customers whose tier by profit is not their tier by sales, largest net sales first.

    Parameters
    ----------
    result : ProfitTiers
    most : int, default 30
        At most so many rows; the note says how many there are.

    Returns
    -------
    Disagreements
    """
    checks.whole(most, name="most", low=1)
    other = result.customers[~result.customers["same"]]
    order = other.sort_values("net_sales", ascending=False, kind="stable").head(most)
    frame = order.reset_index()[["customer_id", "tier_sales", "tier_profit", "net_sales", "contribution"]]
    return Disagreements(
        table=frame.assign(flag="ok"),
        settings={**result.settings, "most": most},
        notes=(Note("rows_shown", {"n": len(frame), "of": len(other)}),) if len(other) > len(frame) else (),
        finding=Note(
            "disagreements" if len(other) else "disagreements_none", {"n": len(other), "of": len(result.customers)}
        ),
    )


def _row(known: pd.DataFrame, sales: np.ndarray, profit: np.ndarray, i: int, j: int) -> dict[str, Any]:
    inside = (sales == i) & (profit == j)
    hits, n = int(inside.sum()), int((sales == i).sum())
    lo, hi = intervals.wilson(hits, n, level=LEVEL)
    money = known[inside]
    return {
        "tier_sales": lettering.LETTERS[i], "tier_profit": PROFIT_TIERS[j], "value": hits / n, "lo": lo, "hi": hi,
        "n": hits, "net_sales": float(money["net_sales"].sum()), "contribution": float(money["contribution"].sum()),
        "method": "wilson", "flag": "low_n" if n < LOW_N else "ok",
    }  # fmt: skip


def _finding(customers: pd.DataFrame) -> Note:
    best = customers["tier_sales"] == "A"
    fallen = int((best & (customers["tier_profit"] != "A")).sum())
    told = {"n": int((~customers["same"]).sum()), "of": len(customers), "top": int(best.sum()), "fallen": fallen}
    return Note("profit_tiers", told)

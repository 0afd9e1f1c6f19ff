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

#: the same classes by both rankings: nothing bought or earned, and less than that
TIERS = (*lettering.LETTERS[:3], "no_profit", "loss_making")
LEVEL = 0.95
LOW_N = 30


@dataclass(frozen=True, eq=False, kw_only=True)
class ProfitTiers(Result):
    """Value A/B/C twice.

    Attributes
    ----------
    table : DataFrame
        tier (A, B, C, no_profit: nothing, loss_making: below nothing), value (share of the customers of the tier by
        sales that are in it by profit too), lo, hi, n (customers of the tier by sales), n_profit (by profit),
        share_sales (net sales held by the tier by sales), share_profit (contribution held by the tier by profit, both
        of the positive total), method, flag; tiers that occur.
    customers : DataFrame
        Index customer_id: net_sales, contribution, tier_sales, tier_profit, same.
    """

    customers: pd.DataFrame
    formats: ClassVar[Mapping[str, str]] = {
        "value": "percent", "lo": "percent", "hi": "percent", "share_sales": "percent", "share_profit": "percent",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(
        counts=("n", "n_profit"), hides=("value", "lo", "hi", "share_sales", "share_profit"), within=()
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
    for name, tier in (("tier_sales", sales), ("tier_profit", profit)):
        customers[name] = pd.Series(np.array(TIERS)[tier], known.index, dtype="str")
    customers["same"] = sales == profit
    occurring = sorted(set(sales.tolist()) | set(profit.tolist()))
    frame = pd.DataFrame([_row(known, sales, profit, i) for i in occurring])
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


def _row(known: pd.DataFrame, sales: np.ndarray, profit: np.ndarray, tier: int) -> dict[str, Any]:
    hits, n = int(((sales == tier) & (profit == tier)).sum()), int((sales == tier).sum())
    lo, hi = intervals.wilson(hits, n, level=LEVEL)
    shares = {
        name: _held(known[column].to_numpy(), where == tier)
        for name, column, where in (("share_sales", "net_sales", sales), ("share_profit", "contribution", profit))
    }
    return {
        "tier": TIERS[tier], "value": hits / n if n else np.nan, "lo": lo, "hi": hi, "n": n,
        "n_profit": int((profit == tier).sum()), **shares, "method": "wilson",
        "flag": "missing_input" if n == 0 else "low_n" if n < LOW_N else "ok",
    }  # fmt: skip


def _held(values: np.ndarray, inside: np.ndarray) -> float:
    """Part of the positive total; below zero for those who lose money."""
    total = values[values > 0].sum()
    return float(values[inside].sum() / total) if total > 0 else np.nan


def _finding(customers: pd.DataFrame) -> Note:
    best = customers["tier_sales"] == "A"
    fallen = int((best & (customers["tier_profit"] != "A")).sum())
    told = {"n": int((~customers["same"]).sum()), "of": len(customers), "top": int(best.sum()), "fallen": fallen}
    return Note("profit_tiers", told)

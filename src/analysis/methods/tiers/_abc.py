"""Value A/B/C: `abc`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError, SettingError
from ...core.result import Disclosure, Note, Result
from ...stats import sums
from ...stats.ranked import Ranked, cut_values, flag, net_of, notes_of, percentiles, rank
from ._lorenz import gini

__all__ = ["TIERS", "Tiers", "abc"]

TIERS = ("A", "B", "C", "zero", "negative")


@dataclass(frozen=True, eq=False, kw_only=True)
class Tiers(Result):
    """Value A/B/C.

    Attributes
    ----------
    table : DataFrame
        One row per tier (A, B, C, zero, negative): tier, buys, n, share_customers (of customers with positive net
        value), net_value, value (share of the positive net value; negative for the last row), lo, hi, method,
        flag; with margins also margin, margin_lo, margin_hi.
    customers : DataFrame
        Index customer_id in the order of the input: tier, value, share, cumulative_share (value held by
        customers who buy at least as much).
    thresholds : dict
        Smallest value of A and of B; give it as ``thresholds=`` to use the same cut points elsewhere.
    gini, largest_share : float
        Among customers with positive net value; missing without any.
    """

    customers: pd.DataFrame
    thresholds: dict[str, float]
    gini: float
    largest_share: float
    formats: ClassVar[Mapping[str, str]] = {
        "share_customers": "percent", "net_value": "money", "value": "percent", "margin": "percent",
        "margin_lo": "percent", "margin_hi": "percent",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(
        hides=("share_customers", "net_value", "value", "lo", "hi", "margin", "margin_lo", "margin_hi"),
        within=("buys",),
    )


def abc(
    values: pd.Series,
    *,
    cuts: Sequence[float] = (0.7, 0.9),
    thresholds: Mapping[str, float] | None = None,
    margins: pd.Series | None = None,
    n_boot: int = 200,
    seed: int = 0,
) -> Tiers:
    """Value A/B/C: the few customers who hold most of the net purchases.

    A customer is A while those who buy more hold less than the first cut of the total, B while they hold less
    than the second; so the customer who crosses a cut belongs to the upper class, and equal customers are in
    the same class.

    Parameters
    ----------
    values : Series
        Net value of each customer (index) over a closed period, currency.
    cuts : (float, float), default (0.7, 0.9)
        Cumulative shares of value.
    thresholds : dict, optional
        ``Tiers.thresholds`` of the reference pass; replaces ``cuts``.
    margins : Series, optional
        Margin of the same customers, currency.
    n_boot : int, default 200
        Resamples of customers behind the intervals (percentile, 95 %); cut points are held as they are.
    seed : int, default 0

    Returns
    -------
    Tiers

    Raises
    ------
    DataError
        No customer, one twice, a value missing or no number.
    SettingError

    References
    ----------
    Gini coefficient and Lorenz curve: Gastwirth (1972), Review of Economics and Statistics 54, 306–316.
    """
    net = net_of(values, "values")
    _cuts(cuts)
    gains = None if margins is None else net_of(margins, "margins").reindex(net.index)
    if gains is not None and gains.isna().any():
        raise DataError("tiers_missing", name="margins", count=int(gains.isna().sum()))
    ranked = rank(net.to_numpy())
    points = _points(ranked, cuts) if thresholds is None else _given(thresholds)
    tier = _tier(net.to_numpy(), points)
    table = _abc_table(net.to_numpy(), tier, None if gains is None else gains.to_numpy(), n_boot, seed)
    table["flag"] = flag(len(ranked.count), int(ranked.count.sum()))
    customers = pd.DataFrame({
        "tier": pd.Series(np.array(TIERS)[tier], index=net.index, dtype="str"), "value": net, **_shares(net, ranked)
    })  # fmt: skip
    return Tiers(
        table=table,
        settings={"cuts": list(cuts) if thresholds is None else None, "thresholds_given": thresholds is not None,
                  "n_boot": n_boot, "seed": seed, "n": len(net)},
        notes=notes_of(net),
        finding=_abc_finding(table, fixed=thresholds is not None),
        customers=customers.reindex(values.index).rename_axis("customer_id"),
        thresholds=points,
        gini=gini(ranked),
        largest_share=float(ranked.upto[0] / ranked.count[0]) if len(ranked.count) else float("nan"),
    )  # fmt: skip


def _cuts(cuts: Sequence[float]) -> None:
    if len(cuts) != 2:
        raise SettingError("tiers_two_cuts", got=list(cuts))
    checks.increasing(cuts, name="cuts", low=0, high=1)


def _given(thresholds: Mapping[str, float]) -> dict[str, float]:
    points = {letter: thresholds.get(letter) for letter in ("A", "B")}
    good = all(isinstance(v, int | float | np.number) and np.isfinite(v) and v > 0 for v in points.values())
    if not good or points["A"] < points["B"]:  # type: ignore[operator]
        raise SettingError("tiers_thresholds", got=dict(thresholds))
    return {letter: float(v) for letter, v in points.items()}  # type: ignore[arg-type]


def _points(ranked: Ranked, cuts: Sequence[float]) -> dict[str, float]:
    """Smallest value of A and of B; an empty B has the threshold of A."""
    return dict(zip(("A", "B"), cut_values(ranked, cuts), strict=True))


def _tier(net: np.ndarray, points: Mapping[str, float]) -> np.ndarray:
    """Position in `TIERS`."""
    positive = np.where(net >= points["A"], 0, np.where(net >= points["B"], 1, 2))
    return np.where(net > 0, positive, np.where(net == 0, 3, 4))


def _abc_table(net: np.ndarray, tier: np.ndarray, gains: np.ndarray | None, n_boot: int, seed: int) -> pd.DataFrame:
    member = tier[:, None] == np.arange(len(TIERS))
    n = member.sum(axis=0)
    buyers = n[:3].sum()
    columns = [member * net[:, None], *([] if gains is None else [member * gains[:, None]])]
    draws = sums.resampled(np.hstack(columns), n_boot=n_boot, seed=seed)
    share, low, high = _ratio(columns[0].sum(axis=0), draws[:, : len(TIERS)])
    table = pd.DataFrame({
        "tier": pd.Series(TIERS, dtype="str"),
        "buys": np.arange(len(TIERS)) < 3,
        "n": n,
        "share_customers": np.where(np.arange(5) < 3, n / max(buyers, 1), np.nan) if buyers else np.nan,
        "net_value": columns[0].sum(axis=0),
        "value": share,
        "lo": low,
        "hi": high,
        "method": "bootstrap",
        "flag": "ok",
    })  # fmt: skip
    if gains is not None:
        margin = _ratio(columns[1].sum(axis=0), draws[:, len(TIERS) :])
        table["margin"], table["margin_lo"], table["margin_hi"] = margin
    return table


def _ratio(totals: np.ndarray, draws: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Shares of the sum over A, B and C, with percentile bounds; missing where that sum is not positive."""
    base, drawn = totals[:3].sum(), draws[:, :3].sum(axis=1, keepdims=True)
    if not base > 0:
        return (np.full(len(totals), np.nan),) * 3
    ratios = np.divide(draws, drawn, out=np.full_like(draws, np.nan), where=drawn > 0)
    return totals / base, *percentiles(ratios, totals / base)


def _shares(net: pd.Series, ranked: Ranked) -> dict[str, pd.Series]:
    total = float((ranked.value * ranked.count).sum())
    bought = pd.Series(ranked.block >= 0, index=net.index)
    share = net / total if total > 0 else net * np.nan
    # everybody above zero holds everything; with net returns there is nothing to cumulate
    rest = np.where(net == 0, 1.0 if total > 0 else np.nan, np.nan)
    upto = ranked.upto[ranked.block] if len(ranked.upto) else rest
    return {"share": share, "cumulative_share": pd.Series(np.where(bought, upto, rest), index=net.index)}


def _abc_finding(table: pd.DataFrame, fixed: bool) -> Note:
    first = table.iloc[0]
    if first["flag"] == "not_identified":
        return Note("tiers_all_zero", {"count": int(table["n"].sum())})
    if first["n"] == 0:
        return Note("tiers_none_a", {"buyers": int(table["n"].iloc[:3].sum())})
    values: dict[str, Any] = {name: float(first[name]) for name in ("share_customers", "value", "lo", "hi")}
    code = "tiers_abc_fixed" if fixed else "tiers_abc"
    return Note(f"{code}_low_n" if first["flag"] == "low_n" else code, {"n": int(first["n"]), **values})

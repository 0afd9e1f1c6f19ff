"""Share of wallet: our part of what a customer buys in the category, and what lies within reach (`share_of_wallet`)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError
from ...core.result import Disclosure, Note, Result
from ...stats import betabinomial, groups, periods, sums

__all__ = ["ShareOfWallet", "share_of_wallet"]

LEVEL = 0.9
N_BOOT = 1000
LOW_N = 30
#: fewer customers than this share the prior of all
LEAST = 10
#: the target of a group, unless told: what the upper quarter of its customers reaches
TARGET_QUANTILE = 0.75


@dataclass(frozen=True, eq=False, kw_only=True)
class ShareOfWallet(Result):
    """Share of wallet.

    Attributes
    ----------
    table : DataFrame
        group ("all" last), value (own ÷ category of all its customers), lo, hi, n, own, category (in the unit of
        the market table), target (share), headroom (same unit: Σ category × (target − share), where positive),
        method, flag.
    customers : DataFrame
        Index customer_id: group, own, category, share (as measured), value (shrunk), lo, hi, target, headroom, flag.
    prior : DataFrame
        group, mean, weight (trials), dispersion, n: what the shares are shrunk towards.
    """

    customers: pd.DataFrame
    prior: pd.DataFrame
    formats: ClassVar[Mapping[str, str]] = {
        "value": "percent1", "lo": "percent1", "hi": "percent1", "target": "percent1", "own": "count",
        "category": "count", "headroom": "count",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(
        hides=("value", "lo", "hi", "own", "category", "target", "headroom"), within=()
    )


def share_of_wallet(
    market: pd.DataFrame,
    *,
    own: Collection[str],
    as_of: Any,
    months: int = 12,
    by: pd.Series | None = None,
    target: float | None = None,
    measure: str = "quantity",
    mandated: Collection[str] | None = None,
    seed: int = 0,
) -> ShareOfWallet:  # the data model needs the extra settings, hence more than six
    """Own part of each customer's category, shrunk where little was bought, and headroom up to a target.

    A brand under mandated procurement is not chosen: ``mandated`` leaves it out, and a note says so.

    Parameters
    ----------
    market : DataFrame
        customer_id, period (month), brand, and the measure: all brands of the category, one unit.
    own : collection of str
        Our brands, as the market table writes them.
    as_of : date
    months : int, default 12
    by : Series, optional
        Stratum of each customer (tier, hospital level), on customer_id: each has its own prior and target.
    target : float, optional
        Share to compare with; default the upper quartile of the shrunk shares of the same stratum. It is
        never 100 %.
    measure : {"quantity", "amount"}, default "quantity"
    mandated : collection of str, optional
        Brands of anybody under mandated procurement (VBP): left out of own and of the category.
    seed : int, default 0

    Returns
    -------
    ShareOfWallet
        Groups: percentile bootstrap by customer; customers: beta-binomial posterior; both at 90 %.

    Raises
    ------
    DataError
        ``market_no_own`` (none of the brands occur, or all are mandated), ``market_empty`` (nothing in the window).
    """
    checks.choice(measure, ("quantity", "amount"), name="measure")
    checks.whole(months, name="months", low=1)
    if target is not None:
        checks.number(target, name="target", low=0.0, high=0.999)
    market, left_out = _free(market, set(mandated or ()), as_of, months, measure)
    cells, odd, last = _cells(market, set(own), as_of, months, measure)
    ids = pd.Index(np.sort(cells["customer_id"].unique()), name="customer_id")
    unit = ids.get_indexer(pd.Index(cells["customer_id"]))
    code, names, missing = groups.codes(ids, by)
    part, whole = (np.bincount(unit, cells[c], len(ids)) for c in ("own", "category"))
    phi = betabinomial.dispersion(cells["own"].to_numpy(), cells["category"].to_numpy(), unit)
    customers, prior = _shrunk(part, whole, phi, code, names)
    customers.index = ids
    customers["target"] = _targets(customers["value"].to_numpy(), code, names, target)
    customers["headroom"] = whole * np.maximum(customers["target"] - customers["value"], 0.0)
    rows = [
        _row(name, customers[code == i] if i >= 0 else customers, seed=seed)
        for i, name in [*enumerate(names), (-1, "all")]
    ]
    notes = [*left_out, Note("customers_without_group", {"n": missing})] if missing else [*left_out]
    if odd:
        notes.append(Note("market_rows_odd", {"n": odd}))
    notes.append(Note("wallet_dispersion", {"phi": phi}))
    return ShareOfWallet(
        table=pd.DataFrame(rows),
        settings={"as_of": last.date(), "months": months, "measure": measure, "own": sorted(own), "target": target,
                  "level": LEVEL, "n_boot": N_BOOT, "seed": seed},
        notes=tuple(notes),
        finding=_finding(rows[-1], target),
        customers=customers,
        prior=prior,
    )  # fmt: skip


def _free(
    market: pd.DataFrame, mandated: set[str], as_of: Any, months: int, measure: str
) -> tuple[pd.DataFrame, tuple[Note, ...]]:
    """The table without mandated brands, and what part of the category in the window they were."""
    checks.columns(market, ["customer_id", "period", "brand", measure], name="market")
    out = market["brand"].isin(mandated)
    if not out.any():
        return market, ()
    period, last = pd.to_datetime(market["period"]), periods.day(as_of)
    inside = (period <= last) & (period > periods.months_back(last, months))
    sold = market[measure].where(np.isfinite(market[measure]) & (market[measure] > 0), 0.0)
    every = float(np.sort(sold[inside]).sum())
    told = {"brands": sorted(map(str, market.loc[out, "brand"].unique())),
            "share": float(np.sort(sold[inside & out]).sum()) / every if every > 0 else None}  # fmt: skip
    return market[~out], (Note("wallet_mandated", told),)


def _cells(
    market: pd.DataFrame, own: set[str], as_of: Any, months: int, measure: str
) -> tuple[pd.DataFrame, int, pd.Timestamp]:
    """Own and category by customer and month in the window; how many rows had no usable number."""
    checks.columns(market, ["customer_id", "period", "brand", measure], name="market")
    checks.not_empty(market, name="market")
    last = periods.day(as_of)
    period = pd.to_datetime(market["period"])
    inside = (period <= last) & (period > periods.months_back(last, months)) & market["customer_id"].notna()
    used = market[inside]
    if used.empty:
        raise DataError("market_empty", as_of=str(last.date()), months=months)
    if not own & set(used["brand"]):
        raise DataError("market_no_own", own=sorted(own), found=sorted(map(str, used["brand"].dropna().unique()))[:10])
    good = np.isfinite(used[measure]) & (used[measure] >= 0)
    used = used[good].sort_values(["customer_id", "period", "brand", measure], kind="stable")
    amount = used[measure].to_numpy(dtype=float)
    lines = used[["customer_id", "period"]].assign(category=amount, own=np.where(used["brand"].isin(own), amount, 0.0))
    cells = lines.groupby(["customer_id", "period"], as_index=False)[["own", "category"]].sum()
    return cells[cells["category"] > 0].reset_index(drop=True), int((~good).sum()), last


def _shrunk(
    part: np.ndarray, whole: np.ndarray, phi: float, code: np.ndarray, names: list[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    hits, trials = part / phi, whole / phi
    pooled = betabinomial.fit(hits, trials)
    label = np.array(names, dtype=object)[code] if names else np.full(len(part), "all", dtype=object)
    out = pd.DataFrame({"group": label, "own": part, "category": whole, "share": part / whole}).astype({"group": "str"})
    out[["value", "lo", "hi"]] = np.nan
    priors = []
    for i, name in enumerate(names or ["all"]):
        inside = code == i
        # a small stratum has no prior of its own
        mean, weight = betabinomial.fit(hits[inside], trials[inside]) if inside.sum() >= LEAST else pooled
        shrunk = betabinomial.posterior(hits[inside], trials[inside], mean, weight, level=LEVEL)
        out.loc[inside, ["value", "lo", "hi"]] = np.column_stack(shrunk)
        priors.append({"group": name, "mean": mean, "weight": weight, "dispersion": phi, "n": int(inside.sum())})
    out["flag"] = "ok"
    return out, pd.DataFrame(priors)


def _targets(shrunk: np.ndarray, code: np.ndarray, names: list[str], target: float | None) -> np.ndarray:
    if target is not None:
        return np.full(len(shrunk), target)
    every = float(np.quantile(shrunk, TARGET_QUANTILE))
    out = np.full(len(shrunk), every)
    for i in range(len(names)):
        if (code == i).sum() >= LEAST:
            out[code == i] = np.quantile(shrunk[code == i], TARGET_QUANTILE)
    return out


def _row(group: str, inside: pd.DataFrame, *, seed: int) -> dict[str, Any]:
    own, category, n = float(inside["own"].sum()), float(inside["category"].sum()), len(inside)
    value, lo, hi = own / category, float("nan"), float("nan")
    if n >= 5:
        drawn = sums.resampled(inside[["own", "category"]].to_numpy(), n_boot=N_BOOT, seed=seed)
        lo, hi = np.quantile(drawn[:, 0] / drawn[:, 1], [(1 - LEVEL) / 2, (1 + LEVEL) / 2]).tolist()
    weight = inside["category"].to_numpy()
    return {
        "group": group, "value": value, "lo": min(lo, value), "hi": max(hi, value), "n": n, "own": own,
        "category": category, "target": float((inside["target"] * weight).sum() / weight.sum()),
        "headroom": float(inside["headroom"].sum()), "method": "bootstrap", "flag": "low_n" if n < LOW_N else "ok",
    }  # fmt: skip


def _finding(row: dict[str, Any], target: float | None) -> Note:
    told = {name: row[name] for name in ("value", "n", "headroom", "target")}
    told["reach"] = row["headroom"] / row["category"]
    if np.isnan(row["lo"]):
        return Note("wallet_few", told)
    return Note("wallet", {**told, "lo": row["lo"], "hi": row["hi"]})

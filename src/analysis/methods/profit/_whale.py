"""Cumulative profit by customers ranked by profit: the whale curve (`whale`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...core.errors import DataError
from ...core.result import Disclosure, Note, Result
from ...stats import intervals
from ._statement import Statement

__all__ = ["Whale", "whale"]

LEVEL = 0.8
N_BOOT = 400
LOW_N = 30
LEAST = 5
#: on the profit of fewer customers up to a point a bootstrap is too sure: with three it held 55 % instead of 80 %
FEWEST = 10
#: points of the curve
STEPS = 20


@dataclass(frozen=True, eq=False, kw_only=True)
class Whale(Result):
    """Cumulative profit.

    Attributes
    ----------
    table : DataFrame
        share_customers (0.05, 0.1, … 1), value (cumulative contribution ÷ total, missing where the total is not
        positive), lo, hi, n (customers up to here), profit (cumulative, money), method, flag.
    peak : dict
        value (highest cumulative share), share_customers, n: where it stands.
    losing : dict
        value (share of customers with a negative contribution), lo, hi, n, total (what they lose).
    """

    peak: dict[str, float | None]
    losing: dict[str, float]
    formats: ClassVar[Mapping[str, str]] = {
        "share_customers": "percent", "value": "percent1", "lo": "percent1", "hi": "percent1", "profit": "money",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(hides=("value", "lo", "hi", "profit"), keys=("share_customers",))


def whale(result: Statement, *, seed: int = 0) -> Whale:
    """Cumulative profit of customers ranked by profit, the highest first; above 100 % where some lose money.

    Parameters
    ----------
    result : Statement
    seed : int, default 0

    Returns
    -------
    Whale
        Percentile intervals at 80 % (customers drawn with replacement and ranked anew) where ten customers or more
        lie before the point; Wilson at 95 % for the share that loses money. Customers of unknown margin are left out.

    Raises
    ------
    DataError
        ``profit_unknown`` when no customer has a known contribution.

    References
    ----------
    Kaplan, R. S. and Narayanan, V. G. (2001), Measuring and managing customer profitability,
    Journal of Cost Management 15 (5), 5–15.
    """
    known = result.customers.loc[result.customers["flag"] == "ok", "contribution"].sort_index()
    if known.empty:
        raise DataError("profit_unknown", count=len(result.customers))
    profit = np.sort(known.to_numpy())[::-1]
    n, total = len(profit), float(profit.sum())
    share = np.arange(1, STEPS + 1) / STEPS
    upto = np.cumsum(profit)
    frame = pd.DataFrame({"share_customers": share, "profit": _at(share, upto)})
    frame["value"] = frame["profit"] / total if total > 0 else np.nan
    frame["lo"], frame["hi"] = _bounds(profit, share, frame["value"].to_numpy(), seed)
    frame["n"] = np.ceil(share * n - 1e-9).astype(np.int64)
    frame["method"] = "bootstrap"
    frame["flag"] = "not_identified" if total <= 0 else "low_n" if n < LOW_N else "ok"
    below = int((profit < 0).sum())
    lo, hi = intervals.wilson(below, n)
    top = int(np.argmax(upto))
    peak = {
        "value": float(upto[top] / total) if total > 0 else None,
        "share_customers": (top + 1) / n,
        "n": float(top + 1),
    }
    losing = {"value": below / n, "lo": lo, "hi": hi, "n": float(below), "total": float(profit[profit < 0].sum())}
    left = len(result.customers) - n
    return Whale(
        table=frame[["share_customers", "value", "lo", "hi", "n", "profit", "method", "flag"]],
        settings={**result.settings, "level": LEVEL, "n_boot": N_BOOT, "seed": seed, "customers": n},
        notes=(Note("margin_unknown_left_out", {"n": left}),) if left else (),
        finding=_finding(peak, losing, n, total),
        peak=peak,
        losing=losing,
    )


def _at(share: np.ndarray, upto: np.ndarray) -> np.ndarray:
    """Cumulative profit of the first share of customers, a part of a customer counting in proportion."""
    n = len(upto)
    return np.interp(share * n, np.arange(n + 1), np.r_[0.0, upto])


def _bounds(profit: np.ndarray, share: np.ndarray, value: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    n = len(profit)
    if n < LEAST or not np.isfinite(value).all():
        return np.full(len(share), np.nan), np.full(len(share), np.nan)
    rng = np.random.default_rng(seed)
    draws = np.empty((N_BOOT, len(share)))
    for i in range(N_BOOT):
        # profit is ranked, so counts of positions are ranked customers
        times = np.bincount(rng.integers(0, n, n), minlength=n)
        upto = np.r_[0.0, np.cumsum(profit * times)]
        drawn = np.interp(share * n, np.r_[0, np.cumsum(times)], upto)
        draws[i] = drawn / upto[-1] if upto[-1] > 0 else np.nan
    if np.isnan(draws[:, 0]).all():
        return np.full(len(share), np.nan), np.full(len(share), np.nan)
    lo, hi = np.nanquantile(draws, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    # all of the profit is all of it in every draw
    lo[-1] = hi[-1] = np.nan
    few = share * n < FEWEST
    lo[few] = hi[few] = np.nan
    return np.minimum(lo, value), np.maximum(hi, value)


def _finding(peak: dict[str, float | None], losing: dict[str, float], n: int, total: float) -> Note:
    if total <= 0:
        return Note("whale_no_profit", {"n": n, "total": total, "losing": losing["value"]})
    told = {"n": n, "losing": losing["value"], "lo": losing["lo"], "hi": losing["hi"], "peak": peak["value"]}
    if not losing["n"]:
        return Note("whale_nobody_loses", told)
    return Note("whale" if (peak["value"] or 0.0) >= 1.005 else "whale_low", told)

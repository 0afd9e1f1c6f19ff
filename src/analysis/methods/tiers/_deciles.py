"""Deciles of equal value and of equal count: `deciles`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.policy import MIN_CELL
from ...core.result import Disclosure, Note, Result
from ...stats.ranked import Ranked, flag, net_of, notes_of, percentiles, rank

__all__ = ["DECILES", "Deciles", "deciles"]

DECILES = (*(str(d) for d in range(10, -1, -1)), "negative")


@dataclass(frozen=True, eq=False, kw_only=True)
class Deciles(Result):
    """Deciles of equal value and of equal count.

    Attributes
    ----------
    table : DataFrame
        One row per equal-value decile (10 = few, large; "0" without net value; negative): volume_decile, buys, n,
        value (share of customers with positive net value), lo, hi, method, flag, net_value, share_value.
    customers : DataFrame
        Index customer_id in the order of the input: group (positive, zero, negative), value, volume_decile
        (equal value, 10 to 1; 0 for zero, missing for negative), rank_decile (equal count, likewise).
    half_n : int
        Customers who together hold half of the value: deciles 10 to 6.
    half_share, half_lo, half_hi : float
        Their share of customers with positive net value, with its interval.
    """

    customers: pd.DataFrame
    half_n: int
    half_share: float
    half_lo: float
    half_hi: float
    formats: ClassVar[Mapping[str, str]] = {"value": "percent", "net_value": "money", "share_value": "percent"}
    disclosure: ClassVar[Disclosure] = Disclosure(
        hides=("value", "lo", "hi", "net_value", "share_value"), within=("buys",)
    )


def deciles(values: pd.Series, *, n_boot: int = 200, seed: int = 0) -> Deciles:
    """Ten groups that carry the same value each, and beside them ten of the same number of customers.

    Decile = 10 − ⌊10·S⌋ with S the share of value held by larger customers; equal customers share the
    decile of the first of them. A decile may stay empty when one customer holds more than a tenth.

    Parameters
    ----------
    values : Series
        Net value of each customer (index) over a closed period, currency.
    n_boot : int, default 200
        Resamples of customers behind the intervals (percentile, 95 %); the groups are cut anew in each.
    seed : int, default 0

    Returns
    -------
    Deciles

    Raises
    ------
    DataError
        No customer, one twice, a value missing or no number.
    """
    net = net_of(values, "values")
    checks.whole(n_boot, name="n_boot", low=1)
    checks.whole(seed, name="seed", low=0)
    ranked = rank(net.to_numpy())
    buyers = int(ranked.count.sum())
    larger = np.cumsum(ranked.count) - ranked.count
    by_value, by_rank = _decile(ranked.before), _decile(larger / max(buyers, 1))
    half_n = int(ranked.count[by_value >= 6].sum())
    draws = _decile_draws(ranked, n_boot, seed)
    half_share = half_n / buyers if buyers else float("nan")
    low, high = percentiles(draws[:, 5:].sum(axis=1), half_share)
    return Deciles(
        table=_decile_table(net.to_numpy(), ranked, by_value, draws),
        settings={"n_boot": n_boot, "seed": seed, "n": len(net)},
        notes=notes_of(net),
        finding=_decile_finding(len(net), half_n, buyers, float(low), float(high)),
        customers=_decile_customers(net, ranked, by_value, by_rank).reindex(values.index).rename_axis("customer_id"),
        half_n=half_n,
        half_share=half_share,
        half_lo=float(low),
        half_hi=float(high),
    )


def _decile(before: np.ndarray) -> np.ndarray:
    return np.maximum(10 - np.floor(10 * before + 1e-9).astype(int), 1)


def _decile_draws(ranked: Ranked, n_boot: int, seed: int) -> np.ndarray:
    """Share of buyers in deciles 1 to 10, groups cut anew in each resample: array (n_boot, 10)."""
    buyers = int(ranked.count.sum())
    if buyers == 0:
        return np.full((n_boot, 10), np.nan)
    rng = np.random.default_rng(seed)
    out = np.empty((n_boot, 10))
    for draw in range(n_boot):
        count = rng.multinomial(buyers, ranked.count / buyers)
        upto = np.cumsum(count * ranked.value)
        group = _decile((upto - count * ranked.value) / upto[-1])
        out[draw] = np.bincount(group, weights=count, minlength=11)[1:] / buyers
    return out


def _decile_table(net: np.ndarray, ranked: Ranked, by_value: np.ndarray, draws: np.ndarray) -> pd.DataFrame:
    buyers = int(ranked.count.sum())
    n = np.bincount(by_value, weights=ranked.count, minlength=11)[:0:-1]
    total = np.bincount(by_value, weights=ranked.count * ranked.value, minlength=11)[:0:-1]
    share = n / buyers if buyers else np.full(10, np.nan)
    low, high = percentiles(draws[:, ::-1], share)
    rest = [net[net == 0], net[net < 0]]
    gap = [np.nan, np.nan]
    everything = total.sum() if buyers else np.nan
    return pd.DataFrame({
        "volume_decile": pd.Series(DECILES, dtype="str"),
        "buys": np.arange(len(DECILES)) < 10,
        "n": np.concatenate([n, [len(r) for r in rest]]).astype("int64"),
        "value": np.concatenate([share, gap]),
        "lo": np.concatenate([low, gap]),
        "hi": np.concatenate([high, gap]),
        "method": "bootstrap",
        "flag": flag(len(ranked.count), buyers),
        "net_value": np.concatenate([total, [0.0, rest[1].sum()]]),
        "share_value": np.concatenate([total, [0.0, rest[1].sum()]]) / everything,
    })  # fmt: skip


def _decile_customers(net: pd.Series, ranked: Ranked, by_value: np.ndarray, by_rank: np.ndarray) -> pd.DataFrame:
    bought = ranked.block >= 0
    columns = {}
    for name, decile in (("volume_decile", by_value), ("rank_decile", by_rank)):
        found = np.zeros(len(net), dtype=int)
        found[bought] = decile[ranked.block[bought]]
        columns[name] = pd.Series(found, index=net.index, dtype="Int64").mask(net < 0)
    group = np.where(bought, "positive", np.where(net == 0, "zero", "negative"))
    return pd.DataFrame({"group": pd.Series(group, index=net.index, dtype="str"), "value": net, **columns})


def _decile_finding(everyone: int, half_n: int, buyers: int, low: float, high: float) -> Note:
    if buyers == 0:
        return Note("tiers_all_zero", {"count": everyone})
    few = MIN_CELL["shared"]
    if half_n < few:
        # a sum over small cells would give them away; the interval of the share as well
        return Note("tiers_deciles_few", {"few": few})
    values = {"n": half_n, "share": half_n / buyers, "lo": low, "hi": high}
    return Note("tiers_deciles", values)

"""How far fixed cut points are from those that today's values would give: `drift`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.result import Disclosure, Note, Result
from ...stats.ranked import Ranked, cut_values, flag, net_of, notes_of, percentiles, rank
from ._abc import _cuts, _given, _tier

__all__ = ["CutDrift", "drift"]


@dataclass(frozen=True, eq=False, kw_only=True)
class CutDrift(Result):
    """Fixed against relative cut points.

    Attributes
    ----------
    table : DataFrame
        One row per cut (least value of A, of B): tier, frozen, today (currency), value (today ÷ frozen − 1), lo, hi
        (bootstrap over customers; the fixed cut is taken as exact), n (customers with net purchases), method, flag.
    customers : DataFrame
        Index customer_id in the order of the input: tier (fixed cuts), tier_relative (today's), value.
    n_changed : int
        Customers whose tier would be another one by today's cuts.
    """

    customers: pd.DataFrame
    n_changed: int
    formats: ClassVar[Mapping[str, str]] = {"frozen": "money", "today": "money", "value": "+percent"}
    disclosure: ClassVar[Disclosure] = Disclosure(hides=("value", "lo", "hi", "today"))


def drift(
    values: pd.Series,
    *,
    thresholds: Mapping[str, float],
    cuts: Sequence[float] = (0.7, 0.9),
    n_boot: int = 500,
    seed: int = 0,
) -> CutDrift:
    """Least value of A and B by today's ranking against the fixed ones.

    Parameters
    ----------
    values : Series
        Net value of each customer (index) of the present period, currency.
    thresholds : dict
        ``Tiers.thresholds`` of the reference pass.
    cuts : (float, float), default (0.7, 0.9)
        Cumulative shares of value that the reference pass used.
    n_boot, seed : int
        Resamples of customers; the cut is found anew in each (percentile, 95 %).

    Returns
    -------
    CutDrift

    Raises
    ------
    DataError, SettingError
    """
    net = net_of(values, "values")
    _cuts(cuts)
    points = _given(thresholds)
    checks.whole(n_boot, name="n_boot", low=1)
    checks.whole(seed, name="seed", low=0)
    ranked = rank(net.to_numpy())
    today = np.array(cut_values(ranked, cuts))
    frozen = np.array([points["A"], points["B"]])
    low, high = percentiles(_draws(ranked, cuts, n_boot, seed) / frozen - 1, today / frozen - 1)
    now = {"A": today[0], "B": today[1]} if len(ranked.count) else points
    fixed, relative = _tier(net.to_numpy(), points), _tier(net.to_numpy(), now)
    table = pd.DataFrame({
        "tier": pd.Series(["A", "B"], dtype="str"), "frozen": frozen, "today": today, "value": today / frozen - 1,
        "lo": low, "hi": high, "n": int(ranked.count.sum()),
        "method": "bootstrap", "flag": flag(len(ranked.count), int(ranked.count.sum())),
    })  # fmt: skip
    letters = np.array(["A", "B", "C", "zero", "negative"])
    customers = pd.DataFrame({
        "tier": pd.Series(letters[fixed], net.index, dtype="str"),
        "tier_relative": pd.Series(letters[relative], net.index, dtype="str"), "value": net,
    })  # fmt: skip
    return CutDrift(
        table=table,
        settings={"thresholds": points, "cuts": list(cuts), "n_boot": n_boot, "seed": seed, "n": len(net)},
        notes=notes_of(net),
        finding=_finding(table, len(net)),
        customers=customers.reindex(values.index).rename_axis("customer_id"),
        n_changed=int((fixed != relative).sum()),
    )


def _draws(ranked: Ranked, cuts: Sequence[float], n_boot: int, seed: int) -> np.ndarray:
    """Cut points of resampled customers: array (n_boot, number of cuts)."""
    buyers = int(ranked.count.sum())
    if buyers == 0:
        return np.full((n_boot, len(cuts)), np.nan)
    rng = np.random.default_rng(seed)
    out = np.empty((n_boot, len(cuts)))
    for draw in range(n_boot):
        count = rng.multinomial(buyers, ranked.count / buyers)
        drawn = count > 0
        value, count = ranked.value[drawn], count[drawn]
        upto = np.cumsum(value * count)
        before = (upto - value * count) / upto[-1]
        out[draw] = [value[max((before < cut).sum() - 1, 0)] for cut in cuts]
    return out


def _finding(table: pd.DataFrame, everyone: int) -> Note:
    first = table.iloc[0]
    if first["flag"] == "not_identified":
        return Note("tiers_all_zero", {"count": everyone})
    told = {name: float(first[name]) for name in ("value", "lo", "hi")}
    clear = first["lo"] > 0 or first["hi"] < 0
    return Note("tiers_drift" if clear else "tiers_drift_unclear", told)

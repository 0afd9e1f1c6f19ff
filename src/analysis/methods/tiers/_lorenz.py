"""How concentrated value is: top shares, Lorenz curve, Gini coefficient (`lorenz`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.policy import MIN_CELL
from ...core.result import Disclosure, Note, Result
from ...stats.ranked import Ranked, flag, net_of, notes_of, percentiles, rank

__all__ = ["Lorenz", "gini", "lorenz"]

_STEPS = 100


@dataclass(frozen=True, eq=False, kw_only=True)
class Lorenz(Result):
    """Concentration of value among customers with positive net value.

    Attributes
    ----------
    table : DataFrame
        One row per point: top (part of the customers, largest first), n (customers in it, rounded up), value (share
        of value they hold, the last of them in part: the ordinate of the Lorenz curve), lo, hi (bootstrap over
        customers), method, flag.
    curve : DataFrame
        top, value from (0, 0) to (1, 1); each step holds at least as many customers as may be shown as one cell.
    gini, gini_lo, gini_hi : float
    """

    curve: pd.DataFrame
    gini: float
    gini_lo: float
    gini_hi: float
    formats: ClassVar[Mapping[str, str]] = {"top": "percent", "value": "percent"}
    disclosure: ClassVar[Disclosure] = Disclosure(keys=("top",))


def lorenz(
    values: pd.Series,
    *,
    points: Sequence[float] = (0.01, 0.05, 0.1, 0.2, 0.5),
    n_boot: int = 500,
    seed: int = 0,
) -> Lorenz:
    """What the largest 1, 5, 10, 20, 50 % of customers hold, and the Gini coefficient.

    Parameters
    ----------
    values : Series
        Net value of each customer (index) over a closed period, currency.
    points : sequence of float
        Rising parts of the customers, inside 0 to 1.
    n_boot, seed : int
        Resamples of customers behind the intervals (percentile, 95 %).

    Returns
    -------
    Lorenz

    Raises
    ------
    DataError, SettingError

    References
    ----------
    Gastwirth, J. L. (1972), The estimation of the Lorenz curve and Gini index, Review of Economics and Statistics
    54, 306–316.
    """
    net = net_of(values, "values")
    checks.increasing(points, name="points", low=0, high=1)
    checks.whole(n_boot, name="n_boot", low=1)
    checks.whole(seed, name="seed", low=0)
    ranked = rank(net.to_numpy())
    buyers = int(ranked.count.sum())
    place = np.array(points, dtype="float64") * buyers
    share, coefficient = _held(ranked, ranked.count, place), gini(ranked)
    drawn, ginis = _draws(ranked, place, n_boot, seed)
    low, high = percentiles(drawn, share)
    gini_low, gini_high = percentiles(ginis, coefficient)
    n = np.ceil(place - 1e-9).astype(int)
    table = pd.DataFrame({
        "top": list(map(float, points)), "n": n, "value": share, "lo": low, "hi": high, "method": "bootstrap",
        "flag": flag(len(ranked.count), buyers),
    })  # fmt: skip
    return Lorenz(
        table=table,
        settings={"points": list(map(float, points)), "n_boot": n_boot, "seed": seed, "n": len(net)},
        notes=notes_of(net),
        finding=_finding(table, len(net), (coefficient, float(gini_low), float(gini_high))),
        curve=_curve(ranked),
        gini=coefficient, gini_lo=float(gini_low), gini_hi=float(gini_high),
    )  # fmt: skip


def gini(ranked: Ranked, count: np.ndarray | None = None) -> float:
    """Gini coefficient of the positive customers; ``count`` replaces the number in each block (a resample)."""
    count = ranked.count if count is None else count
    n = int(count.sum())
    if n == 0:
        return float("nan")
    # mean rank of each block, counted from the smallest customer
    place = n - np.cumsum(count) + (count + 1) / 2
    total = float((ranked.value * count).sum())
    return float(2 * (place * ranked.value * count).sum() / (n * total) - (n + 1) / n)


def _held(ranked: Ranked, count: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Share of value that the n largest customers hold, for each n; part of a customer counts in part."""
    if not count.sum():
        return np.full(len(n), np.nan)
    people = np.r_[0, np.cumsum(count)]
    held = np.r_[0.0, np.cumsum(ranked.value * count)]
    return np.interp(n, people, held) / held[-1]


def _draws(ranked: Ranked, n: np.ndarray, n_boot: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    buyers = int(ranked.count.sum())
    share, coefficient = np.full((n_boot, len(n)), np.nan), np.full(n_boot, np.nan)
    if buyers == 0:
        return share, coefficient
    rng = np.random.default_rng(seed)
    for draw in range(n_boot):
        count = rng.multinomial(buyers, ranked.count / buyers)
        share[draw], coefficient[draw] = _held(ranked, count, n), gini(ranked, count)
    return share, coefficient


def _curve(ranked: Ranked) -> pd.DataFrame:
    buyers = int(ranked.count.sum())
    steps = int(np.clip(buyers // MIN_CELL["shared"], 1, _STEPS)) if buyers else 0
    n = np.rint(np.linspace(0, buyers, steps + 1)).astype(int)
    return pd.DataFrame({"top": n / max(buyers, 1), "value": _held(ranked, ranked.count, n)})


def _finding(table: pd.DataFrame, everyone: int, coefficient: tuple[float, float, float]) -> Note:
    """The point nearest to a fifth of the customers, and the Gini coefficient."""
    row = table.iloc[(table["top"] - 0.2).abs().argmin()]
    if row["flag"] == "not_identified":
        return Note("tiers_all_zero", {"count": everyone})
    told = {name: float(row[name]) for name in ("top", "value", "lo", "hi")}
    code = "tiers_lorenz_low_n" if row["flag"] == "low_n" else "tiers_lorenz"
    return Note(code, {**told, "gini": coefficient[0], "gini_lo": coefficient[1], "gini_hi": coefficient[2]})

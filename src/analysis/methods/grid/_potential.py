"""Potential high, mid, low: `potential_classes`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
from scipy import stats

from ...core import checks
from ...core.errors import DataError, SettingError
from ...core.result import Disclosure, Note, Result
from ...stats import sums
from ...stats.ranked import cut_values, flag, net_of, percentiles, rank

__all__ = ["CLASSES", "PotentialClasses", "potential_classes"]

CLASSES = ("high", "mid", "low", "none", "unknown")
N_BOOT = 200


@dataclass(frozen=True, eq=False, kw_only=True)
class PotentialClasses(Result):
    """Potential high, mid, low.

    Attributes
    ----------
    table : DataFrame
        One row per class (pot_high, pot_mid, pot_low, pot_none, pot_unknown):
        potential_class, has (a potential is known and above zero), n, share_customers (of those), potential,
        value (share of potential), lo, hi, method, flag.
    customers : DataFrame
        Index customer_id in the order of the input: potential, potential_class (high, mid, low, none, unknown),
        p_high, p_mid, p_low (missing for none and unknown).
    thresholds : dict
        Smallest potential of high and of mid; give it as ``thresholds=`` to use the same cut points elsewhere.
    """

    customers: pd.DataFrame
    thresholds: dict[str, float]
    layout: ClassVar[str] = "table"
    formats: ClassVar[Mapping[str, str]] = {"share_customers": "percent", "potential": "number", "value": "percent"}
    disclosure: ClassVar[Disclosure] = Disclosure(
        hides=("share_customers", "potential", "value", "lo", "hi"), within=("has",)
    )


def potential_classes(
    potential: pd.Series,
    *,
    cuts: Sequence[float] = (0.5, 0.8),
    thresholds: Mapping[str, float] | None = None,
    error: pd.Series | None = None,
    measured: Mapping[str, str] | None = None,
    seed: int = 0,
) -> PotentialClasses:
    """Potential high: the few customers who cover half of all potential; mid: those up to 80 %; low: the rest.

    The customer who crosses a cut belongs to the upper class, and equal customers are in the same class. Potential
    is the category volume, never own sales. A potential of zero or below is a class of its own ("none": there is
    nothing to win, so it is no cell of the grid), and so is one that is not known.

    Parameters
    ----------
    potential : Series
        Category volume or value of each customer (index) over 12 months; missing where not known.
    cuts : (float, float), default (0.5, 0.8)
        Cumulative shares of potential.
    thresholds : dict, optional
        ``PotentialClasses.thresholds`` of the reference pass; replaces ``cuts``.
    error : Series, optional
        Standard errors of the potential: with them P(class) is that of a normal distribution around the
        potential, without them 0 or 1.
    measured : dict, optional
        What the potential is, in words by language, where it is not category volume: {"en": "beds", "zh": "床位数"}.
    seed : int, default 0
        Of 200 resamples of customers behind the intervals (percentile, 95 %).

    Returns
    -------
    PotentialClasses

    Raises
    ------
    DataError
        No customer, one twice, no number.
    SettingError
    """
    checks.not_empty(potential, name="potential")
    checks.unique_index(potential, name="potential")
    checks.whole(seed, name="seed", low=0)
    if len(cuts) != 2:
        raise SettingError("grid_two_cuts", got=list(cuts))
    checks.increasing(cuts, name="cuts", low=0, high=1)
    known = potential.dropna()
    net = net_of(known, "potential") if len(known) else known.astype("float64")
    ranked = rank(net.to_numpy())
    points = _given(thresholds) if thresholds else dict(zip(("high", "mid"), cut_values(ranked, cuts), strict=True))
    code = _codes(net.to_numpy(), points)
    table = _table(net.to_numpy(), code, len(potential) - len(known), seed)
    table["flag"] = flag(len(ranked.count), int(ranked.count.sum()))
    customers = pd.DataFrame({
        "potential": potential.astype("float64"),
        "potential_class": pd.Series(np.array(CLASSES)[code], net.index).reindex(potential.index).fillna("unknown"),
        **_chances(net, code, points, error, potential.index),
    }).astype({"potential_class": "str"})  # fmt: skip
    return PotentialClasses(
        table=table,
        settings={"cuts": None if thresholds else list(cuts), "thresholds_given": bool(thresholds),
                  "n_boot": N_BOOT, "seed": seed, "n": len(potential)},
        notes=_measured(measured) + _notes(net, len(potential) - len(known)),
        finding=_finding(table),
        customers=customers.rename_axis("customer_id"),
        thresholds=points,
    )  # fmt: skip


def _measured(words: Mapping[str, str] | None) -> tuple[Note, ...]:
    return (Note("potential_measured", {"label": dict(words)}),) if words else ()


def _given(thresholds: Mapping[str, float]) -> dict[str, float]:
    points = [thresholds.get(name) for name in ("high", "mid")]
    good = all(isinstance(v, int | float | np.number) and np.isfinite(v) and v > 0 for v in points)
    if not good or points[0] < points[1]:  # type: ignore[operator]
        raise SettingError("grid_thresholds", got=dict(thresholds))
    return {"high": float(points[0]), "mid": float(points[1])}  # type: ignore[arg-type]


def _codes(net: np.ndarray, points: Mapping[str, float]) -> np.ndarray:
    """Position in `CLASSES`."""
    positive = np.where(net >= points["high"], 0, np.where(net >= points["mid"], 1, 2))
    return np.where(net > 0, positive, 3)


def _table(net: np.ndarray, code: np.ndarray, unknown: int, seed: int) -> pd.DataFrame:
    member = code[:, None] == np.arange(4)
    volume = member * np.maximum(net, 0)[:, None]
    n, total = member.sum(axis=0), volume.sum()
    value = lo = hi = np.full(4, np.nan)
    if total > 0:
        draws = sums.resampled(volume, n_boot=N_BOOT, seed=seed)
        drawn = draws.sum(axis=1, keepdims=True)
        value = volume.sum(axis=0) / total
        lo, hi = percentiles(np.divide(draws, drawn, out=np.full_like(draws, np.nan), where=drawn > 0), value)
    has = np.arange(5) < 3
    shown = np.where(has[:4], 1.0, np.nan)
    return pd.DataFrame({
        "potential_class": pd.Series([f"pot_{name}" for name in CLASSES], dtype="str"),
        "has": has,
        "n": np.append(n, unknown),
        "share_customers": np.append(shown * n / max(n[:3].sum(), 1), np.nan),
        "potential": np.append(volume.sum(axis=0), np.nan),
        **{name: np.append(shown * part, np.nan) for name, part in (("value", value), ("lo", lo), ("hi", hi))},
        "method": pd.Series(["bootstrap"] * 3 + ["count"] * 2, dtype="str"),
        "flag": "ok",
    })  # fmt: skip


def _chances(
    net: pd.Series, code: np.ndarray, points: Mapping[str, float], error: pd.Series | None, index: pd.Index
) -> dict[str, pd.Series]:
    """Probability of each class; 0 or 1 without a standard error."""
    classes = np.eye(4)[code][:, :3]
    if error is not None:
        checks.unique_index(error, name="error")
        spread = error.reindex(net.index).fillna(0.0).to_numpy(dtype=float)
        bad = int((~np.isfinite(spread) | (spread < 0)).sum())
        if bad:
            raise DataError("cooperation_noise", count=bad)
        use = spread > 0
        above = {k: stats.norm.sf(v, net.to_numpy()[use], spread[use]) for k, v in points.items()}
        classes[use] = np.column_stack([above["high"], above["mid"] - above["high"], 1 - above["mid"]])
    classes[code == 3] = np.nan
    frame = pd.DataFrame(classes, net.index, ["p_high", "p_mid", "p_low"]).reindex(index)
    return {str(name): frame[name] for name in frame}


def _notes(net: pd.Series, unknown: int) -> tuple[Note, ...]:
    notes = []
    if unknown:
        notes.append(Note("grid_potential_unknown", {"count": unknown}))
    if (net <= 0).any():
        notes.append(Note("grid_potential_none", {"count": int((net <= 0).sum())}))
    return tuple(notes)


def _finding(table: pd.DataFrame) -> Note:
    first = table.iloc[0]
    if first["flag"] == "not_identified":
        return Note("grid_no_potential", {"count": int(table["n"].sum())})
    if first["n"] == 0:
        return Note("grid_none_high", {"count": int(table["n"].iloc[:3].sum())})
    values = {name: float(first[name]) for name in ("share_customers", "value", "lo", "hi")}
    code = "grid_potential_low_n" if first["flag"] == "low_n" else "grid_potential"
    return Note(code, {"n": int(first["n"]), **values})

"""High, mid and low value from value, potential and loyalty: `levels`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError, SettingError
from ...core.result import Disclosure, Note, Result
from ...stats.ranked import LOW_N
from ._draws import COVERAGE, KAPPA, Drawn, drawn, scores, tier_of
from ._letters import ASSESS
from ._normalise import CRITERIA, apply, cuts_of, frame_of, learnt, thresholds_of

__all__ = ["LEVELS", "Levels", "levels"]

LEVELS = ("value_high", "value_mid", "value_low")
#: a level is firm when it holds in so many draws
FIRM = 0.9


@dataclass(frozen=True, eq=False, kw_only=True)
class Levels(Result):
    """High, mid and low value.

    Attributes
    ----------
    table : DataFrame
        One row per level (value_high, value_mid, value_low; to_assess where there are such): level, n, value (share of
        the customers that have a level), lo, hi (90 % sensitivity range over the draws), p_own (mean share of draws
        in the own level), firm (share of the level's customers that keep it in at least 90 % of draws), fair (in 50
        to 90 %), weak (less), method, flag.
    customers : DataFrame
        Index customer_id, sorted: score (0–100), lo, hi (90 % sensitivity range), level, p_high, p_mid, p_low,
        coverage (part of the weights known). A customer to be assessed has no numbers but coverage.
    thresholds : dict
        ``cuts`` and ``curves`` (percentile curve of each criterion); give it as ``cuts=`` to score elsewhere alike.
    """

    customers: pd.DataFrame
    thresholds: dict[str, Any]
    formats: ClassVar[Mapping[str, str]] = {
        "value": "percent", "p_own": "percent", "firm": "percent", "fair": "percent", "weak": "percent",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(
        hides=("value", "lo", "hi", "p_own", "firm", "fair", "weak"), within=()
    )


def levels(
    value: pd.Series,
    potential: pd.Series,
    loyalty: pd.Series,
    *,
    weights: Mapping[str, float] | None = None,
    cuts: Sequence[float] | Mapping[str, Any] = (40.0, 70.0),
    noise: pd.DataFrame | None = None,
    n_draws: int = 1000,
    seed: int = 0,
) -> Levels:  # three criteria and five settings: each of them changes a level
    """High, mid or low value of each customer, and in how many draws it stays so.

    Score = 100 · Σ w·p / Σ w over the known criteria, p the percentile of the criterion among the customers of the
    reference pass. The draws add normal noise to each criterion and take the weights from Dirichlet(60·w): a range of
    sensitivity, not a confidence interval.

    Parameters
    ----------
    value, potential, loyalty : Series
        On customer_id, each in its own unit, higher is better; missing values and missing customers are allowed.
    weights : dict, optional
        Of value, potential, loyalty; 0 or more, brought to a sum of 1; equal by default.
    cuts : (float, float) or dict, default (40, 70)
        Least score of mid and of high; or ``Levels.thresholds`` of the reference pass, where a curve may also be
        (lo, hi) for a straight line.
    noise : DataFrame, optional
        Index customer_id, columns among the criteria: standard errors in the unit of the criterion; missing is 0.
    n_draws, seed : int

    Returns
    -------
    Levels

    Raises
    ------
    DataError, SettingError

    References
    ----------
    OECD and JRC (2008), Handbook on Constructing Composite Indicators, step 7. Dirichlet weights: Butler, Jia and
    Dyer (1997), European Journal of Operational Research 103, 531–546.
    """
    checks.whole(n_draws, name="n_draws", low=1)
    checks.whole(seed, name="seed", low=0)
    raw = frame_of({"value": value, "potential": potential, "loyalty": loyalty})
    given = isinstance(cuts, Mapping)
    points, curves = thresholds_of(cuts) if isinstance(cuts, Mapping) else (cuts_of(cuts), None)
    curves = curves or {name: learnt(raw[name]) for name in CRITERIA}
    share = _weights(weights)
    place = np.column_stack([apply(raw[name].to_numpy(), curves[name]) for name in CRITERIA])
    score, coverage = scores(place, share)
    told = drawn(raw.to_numpy(), _noise(noise, raw), curves, share, points, (n_draws, seed))
    tier = np.where(coverage >= COVERAGE, tier_of(score, points), len(LEVELS))
    customers = _customers(raw.index, score, coverage, tier, told)
    table = _table(tier, told)
    return Levels(
        table=table,
        settings={"weights": dict(zip(CRITERIA, share.tolist(), strict=True)), "thresholds_given": given,
                  "n_draws": n_draws, "seed": seed, "kappa": KAPPA, "noise": noise is not None, "n": len(raw)},
        notes=_notes(raw, curves, tier, n_draws, noise is not None),
        finding=_finding(table, customers),
        customers=customers,
        thresholds={"cuts": list(points), "curves": curves},
    )  # fmt: skip


def _weights(weights: Mapping[str, float] | None) -> np.ndarray:
    given = dict.fromkeys(CRITERIA, 1.0) if weights is None else dict(weights)
    good = all(isinstance(w, int | float | np.number) and np.isfinite(w) and w >= 0 for w in given.values())
    if set(given) != set(CRITERIA) or not good or not sum(given.values()) > 0:
        raise SettingError("levels_weights", names=list(CRITERIA), got=given)
    share = np.array([float(given[name]) for name in CRITERIA])
    return share / share.sum()


def _noise(noise: pd.DataFrame | None, raw: pd.DataFrame) -> np.ndarray:
    if noise is None:
        return np.zeros(raw.shape)
    checks.unique_index(noise, name="noise")
    extra = [str(c) for c in noise.columns if c not in CRITERIA]
    if extra or not len(noise.columns):
        raise SettingError("levels_noise_columns", got=extra, allowed=list(CRITERIA))
    found = noise.set_axis(noise.index.astype(str)).reindex(index=raw.index, columns=list(CRITERIA))
    out = found.astype("float64").fillna(0.0).to_numpy()
    if (out < 0).any() or not np.isfinite(out).all():
        raise DataError("levels_noise", count=int(((out < 0) | ~np.isfinite(out)).any(axis=1).sum()))
    return out


def _customers(
    customers: pd.Index, score: np.ndarray, coverage: np.ndarray, tier: np.ndarray, told: Drawn
) -> pd.DataFrame:
    has = tier < len(LEVELS)
    frame = pd.DataFrame({
        "score": score, "lo": np.minimum(told.lo, score), "hi": np.maximum(told.hi, score),
        "p_high": told.share[:, 0], "p_mid": told.share[:, 1], "p_low": told.share[:, 2],
    }, index=customers)  # fmt: skip
    frame[~has] = np.nan
    level = pd.Series(np.array([*LEVELS, ASSESS])[tier], customers, dtype="str")
    frame.insert(3, "level", level)
    return frame.assign(coverage=coverage)


def _table(tier: np.ndarray, told: Drawn) -> pd.DataFrame:
    has = tier < len(LEVELS)
    n = np.bincount(tier, minlength=len(LEVELS) + 1)
    own = told.share[np.arange(len(tier)), np.minimum(tier, 2)]
    rows = [_row(own[tier == level]) for level in range(len(LEVELS))]
    low, high = np.quantile(told.count / max(has.sum(), 1), [0.05, 0.95], axis=0)
    share = n[:-1] / max(has.sum(), 1)
    table = pd.DataFrame({
        "level": pd.Series([*LEVELS, ASSESS], dtype="str"), "n": n,
        "value": [*share, np.nan], "lo": [*np.minimum(low, share), np.nan], "hi": [*np.maximum(high, share), np.nan],
        **pd.DataFrame([*rows, _row(own[:0])]), "method": "sensitivity",
        "flag": [*["low_n" if has.sum() < LOW_N else "ok"] * 3, "missing_input"],
    })  # fmt: skip
    if not has.any():
        return table.assign(value=np.nan, lo=np.nan, hi=np.nan, flag="missing_input")
    # an empty level has no draws to speak of
    table.loc[(table["n"] == 0).to_numpy() & (table.index < len(LEVELS)), "flag"] = "not_identified"
    return table if n[-1] else table.iloc[:-1]


def _row(own: np.ndarray) -> dict[str, float]:
    """How firmly the customers of one level are in it."""
    if len(own) == 0:
        return dict.fromkeys(("p_own", "firm", "fair", "weak"), float("nan"))
    firm, weak = float((own >= FIRM).mean()), float((own < 0.5).mean())
    return {"p_own": float(own.mean()), "firm": firm, "fair": 1 - firm - weak, "weak": weak}


def _notes(
    raw: pd.DataFrame, curves: Mapping[str, Any], tier: np.ndarray, n_draws: int, noisy: bool
) -> tuple[Note, ...]:
    notes = [Note("levels_rule" if noisy else "levels_rule_weights", {"draws": n_draws})]
    for name in CRITERIA:
        code = f"criterion_{name}"
        if not raw[name].notna().any():
            notes.append(Note("levels_not_known", {"criterion": code}))
        elif len(curves[name]["x"]) == 1:
            notes.append(Note("levels_constant", {"criterion": code}))
    few = int((tier == len(LEVELS)).sum())
    if few:
        notes.append(Note("tiers_to_assess", {"n": few}))
    return tuple(notes)


def _finding(table: pd.DataFrame, customers: pd.DataFrame) -> Note:
    first = table.iloc[0]
    if first["flag"] == "missing_input":
        return Note("levels_none", {"n": len(customers)})
    has = customers[customers["level"] != ASSESS]
    own = has[["p_high", "p_mid", "p_low"]].to_numpy()[np.arange(len(has)), has["level"].map(LEVELS.index)]
    told = {name: float(first[name]) for name in ("value", "lo", "hi")}
    code = "levels_low_n" if first["flag"] == "low_n" else "levels"
    return Note(code, {"n": int(first["n"]), "firm": float((own >= FIRM).mean()), **told})

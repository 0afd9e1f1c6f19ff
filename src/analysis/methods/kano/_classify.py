"""Penalty and reward of each attribute: what goes with a low and with a high rating of it.

A basic attribute costs when it is poor and earns nothing when it is good; an
exciting one the reverse; a performance attribute does both. The class is given
only when the intervals support it, an absence included: that nothing is earned
is said only where less is earned than lost, that nothing matters only where
both intervals stay within a margin.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from scipy import stats

from ...core import checks
from ...core.errors import DataError
from ...core.result import Disclosure, Note, Result
from ...stats import regression

__all__ = ["Kano", "classify"]

#: answers that a low or a high rating needs before anything is said of it
_LEAST = 10
_ESTIMATES = (
    "penalty", "penalty_lo", "penalty_hi", "reward", "reward_lo", "reward_hi", "balance", "balance_lo", "balance_hi",
)  # fmt: skip


@dataclass(frozen=True, eq=False, kw_only=True)
class Kano(Result):
    """One row per attribute; effects on the scale of the outcome.

    Attributes
    ----------
    table : DataFrame
        driver; kano_class (kano_basic, kano_performance, kano_excitement, kano_indifferent,
        kano_undecided); penalty, penalty_lo, penalty_hi (outcome of low against middle
        ratings, other attributes alike); reward, … (high against middle); balance, … (loss −
        gain, above 0: more is lost than earned); n_low, n_high; n, method, flag.
    margin : float
        Effects within ± this count as none.
    """

    margin: float
    formats: ClassVar[Mapping[str, str]] = {
        **dict.fromkeys(_ESTIMATES, "number2"), "n_low": "count", "n_high": "count", "n": "count",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(counts=("n_low", "n_high", "n"), hides=_ESTIMATES)


def classify(
    X: pd.DataFrame,
    y: Any,
    *,
    low: float | None = None,
    high: float | None = None,
    margin: float | None = None,
    weights: Any = None,
    cluster: Any = None,
    level: float = 0.95,
) -> Kano:  # two thresholds and the survey's design, hence more than six
    """Class of each attribute by penalty–reward contrasts.

    Parameters
    ----------
    X : DataFrame (n, p)
        Ratings of the attributes.
    y : Series or array (n,)
        Overall satisfaction; a Series is aligned by index. Rows with a gap are left out.
    low, high : float, optional
        A rating at or below ``low`` is low, at or above ``high`` high. Default: below and
        above the attribute's own median answer.
    margin : float, optional
        Default a fifth of the outcome's standard deviation (Cohen's small effect).
    weights, cluster : Series or array, optional
        Intervals are clustered by hospital (CR2, Satterthwaite).
    level : float, default 0.95

    Raises
    ------
    DataError
        ``not_numeric``, ``one_level``, ``too_few_rows``, ``dependent_columns``, ``no_extremes``.
    SettingError
        ``cuts``.

    References
    ----------
    Brandt, R. D. (1987), in Add Value to Your Service, American Marketing Association, 61–65;
    Matzler, K. and Sauerwein, E. (2002), International Journal of Service Industry Management 13, 314–332.
    """
    checks.not_empty(X, name="X")
    checks.number(level, name="level", low=0.5, high=0.9999)
    if low is not None and high is not None:
        checks.increasing([low, high], name="low, high", low=-np.inf, high=np.inf)
    ratings, outcome, w, labels, dropped = _complete(X, y, weights, cluster)
    dummies = _extremes(ratings, low, high)
    counts = dummies.sum()
    used = dummies[counts.index[counts >= _LEAST]]
    if used.shape[1] == 0:
        raise DataError("no_extremes", n=len(outcome), need=_LEAST)
    model = regression.fit(outcome, used, family="linear", cluster=labels, weights=w)
    mean = float(np.average(outcome, weights=w))
    spread = float(np.sqrt(np.average((outcome - mean) ** 2, weights=w)))
    width = 0.2 * spread if margin is None else float(margin)
    frame = pd.DataFrame([_row(str(c), model, counts, width, level) for c in ratings.columns])
    frame["n"], frame["method"] = len(outcome), "penalty_reward"
    frame["flag"] = np.where(frame[["penalty", "reward"]].isna().any(axis=1), "not_identified", "ok")
    settings = {
        "low": low, "high": high, "level": level, "weighted": weights is not None, "clustered": cluster is not None,
    }  # fmt: skip
    return Kano(
        table=frame, settings=settings, notes=_notes(frame, dropped, width), finding=_finding(frame), margin=width
    )


def _complete(
    X: pd.DataFrame, y: Any, weights: Any, cluster: Any
) -> tuple[pd.DataFrame, np.ndarray, np.ndarray, np.ndarray | None, int]:
    """Complete rows in the order of the index."""
    text = [str(c) for c in X.columns if not pd.api.types.is_numeric_dtype(X[c])]
    if text:
        raise DataError("not_numeric", name="X", columns=text[:20])
    frame = X[sorted(X.columns, key=str)].astype(float)
    extra = pd.DataFrame({"y": _aligned(y, X, "y"), "w": _aligned(1.0 if weights is None else weights, X, "weights")})
    extra = extra.astype(float).set_axis(X.index)
    good = (frame.notna().all(axis=1) & extra.notna().all(axis=1) & (extra["w"] > 0)).to_numpy()
    order = np.argsort(X.index.to_numpy(), kind="stable") if X.index.is_unique else np.arange(len(X))
    order = order[good[order]]
    need = 2 * X.shape[1] + 3
    if len(order) < need:
        raise DataError("too_few_rows", n=len(order), need=need)
    labels = None if cluster is None else np.asarray(_aligned(cluster, X, "cluster"), dtype=object)[order]
    kept = extra.iloc[order]
    return frame.iloc[order], kept["y"].to_numpy(), kept["w"].to_numpy(), labels, len(X) - len(order)


def _aligned(values: Any, X: pd.DataFrame, name: str) -> np.ndarray:
    if isinstance(values, pd.Series) and X.index.is_unique and values.index.is_unique:
        return values.reindex(X.index).to_numpy()
    out = np.full(len(X), values) if np.isscalar(values) else np.asarray(values)
    if len(out) != len(X):
        raise DataError("length", name=name, got=len(out), want=len(X))
    return out


def _extremes(ratings: pd.DataFrame, low: float | None, high: float | None) -> pd.DataFrame:
    """Two 0/1 columns per attribute: ``<name> low`` and ``<name> high``."""
    out = {}
    for name in ratings.columns:
        # an answer that somebody gave, so that a middle remains to compare with
        middle = float(ratings[name].quantile(0.5, interpolation="lower"))
        out[f"{name} low"] = ratings[name] < middle if low is None else ratings[name] <= low
        out[f"{name} high"] = ratings[name] > middle if high is None else ratings[name] >= high
    return pd.DataFrame(out, index=ratings.index).astype(float)


def _row(name: str, model: regression.Fit, counts: pd.Series, margin: float, level: float) -> dict[str, Any]:
    at = {side: model.names.index(f"{name} {side}") for side in ("low", "high") if f"{name} {side}" in model.names}
    size = len(model.coef) + 1
    low, high = np.zeros(size), np.zeros(size)
    for side, direction in (("low", low), ("high", high)):
        if side in at:
            direction[1 + at[side]] = 1
    nothing = (float("nan"),) * 3
    penalty = _estimate(model, low, level) if "low" in at else nothing
    reward = _estimate(model, high, level) if "high" in at else nothing
    balance = _estimate(model, -low - high, level) if len(at) == 2 else nothing
    row: dict[str, Any] = {"driver": name, "kano_class": _class(penalty, reward, balance, margin)}
    for key, (value, lo, hi) in (("penalty", penalty), ("reward", reward), ("balance", balance)):
        row |= {key: value, f"{key}_lo": lo, f"{key}_hi": hi}
    return row | {"n_low": int(counts[f"{name} low"]), "n_high": int(counts[f"{name} high"])}


def _estimate(model: regression.Fit, direction: np.ndarray, level: float) -> tuple[float, float, float]:
    value = float(direction @ np.r_[model.cuts, model.coef])
    se = float(np.sqrt(max(direction @ model.covariance @ direction, 0.0)))
    half = float(stats.t.ppf((1 + level) / 2, model.degrees_of_freedom(direction))) * se
    return value, value - half, value + half


def _class(
    penalty: tuple[float, float, float],
    reward: tuple[float, float, float],
    balance: tuple[float, float, float],
    margin: float,
) -> str:
    loses, earns = penalty[2] < 0, reward[1] > 0
    # the wrong way round: an interval beyond zero whose value is more than nothing
    if (penalty[1] > 0 and penalty[0] > margin) or (reward[2] < 0 and reward[0] < -margin):
        return "kano_undecided"
    if loses and earns:
        return "kano_performance"
    if loses and balance[1] > 0:
        return "kano_basic"
    if earns and balance[2] < 0:
        return "kano_excitement"
    if min(penalty[1], reward[1]) > -margin and max(penalty[2], reward[2]) < margin:
        return "kano_indifferent"
    return "kano_undecided"


def _notes(frame: pd.DataFrame, dropped: int, margin: float) -> tuple[Note, ...]:
    notes = [Note("kano_association")]
    if dropped:
        notes.append(Note("rows_incomplete", {"count": dropped, "n": int(frame["n"].iloc[0])}))
    few = frame.loc[frame["flag"] == "not_identified", "driver"].tolist()
    if few:
        notes.append(Note("kano_few", {"drivers": few, "need": _LEAST}))
    wrong = (frame["penalty_lo"] > 0) & (frame["penalty"] > margin)
    wrong |= (frame["reward_hi"] < 0) & (frame["reward"] < -margin)
    against = frame.loc[wrong, "driver"].tolist()
    if against:
        notes.append(Note("kano_reversed", {"drivers": against}))
    return tuple(notes)


def _finding(frame: pd.DataFrame) -> Note:
    n, told = int(frame["n"].iloc[0]), frame[~frame["kano_class"].isin(["kano_undecided", "kano_indifferent"])]
    if told.empty:
        return Note("kano_none", {"count": len(frame), "n": n})
    strength = told[["penalty", "reward"]].abs().max(axis=1)
    top = told.iloc[int(strength.to_numpy().argmax())]
    return Note("kano_found", {"driver": top["driver"], "kano_class": top["kano_class"], "count": len(told), "n": n})

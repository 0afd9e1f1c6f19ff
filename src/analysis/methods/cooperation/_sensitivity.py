"""How many customers change level when one choice behind the score is changed: `sensitivity`."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
from scipy import stats

from ...core.errors import DataError
from ...core.result import Disclosure, Note, Result
from ...stats import intervals
from ._normalise import Normalisers
from ._points import Base, aggregate, base, levels_of, weight_matrix
from ._scheme import PILLARS, Scheme, cuts_of, pillar_weights, sets_of, weight_table
from ._score import LOW_N

__all__ = ["Sensitivity", "entropy_weights", "sensitivity"]

#: points by which a pillar's weight is moved
STEP = 0.10


@dataclass(frozen=True, eq=False, kw_only=True)
class Sensitivity(Result):
    """Customers who change level under each other choice.

    Attributes
    ----------
    table : DataFrame
        alternative (try_behaviour_up …, try_geometric), n (assessed customers), value (share of them at another
        level), lo, hi, method, flag, spearman (rank correlation of the scores).
    """

    formats: ClassVar[Mapping[str, str]] = {"value": "percent", "spearman": "ratio"}
    disclosure: ClassVar[Disclosure] = Disclosure(hides=("value", "lo", "hi", "spearman"))


def sensitivity(
    components: pd.DataFrame, *, accounts: pd.DataFrame, normalisers: Normalisers, scheme: Scheme | None = None
) -> Sensitivity:
    """Change one choice at a time: each pillar's weight by 10 points, weights from comparisons or equal, entropy
    weights, the other normaliser, the geometric mean.

    Levels hold as many customers as in the published score, so a customer changes level only by being
    overtaken. Entropy weights reward skewed components, not important ones: a sensitivity only.

    Parameters
    ----------
    components, accounts, normalisers, scheme
        As in `score`.

    Returns
    -------
    Sensitivity
        Intervals are Wilson's.

    Raises
    ------
    DataError
        ``cooperation_not_assessed`` when no customer has a level; else as `score`.
    SettingError

    References
    ----------
    Entropy weights: p_ij = x_ij / Σ_i x_ij, e_j = −Σ p_ij ln p_ij / ln n, w_j = (1 − e_j) / Σ (1 − e);
    Zeleny, M. (1982), Multiple Criteria Decision Making, chapter 6.
    """
    scheme = scheme or Scheme()
    found = base(components, accounts, normalisers, scheme)
    enough = found.enough
    if not enough.any():
        raise DataError("cooperation_not_assessed", count=len(enough))
    usual = found.scores[scheme.normaliser, "arithmetic"][enough]
    cuts = cuts_of(scheme, {way: s[enough] for way, s in found.scores.items()})
    row = cuts[(cuts["normaliser"] == scheme.normaliser) & (cuts["aggregation"] == "arithmetic")].iloc[0]
    level = levels_of(usual, np.ones(len(usual), dtype=bool), float(row["lower"]), float(row["upper"]))
    rows = [_row(name, usual, level, other[enough]) for name, other in _others(found, scheme).items()]
    table = pd.DataFrame(rows).astype({"alternative": "str", "method": "str", "flag": "str"})
    return Sensitivity(
        table=table,
        settings={"step": STEP, "normaliser": scheme.normaliser, "n": int(enough.sum())},
        notes=(Note("sensitivity_entropy", {}),),
        finding=_finding(table),
    )


def _others(found: Base, scheme: Scheme) -> dict[str, np.ndarray]:
    """Scores under each other choice."""
    sets, weights = sets_of(scheme), pillar_weights(scheme)
    used = [p for p in PILLARS if any(p in members for members in sets.values())]
    out = {}
    for pillar in used if len(used) > 1 else ():
        for sign, name in ((1, "up"), (-1, "down")):
            moved = _moved(weights, pillar, sign * STEP)
            if moved:
                out[f"{pillar}_{name}"] = _rescored(found, weight_table(sets, moved), scheme)
    equal = pillar_weights(dataclasses.replace(scheme, weights=None, pairwise=None))
    if max(abs(equal[p] - weights[p]) for p in PILLARS) > 1e-9:
        out["equal_weights"] = _rescored(found, weight_table(sets, equal), scheme)
    out["entropy_weights"] = _rescored(found, entropy_weights(found, scheme.normaliser), scheme)
    other = "rank" if scheme.normaliser == "minmax" else "minmax"
    out[f"by_{other}"] = found.scores[other, "arithmetic"]
    out["geometric"] = found.scores[scheme.normaliser, "geometric"]
    return out


def _moved(weights: Mapping[str, float], pillar: str, step: float) -> dict[str, float]:
    """One weight moved, not below zero; the others share the rest as before. Empty where nothing is left to move."""
    target = min(max(weights[pillar] + step, 0.0), 1.0)
    rest = 1 - weights[pillar]
    if rest <= 0 or abs(target - weights[pillar]) < 1e-12:
        return {}
    return {p: target if p == pillar else w * (1 - target) / rest for p, w in weights.items()}


def _rescored(found: Base, weights: pd.DataFrame, scheme: Scheme) -> np.ndarray:
    matrix = weight_matrix(weights, found.kind, list(found.values.columns))
    again = aggregate(found.where, matrix, found.known, scheme.normaliser, "arithmetic")
    # where all that is known has lost its weight, the score has not changed
    return np.where(np.isfinite(again), again, found.scores[scheme.normaliser, "arithmetic"])


def entropy_weights(found: Base, normaliser: str) -> pd.DataFrame:
    """Weight table with entropy weights of the counted components, by kind."""
    value = found.where.minmax if normaliser == "minmax" else found.where.rank
    columns = list(found.values.columns)
    table = found.weights.copy()
    for kind, rows in table.groupby("kind", sort=True):
        here = found.enough & (found.kind == kind)
        counted = rows.index[rows["weight"] > 0]
        spread = np.zeros(len(counted))
        for k, i in enumerate(counted):
            j = columns.index(table.loc[i, "component"])
            x = value[here & found.known[:, j], j]
            total = x.sum()
            if len(x) > 1 and total > 0:
                p = x[x > 0] / total
                # rounding may put even shares a hair above one
                spread[k] = max(1 + float((p * np.log(p)).sum()) / np.log(len(x)), 0.0)
        if spread.sum() > 0:
            table.loc[counted, "weight"] = spread / spread.sum()
    return table


def _row(name: str, usual: np.ndarray, level: np.ndarray, other: np.ndarray) -> dict[str, object]:
    n = len(usual)
    # rounding must not part equal scores
    changed = int((_relevelled(np.round(other, 9), level) != level).sum())
    lo, hi = intervals.wilson(changed, n)
    varied = np.ptp(usual) > 0 and np.ptp(other) > 0
    return {
        "alternative": f"try_{name}", "n": n, "value": changed / n, "lo": lo, "hi": hi, "method": "wilson",
        "flag": "low_n" if n < LOW_N else "ok",
        "spearman": float(stats.spearmanr(usual, other).statistic) if varied else np.nan,
    }  # fmt: skip


def _relevelled(other: np.ndarray, level: np.ndarray) -> np.ndarray:
    """As many customers at each level as before; equal scores get the level of the higher place."""
    ordered = np.sort(other)[::-1]
    first, second = int((level == 1).sum()), int((level != 3).sum())
    upper = ordered[first - 1] if first else np.inf
    lower = ordered[second - 1] if second else np.inf
    return np.where(other >= upper, 1, np.where(other >= lower, 2, 3))


def _finding(table: pd.DataFrame) -> Note:
    worst = table.iloc[int(table["value"].to_numpy().argmax())]
    values = {name: float(worst[name]) for name in ("value", "lo", "hi")}
    code = "sensitivity_most_low_n" if worst["flag"] == "low_n" else "sensitivity_most"
    return Note(code, {"alternative": str(worst["alternative"]), **values})

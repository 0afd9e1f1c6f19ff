"""Two waves of one questionnaire: a number of each, and their difference when some respondents answered both.

The difference is that of the two printed numbers. Its interval joins the two
numbers' own intervals (square-and-add) and takes off what they share: the same
persons, or persons of the same hospital, in both waves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from ..core import checks
from . import adjust, design, intervals
from . import weights as weighting

__all__ = [
    "KINDS", "Estimate", "basis", "change", "compare", "contrast", "estimate", "mover", "overlap", "verdict",
]  # fmt: skip

#: share of ones; mean; net promoter score of answers scored −1, 0, 1, in points
KINDS = ("share", "mean", "nps")


@dataclass(frozen=True, eq=False)
class Estimate:
    """A number, its interval, and each respondent's part in its error.

    Attributes
    ----------
    value, lo, hi, n_eff : float
    n : int
    influence : array (n,)
        Linearised: the number moves by this when the respondent counts double.
    unit : array of str (n,)
        What is independent of all else: hospital, else person, else the one answer.
    """

    value: float
    lo: float
    hi: float
    n: int
    n_eff: float
    influence: np.ndarray
    unit: np.ndarray


def estimate(
    values: pd.Series, kind: str = "share", *, weights: pd.Series | None = None, cluster: pd.Series | None = None,
    person: pd.Series | None = None, margins: pd.DataFrame | None = None, level: float = 0.95,
) -> Estimate:  # fmt: skip
    """A share, mean or net promoter score with its design-based interval.

    Parameters
    ----------
    values : Series
        0 and 1 (share), numbers (mean) or −1, 0, 1 (nps); index response_id. Missing
        ones are left out.
    kind : {"share", "mean", "nps"}
    weights, cluster, person : Series, optional
        Positive weight, hospital, person by response_id; they may hold other respondents too.
    margins : DataFrame, optional
        Categories the weights were raked to, of all respondents of the wave: what they explain
        leaves the interval, not ``influence``. Needs ``weights``; only for a number that is not
        compared with another wave's.
    level : float, default 0.95

    References
    ----------
    Binder, D. A. (1983), International Statistical Review 51, 279–292 (linearised variance of
    weighted means); Korn, E. L. and Graubard, B. I. (1998), Survey Methodology 24, 193–201
    (effective number in the Wilson interval; used likewise for the adjusted Wald interval).
    """
    checks.choice(kind, KINDS, name="kind")
    known = values.dropna().astype(float).sort_index()
    w = np.ones(len(known)) if weights is None else weights.reindex(known.index).to_numpy(dtype=float)
    y, total = known.to_numpy(), float(w.sum())
    if total <= 0:
        nothing = np.empty(0)
        return Estimate(np.nan, np.nan, np.nan, 0, 0.0, nothing, nothing.astype(str))
    value = float((w * y).sum() / total)
    whole = known
    if margins is not None and weights is not None:
        whole = known.reindex(margins.index.union(known.index))
        margins = margins.reindex(whole.index)
    labels = None if cluster is None else cluster.reindex(whole.index).to_numpy(dtype=object)
    drawn = None if weights is None else weights.reindex(whole.index).to_numpy(dtype=float)
    lo, hi, n_eff = _interval(whole.to_numpy(), drawn, labels, kind, level, None if weights is None else margins)
    # one wave's interval is widened by hospitals only: a person stands in it once
    unit, scale = _units(known.index, cluster, person), 100.0 if kind == "nps" else 1.0
    return Estimate(scale * value, lo, hi, len(y), n_eff, scale * w * (y - value) / total, unit)


def overlap(first: Estimate, second: Estimate) -> float:
    """Correlation of two numbers through the units that stand behind both; 0 without any."""
    one, other = _by_unit(first), _by_unit(second)
    spread = float((one**2).sum() * (other**2).sum())
    if spread <= 0:
        return 0.0
    both = one.index.intersection(other.index).sort_values()
    return float(np.clip((one[both] * other[both]).sum() / np.sqrt(spread), -1, 1))


def mover(
    first: tuple[float, float, float], second: tuple[float, float, float], correlation: float = 0.0
) -> tuple[float, float, float]:
    """Second minus first, with an interval made of theirs.

    Parameters
    ----------
    first, second : (value, lo, hi)
    correlation : float, default 0
        Of the two numbers.

    References
    ----------
    Zou, G. Y. and Donner, A. (2008), Construction of confidence intervals about effect measures:
    a general approach, Statistics in Medicine 27, 1693–1702. For two independent shares with Wilson
    intervals it is Newcombe's method 10.
    """
    (a, a_lo, a_hi), (b, b_lo, b_hi) = first, second
    gap = b - a
    low, high = (b - b_lo, a_hi - a), (b_hi - b, a - a_lo)
    reach = [np.sqrt(max(x**2 + y**2 - 2 * correlation * x * y, 0.0)) for x, y in (low, high)]
    return float(gap), float(gap - reach[0]), float(gap + reach[1])


def change(first: Estimate, second: Estimate) -> tuple[float, float, float, float]:
    """Second minus first: value, lo, hi (`mover`) and the p-value of no difference.

    The p-value is that of a t-test with the linearised variance and one degree of freedom less than
    units; missing where the answers do not vary.
    """
    ends = [(part.value, part.lo, part.hi) for part in (first, second)]
    value, lo, hi = mover(ends[0], ends[1], overlap(first, second))
    _, se, df = contrast(first, second)
    return value, lo, hi, float(2 * stats.t.sf(abs(value) / se, df)) if df > 0 and se > 1e-12 else float("nan")


# two waves, then what describes the respondents of each
def compare(
    before: pd.Series, after: pd.Series, kind: str = "share", *, person: pd.Series | None = None,
    weights_before: pd.Series | None = None, weights_after: pd.Series | None = None, cluster: pd.Series | None = None,
    level: float = 0.95,
) -> dict[str, float]:  # fmt: skip
    """Both numbers and their difference, from the answers of two waves.

    Parameters
    ----------
    before, after : Series
        Answers of the two waves, index response_id; missing ones are left out.
    kind : {"share", "mean", "nps"}
    person : Series, optional
        Customer behind each response_id of both waves.
    weights_before, weights_after, cluster : Series, optional
        Survey weight of either wave, hospital of both, by response_id.
    level : float, default 0.95

    Returns
    -------
    dict
        before, after, value (after minus before), lo, hi, p, n_before, n_after, n_paired (persons
        who answered both).
    """
    described = {"cluster": cluster, "person": person, "level": level}
    first = estimate(before, kind, weights=weights_before, **described)  # type: ignore[arg-type]
    second = estimate(after, kind, weights=weights_after, **described)  # type: ignore[arg-type]
    paired = 0
    if person is not None:
        who = [set(person.reindex(side.dropna().index).dropna()) for side in (before, after)]
        paired = len(who[0] & who[1])
    value, lo, hi, p = change(first, second) if first.n and second.n else (float("nan"),) * 4
    return {
        "before": first.value, "after": second.value, "value": value, "lo": lo, "hi": hi, "p": p,
        "n_before": first.n, "n_after": second.n, "n_paired": paired,
    }  # fmt: skip


def basis(found: Mapping[str, Any]) -> dict[str, Any]:
    """Whom a comparison from `compare` rests on: n_before, n, n_paired and method, as result tables name them."""
    paired = int(found["n_paired"])
    method = "overlapping_samples" if paired else "independent_samples"
    return {"n_before": int(found["n_before"]), "n": int(found["n_after"]), "n_paired": paired, "method": method}


def verdict(row: Any) -> str | None:
    """What may be said of one change among many: rose, fell or no_clear_change; None where it was not tested."""
    if pd.isna(row["q"]):
        return None
    if not adjust.clear(row):
        return "no_clear_change"
    return "rose" if row["value"] > 0 else "fell"


def contrast(first: Estimate, second: Estimate, *, transform: str = "identity") -> tuple[float, float, int]:
    """Second minus first with linearised standard error and degrees of freedom (units minus one).

    Parameters
    ----------
    first, second : Estimate
    transform : {"identity", "logit"}
        logit: difference of the log odds of two shares strictly between 0 and 1.
    """
    values, parts = [], []
    for sign, part in ((-1, first), (1, second)):
        p = part.value
        values.append(np.log(p / (1 - p)) if transform == "logit" else p)
        parts.append(sign * _by_unit(part) / (p * (1 - p) if transform == "logit" else 1.0))
    total = pd.concat(parts).groupby(level=0).sum().to_numpy()
    df = len(total) - 1
    se = float(np.sqrt((df + 1) / df * (total**2).sum())) if df > 0 else float("nan")
    return float(values[1] - values[0]), se, df


def _interval(
    y: np.ndarray, weights: np.ndarray | None, cluster: np.ndarray | None, kind: str, level: float,
    margins: pd.DataFrame | None,
) -> tuple[float, float, float]:  # fmt: skip
    found = (design.proportion if kind == "share" else design.mean)(y, weights, cluster, level, margins)
    if kind != "nps":
        return found.lo, found.hi, found.n_eff
    known = np.isfinite(y)
    w = np.ones(len(y)) if weights is None else weights
    y, w = y[known], w[known]
    n_eff, spread = weighting.kish(w), float((w * y**2).sum() / w.sum()) - found.value**2
    if margins is not None and found.se > 0:
        # what the margins settle counts as answers gained, up to the answers there are
        n_eff = min(float(len(y)), spread / found.se**2)
    elif cluster is not None and found.se > 0:
        # answers of one hospital resemble each other; never above the number from the weights alone
        n_eff = min(n_eff, spread / found.se**2)
    up, down = (float(w[y == side].sum() / w.sum()) for side in (1, -1))
    return (*intervals.adjusted_wald_nps(up * n_eff, down * n_eff, n_eff, level=level), n_eff)


def _own(index: pd.Index) -> np.ndarray:
    return np.array([f"#{name}" for name in index], dtype=object)


def _units(index: pd.Index, cluster: pd.Series | None, person: pd.Series | None) -> np.ndarray:
    """Hospital where it is known, else the person, else the answer alone."""
    out = pd.Series(_own(index), index=index, dtype=object)
    for mark, labels in (("p", person), ("c", cluster)):
        if labels is not None:
            known = labels.reindex(index).dropna()
            out.loc[known.index] = mark + known.astype(str)
    return out.to_numpy()


def _by_unit(found: Estimate) -> pd.Series:
    return pd.Series(found.influence).groupby(found.unit).sum()

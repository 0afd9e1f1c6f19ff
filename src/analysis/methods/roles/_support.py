"""Support: stance ratings averaged over observers, older ones counting less, with an interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from ...core import checks
from ...core.errors import DataError
from ...stats import agreement

__all__ = ["BORDERS", "SCALE", "STANCES", "Ratings", "by_observer", "kappa", "observer_sd", "stance_of", "support"]

SCALE = (-2, -1, 0, 1, 2)
STANCES = ("supporter", "neutral", "opponent")
#: support at or above: supporter; at or below the negative: opponent
BORDERS = 0.3
_MONTH = 30.4375
#: prior of the spread between observers: one step of the scale, worth four ratings
_PRIOR_SD, _PRIOR_N = 0.5, 4
#: weights that make confidence high or medium, in fresh ratings
_HIGH, _MEDIUM = 1.0, 0.5


@dataclass(frozen=True, eq=False)
class Ratings:
    """Ratings in use, one row per physician and observer, and what was left out.

    Attributes
    ----------
    rows : DataFrame
        ``customer_id, observer_id, support`` (−1 to 1), ``latest`` (−2 to 2), ``weight, last, ratings``.
    later, unknown : int
        Ratings after the as-of date; ratings of nobody in the table.
    """

    rows: pd.DataFrame
    later: int
    unknown: int


def by_observer(
    stance: pd.DataFrame, people: pd.Index, *, as_of: pd.Timestamp, decision: str | None, half_life: float
) -> Ratings:
    """One row per physician and observer: the observer's decayed mean, and the weight of his latest rating.

    Raises
    ------
    DataError
        ``missing_columns``, ``roles_scale``, ``roles_no_date``.
    """
    checks.columns(stance, ["customer_id", "observer_id", "date", "stance"], name="stance")
    rows = stance.dropna(subset=["customer_id", "observer_id", "stance"])
    wrong = ~rows["stance"].isin(SCALE)
    if wrong.any():
        raise DataError("roles_scale", count=int(wrong.sum()), got=float(rows.loc[wrong, "stance"].iloc[0]))
    if rows["date"].isna().any():
        raise DataError("roles_no_date", count=int(rows["date"].isna().sum()))
    rows = rows.assign(customer_id=rows["customer_id"].astype(str), date=pd.to_datetime(rows["date"]))
    later = rows["date"] > as_of
    rows = rows[~later]
    known = rows["customer_id"].isin(people)
    rows, unknown = rows[known], int((~known).sum())
    if decision is not None and "decision" in rows.columns:
        rows = rows[rows["decision"].isna() | (rows["decision"] == decision)]
    return Ratings(_averaged(rows, as_of, half_life), int(later.sum()), unknown)


def _averaged(rows: pd.DataFrame, as_of: pd.Timestamp, half_life: float) -> pd.DataFrame:
    rows = rows.sort_values(["customer_id", "observer_id", "date", "stance"], kind="stable")
    months = (as_of - rows["date"]).dt.days / _MONTH
    rows = rows.assign(weight=0.5 ** (months / half_life))
    rows["part"] = rows["weight"] * rows["stance"] / 2
    found = rows.groupby(["customer_id", "observer_id"], sort=True).agg(
        part=("part", "sum"), total=("weight", "sum"), weight=("weight", "max"), last=("date", "max"),
        latest=("stance", "last"), ratings=("stance", "size"),
    ).reset_index()  # fmt: skip
    found["support"] = found["part"] / found["total"]
    return found.drop(columns=["part", "total"])


def observer_sd(rows: pd.DataFrame) -> tuple[float, int]:
    """Spread of observers around the same physician, on the scale of support, and its degrees of freedom.

    Pooled over physicians with two observers or more, and mixed with a prior of one step of the scale worth
    four ratings (scaled inverse chi-squared), so that a handful of agreeing pairs does not promise certainty.

    References
    ----------
    Gelman, A. et al. (2013), Bayesian Data Analysis, third edition, 2.6 (normal data, unknown variance).
    """
    group = rows.groupby("customer_id")["support"]
    squares = float(((rows["support"] - group.transform("mean")) ** 2).sum())
    freedom = len(rows) - rows["customer_id"].nunique()
    whole = _PRIOR_N + freedom
    return float(np.sqrt((_PRIOR_N * _PRIOR_SD**2 + squares) / whole)), whole


def support(rows: pd.DataFrame, people: pd.Index, spread: tuple[float, int]) -> pd.DataFrame:
    """Support of each physician with its interval; missing where nobody rated.

    The mean over observers, each with the weight of his latest rating; the t interval has the pooled spread of
    observers over the root of the summed weights, so that an old rating counts as part of one. It does not
    follow a stance that changed since it was rated.

    Parameters
    ----------
    rows : DataFrame
        From `by_observer`.
    people : Index
    spread : (float, int)
        From `observer_sd`.

    Returns
    -------
    DataFrame
        Index customer_id; ``support, lo, hi, raters, ratings, weight, last_rating, single_rater, stance``,
        ``p_stance`` (probability of that stance), ``sure`` (interval inside it), ``confidence``.
    """
    sd, freedom = spread
    rows = rows.assign(part=rows["weight"] * rows["support"])
    found = rows.groupby("customer_id", sort=True).agg(
        part=("part", "sum"), weight=("weight", "sum"), raters=("observer_id", "size"), ratings=("ratings", "sum"),
        last_rating=("last", "max"),
    ).reindex(people)  # fmt: skip
    centre = np.round((found.pop("part") / found["weight"]).to_numpy(), 12)
    scale = sd / np.sqrt(found["weight"].to_numpy())
    half = stats.t.ppf(0.975, freedom) * scale
    out = pd.DataFrame(
        {"support": centre, "lo": np.maximum(centre - half, -1.0), "hi": np.minimum(centre + half, 1.0)}, index=people
    )
    out = out.join(found)
    out[["raters", "ratings"]] = out[["raters", "ratings"]].fillna(0).astype("int64")
    out["single_rater"] = out["raters"] == 1
    out["stance"] = stance_of(out["support"])
    below = stats.t.cdf((-BORDERS - centre) / scale, freedom)
    above = stats.t.sf((BORDERS - centre) / scale, freedom)
    kinds = [out["stance"] == name for name in STANCES]
    out["p_stance"] = np.select(kinds, [above, 1 - above - below, below], np.nan)
    inside = [out["lo"] >= BORDERS, (out["lo"] > -BORDERS) & (out["hi"] < BORDERS), out["hi"] <= -BORDERS]
    out["sure"] = np.select(kinds, inside, False)
    out["confidence"] = _confidence(out)
    return out


def stance_of(centre: pd.Series) -> pd.Series:
    """Stance word of each support; not_rated where missing."""
    known = [centre >= BORDERS, centre <= -BORDERS, centre.notna()]
    return pd.Series(np.select(known, ["supporter", "opponent", "neutral"], "not_rated"), centre.index, dtype="str")


def _confidence(found: pd.DataFrame) -> pd.Series:
    several, weight = found["raters"] >= 2, found["weight"].fillna(0.0)
    kinds = [found["raters"] == 0, several & (weight >= _HIGH), several | (weight >= _MEDIUM)]
    return pd.Series(np.select(kinds, ["none", "high", "medium"], "low"), found.index, dtype="str")


def kappa(rows: pd.DataFrame) -> tuple[float, float, float, int]:
    """Quadratic weighted kappa of the two latest observers of each physician rated by several, and how many."""
    order = rows.sort_values(["customer_id", "last", "observer_id"], ascending=[True, False, True], kind="stable")
    pairs = order[order.groupby("customer_id")["observer_id"].transform("size") >= 2].groupby("customer_id").head(2)
    # which observer comes first says nothing, so the id decides
    pairs = pairs.sort_values(["customer_id", "observer_id"], kind="stable")
    latest = pairs["latest"].to_numpy().reshape(-1, 2)
    counts = agreement.cross_count(latest[:, 0], latest[:, 1], SCALE)
    return *agreement.weighted_kappa(counts), len(latest)

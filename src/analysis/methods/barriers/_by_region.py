"""Effects of barriers region by region, each leaning on the others as far as they agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
from scipy import stats

from ...core import checks
from ...core.result import Disclosure, Note, Result
from ...stats import adjust, pooling
from ._answers import check_answers, facts_named
from ._priority import FDR
from ._rank import rank

__all__ = ["ByRegion", "by_region"]

_COLUMNS = [
    "barrier", "region", "value", "lo", "hi", "n", "regional", "regional_lo", "regional_hi", "national", "own_weight",
    "p", "q", "method", "flag",
]  # fmt: skip


@dataclass(frozen=True, eq=False, kw_only=True)
class ByRegion(Result):
    """Average marginal effects by region.

    Attributes
    ----------
    table : DataFrame
        barrier, region; value, lo, hi (effect on the chance of the outcome, shrunk towards the
        mean of the regions), n (respondents of the region in its model); regional, regional_lo, regional_hi
        (the region by itself), national (mean of the regions), own_weight (share of the
        region's own estimate in ``value``); p (Cochran: do regions differ), q (over all
        barriers); method, flag (not_identified: no estimate in this region).
    tau : float or None
        Spread of true effects between regions; None where fewer than three were estimated,
        and ``value`` is then the region's own.
    """

    tau: float | None
    layout: ClassVar[str] = "figure"
    formats: ClassVar[Mapping[str, str]] = {
        "value": "points", "lo": "points", "hi": "points", "n": "count", "regional": "points", "regional_lo": "points",
        "regional_hi": "points", "national": "points", "own_weight": "percent", "p": "number2", "q": "number2",
        "barrier": "term",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(
        counts=("n",),
        hides=("value", "lo", "hi", "regional", "regional_lo", "regional_hi", "national"),
        within=("barrier",),
    )


# answers, outcome and region are the data; the rest is as in `rank`
def by_region(
    answers: pd.DataFrame,
    outcome: pd.Series,
    region: pd.Series,
    *,
    cluster: pd.Series | None = None,
    weights: pd.Series | None = None,
    controls: pd.DataFrame | None = None,
    hospital_level: Sequence[str] | str = (),
    step: float = 4,
    family: str = "auto",
) -> ByRegion:
    """Association of each barrier with the outcome in each region, partially pooled.

    Parameters
    ----------
    answers, outcome, cluster, weights, controls, hospital_level, step, family
        As in `rank`.
    region : Series
        Region of each respondent.

    Returns
    -------
    ByRegion

    Notes
    -----
    The model of `rank` is fitted in each region by itself (CR2). The spread between regions, τ,
    is one number for all barriers, which share a scale: per barrier three regions would leave
    two degrees of freedom. With fewer than three regions τ cannot be identified and nothing is
    pooled. Cochran's test, one per barrier, says whether regions differ; q covers all barriers.

    References
    ----------
    DerSimonian, R. and Laird, N. (1986), Controlled Clinical Trials 7, 177–188.
    Morris, C. N. (1983), Journal of the American Statistical Association 78, 47–55.
    """
    checks.not_empty(answers, name="answers")
    facts = facts_named(answers, cluster) if isinstance(hospital_level, str) else list(hospital_level)
    check_answers(answers, facts, cluster)
    home = region.reindex(answers.index)
    own = [
        _alone(answers[home == name], outcome, str(name), cluster=cluster, weights=weights, controls=controls,
               hospital_level=facts, step=step, family=family)
        for name in sorted(home.dropna().unique(), key=str)
    ]  # fmt: skip
    empty = pd.DataFrame(columns=["barrier", "region", "regional", "regional_lo", "regional_hi", "se", "df", "n"])
    table = pd.concat(own, ignore_index=True) if own else empty
    out, tau = _pooled(table)
    missing = int(home.isna().sum())
    notes = _notes(out, tau, missing, len(home))
    settings = {
        "fdr": FDR, "level": 0.95, "step": step, "family": family, "hospital_level": sorted(map(str, facts)),
        "weighted": weights is not None, "clustered": cluster is not None,
        "controls": [] if controls is None else [str(c) for c in controls.columns],
    }  # fmt: skip
    return ByRegion(table=out, tau=tau, settings=settings, notes=notes, finding=_finding(out, tau))


def _alone(answers: pd.DataFrame, outcome: pd.Series, name: str, **rest: object) -> pd.DataFrame:
    """Effects in one region, by its respondents alone."""
    ranked = rank(answers, outcome, None, n_boot=1, **rest)  # type: ignore[arg-type]
    found, fit = ranked.table, ranked.model.set_index("barrier")
    known = outcome.reindex(answers.index).notna() & answers.notna().any(axis=1)
    out = pd.DataFrame({"barrier": found["barrier"], "region": name, "regional": found["effect"]})
    out["se"], out["df"] = found["barrier"].map(fit["effect_se"]), found["barrier"].map(fit["effect_df"])
    return out.assign(regional_lo=found["effect_lo"], regional_hi=found["effect_hi"], n=int(known.sum()))


def _pooled(table: pd.DataFrame) -> tuple[pd.DataFrame, float | None]:
    """Shrunk effects, one row per barrier and region."""
    known = table[(table["se"] > 0) & table["regional"].notna()]
    parts = {str(code): part for code, part in known.groupby("barrier", sort=True)}
    tau, p = pooling.heterogeneity(
        [part["regional"].to_numpy(dtype=float) for part in parts.values()],
        [part["se"].to_numpy(dtype=float) for part in parts.values()],
    )
    enough = known["region"].nunique() >= pooling.LEAST_PLACES
    chance = pd.Series(p, index=pd.Index(list(parts), dtype="object"), dtype=float)
    q = adjust.benjamini_hochberg(chance) if len(chance) else chance
    out = table.assign(value=np.nan, lo=np.nan, hi=np.nan, national=np.nan, own_weight=np.nan)
    for part in parts.values():
        value, se = part["regional"].to_numpy(dtype=float), part["se"].to_numpy(dtype=float)
        if not enough or len(part) < 2:
            out.loc[part.index, ["value", "lo", "hi"]] = part[["regional", "regional_lo", "regional_hi"]].to_numpy()
            out.loc[part.index, "own_weight"] = 1.0
            continue
        got = pooling.pool(value, se, tau)
        half = stats.t.ppf(0.975, part["df"].to_numpy(dtype=float)) * got.se
        out.loc[part.index, "value"], out.loc[part.index, "national"] = got.value, got.mean
        out.loc[part.index, "lo"], out.loc[part.index, "hi"] = got.value - half, got.value + half
        out.loc[part.index, "own_weight"] = tau**2 / (se**2 + tau**2)
    out["p"], out["q"] = out["barrier"].map(chance), out["barrier"].map(q)
    out["method"] = "partial_pooling" if enough else "by_region"
    out["flag"] = np.where(out["value"].isna(), "not_identified", "ok")
    out = out.sort_values(["barrier", "region"], ignore_index=True)[_COLUMNS]
    return out, tau if enough else None


def _notes(out: pd.DataFrame, tau: float | None, missing: int, n: int) -> tuple[Note, ...]:
    found = [Note("barriers_association")]
    if tau is None:
        found.append(Note("regions_not_pooled", {"need": pooling.LEAST_PLACES}))
    else:
        found.append(Note("regions_pooled", {"tau": 100 * tau}))
    silent = sorted(set(out["region"]) - set(out.loc[out["flag"] == "ok", "region"]))
    if silent:
        found.append(Note("regions_without_model", {"regions": silent}))
    if missing:
        found.append(Note("barriers_without_group", {"grouping": "region", "count": missing, "n": n}))
    return tuple(found)


def _finding(out: pd.DataFrame, tau: float | None) -> Note:
    regions = out.loc[out["flag"] == "ok", "region"].nunique()
    if regions < 2:
        return Note("barriers_one_region", {"count": regions})
    differ = out[(out["q"] <= FDR) & (out["flag"] == "ok")]
    if differ.empty:
        return Note("barriers_regions_alike", {"count": regions, "fdr": FDR})
    first = differ.sort_values(["q", "barrier"]).iloc[0]["barrier"]
    rows = differ[differ["barrier"] == first].sort_values(["regional", "region"])
    low, high = rows.iloc[0], rows.iloc[-1]
    return Note(
        "barriers_regions_differ",
        {"barrier": str(first), "low": str(low["region"]), "high": str(high["region"]),
         "from_": 100 * float(low["regional"]), "to": 100 * float(high["regional"]), "q": float(low["q"])},
    )  # fmt: skip

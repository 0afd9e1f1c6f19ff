"""What matters and is not met: the pains."""

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
from ...stats import bootstrap, design, respondents

__all__ = ["UnmetNeeds", "unmet"]


@dataclass(frozen=True, eq=False, kw_only=True)
class UnmetNeeds(Result):
    """Needs that are important to a respondent who is not satisfied with them.

    Attributes
    ----------
    table : DataFrame
        One row per need, largest share first: need, satisfaction_item, value, lo, hi (share of those who answered both
        questions to whom it is important and who are not satisfied), count, important (share), dissatisfied (share of
        those to whom it is important), rank, rank_lo, rank_hi, n (answered both), method, flag.
    """

    formats: ClassVar[Mapping[str, str]] = {
        **dict.fromkeys(("value", "lo", "hi", "important", "dissatisfied"), "percent"),
        **dict.fromkeys(("rank", "rank_lo", "rank_hi", "n", "count"), "count"),
    }
    disclosure: ClassVar[Disclosure] = Disclosure(
        counts=("n", "count"), hides=("value", "lo", "hi", "important", "dissatisfied", "rank", "rank_lo", "rank_hi")
    )


# two sources, how they are joined, who answered, two cuts and the draws
def unmet(
    importance: pd.DataFrame,
    satisfaction: pd.DataFrame,
    pairs: Mapping[str, str],
    *,
    weights: pd.Series | None = None,
    cluster: pd.Series | None = None,
    important: int = 4,
    poor: int = 3,
    scale: int = 5,
    level: float = 0.95,
    n_boot: int = 400,
    seed: int = 0,
) -> UnmetNeeds:
    """Rank needs by the share of respondents to whom they are important and who are not satisfied.

    Parameters
    ----------
    importance, satisfaction : DataFrame
        Index response_id, answers 1 to ``scale``.
    pairs : mapping
        Column of ``satisfaction`` that belongs to each column of ``importance``.
    weights, cluster : Series, optional
    important : int, default 4
        Lowest answer that counts as important.
    poor : int, default 3
        Highest answer that counts as not satisfied: 3 takes the middle in ("not satisfied"), 2 is
        dissatisfied only.
    scale : int, default 5
    level, n_boot, seed
        As in `rank`.

    Raises
    ------
    SettingError
        ``out_of_range``.
    DataError
        ``missing_columns``, ``needs_no_common``, ``bad_score``, ``bad_weights``.
    """
    checks.whole(important, name="important", low=2, high=scale)
    checks.whole(poor, name="poor", low=1, high=scale - 1)
    checks.columns(importance, pairs.keys(), name="importance")
    checks.columns(satisfaction, pairs.values(), name="satisfaction")
    names = sorted(pairs, key=str)
    if not names:
        raise DataError(
            "needs_no_common", before=list(map(str, importance.columns)), after=list(map(str, satisfaction.columns))
        )
    answers = respondents.prepared(importance[names], weights=weights, cluster=cluster, name="importance")
    want = respondents.scored(answers.frame, low=1, high=scale)
    met = pd.DataFrame({n: satisfaction[pairs[n]] for n in names}).reindex(want.index)
    met = respondents.scored(met, low=1, high=scale)
    both = want.notna() & met.notna()
    keen = (want >= important).astype(float).where(both)
    pain = ((want >= important) & (met <= poor)).astype(float).where(both)
    rows = [_row(n, str(pairs[n]), keen[n].to_numpy(), pain[n].to_numpy(), answers, level) for n in names]
    table = pd.DataFrame(rows)
    shown = table["flag"].ne("suppressed").to_numpy()
    ranks = _ranks(pain.to_numpy(), shown, answers, n_boot=n_boot, seed=seed, level=level)
    table["rank"], table["rank_lo"], table["rank_hi"] = ranks
    table = table.sort_values(["rank", "need"], ignore_index=True)
    settings = {"important": important, "poor": poor, "scale": scale, "level": level, "n_boot": n_boot, "seed": seed,
                "weighted": weights is not None, "clustered": cluster is not None}  # fmt: skip
    notes = (Note("needs_unmet_cuts", {"important": important, "poor": poor, "scale": scale}),)
    return UnmetNeeds(table=table, settings=settings, notes=notes, finding=_finding(table))


def _row(
    name: str, item: str, keen: np.ndarray, pain: np.ndarray, answers: respondents.Answers, level: float
) -> dict[str, Any]:
    found = design.proportion(pain, answers.weights, answers.cluster, level)
    flag = respondents.flag(found.n)
    row: dict[str, Any] = {"need": name, "satisfaction_item": item, "value": found.value, "lo": found.lo,
                           "hi": found.hi,
                           "count": float(np.nansum(pain))}  # fmt: skip
    share = design.mean(keen, answers.weights, answers.cluster, level).value
    # without anybody to whom it is important there is no share of them
    row |= {"important": share, "dissatisfied": found.value / share if share > 0 else np.nan}
    if flag == "suppressed":
        row |= dict.fromkeys(("value", "lo", "hi", "count", "important", "dissatisfied"), np.nan)
    return {**row, "n": found.n, "method": "wilson_design", "flag": flag}


def _ranks(
    pain: np.ndarray, shown: np.ndarray, answers: respondents.Answers, *, n_boot: int, seed: int, level: float
) -> np.ndarray:
    out = np.full((3, pain.shape[1]), np.nan)
    if not shown.any():
        return out
    known = np.isfinite(pain[:, shown]) * answers.w[:, None]
    hits = np.nan_to_num(pain[:, shown]) * answers.w[:, None]
    times = bootstrap.multiplicities(len(pain), n_boot=n_boot, seed=seed, cluster=answers.cluster)
    with np.errstate(divide="ignore", invalid="ignore"):
        lo, hi = bootstrap.rank_interval((times @ hits) / (times @ known), level=level)
    place = stats.rankdata(-np.round(hits.sum(axis=0) / known.sum(axis=0), 12), method="min")
    out[:, shown] = place, np.fmin(lo, place), np.fmax(hi, place)
    return out


def _finding(table: pd.DataFrame) -> Note:
    row = table.iloc[0]
    if pd.isna(row["rank"]):
        return Note("needs_rank_suppressed", {"n": int(row["n"]), "need": respondents.SUPPRESS})
    values = {"item": row["need"], "n": int(row["n"]), **{c: float(row[c]) for c in ("value", "lo", "hi")}}
    return Note("needs_unmet_first" if row["rank_hi"] == 1 else "needs_unmet_among", values)

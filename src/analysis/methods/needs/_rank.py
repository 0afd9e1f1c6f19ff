"""What matters most: importance of each need with interval and rank interval."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from scipy import stats

from ...core import checks
from ...core.result import Disclosure, Note, Result
from ...stats import bootstrap, design, respondents
from ._centre import TOP, centred, estimate, told

__all__ = ["NeedRank", "rank"]


@dataclass(frozen=True, eq=False, kw_only=True)
class NeedRank(Result):
    """Needs by importance.

    Attributes
    ----------
    table : DataFrame
        One row per need, most important first: need; value, lo, hi (share of answers in the
        top two of the scale); mean, mean_lo, mean_hi (points of the scale); centred, centred_lo,
        centred_hi (mean of the answer minus the respondent's own mean); rank, rank_lo, rank_hi
        (of the centred mean, 1 is the most important); n, method, flag.
    """

    formats: ClassVar[Mapping[str, str]] = {
        **dict.fromkeys(("value", "lo", "hi"), "percent"),
        **dict.fromkeys(("mean", "mean_lo", "mean_hi", "centred", "centred_lo", "centred_hi"), "number2"),
        **dict.fromkeys(("rank", "rank_lo", "rank_hi", "n"), "count"),
    }
    disclosure: ClassVar[Disclosure] = Disclosure(
        hides=("value", "lo", "hi", "mean", "mean_lo", "mean_hi", "centred", "centred_lo", "centred_hi", "rank",
               "rank_lo", "rank_hi"),
    )  # fmt: skip


# the frame, who answered, the scale and the draws: more than six
def rank(
    importance: pd.DataFrame,
    *,
    weights: pd.Series | None = None,
    cluster: pd.Series | None = None,
    scale: int = 5,
    level: float = 0.95,
    n_boot: int = 400,
    seed: int = 0,
) -> NeedRank:
    """Rank needs by how important respondents say they are.

    Parameters
    ----------
    importance : DataFrame
        Index response_id, one column per need, answers 1 to ``scale``.
    weights, cluster : Series, optional
        Survey weight and hospital by response_id.
    scale : int, default 5
    level : float, default 0.95
    n_boot, seed : int
        Draws (of whole hospitals where given) behind the rank intervals.

    Returns
    -------
    NeedRank
        Ranked by the centred mean: where everyone answers all items its order is that of the raw
        means; where some skip items, those who rate everything high do not lift the needs they
        happened to answer.

    Raises
    ------
    DataError
        ``empty``, ``bad_score``, ``bad_weights``.

    References
    ----------
    Fischer, R. and Milfont, T. L. (2010), Standardization in psychological research, International
    Journal of Psychological Research 3, 88–96 (centring within the person).
    Goldstein, H. and Spiegelhalter, D. J. (1996), Journal of the Royal Statistical Society A 159,
    385–443 (rank intervals).
    """
    checks.whole(scale, name="scale", low=3, high=11)
    answers = respondents.prepared(importance, weights=weights, cluster=cluster, name="importance")
    raw = respondents.scored(answers.frame, low=1, high=scale)
    raw = raw[sorted(raw.columns, key=str)]
    own = centred(raw)
    top = raw.ge(scale - 1).astype(float).where(raw.notna())
    rows = [_row(str(name), raw[name], own[name], top[name], answers, level) for name in raw.columns]
    table = pd.DataFrame(rows)
    shown = table["flag"].ne("suppressed").to_numpy()
    table["rank"], table["rank_lo"], table["rank_hi"] = _ranks(
        own, shown, answers, n_boot=n_boot, seed=seed, level=level
    )
    table = table.sort_values(["rank", "need"], ignore_index=True)
    settings = {"scale": scale, "level": level, "weighted": weights is not None, "clustered": cluster is not None,
                "n_boot": n_boot, "seed": seed, "top": TOP if scale == 5 else scale - 1}  # fmt: skip
    return NeedRank(table=table, settings=settings, notes=told(raw), finding=_finding(table))


def _row(
    name: str, raw: pd.Series, own: pd.Series, top: pd.Series, answers: respondents.Answers, level: float
) -> dict[str, Any]:
    share = design.proportion(top.to_numpy(), answers.weights, answers.cluster, level)
    flag = respondents.flag(share.n)
    row: dict[str, Any] = {"need": name, "value": share.value, "lo": share.lo, "hi": share.hi}
    for key, column in (("mean", raw), ("centred", own)):
        found = estimate(column.to_numpy(), answers, level)
        row |= {key: found.value, f"{key}_lo": found.lo, f"{key}_hi": found.hi}
    if flag == "suppressed":
        row = {key: value if key == "need" else np.nan for key, value in row.items()}
    return {**row, "n": share.n, "method": "wilson_design", "flag": flag}


def _ranks(
    own: pd.DataFrame, shown: np.ndarray, answers: respondents.Answers, *, n_boot: int, seed: int, level: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rank of each centred mean and its interval over the draws; hidden needs have none."""
    out = np.full((3, own.shape[1]), np.nan)
    if not shown.any():
        return out[0], out[1], out[2]
    values = own.to_numpy()[:, shown]
    known = np.isfinite(values)
    filled = np.where(known, values, 0.0) * answers.w[:, None]
    times = bootstrap.multiplicities(len(values), n_boot=n_boot, seed=seed, cluster=answers.cluster)
    count = times @ (known * answers.w[:, None])
    with np.errstate(divide="ignore", invalid="ignore"):
        draws = (times @ filled) / count
        mean = filled.sum(axis=0) / (known * answers.w[:, None]).sum(axis=0)
    lo, hi = bootstrap.rank_interval(draws, level=level)
    place = stats.rankdata(-np.round(mean, 12), method="min")
    out[:, shown] = place, np.fmin(lo, place), np.fmax(hi, place)
    return out[0], out[1], out[2]


def _finding(table: pd.DataFrame) -> Note:
    row = table.iloc[0]
    if row["flag"] == "suppressed" or pd.isna(row["rank"]):
        return Note("needs_rank_suppressed", {"n": int(row["n"]), "need": respondents.SUPPRESS})
    values = {"item": row["need"], "n": int(row["n"]), **{c: float(row[c]) for c in ("value", "lo", "hi")}}
    if row["rank_hi"] == 1:
        return Note("needs_rank_first", values)
    return Note("needs_rank_among", values)

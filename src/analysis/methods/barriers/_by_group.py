"""How often barriers are named in each group, against the rest, with one control of false discoveries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError
from ...core.result import Disclosure, Note, Result
from ...stats import adjust, design, groups, waves
from ._answers import check_answers, frame_of
from ._priority import FDR

__all__ = ["ByGroup", "prevalence_by"]

#: fewest answers of a group for a share, and for one without a warning
LEAST, LOW = 10, 30


@dataclass(frozen=True, eq=False, kw_only=True)
class ByGroup(Result):
    """Share that names each barrier, group by group.

    Attributes
    ----------
    table : DataFrame
        grouping, group, barrier; value, lo, hi (share of the group that names it), n (who
        answered); to_rest, to_rest_lo, to_rest_hi (against all others); p (Rao-Scott,
        one for each barrier and grouping), q (false discovery rate over all of them),
        stands_out (q at most .10 and the interval of the difference without 0); method, flag
        (suppressed under 10 answers).
    """

    formats: ClassVar[Mapping[str, str]] = {
        "value": "percent", "lo": "percent", "hi": "percent", "n": "count", "to_rest": "points",
        "to_rest_lo": "points", "to_rest_hi": "points", "p": "number2", "q": "number2", "group": "term",
        "grouping": "term", "barrier": "term",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(
        counts=("n",), within=("grouping", "barrier"),
        hides=("value", "lo", "hi", "to_rest", "to_rest_lo", "to_rest_hi"),
    )  # fmt: skip


def prevalence_by(
    answers: pd.DataFrame,
    by: pd.Series | pd.DataFrame,
    *,
    weights: pd.Series | None = None,
    cluster: pd.Series | None = None,
    level: float = 0.95,
) -> ByGroup:
    """Prevalence of each barrier by segment, tier, region, title, …

    Parameters
    ----------
    answers : DataFrame
        Index respondent, one column per barrier code: 1 named, 0 not, missing unanswered.
    by : Series or DataFrame
        Group of each respondent; a DataFrame holds several groupings, and one false discovery
        rate covers all of them together. Respondents without a group are left out of that
        grouping.
    weights : Series, optional
    cluster : Series, optional
        Hospital of each respondent.
    level : float, default 0.95

    Returns
    -------
    ByGroup

    Notes
    -----
    Shares: Wilson on the effective number of answers. Differences: linearised, with the
    clusters that both sides share. Tests: Rao-Scott, barrier by grouping.

    References
    ----------
    Rao, J. N. K. and Scott, A. J. (1984), Annals of Statistics 12, 46–60.
    Benjamini, Y. and Hochberg, Y. (1995), Journal of the Royal Statistical Society B 57, 289–300.
    """
    checks.not_empty(answers, name="answers")
    checks.unique_index(answers, name="answers")
    check_answers(answers, (), cluster)
    table = answers.rename(columns=str).astype(float).sort_index()
    wanted = by.to_frame(by.name or "group") if isinstance(by, pd.Series) else by
    groupings = wanted.reindex(table.index).rename(columns=str)
    if groupings.notna().to_numpy().sum() == 0:
        raise DataError("no_groups", name="by", found=list(groupings.columns)[:10])
    frame = frame_of(table.index, cluster, weights, None)
    parts = [_grouping(table, groupings[name], frame, level) for name in groupings.columns]
    out = pd.concat(parts, ignore_index=True)
    out = _adjusted(out)
    out["method"] = (
        "wilson" + ("_weighted" if weights is not None else "") + ("_clustered" if cluster is not None else "")
    )
    settings = {
        "groupings": list(groupings.columns), "fdr": FDR, "level": level, "least": LEAST, "low": LOW,
        "weighted": weights is not None, "clustered": cluster is not None,
    }  # fmt: skip
    return ByGroup(table=out[_ORDER], settings=settings, notes=_notes(out, groupings), finding=_finding(out))


_ORDER = [
    "grouping", "group", "barrier", "value", "lo", "hi", "n", "to_rest", "to_rest_lo", "to_rest_hi", "p", "q",
    "stands_out", "method", "flag",
]  # fmt: skip


def _grouping(table: pd.DataFrame, by: pd.Series, frame: pd.DataFrame, level: float) -> pd.DataFrame:
    """All barriers in the groups of one grouping."""
    known = by.notna().to_numpy()
    code, names, _ = groups.codes(table.index[known], by[known])
    w = frame["weight"].to_numpy(dtype=float)[known]
    homes = frame["cluster"].to_numpy(dtype=object)[known] if frame["cluster"].notna().any() else None
    rows = []
    for barrier in table.columns:
        hits = table[barrier].to_numpy()[known]
        # groups too small for a share do not decide the test either
        answered = np.bincount(code[~np.isnan(hits) & (w > 0)], minlength=len(names))
        large = answered[code] >= LEAST
        told = np.where(large, code.astype(float), np.nan)
        p = design.rao_scott(told, hits, w, homes).p if (answered >= LEAST).sum() > 1 else np.nan
        for number, name in enumerate(names):
            n = int(answered[number])
            if n < LEAST:
                rows.append(
                    (name, barrier, *[np.nan] * 3, n, *[np.nan] * 3, np.nan, "suppressed" if n else "missing_input")
                )
                continue
            mine = code == number
            share = design.proportion(hits, w, homes, level, domain=mine)
            gap = _to_rest(share, hits, mine, (w, homes), level)
            flag = "low_n" if n < LOW else "ok"
            rows.append((name, barrier, share.value, share.lo, share.hi, n, *gap, p, flag))
    columns = ["group", "barrier", "value", "lo", "hi", "n", "to_rest", "to_rest_lo", "to_rest_hi", "p", "flag"]
    return pd.DataFrame(rows, columns=columns).assign(grouping=str(by.name))


def _to_rest(
    share: design.Estimate,
    hits: np.ndarray,
    mine: np.ndarray,
    sample: tuple[np.ndarray, np.ndarray | None],
    level: float,
) -> tuple[float, float, float]:
    """Difference to all others: the two Wilson intervals joined, so that a share of all or none has an error too."""
    rest = design.proportion(hits, *sample, level, domain=~mine)
    if rest.n == 0:
        return (float("nan"),) * 3
    apart = design.difference(hits, mine, *sample, level).se
    both = 2 * share.se * rest.se
    # what hospitals with respondents on either side have in common
    shared = float(np.clip((share.se**2 + rest.se**2 - apart**2) / both, -1, 1)) if both > 0 else 0.0
    return waves.mover((rest.value, rest.lo, rest.hi), (share.value, share.lo, share.hi), shared)


def _adjusted(out: pd.DataFrame) -> pd.DataFrame:
    """One q for each barrier and grouping, over the whole family."""
    family = out.dropna(subset=["p"]).drop_duplicates(["grouping", "barrier"]).set_index(["grouping", "barrier"])["p"]
    q = adjust.benjamini_hochberg(family) if len(family) else family
    out = out.join(q.rename("q"), on=["grouping", "barrier"])
    out.loc[out["p"].isna(), "q"] = np.nan
    away = (out["to_rest_lo"] > 0) | (out["to_rest_hi"] < 0)
    return out.assign(stands_out=(out["q"] <= FDR) & away)


def _notes(out: pd.DataFrame, groupings: pd.DataFrame) -> tuple[Note, ...]:
    tests = int(out.dropna(subset=["p"]).drop_duplicates(["grouping", "barrier"]).shape[0])
    found = [Note("barriers_family", {"count": tests, "fdr": FDR})]
    small = out[out["flag"] == "suppressed"].drop_duplicates(["grouping", "group"])
    if len(small):
        found.append(Note("barriers_small_groups", {"count": len(small), "need": LEAST}))
    for name in groupings.columns:
        missing = int(groupings[name].isna().sum())
        if missing:
            found.append(Note("barriers_without_group", {"grouping": name, "count": missing, "n": len(groupings)}))
    return tuple(found)


def _finding(out: pd.DataFrame) -> Note:
    """The group in which a barrier stands out upwards by most, or that none does."""
    clear = out[out["stands_out"] & (out["to_rest"] > 0)]
    tests = int(out.dropna(subset=["p"]).drop_duplicates(["grouping", "barrier"]).shape[0])
    if clear.empty:
        return Note("barriers_groups_alike", {"count": tests, "fdr": FDR})
    top = clear.sort_values(["to_rest", "grouping", "group", "barrier"], ascending=[False, True, True, True]).iloc[0]
    gaps = {k: 100 * float(top[c]) for k, c in (("size", "to_rest"), ("lo", "to_rest_lo"), ("hi", "to_rest_hi"))}
    return Note(
        "barriers_group_stands_out",
        {"barrier": str(top["barrier"]), "group": str(top["group"]), "value": float(top["value"]), **gaps},
    )

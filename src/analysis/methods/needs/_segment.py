"""Need by segment: to whom something matters more than to the others, as a table for the product team."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.policy import MIN_CELL
from ...core.result import Disclosure, Note, Result
from ...stats import adjust, design, respondents
from ._centre import BASES, centred, told
from ._export import export

__all__ = ["NeedSegments", "by_segment"]


@dataclass(frozen=True, eq=False, kw_only=True)
class NeedSegments(Result):
    """Importance of each need in each segment, held against all other respondents.

    Attributes
    ----------
    table : DataFrame
        One row per need and segment: need, segment, mean (raw), share_important (top two answers), value, lo, hi
        (difference to the others on the basis in ``settings``), raw (difference of raw means), effect
        (difference ÷ pooled standard deviation), q (false discovery rate over all cells), verdict
        (above_others, below_others, no_clear_difference at q 0.10), n, n_others, method, flag.
    tests : DataFrame
        One row per need and segment: need, segment, p, q.
    export : DataFrame
        For the product team, groups only, no persons: need, segment, importance, satisfaction, gap, gap_lo, gap_hi
        (importance minus satisfaction of those who answered both), difference, q, n, comments, flag.
        Cells below the minimum are empty. `save` writes it as ``<name>.export.csv``.
    """

    tests: pd.DataFrame
    export: pd.DataFrame
    formats: ClassVar[Mapping[str, str]] = {
        **dict.fromkeys(("value", "lo", "hi", "mean", "raw", "effect", "q", "p"), "number2"),
        "share_important": "percent", "n": "count", "n_others": "count", "verdict": "term",
    }  # fmt: skip
    # n + n_others is the same in every row of a need
    disclosure: ClassVar[Disclosure] = Disclosure(
        counts=("n", "n_others"),
        hides=("value", "lo", "hi", "mean", "share_important", "raw", "effect", "q", "verdict"),
        keys=("segment",), within=("need",),
    )  # fmt: skip


# importance, satisfaction and comments are three sources; who answered, the basis and the least cell come besides
def by_segment(
    importance: pd.DataFrame,
    by: pd.Series,
    *,
    weights: pd.Series | None = None,
    cluster: pd.Series | None = None,
    satisfaction: pd.DataFrame | None = None,
    pairs: Mapping[str, str] | None = None,
    comments: pd.DataFrame | None = None,
    basis: str = "centred",
    scale: int = 5,
    min_cell: int = MIN_CELL["internal"],
    level: float = 0.95,
) -> NeedSegments:
    """Hold each segment's needs against those of all other respondents.

    Parameters
    ----------
    importance : DataFrame
        Index response_id, one column per need, answers 1 to ``scale``.
    by : Series
        Segment of each respondent; those without one are left out and counted.
    weights, cluster : Series, optional
        Survey weight and hospital by response_id.
    satisfaction : DataFrame, optional
        Index response_id, satisfaction 1 to ``scale`` with the same things.
    pairs : mapping, optional
        Column of ``satisfaction`` that belongs to each need; default: columns of the same name.
    comments : DataFrame, optional
        Number of respondents with a comment on it, by need (index) and segment (columns).
    basis : {"centred", "raw"}
        Whether the differences are of answers against the respondent's own mean (a habit of rating
        everything high drops out) or of the answers themselves.
    scale : int, default 5
    min_cell : int, default 5
        Fewest respondents of a row of ``export``.
    level : float, default 0.95

    Raises
    ------
    DataError
        ``empty``, ``bad_score``, ``bad_weights``.

    References
    ----------
    Benjamini and Hochberg (1995), Journal of the Royal Statistical Society B 57, 289–300; Cohen
    (1988), Statistical Power Analysis, 2.5 (difference over the pooled standard deviation).
    """
    checks.choice(basis, BASES, name="basis")
    checks.whole(min_cell, name="min_cell", low=1)
    answers = respondents.prepared(importance, weights=weights, cluster=cluster, name="importance")
    raw = respondents.scored(answers.frame, low=1, high=scale)
    raw = raw[sorted(raw.columns, key=str)]
    label, names, missing = respondents.groups(by, raw.index)
    own = centred(raw) if basis == "centred" else raw
    rows = [
        _cell(str(need), name, raw[need].to_numpy(), own[need].to_numpy(), label, answers, (scale, level))
        for need in raw.columns
        for name in names
    ]
    table = pd.DataFrame(rows, columns=_COLUMNS)
    table["q"] = adjust.benjamini_hochberg(table["p"].to_numpy())
    table["verdict"] = [_verdict(row) for _, row in table.iterrows()]
    tests = table[["need", "segment", "p", "q"]].copy()
    given = export(
        raw, label, table, answers, satisfaction=satisfaction, pairs=pairs, comments=comments, scale=scale,
        min_cell=min_cell, level=level,
    )  # fmt: skip
    notes = (*told(raw), *((Note("needs_no_segment", {"count": missing, "n": len(raw)}),) if missing else ()))
    settings = {"basis": basis, "scale": scale, "level": level, "weighted": weights is not None,
                "clustered": cluster is not None, "min_cell": min_cell,
                "tests": int(table["p"].notna().sum())}  # fmt: skip
    shown = table[_SHOWN]
    return NeedSegments(
        table=shown, settings=settings, notes=notes, finding=_finding(shown), tests=tests, export=given
    )  # fmt: skip


_COLUMNS = [
    "need", "segment", "mean", "share_important", "value", "lo", "hi", "raw", "effect", "p", "n", "n_others", "method",
    "flag",
]  # fmt: skip


_SHOWN = [
    "need", "segment", "mean", "share_important", "value", "lo", "hi", "raw", "effect", "q", "verdict", "n", "n_others",
    "method", "flag",
]  # fmt: skip


# one cell's data and the two settings of its estimate
def _cell(
    need: str, name: str, raw: np.ndarray, own: np.ndarray, label: np.ndarray, answers: respondents.Answers,
    told: tuple[int, float],
) -> dict[str, Any]:  # fmt: skip
    scale, level = told
    placed = np.array([value is not None for value in label]) & np.isfinite(own)
    mine = label == name
    values = np.where(placed, own, np.nan)
    n, others = int((placed & mine).sum()), int((placed & ~mine).sum())
    row: dict[str, Any] = dict.fromkeys(_COLUMNS, np.nan)
    row |= {"need": need, "segment": name, "n": n, "n_others": others, "method": "linearised"}
    flag = respondents.flag(n)
    if flag == "suppressed":
        return {**row, "flag": flag}
    inside = placed & mine
    row["mean"] = design.mean(raw, answers.weights, answers.cluster, level, domain=inside).value
    row["share_important"] = design.mean(
        (raw >= scale - 1).astype(float), answers.weights, answers.cluster, level, domain=inside
    ).value
    if others < respondents.SUPPRESS:
        return {**row, "flag": "not_identified"}
    found = design.difference(values, mine, answers.weights, answers.cluster, level)
    spread = _pooled(values, mine, answers.w)
    row |= {"value": found.value, "lo": found.lo, "hi": found.hi}
    row["raw"] = design.difference(np.where(placed, raw, np.nan), mine, answers.weights, answers.cluster, level).value
    row["effect"] = found.value / spread if spread > 0 else np.nan
    row["p"] = respondents.p_value(found)
    return {**row, "flag": flag if np.isfinite(row["p"]) else "not_identified"}


def _verdict(row: pd.Series) -> str | None:
    if pd.isna(row["q"]):
        return None
    if not adjust.clear(row):
        return "no_clear_difference"
    return "above_others" if row["value"] > 0 else "below_others"


def _pooled(values: np.ndarray, mine: np.ndarray, w: np.ndarray) -> float:
    total, freedom = 0.0, 0
    for side in (mine, ~mine):
        at = side & np.isfinite(values)
        mean = np.average(values[at], weights=w[at])
        total += float(np.average((values[at] - mean) ** 2, weights=w[at])) * at.sum()
        freedom += int(at.sum()) - 1
    return float(np.sqrt(total / freedom)) if freedom > 0 else float("nan")


def _finding(table: pd.DataFrame) -> Note:
    tested = table[table["q"].notna()]
    if tested.empty:
        return Note("needs_segments_untested", {"n": int(table["n"].max()) if len(table) else 0})
    clear = tested[tested["verdict"] != "no_clear_difference"]
    if clear.empty:
        return Note("needs_segments_alike", {"tests": len(tested), "n": int(tested["n"].max())})
    best = clear.iloc[int(clear["effect"].abs().to_numpy().argmax())]
    code = "needs_segment_higher" if best["value"] > 0 else "needs_segment_lower"
    code += "_low_n" if best["flag"] == "low_n" else ""
    values = {"segment": best["segment"], "item": best["need"], "n": int(best["n"])}
    return Note(code, {**values, **{c: float(best[c]) for c in ("value", "lo", "hi")}})

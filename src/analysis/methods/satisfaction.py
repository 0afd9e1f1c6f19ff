"""Satisfaction: net promoter score and top-box share, each with its interval.

Small groups are held back: under 8 answers nothing is shown, from 8 to 29 only
the interval. Compare with one's own history and peers, not with scores from
other countries: use of the scale's ends differs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ..core import checks
from ..core.errors import DataError
from ..core.result import Disclosure, Note, Result
from ..stats import intervals
from ..stats import weights as weighting

__all__ = ["INTERVAL_ONLY", "SUPPRESS", "Nps", "TopBox", "nps", "top_box"]

#: fewest answers for an interval, and for a value
SUPPRESS, INTERVAL_ONLY = 8, 30


@dataclass(frozen=True, eq=False, kw_only=True)
class Nps(Result):
    """Net promoter score, all and by group.

    Attributes
    ----------
    table : DataFrame
        group ("all" first); promoters, passives, detractors (shares); value, lo, hi
        (points, −100 to 100), n, n_eff (Kish), method, flag. Under 8 answers value and
        interval are missing (suppressed), from 8 to 29 value and shares (low_n).
    """

    formats: ClassVar[Mapping[str, str]] = {
        "promoters": "percent", "passives": "percent", "detractors": "percent", "value": "score", "lo": "score",
        "hi": "score", "n": "count", "n_eff": "count",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(
        counts=("n",), hides=("value", "lo", "hi", "promoters", "passives", "detractors", "n_eff"), within=()
    )


@dataclass(frozen=True, eq=False, kw_only=True)
class TopBox(Result):
    """Share of the top answers, all and by group or item.

    Attributes
    ----------
    table : DataFrame
        group; mentions (answers in the top box); value, lo, hi (share, Wilson), n, n_eff,
        method, flag.
    """

    formats: ClassVar[Mapping[str, str]] = {
        "mentions": "count", "value": "percent", "lo": "percent", "hi": "percent", "n": "count", "n_eff": "count",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(
        counts=("n", "mentions"), hides=("value", "lo", "hi", "n_eff"), within=()
    )


def nps(
    scores: pd.Series, *, weights: pd.Series | None = None, by: pd.Series | None = None, level: float = 0.95
) -> Nps:
    """Net promoter score: promoters (9–10) minus detractors (0–6), in points, adjusted Wald interval.

    Parameters
    ----------
    scores : Series
        Answers 0–10, whole numbers; missing ones are left out and counted.
    weights : Series, optional
        Survey weights on the same index.
    by : Series, optional
        Group of each respondent on the same index, such as the region.
    level : float, default 0.95

    Returns
    -------
    Nps

    Raises
    ------
    DataError
        ``empty``, ``bad_score``, ``bad_weights``.

    References
    ----------
    Rocks, B. (2016), The American Statistician 70, 365–372.
    """
    known, w, groups = _prepared(scores, weights, by, low=0, high=10)
    rows = [_nps_row("all", known, w, weights is not None, level)]
    for name in [] if groups is None else sorted(set(groups)):
        rows.append(_nps_row(name, known[groups == name], w[groups == name], weights is not None, level))
    table = pd.DataFrame(rows)
    settings = {"level": level, "weighted": weights is not None, "grouped": by is not None}
    notes = _missing_note(scores, known)
    return Nps(table=table, settings=settings, notes=notes, finding=_nps_finding(table.iloc[0]))


def top_box(
    scores: pd.Series | pd.DataFrame, *, top: int = 2, scale: int = 5, weights: pd.Series | None = None,
    by: pd.Series | None = None, level: float = 0.95,
) -> TopBox:  # fmt: skip
    """Share of answers in the top boxes of a scale from 1 to ``scale``, with Wilson interval.

    Parameters
    ----------
    scores : Series or DataFrame
        Answers to one question, or one column per question (one row each in the table).
    top : int, default 2
        How many of the highest answers count.
    scale : int, default 5
        Highest answer.
    weights, by : Series, optional
        As in `nps`; ``by`` only with one question.
    level : float, default 0.95

    Raises
    ------
    SettingError
        ``out_of_range`` when ``top`` is not below ``scale``.
    DataError
        ``empty``, ``bad_score``, ``bad_weights``.
    """
    checks.whole(scale, name="scale", low=2, high=11)
    checks.whole(top, name="top", low=1, high=scale - 1)
    columns = {"all": scores} if isinstance(scores, pd.Series) else {str(c): scores[c] for c in scores.columns}
    rows: list[dict[str, Any]] = []
    notes: list[Note] = []
    for name, column in columns.items():
        known, w, groups = _prepared(column, weights, by, low=1, high=scale)
        notes += _missing_note(column, known)
        cut = scale - top + 1
        rows.append(_box_row(name, known, w, cut, level))
        if groups is not None and isinstance(scores, pd.Series):
            rows += [_box_row(g, known[groups == g], w[groups == g], cut, level) for g in sorted(set(groups))]
    table = pd.DataFrame(rows)
    if isinstance(scores, pd.DataFrame):
        table = table.sort_values(["value", "group"], ascending=[False, True], ignore_index=True)
    table["method"] = "wilson_weighted" if weights is not None else "wilson"
    settings = {"top": top, "scale": scale, "level": level, "weighted": weights is not None}
    return TopBox(table=table, settings=settings, notes=tuple(notes), finding=_box_finding(table, scores, top, scale))


def _prepared(
    scores: pd.Series, weights: pd.Series | None, by: pd.Series | None, *, low: int, high: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    """Known scores in a fixed order, their weights and groups."""
    checks.not_empty(scores, name="scores")
    known = scores.dropna().astype(float)
    wrong = ~known.isin(range(low, high + 1))
    if wrong.any():
        raise DataError(
            "bad_score", lo=low, hi=high, count=int(wrong.sum()), got=[float(v) for v in sorted(set(known[wrong]))[:5]]
        )
    w = pd.Series(1.0, index=known.index) if weights is None else weights.reindex(known.index).astype(float)
    bad = ~(np.isfinite(w) & (w > 0))
    if bad.any():
        raise DataError("bad_weights", name="weights", count=int(bad.sum()))
    groups = None if by is None else by.reindex(known.index).astype(object)
    if groups is not None:
        groups = groups.where(groups.notna(), "unassigned").astype(str)
    order = np.lexsort((w.to_numpy(), known.to_numpy()))
    return known.to_numpy()[order], w.to_numpy()[order], None if groups is None else groups.to_numpy()[order]


def _missing_note(scores: pd.Series, known: np.ndarray) -> tuple[Note, ...]:
    lost = len(scores) - len(known)
    return (Note("scores_missing", {"count": lost, "n": len(known)}),) if lost else ()


def _nps_row(name: str, scores: np.ndarray, w: np.ndarray, weighted: bool, level: float) -> dict[str, Any]:
    n, total = len(scores), float(w.sum())
    up = float(w[scores >= 9].sum() / total) if n else 0.0
    down = float(w[scores <= 6].sum() / total) if n else 0.0
    n_eff = weighting.kish(w)
    lo, hi = intervals.adjusted_wald_nps(up * n_eff, down * n_eff, n_eff, level=level)
    show, bounds = n >= INTERVAL_ONLY, n >= SUPPRESS
    return {
        "group": name,
        "promoters": up if show else np.nan,
        "passives": 1 - up - down if show else np.nan,
        "detractors": down if show else np.nan,
        "value": 100 * (up - down) if show else np.nan,
        "lo": lo if bounds else np.nan,
        "hi": hi if bounds else np.nan,
        "n": n,
        "n_eff": n_eff if bounds else np.nan,
        "method": "adjusted_wald_weighted" if weighted else "adjusted_wald",
        "flag": "ok" if show else "low_n" if bounds else "suppressed",
    }


def _box_row(name: str, scores: np.ndarray, w: np.ndarray, cut: int, level: float) -> dict[str, Any]:
    n = len(scores)
    value, lo, hi, n_eff = weighting.share(scores >= cut, weights=w, level=level)
    bounds = n >= SUPPRESS
    return {
        "group": name,
        "mentions": float((scores >= cut).sum()) if bounds else np.nan,
        "value": value if bounds else np.nan,
        "lo": lo if bounds else np.nan,
        "hi": hi if bounds else np.nan,
        "n": n,
        "n_eff": n_eff if bounds else np.nan,
        "flag": "ok" if n >= INTERVAL_ONLY else "low_n" if bounds else "suppressed",
    }


def _nps_finding(row: pd.Series) -> Note:
    n = int(row["n"])
    if row["flag"] == "suppressed":
        return Note("nps_suppressed", {"n": n, "need": SUPPRESS})
    values = {"lo": float(row["lo"]), "hi": float(row["hi"]), "n": n}
    if row["flag"] == "low_n":
        return Note("nps_interval_only", values)
    code = "nps_open" if row["lo"] < 0 < row["hi"] else "nps_value"
    return Note(code, {"value": float(row["value"]), **values})


def _box_finding(table: pd.DataFrame, scores: Any, top: int, scale: int) -> Note:
    row = table.iloc[0]
    n = int(row["n"])
    if row["flag"] == "suppressed":
        return Note("top_box_suppressed", {"n": n, "need": SUPPRESS})
    values = {c: float(row[c]) for c in ("value", "lo", "hi")}
    if isinstance(scores, pd.DataFrame):
        return Note("top_box_items", {"item": str(row["group"]), "n": n, **values})
    code = "top_box_low_n" if row["flag"] == "low_n" else "top_box_value"
    return Note(code, {"top": top, "scale": scale, "n": n, **values})

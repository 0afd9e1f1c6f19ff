"""Share of the top answers; and what a recommendation question on another scale than 0–10 gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.result import Disclosure, Note, Result
from ...stats import waves
from . import _answers as answers

__all__ = ["Recommendation", "TopBox", "recommendation", "top_box"]


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


@dataclass(frozen=True, eq=False, kw_only=True)
class Recommendation(Result):
    """Willingness to recommend, asked on another scale than 0–10: no net promoter score.

    Attributes
    ----------
    table : DataFrame
        measure (top_box, mean), value, lo, hi, n, n_eff, unit, method, flag.
    """

    layout: ClassVar[str] = "table"
    formats: ClassVar[Mapping[str, str]] = {"n": "count", "n_eff": "count"}
    disclosure: ClassVar[Disclosure] = Disclosure(counts=("n",), hides=("value", "lo", "hi", "n_eff"))


# a function others rely on: answers and scale, then what describes the respondents
def top_box(
    scores: pd.Series | pd.DataFrame, *, top: int = 2, scale: int = 5, weights: pd.Series | None = None,
    by: pd.Series | None = None, cluster: pd.Series | None = None, margins: pd.DataFrame | None = None,
    level: float = 0.95,
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
    weights, by, cluster : Series, optional
    margins : DataFrame, optional
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
    described: dict[str, Any] = {"weights": weights, "cluster": cluster, "margins": margins, "level": level}
    rows: list[dict[str, Any]] = []
    notes: list[Note] = []
    for name, column in columns.items():
        found = answers.known(column, weights, low=1, high=scale)
        notes += answers.missing(column, found)
        hits = (found > scale - top).astype(float)
        rows.append(_row(name, hits, **described))
        group = answers.labels(by, found.index)
        if group is not None and isinstance(scores, pd.Series):
            rows += [_row(g, hits[group == g], **described) for g in sorted(set(group))]
    table = pd.DataFrame(rows)
    if len(notes) > 1:
        # one line for all questions: each n stands in the table
        lost = [int(note.values["count"]) for note in notes]  # type: ignore[call-overload]
        notes = [Note("scores_missing_each", {"questions": len(lost), "lo": min(lost), "hi": max(lost)})]
    if isinstance(scores, pd.DataFrame):
        table = table.sort_values(["value", "group"], ascending=[False, True], ignore_index=True)
    table["method"] = "wilson_weighted" if weights is not None else "wilson"
    table = table[["group", "mentions", "value", "lo", "hi", "n", "n_eff", "flag", "method"]]
    settings = {
        "top": top, "scale": scale, "level": level, "weighted": weights is not None, "clustered": cluster is not None,
        "raked": margins is not None,
    }  # fmt: skip
    return TopBox(table=table, settings=settings, notes=tuple(notes), finding=_finding(table, scores, top, scale))


def recommendation(
    scores: pd.Series, *, low: int = 1, high: int = 10, top: int = 2, weights: pd.Series | None = None,
    cluster: pd.Series | None = None,
) -> Recommendation:  # fmt: skip
    """Top boxes and mean of a recommendation question whose scale is not 0–10.

    Promoters and detractors are defined on 0–10 alone; the same words on another scale
    give other shares, so that no net promoter score is told.

    Parameters
    ----------
    scores : Series
        Whole numbers from ``low`` to ``high``.
    low, high : int, default 1, 10
        The declared scale.
    top : int, default 2
        How many of the highest answers count.
    weights, cluster : Series, optional
        As in `nps`.

    Raises
    ------
    SettingError
        ``out_of_range``.
    DataError
        ``empty``, ``bad_score``, ``bad_weights``.
    """
    checks.whole(low, name="low", low=0, high=high - 1)
    checks.whole(top, name="top", low=1, high=high - low)
    found = answers.known(scores, weights, low=low, high=high)
    hits = (found > high - top).astype(float)
    rows = []
    for name, values, kind, unit in (("top_box", hits, "share", "percent"), ("mean", found, "mean", "number2")):
        estimate = waves.estimate(values, kind, weights=weights, cluster=cluster)
        told = dict(answers.row(estimate))
        flag = told.pop("flag")
        method = {"share": "wilson", "mean": "t_interval"}[kind] + ("_weighted" if weights is not None else "")
        rows.append({"measure": name, **told, "unit": unit, "method": method, "flag": flag})
    table = pd.DataFrame(rows)
    notes = (*answers.missing(scores, found), Note("recommendation_no_nps", {"lo": low, "hi": high}))
    settings = {"low": low, "high": high, "top": top, "weighted": weights is not None}
    first = table.iloc[0]
    if first["flag"] == "suppressed":
        finding = Note("top_box_suppressed", {"n": int(first["n"]), "need": answers.SUPPRESS})
    else:
        numbers = {c: float(first[c]) for c in ("value", "lo", "hi")}
        finding = Note("recommendation_value", {"low": high - top + 1, "high": high, "n": int(first["n"]), **numbers})
    return Recommendation(table=table, settings=settings, notes=notes, finding=finding)


def _row(name: str, hits: pd.Series, **described: Any) -> dict[str, Any]:
    found = waves.estimate(hits, "share", **described)
    mentions = float(hits.sum()) if found.n >= answers.SUPPRESS else np.nan
    return {"group": name, "mentions": mentions, **answers.row(found)}


def _finding(table: pd.DataFrame, scores: Any, top: int, scale: int) -> Note:
    row = table.iloc[0]
    n = int(row["n"])
    if row["flag"] == "suppressed":
        return Note("top_box_suppressed", {"n": n, "need": answers.SUPPRESS})
    values = {c: float(row[c]) for c in ("value", "lo", "hi")}
    if isinstance(scores, pd.DataFrame):
        return Note("top_box_items", {"item": str(row["group"]), "top": top, "scale": scale, "n": n, **values})
    code = "top_box_low_n" if row["flag"] == "low_n" else "top_box_value"
    return Note(code, {"top": top, "scale": scale, "n": n, **values})

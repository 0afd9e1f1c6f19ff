"""Importance and performance of attributes on one map, each side of a cross-hair only where the draws agree.

Importance is either derived (share of the explained variance of an outcome) or
stated (mean of what people said matters to them). The cross-hairs are medians
over the attributes, found anew in every draw.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError, SettingError
from ...core.result import Disclosure, Note, Result
from ._map import Answers, drawn, rows_of, sides, stated_of, values_of
from ._notes import about_rows
from .importance import folds_of
from .question import Question, ask
from .worth import cross_validated

__all__ = ["Quadrants", "quadrants"]

_LOW_N = 30
CODES = {(1, -1): "quadrant_act", (1, 1): "quadrant_keep", (-1, -1): "quadrant_minor", (-1, 1): "quadrant_ample"}
UNDECIDED = "quadrant_undecided"
_HIDES = (
    "importance_value", "importance_lo", "importance_hi", "performance", "performance_lo", "performance_hi",
    "p_important", "p_performing", "stated", "stated_lo", "stated_hi",
)  # fmt: skip


@dataclass(frozen=True, eq=False, kw_only=True)
class Quadrants(Result):
    """One row per attribute, by importance, largest first.

    Attributes
    ----------
    table : DataFrame
        driver; importance_value, importance_lo, importance_hi; performance, performance_lo,
        performance_hi; p_important, p_performing (share of draws above the median attribute);
        quadrant (quadrant_act: important and low, quadrant_keep: important and high,
        quadrant_minor, quadrant_ample, or quadrant_undecided where an interval of the
        distance from a cross-hair includes 0); stated, stated_lo, stated_hi (only with
        ``stated``); n, method, flag.
    ellipse : DataFrame
        driver; sd_importance, sd_performance, correlation of the draws.
    median_importance, median_performance : float
        The cross-hairs.
    """

    ellipse: pd.DataFrame
    median_importance: float
    median_performance: float
    formats: ClassVar[Mapping[str, str]] = {
        **dict.fromkeys(_HIDES, "number2"), "p_important": "percent", "p_performing": "percent", "n": "count",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(hides=_HIDES)


def quadrants(
    importance: pd.Series | pd.DataFrame,
    performance: pd.DataFrame,
    *,
    stated: pd.DataFrame | None = None,
    top: float | None = None,
    weights: Any = None,
    cluster: Any = None,
    n_boot: int = 500,
    seed: int = 0,
) -> Quadrants:  # two sides of one map and how the answers were drawn, hence more than six
    """Which attributes matter more and are rated lower than the others, as far as the answers can tell.

    Parameters
    ----------
    importance : Series or DataFrame
        A Series is the outcome (overall satisfaction): importance is derived, the LMG share of each
        attribute in its explained variance. A DataFrame with the columns of ``performance`` holds stated
        importance: its mean counts.
    performance : DataFrame (n, p)
        Ratings of the attributes, one column each; at least three columns.
    stated : DataFrame, optional
        Stated importance shown beside derived importance.
    top : float, optional
        Performance is then the share of answers at or above this instead of the mean.
    weights, cluster : Series or array, optional
    n_boot : int, default 500
        Draws of respondents (whole clusters); both sides come from the same draw.
    seed : int, default 0

    Raises
    ------
    DataError
        ``missing_columns``, ``not_numeric``, ``too_few_rows``, ``one_level``.
    SettingError
        ``too_few_attributes``, ``too_many_drivers``.

    References
    ----------
    Martilla, J. A. and James, J. C. (1977), Journal of Marketing 41(1), 77–79; medians as
    cross-hairs: Oh, H. (2001), Tourism Management 22, 617–627.
    """
    checks.not_empty(performance, name="performance")
    checks.whole(n_boot, name="n_boot", low=50)
    if performance.shape[1] < 3:
        raise SettingError("too_few_attributes", name="performance", got=performance.shape[1], need=3)
    performance = performance[sorted(performance.columns, key=str)]
    derived, cv = not isinstance(importance, pd.DataFrame), float("nan")
    if derived:
        asked = ask(performance, importance, family="linear", weights=weights, groups=None, always=(), cluster=cluster)
        cv = cross_validated(asked.question, folds_of(asked.labels, len(asked.question.rows), seed))
        notes = [Note("drivers_association"), *about_rows(asked)]
        question: Question | None = asked.question
        rows, w, labels, said = asked.question.rows, asked.question.weights, asked.labels, stated
    else:
        notes = [Note("quadrants_stated")]
        question, said = None, pd.DataFrame(importance)
        rows, w, labels = rows_of(performance, weights, cluster)
    performed, said_values = values_of(performance, rows, top, "performance"), stated_of(said, performance, rows)
    answers = Answers(performed, said_values, w, labels, question)
    refused = derived and not cv > 0
    if refused:
        notes.append(Note("drivers_no_prediction", {"cv": cv}))
    point = sides(answers, answers.weights[None])
    names = list(map(str, performance.columns))
    frame = _table(names, point, drawn(answers, n_boot, seed), show_stated=derived and stated is not None)
    frame["quadrant"] = UNDECIDED if refused else frame["quadrant"]
    counted = performed if derived or said_values is None else performed * said_values
    frame["n"] = np.isfinite(counted).sum(axis=0)
    frame["method"] = "lmg" if derived else "stated"
    frame["flag"] = "not_identified" if refused else np.where(frame["n"] < _LOW_N, "low_n", "ok")
    frame = frame.sort_values(["importance_value", "driver"], ascending=[False, True], ignore_index=True)
    ellipse = frame[["driver", "sd_importance", "sd_performance", "correlation"]]
    settings = {
        "importance": "lmg" if derived else "stated", "top": top, "n_boot": n_boot, "seed": seed,
        "weighted": weights is not None, "clustered": cluster is not None,
    }  # fmt: skip
    return Quadrants(
        table=frame.drop(columns=list(ellipse.columns[1:])), ellipse=ellipse, settings=settings, notes=tuple(notes),
        finding=_finding(frame, refused), median_importance=float(np.median(point[0])),
        median_performance=float(np.median(point[1])),
    )  # fmt: skip


def _table(
    names: list[str], point: tuple[np.ndarray, ...], sample: list[np.ndarray], *, show_stated: bool
) -> pd.DataFrame:
    usable = np.isfinite(sample[0]).all(axis=1) & np.isfinite(sample[1]).all(axis=1)
    first, second = (side[usable] for side in sample[:2])
    if not len(first):
        raise DataError("one_level", n=len(usable))
    frame = pd.DataFrame({"driver": names})
    places = []
    for name, known, draws in (("importance", point[0], first), ("performance", point[1], second)):
        frame["importance_value" if name == "importance" else name] = known[0]
        frame[[f"{name}_lo", f"{name}_hi"]] = np.quantile(draws, [0.025, 0.975], axis=0).T
        distance = draws - np.median(draws, axis=1, keepdims=True)
        frame["p_important" if name == "importance" else "p_performing"] = (distance > 0).mean(axis=0)
        lo, hi = np.quantile(distance, [0.025, 0.975], axis=0)
        places.append(np.where(lo > 0, 1, np.where(hi < 0, -1, 0)))
        frame[f"sd_{name}"] = draws.std(axis=0, ddof=1)
    frame["quadrant"] = [CODES.get((int(a), int(b)), UNDECIDED) for a, b in zip(*places, strict=True)]
    spread = np.maximum(frame["sd_importance"] * frame["sd_performance"], 1e-300)
    both = ((first - first.mean(axis=0)) * (second - second.mean(axis=0))).sum(axis=0) / (len(first) - 1)
    frame["correlation"] = np.clip(both / spread, -1, 1)
    if show_stated:
        frame["stated"] = point[2][0]
        frame[["stated_lo", "stated_hi"]] = np.nanquantile(sample[2], [0.025, 0.975], axis=0).T
    return frame


def _finding(frame: pd.DataFrame, refused: bool) -> Note:
    n = int(frame["n"].min())
    if refused:
        return Note("drivers_no_prediction", {"n": n})
    act = frame.loc[frame["quadrant"] == "quadrant_act", "driver"].tolist()
    if len(act) == 1:
        return Note("quadrants_act", {"driver": act[0], "n": n})
    if act:
        return Note("quadrants_act_many", {"count": len(act), "n": n})
    undecided = int((frame["quadrant"] == UNDECIDED).sum())
    return Note("quadrants_none", {"count": undecided, "of": len(frame), "n": n})

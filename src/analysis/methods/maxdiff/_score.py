"""Counts, utilities and shares of preference of each item."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from scipy import stats
from scipy.special import expit, logit

from ...core import checks
from ...core.errors import DataError
from ...core.result import Disclosure, Note, Result
from . import _logit
from ._long import Sets, sets_of

__all__ = ["HIDES", "LOW_N", "Maxdiff", "prepared", "rows_of", "score"]

LOW_N = 30
HIDES = ("value", "lo", "hi", "score", "score_lo", "score_hi", "utility", "utility_lo", "utility_hi", "best", "worst")
FORMATS: Mapping[str, str] = {
    "value": "percent", "lo": "percent", "hi": "percent", "score": "number2", "score_lo": "number2",
    "score_hi": "number2", "utility": "number2", "utility_lo": "number2", "utility_hi": "number2", "best": "count",
    "worst": "count", "shown": "count", "n": "count",
}  # fmt: skip


@dataclass(frozen=True, eq=False, kw_only=True)
class Maxdiff(Result):
    """One row per item, by share of preference (by score where there is none), largest first.

    Attributes
    ----------
    table : DataFrame
        item; value, lo, hi (share of preference: chance to be chosen as best among all items);
        utility, utility_lo, utility_hi (logit, adding up to zero); score, score_lo, score_hi
        ((best − worst) ÷ shown); best, worst, shown (tasks); n (respondents who saw it), method, flag.
    log_likelihood : float
    tasks : int
        Complete tasks.
    """

    log_likelihood: float
    tasks: int
    formats: ClassVar[Mapping[str, str]] = FORMATS
    disclosure: ClassVar[Disclosure] = Disclosure(hides=HIDES)


def score(choices: pd.DataFrame, *, weights: Any = None, cluster: Any = None, level: float = 0.95) -> Maxdiff:
    """How much each item is wanted, from choices of the best and the worst of a few.

    Parameters
    ----------
    choices : DataFrame
        response_id, task, item, chosen (best, worst, none), optionally shown; see `long`.
    weights : Series, optional
        Index response_id; a respondent without one counts 0.
    cluster : Series, optional
        Index response_id: hospital. Default: the respondent.
    level : float, default 0.95

    Raises
    ------
    DataError
        ``missing_columns``, ``maxdiff_chosen``, ``maxdiff_twice``, ``maxdiff_no_choice``.

    References
    ----------
    Finn, A. and Louviere, J. J. (1992), Journal of Public Policy & Marketing 11(2), 12–25 (scores);
    Marley and Louviere (2005), Journal of Mathematical Psychology 49, 464–480 (best, then worst).
    """
    checks.number(level, name="level", low=0.5, high=0.9999)
    sets, w, labels = prepared(choices, weights, cluster)
    frame, fitted, notes = rows_of(sets, w, labels, level)
    by = "value" if fitted is not None else "score"
    frame = frame.sort_values([by, "item"], ascending=[False, True], ignore_index=True)
    notes.insert(0, Note("maxdiff_shares"))
    if sets.left_out:
        notes.append(Note("maxdiff_left_out", {"count": sets.left_out, "of": sets.left_out + len(sets.best)}))
    settings = {"weighted": weights is not None, "clustered": cluster is not None, "level": level}
    return Maxdiff(
        table=frame, settings=settings, notes=tuple(notes), finding=_finding(frame, sets, fitted),
        log_likelihood=float("nan") if fitted is None else fitted.log_likelihood, tasks=len(sets.best),
    )  # fmt: skip


def prepared(choices: pd.DataFrame, weights: Any, cluster: Any) -> tuple[Sets, np.ndarray, np.ndarray]:
    """Complete tasks, the weight of each task's respondent (mean 1 over tasks) and its cluster."""
    sets = sets_of(choices)
    w = np.ones(len(sets.person))
    if weights is not None:
        w = _by_person(weights, sets, "weights").fillna(0.0).to_numpy(dtype=float)[sets.person]
    if not w.sum() > 0:
        raise DataError("maxdiff_no_choice", count=len(w))
    labels = sets.person
    if cluster is not None:
        named = _by_person(cluster, sets, "cluster")
        own = pd.Series([f"?{i}" for i in range(len(named))], index=named.index)
        labels = pd.factorize(named.astype("object").where(named.notna(), own).map(str), sort=True)[0][sets.person]
    return sets, w / w.mean(), labels


def _by_person(values: pd.Series, sets: Sets, name: str) -> pd.Series:
    checks.unique_index(values, name=name)
    return values.reindex(sets.people)


def rows_of(
    sets: Sets, w: np.ndarray, labels: np.ndarray, level: float
) -> tuple[pd.DataFrame, _logit.Utilities | None, list[Note]]:
    """Counts, and utilities where the choices hang together."""
    p, rows = len(sets.items), np.arange(len(sets.best))
    sign = np.zeros((len(rows), p))
    sign[rows, sets.best], sign[rows, sets.worst] = 1, -1
    frame = pd.DataFrame({"item": sets.items})
    notes, fitted = [], None
    apart = _logit.pieces(sets, strong=False)
    if len(apart) > 1:
        notes.append(Note("maxdiff_unconnected", {"count": len(apart), "items": apart[0]}))
    elif len(_logit.pieces(sets, strong=True)) > 1:
        notes.append(Note("maxdiff_one_sided"))
    else:
        fitted = _logit.fit(sets, w, labels)
    for name, values in zip(("value", "utility"), _intervals(fitted, p, level), strict=True):
        low, high = ("lo", "hi") if name == "value" else (f"{name}_lo", f"{name}_hi")
        frame[[name, low, high]] = values.T
    frame[["score", "score_lo", "score_hi"]] = _counted(sign, sets.shown, w, labels, level).T
    frame["best"], frame["worst"] = (sign > 0).sum(axis=0), (sign < 0).sum(axis=0)
    frame["shown"] = sets.shown.sum(axis=0)
    seen = pd.DataFrame(sets.shown).groupby(sets.person).any().sum()
    frame["n"] = seen.to_numpy()
    frame["method"] = "best_worst_logit"
    frame["flag"] = "not_identified" if fitted is None else np.where(frame["n"] < LOW_N, "low_n", "ok")
    return frame, fitted, notes


def _intervals(fitted: _logit.Utilities | None, p: int, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Shares of preference (3, p) and utilities (3, p): value, lo, hi; shares by the delta method on the logit."""
    if fitted is None:
        return np.full((3, p), np.nan), np.full((3, p), np.nan)
    t = float(stats.t.ppf((1 + level) / 2, max(fitted.clusters - 1, 1)))
    u = fitted.value
    half = t * np.sqrt(np.maximum(np.diag(fitted.covariance), 0))
    share = np.exp(u) / np.exp(u).sum()
    slope = (np.eye(p) - share) / (1 - share)[:, None]
    wide = t * np.sqrt(np.maximum(np.einsum("ij,jk,ik->i", slope, fitted.covariance, slope), 0))
    return np.stack([share, expit(logit(share) - wide), expit(logit(share) + wide)]), np.stack([u, u - half, u + half])


def _counted(sign: np.ndarray, shown: np.ndarray, w: np.ndarray, labels: np.ndarray, level: float) -> np.ndarray:
    """Score of each item with a linearised interval clustered as told: array (3, p)."""
    total = w @ shown
    value = w @ sign / total
    groups = int(labels.max()) + 1
    away = w[:, None] * (sign - shown * value)
    summed = np.stack([np.bincount(labels, weights=column, minlength=groups) for column in away.T])
    used = len(np.unique(labels))
    if used < 2:
        return np.stack([value, np.full_like(value, np.nan), np.full_like(value, np.nan)])
    half = stats.t.ppf((1 + level) / 2, used - 1) * np.sqrt(used / (used - 1) * (summed**2).sum(axis=1)) / total
    return np.stack([value, np.maximum(value - half, -1), np.minimum(value + half, 1)])


def _finding(frame: pd.DataFrame, sets: Sets, fitted: _logit.Utilities | None) -> Note:
    n = len(np.unique(sets.person))
    if fitted is None:
        return Note("maxdiff_not_identified", {"n": n})
    top = frame.iloc[0]
    values = {"item": top["item"], "value": float(top["value"]), "lo": float(top["lo"]), "hi": float(top["hi"]), "n": n}
    first = sets.items.index(str(top["item"]))
    others = [i for i in range(len(sets.items)) if i != first]
    own = np.diag(fitted.covariance)
    spread = np.sqrt(np.maximum(own[first] + own[others] - 2 * fitted.covariance[first, others], 0.0))
    # ahead of every other one: needs no allowance for how many there are
    clear = (
        fitted.value[first] - fitted.value[others] > stats.t.ppf(0.975, max(fitted.clusters - 1, 1)) * spread
    ).all()
    return Note("maxdiff_first" if clear else "maxdiff_among_first", values)

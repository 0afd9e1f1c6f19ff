"""The question put to the drivers: outcome, columns and players, checked once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ...core.errors import DataError, SettingError

__all__ = ["LIMITS", "Asked", "Question", "aligned", "ask", "players_of", "question_of"]

#: greatest number of players for which all subsets are computed
LIMITS = {"linear": 22, "logit": 12, "ordinal": 12}


@dataclass(frozen=True, eq=False)
class Question:
    """Outcome, columns and players of one analysis; rows in a fixed order.

    Attributes
    ----------
    X : array (n, c)
        Drivers, standardised. NaN, here and in y, where rows with gaps are kept.
    y : array (n,)
        The outcome; level codes for logit and ordinal.
    family : str
    players : list of lists of int
        Columns of each player.
    always : list of int
        Columns in every subset.
    weights : array (n,)
        Mean 1.
    rows : array of int (n,)
        Their places in the frame that came in.
    """

    X: np.ndarray
    y: np.ndarray
    family: str
    players: list[list[int]]
    always: list[int]
    weights: np.ndarray
    rows: np.ndarray


@dataclass(frozen=True, eq=False)
class Asked:
    """A question with the names of its players and what was done to get it.

    Attributes
    ----------
    names : list of str
        Players, in the order of ``question.players``.
    question : Question
        Of the complete rows.
    labels : array (n,) or None
        Cluster of each row.
    whole : (Question, array (n,) or None)
        The same with rows that have gaps, and their clusters; that of the complete rows unless asked for.
    dropped : int
        Rows left out because an answer is missing.
    worst : tuple of (str, int)
        The column with most gaps, and the complete rows there would be without it.
    base : dict of str to str
        Level that stands for 0 in each categorical column.
    """

    names: list[str]
    question: Question
    labels: np.ndarray | None
    whole: tuple[Question, np.ndarray | None]
    dropped: int
    worst: tuple[str, int]
    base: dict[str, str]


def ask(
    X: pd.DataFrame,
    y: Any,
    *,
    family: str,
    weights: Any,
    groups: Mapping[str, Sequence[str]] | None,
    always: Sequence[str],
    cluster: Any,
    gaps: bool = False,
) -> Asked:  # the settings of `importance`, hence more than six
    """Everything checked and turned into numbers: categorical columns become groups of indicators."""
    numbers, parts, base = _indicators(X)
    sets = {str(k): [p for c in members for p in parts.get(str(c), [str(c)])] for k, members in (groups or {}).items()}
    taken = {c for members in sets.values() for c in members}
    sets |= {name: columns for name, columns in parts.items() if not taken & set(columns)}
    names, players, kept = players_of(numbers, sets, always, family)
    question, labels, dropped = question_of(numbers, y, family, weights, cluster, players, kept)
    whole = question, labels
    if gaps:
        whole = question_of(numbers, y, family, weights, cluster, players, kept, gaps=True)[:2]
    empty = X.isna().set_axis(X.columns.astype(str), axis=1)
    column = str(empty.sum().idxmax())
    answered = ~pd.isna(aligned(y, X, "y"))
    without = int((answered & ~empty.drop(columns=column).any(axis=1)).sum())
    return Asked(names, question, labels, whole, dropped, (column, without), base)


def _indicators(X: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, list[str]], dict[str, str]]:
    """Columns of dtype category as 0/1 columns, one for each level but the most frequent."""
    out, parts, base = {}, {}, {}
    for name in X.columns:
        if not isinstance(X[name].dtype, pd.CategoricalDtype):
            out[str(name)] = X[name]
            continue
        text = X[name].astype("object").map(str, na_action="ignore")
        count = text.value_counts().sort_index().sort_values(ascending=False, kind="stable")
        if len(count) < 2:
            raise DataError("one_level_column", column=str(name), n=int(count.sum()))
        base[str(name)] = str(count.index[0])
        levels = sorted(count.index[1:])
        parts[str(name)] = [f"{name}={level}" for level in levels]
        for level in levels:
            out[f"{name}={level}"] = (text == level).astype(float).where(text.notna())
    return pd.DataFrame(out, index=X.index), parts, base


def players_of(
    X: pd.DataFrame, groups: Mapping[str, Sequence[str]] | None, always: Sequence[str], family: str
) -> tuple[list[str], list[list[int]], list[int]]:
    """Names of the players, their columns, and the columns that are always in."""
    place = {str(c): i for i, c in enumerate(X.columns)}
    sets = {str(name): [str(c) for c in members] for name, members in (groups or {}).items()}
    known = {*place, *sets}
    unknown = [c for c in (*always, *(c for members in sets.values() for c in members)) if str(c) not in known]
    if unknown:
        raise SettingError("unknown_columns", name="groups, always", got=unknown, found=list(place)[:30])
    grouped = [c for members in sets.values() for c in members]
    twice = sorted({c for c in grouped if grouped.count(c) > 1})
    if twice:
        raise SettingError("column_twice", name="groups", got=twice)
    every = {**sets, **{c: [c] for c in place if c not in grouped}}
    kept = [place[c] for name in always for c in every.get(str(name), [str(name)])]
    names = sorted(name for name in every if name not in {str(a) for a in always})
    columns = [[place[c] for c in every[name] if place[c] not in kept] for name in names]
    names, columns = [n for n, c in zip(names, columns, strict=True) if c], [c for c in columns if c]
    if not names:
        raise SettingError("no_drivers", name="X")
    if len(names) > LIMITS[family]:
        raise SettingError("too_many_drivers", got=len(names), limit=LIMITS[family], family=family)
    return names, columns, kept


def question_of(
    X: pd.DataFrame, y: Any, family: str, weights: Any, cluster: Any, players: list[list[int]], kept: list[int],
    *, gaps: bool = False,
) -> tuple[Question, np.ndarray | None, int]:  # fmt: skip
    """Complete rows, or with ``gaps`` all that answered anything, in the order of the index; columns standardised."""
    text = [str(c) for c in X.columns if not pd.api.types.is_numeric_dtype(X[c])]
    if text:
        raise DataError("not_numeric", name="X", columns=text[:20])
    frame = pd.DataFrame({"y": aligned(y, X, "y"), "w": aligned(1.0 if weights is None else weights, X, "weights")})
    labels = None if cluster is None else aligned(cluster, X, "cluster")
    values = X.to_numpy(dtype=float)
    there = np.isfinite(np.column_stack([values, frame["y"].to_numpy(dtype=float)]))
    # a weight that is missing leaves the row out
    good = (there.any(axis=1) if gaps else there.all(axis=1)) & (frame["w"].to_numpy(dtype=float) > 0)
    good &= np.isfinite(frame["w"].to_numpy(dtype=float))
    order = np.argsort(X.index.to_numpy(), kind="stable") if X.index.is_unique else np.arange(len(X))
    order = order[good[order]]
    outcome, w = frame["y"].to_numpy(dtype=float)[order], frame["w"].to_numpy(dtype=float)[order]
    if len(order) < X.shape[1] + 3:
        raise DataError("too_few_rows", n=len(order), need=X.shape[1] + 3)
    levels = np.unique(outcome[np.isfinite(outcome)])
    if len(levels) < 2:
        raise DataError("one_level", n=len(order))
    if family == "logit" and not np.array_equal(levels, [0, 1]):
        raise DataError("not_binary", name="y", got=[float(v) for v in levels[:5]])
    if family != "linear":
        outcome = np.searchsorted(levels, outcome)
    x = values[order] - np.nanmean(values[order], axis=0)
    spread = np.nanstd(x, axis=0)
    x = x / np.where(spread > 1e-12 * (np.nanmax(np.abs(values[order]), axis=0) + 1e-300), spread, np.inf)
    question = Question(x, outcome, family, players, kept, w / w.mean(), order)
    return question, None if labels is None else np.asarray(labels, dtype=object)[order], len(X) - len(order)


def aligned(values: Any, X: pd.DataFrame, name: str) -> np.ndarray:
    """Values in X's row order: a Series by its index, an array as it stands."""
    if isinstance(values, pd.Series) and X.index.is_unique and values.index.is_unique:
        return values.reindex(X.index).to_numpy()
    out = np.full(len(X), values) if np.isscalar(values) else np.asarray(values)
    if len(out) != len(X):
        raise DataError("length", name=name, got=len(out), want=len(X))
    return out

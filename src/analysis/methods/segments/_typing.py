"""A few questions that say in which segment a customer belongs: `typing_tool` and `type_customers`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError, SettingError
from ...core.result import Disclosure, Note, Result
from ...stats import intervals
from . import _asking, _discriminant
from ._fit import LOW_N
from ._recipe import numeric

__all__ = ["TypingTool", "type_customers", "typing_tool"]


@dataclass(frozen=True, eq=False, kw_only=True)
class TypingTool(Result):
    """Questions, coefficients, and how well they reproduce the segments.

    Attributes
    ----------
    table : DataFrame
        One row per number of questions: questions, value (share of customers put in their own segment, questions
        chosen anew in each fold), lo, hi, n, balanced (mean over the segments), base (share of the largest segment),
        recommended, method, flag.
    asked : DataFrame
        The recommended questions in the order of their choice: question, step (log1p: take ln(1 + answer) first;
        as_is), fill (what a missing answer counts as).
    coefficients : DataFrame
        question (or ``intercept``), segment, coefficient: score of a segment = intercept + Σ coefficient · answer
        after its step; the highest score wins, exp(score) ÷ Σ exp(score) is its probability.
    recall : DataFrame
        One row per segment: segment, n, value (share found by the recommended tool, held-out folds), lo, hi, flag.
    confusion : DataFrame
        segment, typed_as, n (held-out folds).
    """

    asked: pd.DataFrame
    coefficients: pd.DataFrame
    recall: pd.DataFrame
    confusion: pd.DataFrame
    formats: ClassVar[Mapping[str, str]] = {
        "questions": "count", "value": "percent", "balanced": "percent", "base": "percent",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(keys=("questions", "segment", "typed_as", "coefficient", "fill"))


def typing_tool(
    answers: pd.DataFrame, labels: pd.Series, *, questions: tuple[int, int] = (3, 10), folds: int = 5, seed: int = 0
) -> TypingTool:
    """The 3 to 10 questions that reproduce the segments, with an honest measure of how well.

    Questions are chosen one by one by linear discriminant analysis. Accuracy is nested: in each fold the choice is
    made again from the other customers alone. The recommended number is the smallest within one standard error of
    the best.

    Parameters
    ----------
    answers : DataFrame
        Customers by possible questions, as numbers (answers of a scale, features). Only what can be known of a new
        customer before the segment is: what followed from the segment (visits, offers, later purchases) would leak.
    labels : Series
        Segment of each customer; 0 (fits none) is left out.
    questions : (int, int), default (3, 10)
        Fewest and most questions; fewer where there are not as many columns.
    folds : int, default 5
    seed : int, default 0

    Returns
    -------
    TypingTool

    Raises
    ------
    DataError
        Fewer than two segments, or a segment with fewer customers than folds.
    SettingError

    References
    ----------
    Hastie, Tibshirani and Friedman (2009), The Elements of Statistical Learning, 4.3 (discriminant analysis), 7.10
    (selection inside cross-validation, one-standard-error rule).
    """
    low, most = _range(questions)
    checks.whole(folds, name="folds", low=2, high=20)
    checks.whole(seed, name="seed", low=0)
    X, y, numbers, names = _input(answers, labels, folds)
    low, most = min(low, len(names)), min(most, len(names))
    counts = list(range(low, most + 1))
    fold = _asking.folds_of(y, folds, seed)
    typed = np.full((len(counts), len(y)), -1)
    for held in range(folds):
        out = fold == held
        _asking.type_fold(X, y, len(numbers), out, counts, typed)
    table = _table(typed, y, counts, len(numbers))
    best = int(table.loc[table["recommended"], "questions"].iloc[0])
    at = counts.index(best)
    asked, coefficients = _asking.tool_of(X, y, numbers, names, best)
    return TypingTool(
        table=table,
        settings={"questions": [low, most], "folds": folds, "seed": seed, "n": len(y), "model": "lda",
                  "segments": numbers, "candidates": len(names)},
        notes=_notes(answers, labels, table),
        finding=_finding(table),
        asked=asked,
        coefficients=coefficients,
        recall=_recall(typed[at], y, numbers),
        confusion=_confusion(typed[at], y, numbers),
    )  # fmt: skip


def type_customers(tool: TypingTool, answers: pd.DataFrame) -> pd.DataFrame:
    """Put customers in segments by their answers.

    Parameters
    ----------
    tool : TypingTool
    answers : DataFrame
        At least the questions of ``tool.asked``; a missing answer counts as the median of those asked before.

    Returns
    -------
    DataFrame
        Index as given; segment, probability, answered (share of the questions with an answer).
    """
    names = tool.asked["question"].tolist()
    checks.columns(answers, names, name="answers")
    frame = answers[names].astype("float64")
    X = np.column_stack([
        _asking.stepped(frame[row["question"]].fillna(row["fill"]).to_numpy(), row["step"])
        for row in tool.asked.to_dict("records")
    ])  # fmt: skip
    wide = tool.coefficients.set_index(["segment", "question"])["coefficient"].unstack()  # noqa: PD010
    found = np.exp(_discriminant.scores(X, wide[names].to_numpy(), wide["intercept"].to_numpy()))
    return pd.DataFrame(
        {"segment": wide.index.to_numpy()[found.argmax(axis=1)], "probability": found.max(axis=1),
         "answered": frame.notna().mean(axis=1).to_numpy()},
        index=answers.index,
    )  # fmt: skip


def _range(questions: tuple[int, int]) -> tuple[int, int]:
    if len(questions) != 2:
        raise SettingError("cuts", name="questions", lo=1, hi=30, got=list(questions))
    for number in questions:
        checks.whole(number, name="questions", low=1, high=30)
    if questions[0] > questions[1]:
        raise SettingError("cuts", name="questions", lo=1, hi=30, got=list(questions))
    return int(questions[0]), int(questions[1])


def _input(
    answers: pd.DataFrame, labels: pd.Series, folds: int
) -> tuple[pd.DataFrame, np.ndarray, list[int], list[str]]:
    frame = numeric(answers)
    checks.unique_index(labels, name="labels")
    used = labels[labels.index.isin(frame.index) & (labels > 0)]
    frame = frame[frame.index.isin(used.index)].dropna(axis=1, how="all")
    frame = frame.loc[:, frame.nunique() > 1]
    used = used.reindex(frame.index).astype("int64")
    size = used.value_counts().sort_index()
    if len(size) < 2 or size.min() < folds or frame.empty:
        raise DataError("typing_too_few", segments=len(size), least=int(size.min()) if len(size) else 0, folds=folds)
    numbers = [int(number) for number in size.index]
    return frame, np.searchsorted(numbers, used.to_numpy()), numbers, [str(c) for c in frame.columns]


def _table(typed: np.ndarray, y: np.ndarray, counts: list[int], k: int) -> pd.DataFrame:
    hits = (typed == y).sum(axis=1)
    n = len(y)
    lo, hi = intervals.wilson(hits, np.full(len(hits), n))
    balanced = [np.mean([(found[y == j] == j).mean() for j in range(k)]) for found in typed]
    share = hits / n
    best = int(share.argmax())
    error = np.sqrt(share[best] * (1 - share[best]) / n)
    enough = int(np.flatnonzero(share >= share[best] - error)[0])
    return pd.DataFrame({
        "questions": counts, "value": share, "lo": lo, "hi": hi, "n": n, "balanced": balanced,
        "base": np.bincount(y).max() / n, "recommended": np.arange(len(counts)) == enough, "method": "wilson",
        "flag": "low_n" if np.bincount(y).min() < LOW_N else "ok",
    })  # fmt: skip


def _recall(typed: np.ndarray, y: np.ndarray, numbers: list[int]) -> pd.DataFrame:
    size = np.bincount(y, minlength=len(numbers))
    hits = np.array([(typed[y == j] == j).sum() for j in range(len(numbers))])
    lo, hi = intervals.wilson(hits, size)
    return pd.DataFrame({
        "segment": numbers, "n": size, "value": hits / size, "lo": lo, "hi": hi,
        "flag": np.where(size < LOW_N, "low_n", "ok"),
    })  # fmt: skip


def _confusion(typed: np.ndarray, y: np.ndarray, numbers: list[int]) -> pd.DataFrame:
    k = len(numbers)
    counts = np.bincount(y * k + typed, minlength=k * k)
    return pd.DataFrame({"segment": np.repeat(numbers, k), "typed_as": np.tile(numbers, k), "n": counts})


def _notes(answers: pd.DataFrame, labels: pd.Series, table: pd.DataFrame) -> tuple[Note, ...]:
    notes = [Note("typing_leak", {})]
    left = int((~answers.index.isin(labels.index[labels > 0])).sum())
    if left:
        notes.append(Note("typing_left_out", {"count": left}))
    if (table["flag"] == "low_n").any():
        notes.append(Note("typing_small_segment", {"least": LOW_N}))
    return tuple(notes)


def _finding(table: pd.DataFrame) -> Note:
    row = table[table["recommended"]].iloc[0]
    values: dict[str, Any] = {"questions": int(row["questions"]), "n": int(row["n"])}
    values |= {name: float(row[name]) for name in ("value", "lo", "hi", "base")}
    return Note("typing_works" if row["lo"] > row["base"] else "typing_no_better", values)

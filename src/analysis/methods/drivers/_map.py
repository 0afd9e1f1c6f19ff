"""The answers behind a map of importance and rating, and both sides of it for any weights of the rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError
from ...stats import bootstrap
from .question import Question, aligned
from .worth import parts_of

__all__ = ["Answers", "drawn", "rows_of", "sides", "stated_of", "values_of"]

#: numbers in one block of draws
_BLOCK = 2_000_000


@dataclass(frozen=True, eq=False)
class Answers:
    """What is needed of the rows: performance, stated importance, weights, cluster, and how importance comes."""

    performance: np.ndarray
    stated: np.ndarray | None
    weights: np.ndarray
    labels: np.ndarray | None
    question: Question | None


def drawn(answers: Answers, n_boot: int, seed: int) -> list[np.ndarray]:
    """Both sides, and stated importance, in every draw of respondents."""
    n = len(answers.weights)
    blocks = bootstrap.multiplicity_blocks(
        n, n_boot=n_boot, seed=seed, cluster=answers.labels, size=max(1, _BLOCK // n)
    )
    return [np.concatenate(side) for side in zip(*(sides(answers, t * answers.weights) for t in blocks), strict=True)]


def rows_of(performance: pd.DataFrame, weights: Any, cluster: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    """Rows in the order of the index, their weights (mean 1) and clusters."""
    index = performance.index
    order = np.argsort(index.to_numpy(), kind="stable") if index.is_unique else np.arange(len(index))
    w = aligned(1.0 if weights is None else weights, performance, "weights").astype(float)
    order = order[np.nan_to_num(w[order]) > 0]
    if len(order) < 3:
        raise DataError("too_few_rows", n=len(order), need=3)
    labels = None if cluster is None else aligned(cluster, performance, "cluster").astype(object)[order]
    return order, w[order] / w[order].mean(), labels


def values_of(frame: pd.DataFrame, rows: np.ndarray, top: float | None, name: str) -> np.ndarray:
    """Ratings of the rows, or whether they reach ``top``; NaN where nothing was answered."""
    text = [str(c) for c in frame.columns if not pd.api.types.is_numeric_dtype(frame[c])]
    if text:
        raise DataError("not_numeric", name=name, columns=text[:20])
    values = frame.to_numpy(dtype=float)[rows]
    return values if top is None else np.where(np.isnan(values), np.nan, values >= top)


def stated_of(stated: pd.DataFrame | None, performance: pd.DataFrame, rows: np.ndarray) -> np.ndarray | None:
    """Stated importance of the same attributes on the same rows."""
    if stated is None:
        return None
    checks.columns(stated, list(performance.columns), name="stated importance")
    return values_of(stated.reindex(performance.index)[list(performance.columns)], rows, None, "stated importance")


def sides(answers: Answers, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Importance, performance and stated importance of each attribute, one row per row of weights."""
    performed = _means(answers.performance, weights)
    said = np.full_like(performed, np.nan) if answers.stated is None else _means(answers.stated, weights)
    if answers.question is None:
        return said, performed, said
    parts, _ = parts_of(answers.question, weights)
    total = parts.sum(axis=1, keepdims=True)
    return np.divide(parts, total, out=np.full_like(parts, np.nan), where=total > 0), performed, said


def _means(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Weighted means over those who answered; NaN where nobody did."""
    answered = np.isfinite(values)
    total = weights @ answered
    return np.divide(weights @ np.where(answered, values, 0), total, out=np.full(total.shape, np.nan), where=total > 0)

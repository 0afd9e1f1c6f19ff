"""What a typing tool asks: choice of questions, how their answers enter, and the coefficients."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from . import _discriminant
from ._transforms import skew

__all__ = ["folds_of", "stepped", "tool_of", "type_fold"]

_SKEWED = 1.0
#: rows on which questions are chosen; the coefficients always use all
_ROWS = 3_000


def folds_of(y: np.ndarray, folds: int, seed: int) -> np.ndarray:
    """Fold of each row: customers of every segment spread evenly, at random."""
    rng = np.random.default_rng([seed, 11])
    fold = np.empty(len(y), dtype=int)
    for segment in np.unique(y):
        here = np.flatnonzero(y == segment)
        fold[rng.permutation(here)] = (np.arange(len(here)) + rng.integers(folds)) % folds
    return fold


def type_fold(X: pd.DataFrame, y: np.ndarray, k: int, out: np.ndarray, counts: list[int], typed: np.ndarray) -> None:
    """Segments of the held-out rows by tools made from the others (in place)."""
    steps = [_learn(X[name][~out]) for name in X.columns]
    scaled = _scaled(X, steps)
    order = _choose(scaled[~out], y[~out], k, counts[-1])
    found = _discriminant.moments(scaled[~out], y[~out], k)
    for place, count in enumerate(counts):
        slopes, constants = _discriminant.weights(found, order[:count])
        typed[place, out] = _discriminant.scores(scaled[out][:, order[:count]], slopes, constants).argmax(axis=1)


def _choose(X: np.ndarray, y: np.ndarray, k: int, most: int) -> list[int]:
    # every so many rows in the order of the ids, all segments kept
    every = max(1, len(X) // _ROWS)
    rows = np.unique(
        np.concatenate([np.flatnonzero(y == j)[:: every if (y == j).sum() > every else 1] for j in range(k)])
    )
    return _discriminant.choose(X[rows], y[rows], k, most)


def _learn(column: pd.Series) -> dict[str, Any]:
    """How one question enters: step, fill for a missing answer, centre and spread."""
    seen = column.dropna().to_numpy()
    if not seen.size:
        return {"step": "as_is", "fill": 0.0, "centre": 0.0, "spread": 1.0}
    step = "log1p" if seen.min() >= 0 and skew(seen) > _SKEWED > abs(skew(np.log1p(seen))) else "as_is"
    fill = float(np.median(seen))
    values = stepped(column.fillna(fill).to_numpy(), step)
    spread = float(values.std())
    return {"step": step, "fill": fill, "centre": float(values.mean()), "spread": spread if spread > 0 else 1.0}


def stepped(values: np.ndarray, step: str) -> np.ndarray:
    return np.log1p(np.maximum(values, 0)) if step == "log1p" else values


def _scaled(X: pd.DataFrame, steps: list[dict[str, Any]]) -> np.ndarray:
    columns = [
        (stepped(X[name].fillna(how["fill"]).to_numpy(), how["step"]) - how["centre"]) / how["spread"]
        for name, how in zip(X.columns, steps, strict=True)
    ]
    return np.column_stack(columns)


def tool_of(
    X: pd.DataFrame, y: np.ndarray, numbers: list[int], names: list[str], count: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    steps = [_learn(X[name]) for name in X.columns]
    scaled, k = _scaled(X, steps), len(numbers)
    order = _choose(scaled, y, k, count)
    slopes, constants = _discriminant.weights(_discriminant.moments(scaled, y, k), order)
    spread, centre = (np.array([steps[i][what] for i in order]) for what in ("spread", "centre"))
    # in the units of the answers, so that a spreadsheet needs nothing else
    slopes = slopes / spread
    constants = constants - slopes @ centre
    asked = pd.DataFrame([{"question": names[i], "step": steps[i]["step"], "fill": steps[i]["fill"]} for i in order])
    rows = [
        {"question": word, "segment": number, "coefficient": float(value)}
        for j, number in enumerate(numbers)
        for word, value in zip(["intercept", *asked["question"]], [constants[j], *slopes[j]], strict=True)
    ]
    return asked, pd.DataFrame(rows)

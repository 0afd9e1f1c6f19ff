"""What means and tables share: the sample checked, the covariance of its clusters' sums."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ...core.errors import DataError

__all__ = ["covariance_of", "sample"]


def sample(values: Any, weights: Any, cluster: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Values, weights, and the number of each respondent's cluster."""
    y = np.asarray(values, dtype=float).ravel()
    w = np.ones(len(y)) if weights is None else np.asarray(weights, dtype=float).ravel()
    for name, other in (("weights", w), ("cluster", cluster)):
        if other is not None and len(other) != len(y):
            raise DataError("length", name=name, got=len(other), want=len(y))
    wrong = ~(np.isfinite(w) & (w > 0))
    if wrong.any():
        raise DataError("bad_weights", name="weights", count=int(wrong.sum()))
    if cluster is None:
        return y, w, np.arange(len(y))
    label = pd.Series(np.asarray(cluster, dtype=object))
    code, names = pd.factorize(label.where(label.notna()), sort=False)
    alone = code < 0
    code[alone] = len(names) + np.arange(alone.sum())
    return y, w, code


def covariance_of(parts: np.ndarray, code: np.ndarray) -> tuple[np.ndarray, int]:
    """Covariance of the column sums of ``parts``, clusters drawn with replacement; clusters − 1."""
    _, number = np.unique(code, return_inverse=True)
    count = int(number.max()) + 1
    sums = np.zeros((count, parts.shape[1]))
    np.add.at(sums, number, parts)
    sums -= sums.mean(axis=0)
    return (sums.T @ sums * count / (count - 1) if count > 1 else np.zeros((parts.shape[1],) * 2)), count - 1

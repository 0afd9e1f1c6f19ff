"""Whether segments are more than classes of size: the same run with and without the size features."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from sklearn.metrics import adjusted_rand_score

from ...core import checks
from ...core.errors import DataError, SettingError
from ...core.result import Disclosure, Note, Result
from ._fit import fit
from ._place import nearest
from ._prepare import Prepared, matrix_of

__all__ = ["SizeInfluence", "size_influence"]

#: segments tell this much of the variance of size or more: they go with size
_LARGE = 0.5
#: runs that agree this much or more say the same
_SAME = 0.5


@dataclass(frozen=True, eq=False, kw_only=True)
class SizeInfluence(Result):
    """Segments with and without the size features.

    Attributes
    ----------
    table : DataFrame
        Two rows: run (with_size, without_size), n_features, eta_squared (share of the variance of size
        between the segments, mean of the size features), smallest and largest (shares of customers),
        n_smallest, agreement (adjusted Rand index of the two runs).
    agreement : float
        1 the same customers together in both runs, 0 what chance gives.
    """

    agreement: float
    layout: ClassVar[str] = "table"
    formats: ClassVar[Mapping[str, str]] = {
        "eta_squared": "percent", "smallest": "percent", "largest": "percent", "agreement": "number2",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(counts=("n_smallest",), hides=("smallest",))


def size_influence(
    features: pd.DataFrame | Prepared, *, size: Sequence[str] = ("value_12m",), k: int, seed: int = 0
) -> SizeInfluence:
    """Learn ``k`` segments (k-means) with and without the size features, and compare.

    Parameters
    ----------
    features : Prepared or DataFrame
        As in `fit`.
    size : sequence of str, default ("value_12m",)
        Features that say how large a customer is.
    k : int
    seed : int, default 0

    Returns
    -------
    SizeInfluence

    Raises
    ------
    DataError
        No other feature, or fewer different customers than segments.
    SettingError
        A size feature that is not among the features used.

    References
    ----------
    Hubert and Arabie (1985), Journal of Classification 2, 193–218 (adjusted Rand index).
    """
    matrix, _recipe, notes = matrix_of(features)
    checks.whole(k, name="k", low=2, high=50)
    if len(size) == 0:
        raise SettingError("segments_no_size")
    for name in size:
        checks.choice(name, [str(c) for c in matrix.columns], name="size")
    rest = matrix.drop(columns=list(size))
    if rest.shape[1] == 0:
        raise DataError("segments_only_size", count=len(size))
    runs = {"with_size": _labels(matrix, k, seed), "without_size": _labels(rest, k, seed)}
    agreement = float(adjusted_rand_score(*runs.values()))
    table = pd.DataFrame([
        {"run": name, "n_features": columns, **_shape(labels, matrix[list(size)].to_numpy()), "agreement": agreement}
        for (name, labels), columns in zip(runs.items(), (matrix.shape[1], rest.shape[1]), strict=True)
    ])  # fmt: skip
    return SizeInfluence(
        table=table,
        settings={"size": [str(name) for name in size], "k": k, "seed": seed, "n": len(matrix)},
        notes=notes,
        finding=_finding(table, agreement),
        agreement=agreement,
    )


def _labels(matrix: pd.DataFrame, k: int, seed: int) -> np.ndarray:
    """Nearest centre of every customer, also beyond the limit."""
    return nearest(fit(matrix, k=k, seed=seed), matrix)[0]


def _shape(labels: np.ndarray, size: np.ndarray) -> dict[str, Any]:
    count = np.bincount(labels)[1:]
    deviation = size - size.mean(axis=0)
    means = np.stack([deviation[labels == j + 1].mean(axis=0) for j in range(len(count))])
    between = (count[:, None] * means**2).sum(axis=0)
    return {
        "eta_squared": float((between / (deviation**2).sum(axis=0)).mean()),
        "smallest": float(count.min() / len(labels)), "largest": float(count.max() / len(labels)),
        "n_smallest": int(count.min()),
    }  # fmt: skip


def _finding(table: pd.DataFrame, agreement: float) -> Note:
    with_size, without = (float(v) for v in table["eta_squared"])
    values = {"with_size": with_size, "without_size": without, "agreement": agreement}
    if with_size < _LARGE:
        return Note("segments_beyond_size", values)
    return Note("segments_by_size" if agreement < _SAME else "segments_with_size", values)

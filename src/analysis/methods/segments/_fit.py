"""The segment model: learned once on all regions (`fit`), then used as it is (`assign`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError
from ...core.result import Disclosure, Note, Result
from ...stats import intervals
from . import _partition, _recipe
from ._prepare import Prepared, distinct, matrix_of, with_recipe

__all__ = ["Segments", "assign", "fit", "numbers"]

_FAR = 0.995
LOW_N = 30


@dataclass(frozen=True, eq=False, kw_only=True)
class Segments(Result):
    """Segments and the model that assigns further customers to them.

    Attributes
    ----------
    table : DataFrame
        segment, n, value (share of customers), lo, hi, method, flag, distance (median to the own centre).
    centres, spreads : DataFrame
        Mean and standard deviation of each segment, in prepared units; index segment.
    weights : tuple of float
        Share (k-means) or mixing weight (mixture) of each segment.
    recipe : dict
        How raw features are prepared; `assign` applies it.
    family : {"kmeans", "gmm"}
    limit : float
        Distance beyond which a customer fits no segment: 99.5 % of the fitted customers lie nearer.
    customers : DataFrame
        Index customer_id in the order of the input; segment (0 without any value), distance.
    """

    centres: pd.DataFrame
    spreads: pd.DataFrame
    weights: tuple[float, ...]
    recipe: dict[str, Any] = field(default_factory=dict)
    family: str
    limit: float
    customers: pd.DataFrame
    layout: ClassVar[str] = "table"
    formats: ClassVar[Mapping[str, str]] = {"value": "percent", "distance": "number2"}
    disclosure: ClassVar[Disclosure] = Disclosure(hides=("value", "lo", "hi", "distance"), within=())


def fit(
    features: pd.DataFrame | Prepared,
    *,
    k: int,
    method: str = "kmeans",
    order_by: str | pd.Series | None = None,
    seed: int = 0,
) -> Segments:
    """Learn ``k`` segments.

    Parameters
    ----------
    features : Prepared or DataFrame
        From `prepare`; a DataFrame is taken as it stands.
    k : int
    method : {"kmeans", "gmm"}, default "kmeans"
        k-means, or a mixture of normal distributions with one spread per feature and segment.
    order_by : str or Series, optional
        Segment 1 has the highest mean of this feature, or of these values by customer; without it
        segment 1 is the largest.
    seed : int, default 0

    Returns
    -------
    Segments

    Raises
    ------
    DataError
        Fewer different rows than segments, missing values, customers without a value of ``order_by``.
    SettingError
    """
    checks.whole(k, name="k", low=1, high=50)
    checks.choice(method, _partition.METHODS, name="method")
    checks.whole(seed, name="seed", low=0)
    matrix, recipe, notes = matrix_of(features)
    X = matrix.to_numpy()
    distinct(X, k)
    found = _partition.find(X, k, method=method, seed=seed)
    number = numbers(found, _criterion(found, matrix, order_by, k))
    order = number.argsort()
    index = pd.Index(np.arange(1, k + 1), name="segment")
    centres = pd.DataFrame(found.centres[order], index=index, columns=matrix.columns)
    spreads = pd.DataFrame(found.spreads[order], index=index, columns=matrix.columns)
    placed = _partition.place(X, found.centres, found.spreads, found.shares, method=method)
    labels, distance = number[found.labels], placed[1]
    everyone = features.matrix.index if isinstance(features, Prepared) else features.index
    customers = pd.DataFrame({"segment": labels, "distance": distance}, index=matrix.index).reindex(everyone)
    customers = customers.rename_axis("customer_id")
    table = _table(labels, distance, k)
    if not found.settled:
        notes += (Note("segments_not_settled", {"k": k}),)
    return Segments(
        table=table,
        settings={"k": k, "method": method, "seed": seed, "n": len(X), "far": _FAR,
                  "order_by": order_by if order_by is None or isinstance(order_by, str) else str(order_by.name)},
        notes=notes,
        finding=_finding(table, len(X)),
        centres=centres,
        spreads=spreads,
        weights=tuple(float(w) for w in found.shares[order]),
        recipe=recipe,
        family=method,
        # "higher": below 200 customers the farthest one sets the limit, so none of them lies beyond it
        limit=float(np.quantile(distance, _FAR, method="higher")),
        customers=customers.assign(segment=customers["segment"].fillna(0).astype("int64")),
    )  # fmt: skip


def assign(model: Segments, features: pd.DataFrame) -> pd.Series:
    """Put customers in the segments of a model, by its frozen recipe and centres.

    Parameters
    ----------
    model : Segments
    features : DataFrame
        Raw features, as they were before `prepare`; missing values become the model's medians.

    Returns
    -------
    Series of int
        Segment of each customer in the order of the input; 0 where a customer fits no segment: further
        than ``model.limit`` from its centre, or without any value.

    Raises
    ------
    DataError
        A feature of the model is absent, or a column is not known to it.
    """
    frame = _recipe.numeric(features)
    matrix = with_recipe(frame, model.recipe)
    known = matrix.notna().all(axis=1).to_numpy()
    out = np.zeros(len(matrix), dtype="int64")
    if known.any():
        labels, distance = _partition.place(
            matrix.to_numpy()[known], model.centres.to_numpy(), model.spreads.to_numpy(), np.array(model.weights),
            method=model.family,
        )  # fmt: skip
        out[known] = np.where(distance <= model.limit * (1 + 1e-9), labels.astype("int64") + 1, 0)
    return pd.Series(out, index=frame.index, name="segment").reindex(features.index)


def numbers(found: _partition.Partition, criterion: np.ndarray) -> np.ndarray:
    """Segment number (from 1) of each group: highest criterion first, ties by their centres."""
    keys = [*found.centres.T[::-1], -np.asarray(criterion, dtype=float)]
    out = np.empty(len(found.centres), dtype="int64")
    out[np.lexsort(keys)] = np.arange(1, len(out) + 1)
    return out


def _criterion(
    found: _partition.Partition, matrix: pd.DataFrame, order_by: str | pd.Series | None, k: int
) -> np.ndarray:
    size = np.bincount(found.labels, minlength=k)
    if order_by is None:
        return size
    if isinstance(order_by, str):
        checks.choice(order_by, list(matrix.columns), name="order_by")
        values = matrix[order_by]
    else:
        values = order_by.reindex(matrix.index).astype("float64")
        if values.isna().any():
            raise DataError("segments_order_by", count=int(values.isna().sum()))
    return np.bincount(found.labels, weights=values.to_numpy(), minlength=k) / np.maximum(size, 1)


def _table(labels: np.ndarray, distance: np.ndarray, k: int) -> pd.DataFrame:
    size = np.bincount(labels, minlength=k + 1)[1:]
    lo, hi = intervals.wilson(size, np.full(k, len(labels)))
    return pd.DataFrame({
        "segment": np.arange(1, k + 1), "n": size, "value": size / len(labels), "lo": lo, "hi": hi,
        "method": "wilson", "flag": np.where(size < LOW_N, "low_n", "ok"),
        "distance": [float(np.median(distance[labels == j])) if size[j - 1] else np.nan for j in range(1, k + 1)],
    })  # fmt: skip


def _finding(table: pd.DataFrame, n: int) -> Note:
    first = table.iloc[0]
    values = {"segments": len(table), "all": n, "value": first["value"], "lo": first["lo"], "hi": first["hi"]}
    return Note(
        "segments_fitted", {name: float(v) if name in ("value", "lo", "hi") else v for name, v in values.items()}
    )

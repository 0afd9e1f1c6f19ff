"""The segment model: learned once on all regions (`fit`), then used as it is (`assign`)."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError, SettingError
from ...core.result import Note
from ...stats import intervals
from . import _kinds, _partition
from ._place import assign, nearest, place, within
from ._prepare import Prepared, distinct, matrix_of, observed_of, prepare
from ._segments import Segments, outside

__all__ = ["KINDS", "Segments", "assign", "fit", "numbers", "place"]

KINDS = (*_partition.METHODS, "kmedoids_gower", "kprototypes", "lca")
_FAR = 0.995
LOW_N = 30


# two settings belong to one kind each: gamma to k-prototypes, weights to latent classes
def fit(
    features: pd.DataFrame | Prepared,
    *,
    k: int,
    method: str = "kmeans",
    order_by: str | pd.Series | None = None,
    seed: int = 0,
    weights: pd.Series | None = None,
    gamma: float | None = None,
) -> Segments:
    """Learn ``k`` segments.

    Parameters
    ----------
    features : Prepared or DataFrame
        From `prepare`. A DataFrame is taken as it stands (k-means, mixture), prepared with the default
        settings (k-prototypes, k-medoids), or holds answers (latent classes), one column per item.
    k : int
    method : {"kmeans", "gmm", "kprototypes", "kmedoids_gower", "lca"}, default "kmeans"
        k-means; a mixture of normal distributions with one spread per feature and segment; k-prototypes
        and k-medoids on Gower's distance for numbers beside categories, with missing values left out of
        the distance; latent classes for answers, with missing ones left out of the likelihood.
    order_by : str or Series, optional
        Segment 1 has the highest mean of this feature, or of these values by customer; without it
        segment 1 is the largest.
    seed : int, default 0
    weights : Series, optional
        Latent classes: sampling weight of each respondent.
    gamma : float, optional
        k-prototypes: weight of one mismatch. Default: a category counts as much as a number, on average.

    Returns
    -------
    Segments

    Raises
    ------
    DataError
        Fewer different rows than segments, missing values, customers without a value of ``order_by`` or
        without a positive weight, an item with more than 20 different answers.
    SettingError
    """
    checks.whole(k, name="k", low=1, high=50)
    checks.choice(method, KINDS, name="method")
    checks.whole(seed, name="seed", low=0)
    if gamma is not None:
        checks.number(gamma, name="gamma", low=0.0)
    for name, given, kind in (("weights", weights, "lca"), ("gamma", gamma, "kprototypes")):
        if given is not None and method != kind:
            raise SettingError("segments_only_for", name=name, kind=kind, got=method)
    rows, recipe, notes = _rows(features, method)
    told = None if weights is None else _kinds.sampling_weights(weights, rows)
    own: dict[str, dict[str, Any]] = {"lca": {"weights": told}, "kprototypes": {"gamma": gamma}}
    found = _learn(rows, recipe, k, method=method, seed=seed, own=own.get(method, {}))
    model = _model(found, _criterion(found.labels, rows, order_by, k, told), recipe, method)
    everyone = features.matrix.index if isinstance(features, Prepared) else features.index
    model, notes = _placed(model, rows, everyone, told, (*notes, *found.notes))
    if not found.settled:
        notes += (Note("segments_not_settled", {"k": k}),)
    by = order_by if order_by is None or isinstance(order_by, str) else str(order_by.name)
    settings: dict[str, Any] = {
        "k": k, "method": method, "seed": seed, "n": len(rows), "far": _FAR, "order_by": by,
    }  # fmt: skip
    if method == "lca":
        settings["weighted"] = told is not None
    code = "segments_classes" if method == "lca" else "segments_fitted"
    return dataclasses.replace(
        model, settings=settings, notes=notes, finding=_finding(code, model.table, len(rows))
    )  # fmt: skip


def numbers(found: _partition.Partition, criterion: np.ndarray) -> np.ndarray:
    """Segment number (from 1) of each group: highest criterion first, ties by their centres."""
    return _numbered(criterion, list(found.centres.T[::-1]))


def _numbered(criterion: np.ndarray, ties: list[np.ndarray]) -> np.ndarray:
    keys = [*ties, -np.asarray(criterion, dtype=float)]
    out = np.empty(len(criterion), dtype="int64")
    out[np.lexsort(keys)] = np.arange(1, len(out) + 1)
    return out


def _rows(features: pd.DataFrame | Prepared, method: str) -> tuple[pd.DataFrame, dict[str, Any], tuple[Note, ...]]:
    """What the kind of segments is learned from, sorted by customer id."""
    if method in _partition.METHODS:
        return matrix_of(features)
    if method == "lca":
        if isinstance(features, Prepared):
            raise SettingError("segments_answers_wanted")
        return _kinds.answers(features)
    prepared = features if isinstance(features, Prepared) else prepare(features)
    rows, notes = observed_of(prepared)
    if not isinstance(features, Prepared):
        # what was prepared on the way has its own notes; nothing was filled for these kinds
        notes = tuple(note for note in prepared.notes if note.code != "segments_imputed")
    return rows, prepared.recipe, notes


def _learn(
    rows: pd.DataFrame, recipe: dict[str, Any], k: int, *, method: str, seed: int, own: dict[str, Any]
) -> _kinds.Learned:
    if method in _partition.METHODS:
        X = rows.to_numpy()
        distinct(X, k)
        found = _partition.find(X, k, method=method, seed=seed)
        centres, spreads = (pd.DataFrame(part, columns=rows.columns) for part in (found.centres, found.spreads))
        return _kinds.Learned(found.labels, found.shares, centres, spreads, settled=found.settled)
    _kinds.distinct_rows(rows, k)
    if method == "lca":
        return _kinds.classes(rows, recipe, k, seed=seed, **own)
    if method == "kprototypes":
        return _kinds.prototypes(rows, recipe, k, seed=seed, **own)
    return _kinds.medoids(rows, recipe, k, seed=seed)


def _model(found: _kinds.Learned, criterion: np.ndarray, recipe: dict[str, Any], method: str) -> Segments:
    """The model with its groups numbered; no customers in it yet."""
    k = len(found.shares)
    if found.centres.shape[1] and not found.frames:
        ties = list(found.centres.to_numpy().T[::-1])
    else:
        # the customer with the first id decides; a group that is nobody's most probable one comes last
        first = np.full(k, len(found.labels))
        np.minimum.at(first, found.labels, np.arange(len(found.labels)))
        ties = [first]
    order = _numbered(criterion, ties).argsort()
    index = pd.Index(np.arange(1, k + 1), name="segment")
    frames: dict[str, Any] = {name: frame.iloc[order].set_axis(index) for name, frame in found.frames.items()}
    if "probabilities" in frames:
        frames["probabilities"] = _long(frames["probabilities"])
    nobody = pd.DataFrame({"segment": np.array([], dtype="int64")})
    return Segments(
        table=pd.DataFrame(), centres=found.centres.iloc[order].set_axis(index),
        spreads=found.spreads.iloc[order].set_axis(index), weights=tuple(float(w) for w in found.shares[order]),
        recipe=recipe, family=method, limit=np.inf, customers=nobody, **frames, **found.values,
    )  # fmt: skip


def _placed(
    model: Segments, rows: pd.DataFrame, everyone: pd.Index, weights: pd.Series | None, notes: tuple[Note, ...]
) -> tuple[Segments, tuple[Note, ...]]:
    """The model with its limit and the customers it was learned from, placed as `assign` places them."""
    label, distance, posterior = nearest(model, rows)
    # "higher": below 200 customers the farthest one sets the limit, so none of them lies beyond it
    limit = float(np.quantile(distance, _FAR, method="higher"))
    segment = np.where(within(limit, distance), label, 0)
    customers = pd.DataFrame({"segment": segment, "distance": distance}, index=rows.index)
    if model.family in ("gmm", "lca"):
        customers["posterior"] = posterior
    customers = customers.reindex(everyone).rename_axis("customer_id")
    customers["segment"] = customers["segment"].fillna(0).astype("int64")
    notes += outside(int((segment == 0).sum()), len(rows))
    table = _table(segment, distance, len(model.weights), weights)
    return dataclasses.replace(model, limit=limit, customers=customers, table=table), notes


def _long(probabilities: pd.DataFrame) -> pd.DataFrame:
    items, answers = (probabilities.columns.get_level_values(i).repeat(len(probabilities)) for i in (0, 1))
    return pd.DataFrame({
        "item": items, "answer": answers, "segment": np.tile(probabilities.index, probabilities.shape[1]),
        "value": probabilities.to_numpy().T.ravel(),
    }).astype({"item": "str", "answer": "str"})  # fmt: skip


def _criterion(
    labels: np.ndarray, rows: pd.DataFrame, order_by: str | pd.Series | None, k: int, weights: pd.Series | None
) -> np.ndarray:
    weight = np.ones(len(rows)) if weights is None else weights.to_numpy()
    if order_by is None:
        return np.bincount(labels, weights=weight, minlength=k)
    if isinstance(order_by, str):
        values = _readable(rows)
        checks.choice(order_by, list(values), name="order_by")
        known = values[order_by]
        weight = np.where(known.isna(), 0.0, weight)
        known = known.fillna(0.0)
    else:
        known = order_by.reindex(rows.index).astype("float64")
        if known.isna().any():
            raise DataError("segments_order_by", count=int(known.isna().sum()))
    size = np.bincount(labels, weights=weight, minlength=k)
    total = np.bincount(labels, weights=known.to_numpy() * weight, minlength=k)
    return np.divide(total, size, out=np.full(k, -np.inf), where=size > 0)


def _readable(rows: pd.DataFrame) -> dict[str, pd.Series]:
    """Columns that can be averaged: numbers, and answers that are all numbers."""
    columns = {str(name): pd.to_numeric(rows[name], errors="coerce") for name in rows.columns}
    return {name: column for name, column in columns.items() if column.notna().sum() == rows[name].notna().sum()}


def _table(labels: np.ndarray, distance: np.ndarray, k: int, weights: pd.Series | None) -> pd.DataFrame:
    size = np.bincount(labels, minlength=k + 1)[1:]
    share, base = size / len(labels), np.full(k, len(labels), dtype=float)
    if weights is not None:
        weight = weights.to_numpy()
        share = np.bincount(labels, weights=weight, minlength=k + 1)[1:] / weight.sum()
        # Kish's effective number of respondents
        base = np.full(k, weight.sum() ** 2 / (weight**2).sum())
    lo, hi = intervals.wilson(share * base, base)
    return pd.DataFrame({
        "segment": np.arange(1, k + 1), "n": size, "value": share, "lo": lo, "hi": hi,
        "method": "wilson", "flag": np.where(size < LOW_N, "low_n", "ok"),
        "distance": [float(np.median(distance[labels == j])) if size[j - 1] else np.nan for j in range(1, k + 1)],
    })  # fmt: skip


def _finding(code: str, table: pd.DataFrame, n: int) -> Note:
    first = table.iloc[0]
    share = {name: float(first[name]) for name in ("value", "lo", "hi")}
    return Note(code, {"segments": len(table), "all": n, **share})

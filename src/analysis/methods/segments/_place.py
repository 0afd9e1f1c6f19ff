"""Placing customers in the segments of a stored model: `place` and `assign`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import logsumexp

from . import _classes, _encode, _gower, _levels, _mixed, _partition, _recipe
from ._prepared import columns_of, read
from ._segments import Segments

__all__ = ["assign", "levels_of", "nearest", "numbers_of", "place", "within"]

#: one part in a thousand million: a customer at the limit itself fits
_SLACK = 1 + 1e-9


def assign(model: Segments, features: pd.DataFrame) -> pd.Series:
    """Put customers in the segments of a model, by its frozen recipe and centres.

    Parameters
    ----------
    model : Segments
    features : DataFrame
        Raw features, as they were before `prepare`, or answers (latent classes). Missing values become the
        model's medians (k-means, mixture) or are left out of the distance (the other kinds).

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
    placed = place(model, features)
    return placed["segment"].where(placed["fits"], 0).rename("segment")


def place(model: Segments, features: pd.DataFrame) -> pd.DataFrame:
    """Nearest segment of each customer, how near it is, and whether the customer fits it.

    Parameters
    ----------
    model : Segments
    features : DataFrame
        As in `assign`.

    Returns
    -------
    DataFrame
        Index customer_id in the order of the input. segment: the nearest or most probable one, also beyond
        the limit; 0 without any value. distance: to its centre in prepared units (k-means), in standard
        deviations of the segment (mixture), k-prototypes' cost, Gower's distance to the medoid, or minus
        the log-likelihood per answer (latent classes). posterior: probability of the segment given the
        features; only mixture and latent classes have one. fits: within ``model.limit``. unseen: number of
        categories whose level the model has never seen.

    Raises
    ------
    DataError
        A feature of the model is absent, or a column is not known to it.
    """
    _recipe.check(model.recipe)
    frame = read(features, model.recipe)
    columns_of(frame, model.recipe)
    if model.family in ("kmeans", "gmm"):
        rows = _recipe.apply(model.recipe, frame)
    else:
        rows = _recipe.observed(model.recipe, frame)
        if model.family == "lca":
            # an answer that the model does not know says nothing about the class
            rows = rows.where(frame[list(rows.columns)].isin(levels_of(model)))
    empty = rows.isna().all(axis=1).to_numpy()
    segment, distance = np.zeros(len(rows), dtype="int64"), np.full(len(rows), np.nan)
    posterior = np.full(len(rows), np.nan)
    if not empty.all():
        found, distance[~empty], posterior[~empty] = nearest(model, rows[~empty])
        # a model aligned with an earlier one keeps that one's numbers, which may have gaps
        segment[~empty] = model.table["segment"].to_numpy()[found - 1]
    out = pd.DataFrame({
        "segment": segment, "distance": distance, "posterior": posterior,
        "fits": ~empty & within(model.limit, distance), "unseen": _unseen(model, frame),
    }, index=frame.index)  # fmt: skip
    return out.reindex(features.index)


def within(limit: float, distance: np.ndarray) -> np.ndarray:
    """Whether distances lie within the limit."""
    return distance <= limit * _SLACK


def nearest(model: Segments, rows: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Segment, distance and posterior of prepared rows that have at least one value."""
    n = np.arange(len(rows))
    none = np.full(len(rows), np.nan)
    if model.family in ("kmeans", "gmm"):
        X, centres, spreads = rows.to_numpy(), model.centres.to_numpy(), model.spreads.to_numpy()
        label, distance = _partition.place(X, centres, spreads, np.array(model.weights), method=model.family)
        label = label.astype(int)
        return label + 1, distance, none if model.family == "kmeans" else _chance(model, X)[n, label]
    levels = levels_of(model)
    features = _encode.encode(rows, list(model.centres.columns), levels)
    if model.family == "lca":
        assert model.probabilities is not None
        chances = model.probabilities["value"].to_numpy().reshape(-1, len(model.weights)).T
        joint = _classes.log_joint(features.levels, np.array(model.weights), chances)
        total = logsumexp(joint, axis=1)
        label = joint.argmax(axis=1)
        return label + 1, -total / features.answered.sum(axis=1), np.exp(joint[n, label] - total)
    assert model.modes is not None
    middle = _encode.encode(model.centres.join(model.modes), list(model.centres.columns), levels)
    if model.family == "kprototypes":
        distance = _mixed.distances(features, middle.numbers, middle.levels, model.scales["gamma"])
    else:
        ranges = np.array([model.scales[name] for name in model.centres.columns])
        distance = _gower.distances(features, middle, ranges, numbers_of(model.recipe)["weight"].to_numpy() ** 2)
    label = distance.argmin(axis=1)
    return label + 1, distance[n, label], none


def levels_of(model: Segments) -> dict[str, list[str]]:
    """Stored levels of each category, in the order of the recipe."""
    return {f["name"]: f["levels"] for f in _recipe.of_kind(model.recipe, "category")}


def numbers_of(recipe: Mapping[str, Any]) -> pd.DataFrame:
    """Stored weight of each number, in the order of the recipe; index the names."""
    items = _recipe.of_kind(recipe, "number")
    return pd.DataFrame({"weight": [f["weight"] for f in items]}, index=[f["name"] for f in items])


def _chance(model: Segments, X: np.ndarray) -> np.ndarray:
    """Probability of each component of the mixture given the features."""
    centres, spreads = model.centres.to_numpy(), model.spreads.to_numpy()
    scaled = (((X[:, None, :] - centres) / spreads) ** 2).sum(axis=2)
    density = np.log(model.weights) - np.log(spreads).sum(axis=1) - scaled / 2
    return np.exp(density - logsumexp(density, axis=1, keepdims=True))


def _unseen(model: Segments, frame: pd.DataFrame) -> np.ndarray:
    count = np.zeros(len(frame), dtype="int64")
    for item in _recipe.of_kind(model.recipe, "category"):
        count += _levels.unseen(frame[item["name"]], item["levels"], item["pooled"])
    return count

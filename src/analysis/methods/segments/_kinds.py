"""Kinds of segments beside k-means and mixtures: what each one learns from prepared features or answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError
from ...core.result import Note
from . import _classes, _encode, _gower, _mixed, _recipe

__all__ = ["Learned", "answers", "classes", "distinct_rows", "medoids", "prototypes", "sampling_weights"]

_MOST_ANSWERS = 20
_STARTS = (5, 30, 40_000)
#: a solution that fewer of the best starts end at may not be the best there is
_RARELY = 0.2


@dataclass(frozen=True, eq=False)
class Learned:
    """What a kind of segments learned, groups in any order.

    Attributes
    ----------
    labels : int array, shape (rows,)
        0 to k − 1.
    shares : array, shape (k,)
    centres, spreads : DataFrame
        One row per group.
    frames : dict of DataFrame
        Further frames with one row per group.
    values : dict
        Further fields of the model, as they are.
    notes : tuple of Note
    settled : bool
    """

    labels: np.ndarray
    shares: np.ndarray
    centres: pd.DataFrame
    spreads: pd.DataFrame
    frames: dict[str, pd.DataFrame] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    settled: bool = True


def prototypes(rows: pd.DataFrame, recipe: dict[str, Any], k: int, *, gamma: float | None, seed: int) -> Learned:
    """k-prototypes of features as they were seen."""
    numbers, levels = _columns(recipe)
    features = _encode.encode(rows, numbers, levels)
    gamma = _mixed.gamma_of(features) if gamma is None else float(gamma)
    low, high, work = _STARTS
    starts = int(np.clip(work // len(rows), low, high))
    found = _mixed.find(features, k, gamma=gamma, starts=starts, rng=np.random.default_rng([seed, 11, k]))
    group = pd.RangeIndex(k)
    spread = rows[numbers].groupby(found.labels).std(ddof=0).reindex(group).fillna(0.0)
    return Learned(
        found.labels, np.bincount(found.labels, minlength=k) / len(rows),
        pd.DataFrame(found.centres, group, numbers), spread,
        frames={"modes": _encode.decode(found.modes, levels)}, values={"scales": {"gamma": gamma}},
        settled=found.settled,
    )  # fmt: skip


def medoids(rows: pd.DataFrame, recipe: dict[str, Any], k: int, *, seed: int) -> Learned:
    """k-medoids of features as they were seen, by Gower's distance."""
    numbers, levels = _columns(recipe)
    features = _encode.encode(rows, numbers, levels)
    widths = rows[numbers].max() - rows[numbers].min()
    # a number with one value among these rows adds nothing, whatever it is divided by
    ranges = widths.where(widths > 0, 1.0)
    weights = np.array([f["weight"] for f in _recipe.of_kind(recipe, "number")]) ** 2
    rng = np.random.default_rng([seed, 12, k])
    found, settled = _gower.find(features, k, ranges=ranges.to_numpy(), weights=weights, rng=rng)
    middle = _gower.take(features, found)
    labels = _gower.distances(features, middle, ranges.to_numpy(), weights).argmin(axis=1)
    group = pd.RangeIndex(k)
    notes: tuple[Note, ...] = ()
    if len(rows) > _gower.EXACT_ROWS:
        told = {"rows": _gower.SAMPLE_ROWS, "times": _gower.SAMPLES, "all": len(rows)}
        notes = (Note("segments_medoids_sampled", told),)
    return Learned(
        labels, np.bincount(labels, minlength=k) / len(rows), rows[numbers].iloc[found].set_axis(group),
        pd.DataFrame(index=group),
        frames={"modes": rows[list(levels)].iloc[found].set_axis(group),
                "medoids": pd.DataFrame({"customer_id": rows.index[found].astype(str)}, group)},
        values={"scales": {str(name): float(v) for name, v in ranges.items()}}, notes=notes, settled=settled,
    )  # fmt: skip


def answers(features: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, Any], tuple[Note, ...]]:
    """Answers as text, sorted by respondent, with a recipe of their levels; those without any left out."""
    frame = _recipe.checked(features, set(map(str, features.columns)))
    items: list[dict[str, Any]] = []
    for name in frame.columns:
        levels = sorted(frame[name].dropna().unique(), key=_order)
        if len(levels) > _MOST_ANSWERS:
            raise DataError("segments_many_answers", item=str(name), count=len(levels), most=_MOST_ANSWERS)
        reason = "" if len(levels) > 1 else "constant" if levels else "all_missing"
        items.append({
            "name": str(name), "kind": "category", "levels": levels, "pooled": [], "shares": [], "scale": 1.0,
            "weight": 1.0, "kept": not reason, "reason": reason,
        })  # fmt: skip
    dropped = [item["name"] for item in items if not item["kept"]]
    if len(dropped) == len(items):
        raise DataError("segments_constant", count=len(items))
    recipe = {"version": _recipe.VERSION, "scale": "none", "limits": None, "features": items}
    used = frame[_recipe.kept(recipe)]
    empty = used.isna().all(axis=1)
    notes = [Note("segments_dropped", {"count": len(dropped), "feature": dropped[0]})] if dropped else []
    if empty.any():
        notes.append(Note("segments_no_answers", {"count": int(empty.sum())}))
    return used[~empty], recipe, tuple(notes)


def classes(rows: pd.DataFrame, recipe: dict[str, Any], k: int, *, weights: pd.Series | None, seed: int) -> Learned:
    """Latent classes of answers.

    BIC counts respondents; entropy is 1 − Σ −p log p / (n log k) over their posterior probabilities
    (Ramaswamy et al. 1993, Marketing Science 12, 103–124).
    """
    _numbers, levels = _columns(recipe)
    features = _encode.encode(rows, [], levels)
    weight = np.ones(len(rows)) if weights is None else weights.to_numpy(dtype=float)
    rng = np.random.default_rng([seed, 13, k])
    found = _classes.find(features.levels, weight, features.edges, k, rng=rng)
    joint = _classes.log_joint(features.levels, found.shares, found.chances)
    posterior = np.exp(joint - joint.max(axis=1, keepdims=True))
    posterior /= posterior.sum(axis=1, keepdims=True)
    unsure = -(weight[:, None] * posterior * np.log(np.maximum(posterior, 1e-300))).sum() / weight.sum()
    free = _classes.parameters(k, features.edges)
    notes = [Note("segments_classes_rarely", {"share": found.reached})] if found.reached < _RARELY else []
    cells = len(np.unique(features.levels, axis=0)) - 1
    if free > cells:
        notes.append(Note("segments_classes_many", {"k": k, "free": free, "cells": cells}))
    group = pd.RangeIndex(k)
    names = pd.MultiIndex.from_tuples([(name, level) for name, all_ in levels.items() for level in all_])
    return Learned(
        joint.argmax(axis=1), found.shares, pd.DataFrame(index=group), pd.DataFrame(index=group),
        frames={"probabilities": pd.DataFrame(found.chances, group, names)},
        values={"log_likelihood": found.log_likelihood, "entropy": float(1 - unsure / np.log(k)) if k > 1 else 1.0,
                "bic": float(-2 * found.log_likelihood + free * np.log(len(rows)))},
        notes=tuple(notes), settled=found.settled,
    )  # fmt: skip


def distinct_rows(rows: pd.DataFrame, k: int) -> None:
    """Refuse more segments than there are different rows."""
    found = len(rows.drop_duplicates())
    if found < k:
        raise DataError("segments_too_few_distinct", k=k, got=found)


def sampling_weights(weights: pd.Series, rows: pd.DataFrame) -> pd.Series:
    """Weights of the rows; each must have a positive one."""
    checks.unique_index(weights, name="weights")
    known = weights.reindex(rows.index).astype("float64")
    wrong = int((~(known > 0) | np.isinf(known)).sum())
    if wrong:
        raise DataError("segments_weights", count=wrong)
    return known


def _columns(recipe: dict[str, Any]) -> tuple[list[str], dict[str, list[str]]]:
    return (
        [f["name"] for f in _recipe.of_kind(recipe, "number")],
        {f["name"]: f["levels"] for f in _recipe.of_kind(recipe, "category")},
    )


def _order(level: str) -> tuple[int, float, str]:
    """Numbers by size, then words."""
    try:
        return (0, float(level), level)
    except ValueError:
        return (1, 0.0, level)

"""Features ready to be clustered, and the door through which the other functions read features."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError
from ...core.result import Disclosure, Note, Result
from . import _recipe

__all__ = ["Prepared", "distinct", "matrix_of", "observed_of", "read", "with_recipe"]

_UNEQUAL = 10.0


@dataclass(frozen=True, eq=False, kw_only=True)
class Prepared(Result):
    """Features ready for `choose_k`, `stability` and `fit`.

    Attributes
    ----------
    table : DataFrame
        One row per feature: feature, transform, skew_before, skew_after, imputed (share), weight, used,
        reason (why it is not used: constant, near_constant, all_missing, all_different).
    matrix : DataFrame
        Kept features in prepared units, index customer_id in the order of the input; a category has one
        column per level, named ``category=level``. A customer without any value has a row of missing values.
    recipe : dict
        What was learned; give it as ``recipe=`` to prepare other customers the same way.
    pairs : DataFrame
        Pairs of features with |r| > 0.9 after preparation: feature, other, r.
    observed : DataFrame or None
        The same features as they were seen, for the kinds of segments that take categories and missing
        values as they are; None where the matrix holds the same.
    """

    matrix: pd.DataFrame
    recipe: dict[str, Any] = field(default_factory=dict)
    pairs: pd.DataFrame
    observed: pd.DataFrame | None = None
    layout: ClassVar[str] = "table"
    formats: ClassVar[Mapping[str, str]] = {
        "imputed": "percent1", "skew_before": "number2", "skew_after": "number2", "weight": "number2",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(counts=(), hides=())


def read(features: pd.DataFrame, recipe: Mapping[str, Any]) -> pd.DataFrame:
    """Checked features of a recipe: its categories as text, everything else as numbers."""
    return _recipe.checked(features, {f["name"] for f in recipe["features"] if f["kind"] == "category"})


def with_recipe(frame: pd.DataFrame, recipe: Mapping[str, Any]) -> pd.DataFrame:
    """The matrix of checked features, after comparing their columns with those of the recipe."""
    columns_of(frame, recipe)
    return _recipe.apply(recipe, frame)


def columns_of(frame: pd.DataFrame, recipe: Mapping[str, Any]) -> None:
    """Refuse features whose columns are not those of the recipe."""
    needed = _recipe.kept(recipe)
    if not needed:
        raise DataError("segments_constant", count=len(recipe["features"]))
    checks.columns(frame, needed, name="features")
    known = {f["name"] for f in recipe["features"]}
    unknown = [str(c) for c in frame.columns if str(c) not in known]
    if unknown:
        raise DataError("segments_unknown_features", unknown=unknown[:10], known=sorted(known)[:30])


def matrix_of(features: pd.DataFrame | Prepared) -> tuple[pd.DataFrame, dict[str, Any], tuple[Note, ...]]:
    """What is clustered, sorted by customer id, with its recipe and notes; rows without any value left out."""
    if isinstance(features, Prepared):
        _recipe.check(features.recipe)
        matrix, notes = _known(features.matrix)
        return matrix, features.recipe, notes
    frame = _recipe.numeric(features)
    missing = frame.isna().sum()
    if missing.any():
        raise DataError("segments_missing_values", count=int(missing.sum()), column=str(missing.idxmax()))
    spread = frame.std()
    if not (spread > 0).any():
        raise DataError("segments_constant", count=frame.shape[1])
    uneven = bool((spread > 0).all()) and spread.max() > _UNEQUAL * spread.min()
    wide = (Note("segments_unscaled", {"ratio": float(spread.max() / spread.min())}),) if uneven else ()
    return frame, _recipe.identity(frame), wide


def observed_of(features: Prepared) -> tuple[pd.DataFrame, tuple[Note, ...]]:
    """Features as they were seen, sorted by customer id, and notes; rows without any value left out."""
    _recipe.check(features.recipe)
    return _known(features.matrix if features.observed is None else features.observed)


def distinct(X: np.ndarray, k: int) -> None:
    """Refuse more segments than there are different rows."""
    found = len(np.unique(X, axis=0))
    if found < k:
        raise DataError("segments_too_few_distinct", k=k, got=found)


def _known(matrix: pd.DataFrame) -> tuple[pd.DataFrame, tuple[Note, ...]]:
    matrix = matrix.iloc[np.argsort(matrix.index.astype(str), kind="stable")]
    empty = matrix.isna().all(axis=1)
    notes = (Note("segments_no_values", {"count": int(empty.sum())}),) if empty.any() else ()
    return matrix[~empty], notes

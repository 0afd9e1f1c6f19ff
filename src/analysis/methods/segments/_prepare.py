"""Raw features made comparable: `prepare`, and the door through which the other functions read features."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError, SettingError
from ...core.result import Disclosure, Note, Result
from . import _recipe

__all__ = ["Prepared", "distinct", "matrix_of", "prepare", "with_recipe"]

_COLLINEAR = 0.9
_UNEQUAL = 10.0


@dataclass(frozen=True, eq=False, kw_only=True)
class Prepared(Result):
    """Features ready for `choose_k`, `stability` and `fit`.

    Attributes
    ----------
    table : DataFrame
        One row per feature: feature, transform, skew_before, skew_after, imputed (share), weight, used.
    matrix : DataFrame
        Kept features in prepared units, index customer_id in the order of the input. A customer
        without any value has a row of missing values.
    recipe : dict
        What was learned; give it as ``recipe=`` to prepare other customers the same way.
    pairs : DataFrame
        Pairs of features with |r| > 0.9 after preparation: feature, other, r.
    """

    matrix: pd.DataFrame
    recipe: dict[str, Any] = field(default_factory=dict)
    pairs: pd.DataFrame
    layout: ClassVar[str] = "table"
    formats: ClassVar[Mapping[str, str]] = {
        "imputed": "percent1", "skew_before": "number2", "skew_after": "number2", "weight": "number2",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(counts=(), hides=())


def prepare(
    features: pd.DataFrame,
    *,
    recipe: Mapping[str, Any] | Prepared | None = None,
    transform: str = "auto",
    limits: tuple[float, float] | None = (0.01, 0.99),
    scale: str = "standard",
    collinear: str = "weight",
) -> Prepared:
    """Make features comparable, by a recipe that is learned once and then applied everywhere.

    In this order: missing values become the median; a feature with skew above 1 becomes
    sign(x)·log(1 + |x|) if that lowers the skew; values are held within stored quantiles; the feature is
    centred and scaled; features that nearly never vary are dropped; features linked by |r| > 0.9 share
    one weight.

    Parameters
    ----------
    features : DataFrame
        One row per customer (index), one numeric column per feature.
    recipe : dict or Prepared, optional
        Learned elsewhere; the settings below are then not used.
    transform : {"auto", "none"}, default "auto"
    limits : (float, float) or None, default (0.01, 0.99)
        Quantiles at which values are held: no single customer becomes a segment.
    scale : {"standard", "robust"}, default "standard"
        Mean and standard deviation (n − 1), or median and interquartile range ÷ 1.349. Standard gives
        every feature the same share of the distances; robust gives heavy tails more.
    collinear : {"weight", "keep"}, default "weight"
        Whether m features linked by |r| > 0.9 get the weight 1/√m each.

    Returns
    -------
    Prepared

    Raises
    ------
    DataError
        Text or infinite values, no feature that varies, columns the recipe does not know or misses.
    SettingError
    """
    frame = _recipe.numeric(features)
    if recipe is None:
        _check(transform, limits, scale, collinear)
        known = _recipe.learn(frame, scale=scale, limits=limits, transform=transform, collinear=collinear)
    else:
        known = dict(recipe.recipe if isinstance(recipe, Prepared) else recipe)
    matrix = with_recipe(frame, known)
    table = _table(frame, matrix, known)
    pairs = _pairs(matrix)
    return Prepared(
        table=table,
        settings={"transform": transform, "limits": known["limits"], "scale": known["scale"], "collinear": collinear,
                  "recipe_given": recipe is not None},
        notes=_notes(table, pairs, matrix),
        finding=Note("segments_prepared", {"n": len(frame), "kept": int(table["used"].sum()), "all": len(table)}),
        matrix=matrix.reindex(features.index),
        recipe=known,
        pairs=pairs,
    )  # fmt: skip


def with_recipe(frame: pd.DataFrame, recipe: Mapping[str, Any]) -> pd.DataFrame:
    """The matrix of checked features, after comparing their columns with those of the recipe."""
    needed = _recipe.kept(recipe)
    if not needed:
        raise DataError("segments_constant", count=len(recipe["features"]))
    checks.columns(frame, needed, name="features")
    known = {f["name"] for f in recipe["features"]}
    unknown = [str(c) for c in frame.columns if str(c) not in known]
    if unknown:
        raise DataError("segments_unknown_features", unknown=unknown[:10], known=sorted(known)[:30])
    return _recipe.apply(recipe, frame)


def matrix_of(features: pd.DataFrame | Prepared) -> tuple[pd.DataFrame, dict[str, Any], tuple[Note, ...]]:
    """What is clustered, sorted by customer id, with its recipe and notes; rows without any value left out."""
    if isinstance(features, Prepared):
        matrix = features.matrix.iloc[np.argsort(features.matrix.index.astype(str), kind="stable")]
        empty = matrix.isna().all(axis=1)
        notes = (Note("segments_no_values", {"count": int(empty.sum())}),) if empty.any() else ()
        return matrix[~empty], features.recipe, notes
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


def distinct(X: np.ndarray, k: int) -> None:
    """Refuse more segments than there are different rows."""
    found = len(np.unique(X, axis=0))
    if found < k:
        raise DataError("segments_too_few_distinct", k=k, got=found)


def _check(transform: str, limits: tuple[float, float] | None, scale: str, collinear: str) -> None:
    checks.choice(transform, ("auto", "none"), name="transform")
    checks.choice(scale, ("standard", "robust"), name="scale")
    checks.choice(collinear, ("weight", "keep"), name="collinear")
    if limits is None:
        return
    if len(limits) != 2 or not 0 <= limits[0] < limits[1] <= 1:
        raise SettingError("cuts", name="limits", lo=0, hi=1, got=list(limits))


def _table(frame: pd.DataFrame, matrix: pd.DataFrame, recipe: Mapping[str, Any]) -> pd.DataFrame:
    rows = []
    for item in recipe["features"]:
        name = item["name"]
        seen = frame[name].dropna().to_numpy() if name in frame else np.array([])
        after = matrix[name].dropna().to_numpy() if item["kept"] else np.array([])
        rows.append({
            "feature": name,
            "transform": item["transform"],
            "skew_before": _recipe.skew(seen) if seen.size else np.nan,
            "skew_after": _recipe.skew(after) if after.size else np.nan,
            "imputed": float(frame[name].isna().mean()) if name in frame else np.nan,
            "weight": item["weight"],
            "used": bool(item["kept"]),
        })  # fmt: skip
    return pd.DataFrame(rows)


def _pairs(matrix: pd.DataFrame) -> pd.DataFrame:
    # a recipe from elsewhere may meet a feature that does not vary here
    varying = matrix.loc[:, matrix.std() > 0]
    r = varying.corr().to_numpy()
    found = [
        (varying.columns[i], varying.columns[j], float(r[i, j]))
        for i in range(len(r))
        for j in range(i + 1, len(r))
        if abs(r[i, j]) > _COLLINEAR
    ]
    table = pd.DataFrame(found, columns=["feature", "other", "r"])
    return table.astype({"feature": "str", "other": "str", "r": "float64"})


def _notes(table: pd.DataFrame, pairs: pd.DataFrame, matrix: pd.DataFrame) -> tuple[Note, ...]:
    dropped = table.loc[~table["used"], "feature"].tolist()
    filled = table[table["used"] & (table["imputed"] > 0)]
    empty = int(matrix.isna().all(axis=1).sum())
    notes = []
    if dropped:
        notes.append(Note("segments_dropped", {"count": len(dropped), "feature": dropped[0]}))
    if len(filled):
        notes.append(Note("segments_imputed", {"count": len(filled), "share": float(filled["imputed"].max())}))
    if len(pairs):
        first = pairs.iloc[0]
        code = "segments_collinear" if (table["weight"] < 1).any() else "segments_collinear_kept"
        notes.append(Note(code, {"count": len(pairs), "one": first["feature"], "other": first["other"]}))
    if empty:
        notes.append(Note("segments_no_values", {"count": empty}))
    return tuple(notes)

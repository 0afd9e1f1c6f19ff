"""Raw features made comparable: `prepare`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import SettingError
from ...core.result import Note
from . import _learn, _levels, _recipe
from ._prepared import Prepared, distinct, matrix_of, observed_of, read, with_recipe
from ._transforms import TRANSFORMS, skew

__all__ = ["Prepared", "distinct", "matrix_of", "observed_of", "prepare", "read", "with_recipe"]

#: what a category or a mark of missing values is made into, in the table
_MADE = {"category": "indicators", "missing": "missing_flag"}


# eight settings: each is one step of a preparation that must travel as one recipe
def prepare(
    features: pd.DataFrame,
    *,
    recipe: Mapping[str, Any] | Prepared | None = None,
    transform: str = "auto",
    limits: tuple[float, float] | None = (0.01, 0.99),
    scale: str = "standard",
    collinear: str = "weight",
    categories: Sequence[str] = (),
    flag_missing: bool = False,
) -> Prepared:
    """Make features comparable, by a recipe that is learned once and then applied everywhere.

    Numbers, in this order: missing values become the median; a feature with skew above 1 is transformed
    if that lowers the skew; values are held within stored quantiles; the feature is centred and scaled;
    features linked by |r| > 0.9 share one weight. A category becomes one indicator per level, all of
    them scaled together so that the whole category weighs as much as one number; a missing level lies
    in the middle; levels below 1 % and levels that were not there when the recipe was learned are
    "other". Features without a value, with one value or with more than 95 % the same value are dropped.

    Parameters
    ----------
    features : DataFrame
        One row per customer (index), one column per feature. Columns of text are categories.
    recipe : dict or Prepared, optional
        Learned elsewhere; the settings below are then not used.
    transform : {"auto", "yeo_johnson", "none"}, default "auto"
        sign(x)·log(1 + |x|), or Yeo and Johnson's transform with the power of maximum likelihood.
    limits : (float, float) or None, default (0.01, 0.99)
        Quantiles at which values are held: no single customer becomes a segment.
    scale : {"standard", "robust"}, default "standard"
        Mean and standard deviation (n − 1), or median and interquartile range ÷ 1.349. Standard gives
        every feature the same share of the distances; robust gives heavy tails more.
    collinear : {"weight", "keep"}, default "weight"
        Whether m features linked by |r| > 0.9 get the weight 1/√m each.
    categories : sequence of str
        Columns of numbers that are codes, so that their order and distance mean nothing.
    flag_missing : bool, default False
        Adds a 0/1 feature per number of which 5 to 95 % of the values are missing.

    Returns
    -------
    Prepared

    Raises
    ------
    DataError
        Dates or infinite values, no feature that varies, columns the recipe does not know or misses, a
        recipe of another version or without some of its parts.
    SettingError
    """
    if recipe is None:
        _check(transform, limits, scale, collinear)
        for name in categories:
            checks.choice(str(name), [str(c) for c in features.columns], name="categories")
        text = [str(c) for c in features.columns if _recipe.is_text(features[c])]
        frame = _recipe.checked(features, {*text, *map(str, categories)})
        known = _recipe.learn(
            frame, scale=scale, limits=limits, transform=transform, collinear=collinear, flag_missing=flag_missing
        )
    else:
        known = dict(recipe.recipe if isinstance(recipe, Prepared) else recipe)
        _recipe.check(known)
        frame = read(features, known)
    matrix = with_recipe(frame, known)
    seen = _recipe.observed(known, frame)
    same = not seen.isna().to_numpy().any() and list(seen.columns) == list(matrix.columns)
    table = _table(frame, matrix, known)
    pairs = _pairs(matrix[[f["name"] for f in _recipe.of_kind(known, "number", "missing")]])
    return Prepared(
        table=table,
        settings={"transform": transform, "limits": known["limits"], "scale": known["scale"], "collinear": collinear,
                  "categories": sorted(map(str, categories)), "flag_missing": flag_missing,
                  "recipe_given": recipe is not None},
        notes=(*_notes(table, pairs, matrix), *_level_notes(frame, known)),
        finding=Note("segments_prepared", {"n": len(frame), "kept": int(table["used"].sum()), "all": len(table)}),
        matrix=matrix.reindex(features.index),
        recipe=known,
        pairs=pairs,
        observed=None if same else seen.reindex(features.index),
    )  # fmt: skip


def _check(transform: str, limits: tuple[float, float] | None, scale: str, collinear: str) -> None:
    checks.choice(transform, TRANSFORMS, name="transform")
    checks.choice(scale, ("standard", "robust"), name="scale")
    checks.choice(collinear, ("weight", "keep"), name="collinear")
    if limits is None:
        return
    if len(limits) != 2 or not 0 <= limits[0] < limits[1] <= 1:
        raise SettingError("cuts", name="limits", lo=0, hi=1, got=list(limits))


def _table(frame: pd.DataFrame, matrix: pd.DataFrame, recipe: Mapping[str, Any]) -> pd.DataFrame:
    rows = []
    for item in recipe["features"]:
        name, number = item["name"], item["kind"] == "number"
        seen = frame[name].dropna().to_numpy() if name in frame and number else np.array([])
        after = matrix[name].dropna().to_numpy() if item["kept"] and number else np.array([])
        rows.append({
            "feature": name,
            "transform": _MADE.get(item["kind"]) or item["transform"],
            "skew_before": skew(seen) if seen.size else np.nan,
            "skew_after": skew(after) if after.size else np.nan,
            "imputed": float(frame[name].isna().mean()) if name in frame else 0.0,
            "weight": item["weight"],
            "used": bool(item["kept"]),
            "reason": item.get("reason", ""),
        })  # fmt: skip
    return pd.DataFrame(rows).astype({"reason": "str"})


def _pairs(matrix: pd.DataFrame) -> pd.DataFrame:
    # a recipe from elsewhere may meet a feature that does not vary here
    varying = matrix.loc[:, matrix.std() > 0]
    r = varying.corr().to_numpy()
    found = [
        (varying.columns[i], varying.columns[j], float(r[i, j]))
        for i in range(len(r))
        for j in range(i + 1, len(r))
        if abs(r[i, j]) > _learn.COLLINEAR
    ]
    table = pd.DataFrame(found, columns=["feature", "other", "r"])
    return table.astype({"feature": "str", "other": "str", "r": "float64"})


def _notes(table: pd.DataFrame, pairs: pd.DataFrame, matrix: pd.DataFrame) -> tuple[Note, ...]:
    why = {"segments_dropped": ("constant", "near_constant"), "segments_dropped_empty": ("all_missing",),
           "segments_dropped_names": ("all_different",)}  # fmt: skip
    numbers = table["used"] & ~table["transform"].isin(list(_MADE.values()))
    filled = table[numbers & (table["imputed"] > 0)]
    empty = int(matrix.isna().all(axis=1).sum())
    notes = []
    for code, reasons in why.items():
        dropped = table.loc[table["reason"].isin(reasons), "feature"].tolist()
        if dropped:
            notes.append(Note(code, {"count": len(dropped), "feature": dropped[0]}))
    if len(filled):
        notes.append(Note("segments_imputed", {"count": len(filled), "share": float(filled["imputed"].max())}))
    if len(pairs):
        first = pairs.iloc[0]
        code = "segments_collinear" if (table["weight"] < 1).any() else "segments_collinear_kept"
        notes.append(Note(code, {"count": len(pairs), "one": first["feature"], "other": first["other"]}))
    if empty:
        notes.append(Note("segments_no_values", {"count": empty}))
    return tuple(notes)


def _level_notes(frame: pd.DataFrame, recipe: Mapping[str, Any]) -> tuple[Note, ...]:
    notes = []
    for item in _recipe.of_kind(recipe, "category"):
        new = int(_levels.unseen(frame[item["name"]], item["levels"], item["pooled"]).sum())
        if item["pooled"]:
            notes.append(Note("segments_levels_pooled", {"count": len(item["pooled"]), "feature": item["name"]}))
        if new:
            notes.append(Note("segments_levels_unseen", {"count": new, "feature": item["name"]}))
    return tuple(notes)

"""How raw features become the matrix that is clustered: learned once, applied anywhere."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError
from . import _learn, _levels
from ._transforms import transformed

__all__ = [
    "VERSION", "apply", "check", "checked", "identity", "is_text", "kept", "learn", "numeric", "observed", "of_kind",
]  # fmt: skip

#: form of the recipe; a recipe of another form is refused, because it would prepare differently
VERSION = 2
_KEYS = {
    "number": {"name", "transform", "power", "fill", "lower", "upper", "centre", "scale", "weight", "kept"},
    "category": {"name", "levels", "pooled", "shares", "scale", "weight", "kept"},
    "missing": {"name", "of", "centre", "scale", "weight", "kept"},
}


def numeric(features: pd.DataFrame) -> pd.DataFrame:
    """The features as float64, sorted by customer id, after the checks at the door."""
    return checked(features, ())


def checked(features: pd.DataFrame, named: Collection[str]) -> pd.DataFrame:
    """Numbers as float64 and the named categories as text, sorted by customer id, after the checks at the door."""
    checks.not_empty(features, name="features")
    checks.unique_index(features, name="features")
    rest = [c for c in features.columns if str(c) not in named]
    wrong = [str(c) for c in rest if not pd.api.types.is_numeric_dtype(features[c])]
    if wrong or features.shape[1] == 0:
        raise DataError("segments_not_numeric", count=len(wrong), columns=wrong[:10])
    numbers = features[rest].astype("float64")
    infinite = np.isinf(numbers).sum()
    if infinite.any():
        where = [str(c) for c in infinite[infinite > 0].index]
        raise DataError("segments_infinite", count=int(infinite.sum()), columns=where[:10])
    columns = {str(c): numbers[c] if c in numbers else _levels.as_text(features[c]) for c in features.columns}
    frame = pd.DataFrame(columns, index=features.index)
    # sums run in the order of the ids, so that the order of the input cannot change a digit
    return frame.iloc[np.argsort(frame.index.astype(str), kind="stable")]


def learn(frame: pd.DataFrame, *, flag_missing: bool, collinear: str, **how: Any) -> dict[str, Any]:
    """The recipe of a frame that `checked` has seen; JSON-ready."""
    features = [
        _learn.number(frame[c], **how) if pd.api.types.is_float_dtype(frame[c]) else _learn.category(frame[c])
        for c in frame.columns
    ]
    if flag_missing:
        features += [_learn.missing(frame[f["name"]]) for f in features if _learn.worth_flagging(frame[f["name"]], f)]
    limits = how["limits"]
    recipe = {
        "version": VERSION, "scale": how["scale"], "limits": None if limits is None else list(limits),
        "features": features,
    }  # fmt: skip
    single = of_kind(recipe, "number", "missing")
    if collinear == "weight" and single:
        matrix = apply(recipe, frame)[[f["name"] for f in single]]
        for item, weight in zip(single, _learn.weights(matrix), strict=True):
            item["weight"] = float(weight)
    return recipe


def identity(frame: pd.DataFrame) -> dict[str, Any]:
    """The recipe that leaves a frame as it is; missing values of later rows become its medians."""
    features = [{**_learn.PLAIN, "name": str(c), "fill": float(frame[c].median())} for c in frame.columns]
    return {"version": VERSION, "scale": "none", "limits": None, "features": features}


def check(recipe: Mapping[str, Any]) -> None:
    """Refuse a recipe of another form, or one that lacks something."""
    if recipe.get("version") != VERSION:
        raise DataError("segments_recipe_version", got=str(recipe.get("version", 1)), known=VERSION)
    missing = {"scale", "limits", "features"} - set(recipe)
    for item in recipe.get("features", ()):
        missing |= _KEYS[item["kind"]] - set(item) if item.get("kind") in _KEYS else {"kind"}
    if missing:
        raise DataError("segments_recipe_keys", missing=sorted(missing))


def of_kind(recipe: Mapping[str, Any], *kinds: str) -> list[dict[str, Any]]:
    """The used features of these kinds."""
    return [f for f in recipe["features"] if f["kept"] and f["kind"] in kinds]


def kept(recipe: Mapping[str, Any]) -> list[str]:
    """Names of the columns that the recipe needs, in order."""
    return list(dict.fromkeys(f.get("of", f["name"]) for f in recipe["features"] if f["kept"]))


def apply(recipe: Mapping[str, Any], frame: pd.DataFrame) -> pd.DataFrame:
    """The matrix: transformed, held within the stored bounds, scaled; rows without any value stay missing."""
    columns: dict[str, np.ndarray] = {}
    for item in of_kind(recipe, "number", "category", "missing"):
        column = frame[item.get("of", item["name"])]
        columns |= _apply_one(column, item)
    matrix = pd.DataFrame(columns, index=frame.index)
    return matrix.mask(frame[kept(recipe)].isna().all(axis=1))


def observed(recipe: Mapping[str, Any], frame: pd.DataFrame) -> pd.DataFrame:
    """Features as they were seen: numbers prepared as in the matrix, levels as text, missing left missing."""
    columns: dict[str, Any] = {}
    for item in of_kind(recipe, "number", "category"):
        column = frame[item["name"]]
        if item["kind"] == "number":
            columns[item["name"]] = np.where(column.isna(), np.nan, _scaled(column, item))
        else:
            place = _levels.codes(column, item["levels"])
            names = np.array([*item["levels"], _levels.OTHER, None], dtype=object)
            columns[item["name"]] = pd.Series(names[place], index=frame.index, dtype="str")
    return pd.DataFrame(columns, index=frame.index)


def is_text(column: pd.Series) -> bool:
    """Whether a column is a category by its type."""
    kind = column.dtype
    text = pd.api.types.is_string_dtype(kind) or pd.api.types.is_object_dtype(kind)
    return text or isinstance(kind, pd.CategoricalDtype)


def _apply_one(column: pd.Series, item: Mapping[str, Any]) -> dict[str, np.ndarray]:
    if item["kind"] == "number":
        return {item["name"]: _scaled(column, item)}
    if item["kind"] == "missing":
        return {item["name"]: (column.isna().to_numpy() - item["centre"]) / item["scale"] * item["weight"]}
    place = _levels.codes(column, item["levels"])
    shares = np.array(item["shares"])
    each = _levels.indicators(place, len(shares)) - shares
    # a missing answer lies in the middle: it pulls towards no level
    each[place == _levels.MISSING] = 0.0
    each *= item["weight"] / item["scale"]
    return {f"{item['name']}={level}": each[:, j] for j, level in enumerate(item["levels"])}


def _scaled(column: pd.Series, item: Mapping[str, Any]) -> np.ndarray:
    values = transformed(column.fillna(item["fill"]).to_numpy(), item["transform"], item["power"])
    if item["lower"] is not None:
        values = np.clip(values, item["lower"], item["upper"])
    return (values - item["centre"]) / item["scale"] * item["weight"]

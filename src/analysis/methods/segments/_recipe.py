"""How raw features become the matrix that is clustered: learned once, applied anywhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError

__all__ = ["apply", "identity", "kept", "learn", "numeric", "skew", "transformed"]

_NEARLY = 1e-9
_COLLINEAR = 0.9
_SKEWED = 1.0
_PLAIN: dict[str, Any] = {
    "transform": "as_is", "lower": None, "upper": None, "centre": 0.0, "scale": 1.0, "weight": 1.0, "kept": True,
}  # fmt: skip


def numeric(features: pd.DataFrame) -> pd.DataFrame:
    """The features as float64, sorted by customer id, after the checks at the door."""
    checks.not_empty(features, name="features")
    checks.unique_index(features, name="features")
    text = [str(c) for c in features.columns if not pd.api.types.is_numeric_dtype(features[c])]
    if text or features.shape[1] == 0:
        raise DataError("segments_not_numeric", count=len(text), columns=text[:10])
    frame = features.astype("float64")
    infinite = np.isinf(frame).sum()
    if infinite.any():
        raise DataError("segments_infinite", count=int(infinite.sum()), columns=list(infinite[infinite > 0].index)[:10])
    # sums run in the order of the ids, so that the order of the input cannot change a digit
    return frame.iloc[np.argsort(frame.index.astype(str), kind="stable")]


def learn(
    frame: pd.DataFrame, *, scale: str, limits: tuple[float, float] | None, transform: str, collinear: str
) -> dict[str, Any]:
    """The recipe of a frame that `numeric` has checked; JSON-ready."""
    features = [_learn_one(frame[name], scale, limits, transform) for name in frame.columns]
    recipe = {"scale": scale, "limits": None if limits is None else list(limits), "features": features}
    if collinear == "weight" and kept(recipe):
        matrix = apply(recipe, frame)
        for item, weight in zip((f for f in features if f["kept"]), _weights(matrix), strict=True):
            item["weight"] = float(weight)
    return recipe


def identity(frame: pd.DataFrame) -> dict[str, Any]:
    """The recipe that leaves a frame as it is; missing values of later rows become its medians."""
    plain = {
        "transform": "as_is",
        "lower": None,
        "upper": None,
        "centre": 0.0,
        "scale": 1.0,
        "weight": 1.0,
        "kept": True,
    }
    features = [{"name": str(c), "fill": float(frame[c].median()), **plain} for c in frame.columns]
    return {"scale": "none", "limits": None, "features": features}


def kept(recipe: Mapping[str, Any]) -> list[str]:
    """Names of the features that the recipe uses, in order."""
    return [f["name"] for f in recipe["features"] if f["kept"]]


def apply(recipe: Mapping[str, Any], frame: pd.DataFrame) -> pd.DataFrame:
    """The matrix: transformed, held within the stored bounds, scaled; rows without any value stay missing."""
    columns = {f["name"]: _apply_one(frame[f["name"]], f) for f in recipe["features"] if f["kept"]}
    matrix = pd.DataFrame(columns, index=frame.index)
    empty = frame[list(columns)].isna().all(axis=1)
    return matrix.mask(empty)


def skew(values: np.ndarray) -> float:
    """Third standardised moment; 0 for a constant."""
    centred = values - values.mean()
    variance = float((centred**2).mean())
    flat = variance <= (_NEARLY * float(np.abs(values).max())) ** 2
    return 0.0 if flat else float((centred**3).mean() / variance**1.5)


def transformed(values: np.ndarray, transform: str) -> np.ndarray:
    """The values, or sign(x)·log(1 + |x|): for x ≥ 0 that is log(1 + x), and a later negative value breaks nothing."""
    return values if transform == "as_is" else np.sign(values) * np.log1p(np.abs(values))


def _learn_one(column: pd.Series, scale: str, limits: tuple[float, float] | None, transform: str) -> dict[str, Any]:
    name = str(column.name)
    seen = column.dropna().to_numpy()
    if seen.size == 0:
        return {"name": name, "fill": 0.0, **_PLAIN, "kept": False}
    chosen = _transform(seen, transform)
    values = transformed(column.fillna(float(np.median(seen))).to_numpy(), chosen)
    lower, upper = (None, None) if limits is None else map(float, np.quantile(values, limits))
    if limits is not None:
        values = np.clip(values, lower, upper)
    centre, spread = _scale(values, scale)
    usable = spread > _NEARLY * float(np.abs(values).max())
    return {
        "name": name, "transform": chosen, "fill": float(np.median(seen)), "lower": lower, "upper": upper,
        "centre": centre, "scale": spread if usable else 1.0, "weight": 1.0, "kept": bool(usable),
    }  # fmt: skip


def _transform(seen: np.ndarray, transform: str) -> str:
    before = skew(seen)
    if transform == "none" or abs(before) <= _SKEWED or abs(skew(transformed(seen, "log1p"))) >= abs(before):
        return "as_is"
    return "log1p" if seen.min() >= 0 else "signed_log"


def _scale(values: np.ndarray, scale: str) -> tuple[float, float]:
    spread = float(values.std(ddof=1)) if values.size > 1 else 0.0
    if scale == "standard":
        return float(values.mean()), spread
    low, middle, high = np.quantile(values, [0.25, 0.5, 0.75])
    # 1.349: the quartiles of a normal distribution are that many standard deviations apart
    robust = float(high - low) / 1.349
    return float(middle), robust if robust > 0.2 * spread else spread


def _apply_one(column: pd.Series, feature: Mapping[str, Any]) -> np.ndarray:
    values = transformed(column.fillna(feature["fill"]).to_numpy(), feature["transform"])
    if feature["lower"] is not None:
        values = np.clip(values, feature["lower"], feature["upper"])
    return (values - feature["centre"]) / feature["scale"] * feature["weight"]


def _weights(matrix: pd.DataFrame) -> np.ndarray:
    """1/√m for features that form a block of m through |r| > 0.9, so that a block counts once."""
    close = (matrix.corr().abs() > _COLLINEAR).to_numpy() | np.eye(matrix.shape[1], dtype=bool)
    reach = close
    for _ in range(matrix.shape[1]):
        reach = (reach.astype(int) @ close.astype(int)) > 0
    return 1 / np.sqrt(reach.sum(axis=1))

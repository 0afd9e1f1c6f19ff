"""What a recipe stores of one feature: a number, a category or the mark that a value is missing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from . import _levels
from ._transforms import chosen, transformed

__all__ = ["COLLINEAR", "PLAIN", "category", "missing", "number", "weights", "worth_flagging"]

COLLINEAR = 0.9
_NEARLY = 1e-9
_COMMON = 0.95
_FLAGGED = (0.05, 0.95)
_MANY, _FEW = 0.5, 10
#: a number left as it is
PLAIN: dict[str, Any] = {
    "kind": "number", "transform": "as_is", "power": None, "fill": 0.0, "lower": None, "upper": None,
    "centre": 0.0, "scale": 1.0, "weight": 1.0, "kept": True, "reason": "",
}  # fmt: skip


def number(
    column: pd.Series, *, scale: str, limits: tuple[float, float] | None, transform: str
) -> dict[str, Any]:  # fmt: skip
    """Transform, median for missing values, bounds, centre and scale of a column of numbers."""
    name, seen = str(column.name), column.dropna().to_numpy()
    if seen.size == 0:
        return {**PLAIN, "name": name, "kept": False, "reason": "all_missing"}
    how, power = chosen(seen, transform)
    middle = float(np.median(seen))
    values = transformed(column.fillna(middle).to_numpy(), how, power)
    lower, upper = (None, None) if limits is None else map(float, np.quantile(values, limits))
    if limits is not None:
        values = np.clip(values, lower, upper)
    centre, spread = _scale(values, scale)
    reason = _useless(column.dropna(), spread > _NEARLY * float(np.abs(values).max()))
    return {
        **PLAIN, "name": name, "transform": how, "power": power, "fill": middle, "lower": lower, "upper": upper,
        "centre": centre, "scale": spread if not reason else 1.0, "kept": not reason, "reason": reason,
    }  # fmt: skip


def category(column: pd.Series) -> dict[str, Any]:
    """Levels of a category and the one scale of their indicators.

    The indicators of all levels together get the mean squared distance of one standardised number:
    each is divided by √(Σ p(1 − p) · n / (n − 1)) with p the share of a level. Standardising each
    indicator on its own would give a category of ten levels the weight of ten features, and the
    rarest level the largest distances.
    """
    name, known = str(column.name), column.dropna()
    levels, pooled = _levels.learn(known) if len(known) else ([], [])
    place = _levels.codes(known, levels)
    shares = np.bincount(place, minlength=len(levels)) / max(len(known), 1)
    spread = float(np.sqrt((shares * (1 - shares)).sum() * len(known) / max(len(known) - 1, 1)))
    reason = "all_missing" if known.empty else _useless(pd.Series(place), spread > 0)
    if known.nunique() > max(_MANY * len(known), _FEW):
        # a name or an id: it would hold every customer apart from every other
        reason = "all_different"
    return {
        "name": name, "kind": "category", "levels": levels, "pooled": pooled, "shares": shares.tolist(),
        "scale": 1.0 if reason else spread, "weight": 1.0, "kept": not reason, "reason": reason,
    }  # fmt: skip


def worth_flagging(column: pd.Series, item: dict[str, Any]) -> bool:
    """Whether the mark of a missing number separates enough customers: 5 to 95 % are missing."""
    return item["kind"] == "number" and _FLAGGED[0] <= column.isna().mean() <= _FLAGGED[1]


def missing(column: pd.Series) -> dict[str, Any]:
    """A 0/1 feature: the value is missing; standardised like any other number."""
    flag = column.isna().astype("float64")
    return {
        "name": f"{column.name}_missing", "kind": "missing", "of": str(column.name), "centre": float(flag.mean()),
        "scale": float(flag.std()), "weight": 1.0, "kept": True, "reason": "",
    }  # fmt: skip


def weights(matrix: pd.DataFrame) -> np.ndarray:
    """1/√m for features that form a block of m through |r| > 0.9, so that a block counts once."""
    close = (matrix.corr().abs() > COLLINEAR).to_numpy() | np.eye(matrix.shape[1], dtype=bool)
    reach = close
    for _ in range(matrix.shape[1]):
        reach = (reach.astype(int) @ close.astype(int)) > 0
    return 1 / np.sqrt(reach.sum(axis=1))


def _useless(known: pd.Series, spreads: bool) -> str:
    """Why a feature is not used: one value only, or more than 95 % with the same value; else nothing."""
    most = known.value_counts(normalize=True).iloc[0]
    if most == 1:
        return "constant"
    return "near_constant" if most > _COMMON or not spreads else ""


def _scale(values: np.ndarray, scale: str) -> tuple[float, float]:
    spread = float(values.std(ddof=1)) if values.size > 1 else 0.0
    if scale == "standard":
        return float(values.mean()), spread
    low, middle, high = np.quantile(values, [0.25, 0.5, 0.75])
    # 1.349: the quartiles of a normal distribution are that many standard deviations apart
    robust = float((high - low) / 1.349)
    # where half the values are equal, quartiles say nothing
    return float(middle), robust if robust > 0.2 * spread else spread

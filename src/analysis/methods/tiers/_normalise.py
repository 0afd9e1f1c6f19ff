"""Criteria to one scale: frozen percentile curves, checked, and applied elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError, SettingError

__all__ = ["CRITERIA", "apply", "frame_of", "learnt", "thresholds_of"]

CRITERIA = ("value", "potential", "loyalty")
#: points of a percentile curve: enough for whole percents
_GRID = np.linspace(0, 1, 101)
_KNOTS = {"x", "p"}


def frame_of(given: Mapping[str, pd.Series]) -> pd.DataFrame:
    """The criteria side by side: everyone who stands in any of them, sorted; missing where not known."""
    for name, column in given.items():
        checks.not_empty(column, name=name)
        checks.unique_index(column, name=name)
        if not pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column):
            raise DataError("tiers_not_numeric", name=name, got=str(column.dtype))
        if np.isinf(column.to_numpy(dtype="float64", na_value=np.nan)).any():
            raise DataError("tiers_infinite", name=name)
    everyone = sorted({str(i) for column in given.values() for i in column.index})
    frame = pd.DataFrame({
        name: column.astype("float64").set_axis(column.index.astype(str)).reindex(everyone)
        for name, column in given.items()
    })  # fmt: skip
    return frame.rename_axis("customer_id")


def learnt(column: pd.Series) -> dict[str, list[float]]:
    """Percentile curve of a criterion: value x stands at share p; equal values stand at the middle of their block.

    Shares are those of customers above zero, and zero stands at 0: among many who never bought, everyone who
    bought would otherwise stand high.
    """
    known = column.dropna().to_numpy()
    above = known[known > 0]
    if len(known) == 0:
        return {"x": [0.0], "p": [0.5]}
    knots = np.quantile(above if len(above) else known, _GRID)
    x, first, count = np.unique(knots, return_index=True, return_counts=True)
    p = _GRID[first] + (count - 1) / 2 / (len(_GRID) - 1)
    if len(above) and len(above) < len(known):
        x, p = np.append(0.0, x), np.append(0.0, p)
    return {"x": x.tolist(), "p": p.tolist()}


def apply(values: np.ndarray, curve: Mapping[str, Sequence[float]]) -> np.ndarray:
    """Values on the 0–1 scale of a curve; beyond its ends the end; missing stays missing."""
    # a curve of one point would give a place to missing values too
    return np.where(np.isnan(values), np.nan, np.interp(values, curve["x"], curve["p"]))


def thresholds_of(given: Mapping[str, Any]) -> tuple[tuple[float, float], dict[str, dict[str, list[float]]]]:
    """Cut points and curves of a reference pass, checked. A curve may also be (lo, hi): a straight line from 0 to 1."""
    curves = given.get("curves")
    if set(given) != {"cuts", "curves"} or not isinstance(curves, Mapping) or set(curves) != set(CRITERIA):
        raise SettingError("levels_thresholds", got=sorted(map(str, given)))
    return cuts_of(given["cuts"]), {name: _curve(curves[name], name) for name in CRITERIA}


def cuts_of(cuts: Sequence[float]) -> tuple[float, float]:
    """Two rising scores inside 0 to 100: least of mid, least of high."""
    if len(cuts) != 2:
        raise SettingError("tiers_two_cuts", got=list(cuts))
    checks.increasing(cuts, name="cuts", low=0, high=100)
    return float(cuts[0]), float(cuts[1])


def _curve(given: Any, name: str) -> dict[str, list[float]]:
    if isinstance(given, Sequence) and not isinstance(given, str) and len(given) == 2:
        given = {"x": given, "p": (0.0, 1.0)}
    if isinstance(given, Mapping) and set(given) == _KNOTS:
        x, p = (np.asarray(given[key], dtype="float64") for key in ("x", "p"))
        same = x.shape == p.shape and x.ndim == 1 and len(x) > 0 and bool(np.isfinite(x).all())
        if same and (np.diff(x) > 0).all() and (np.diff(p) >= 0).all() and p[0] >= 0 and p[-1] <= 1:
            return {"x": x.tolist(), "p": p.tolist()}
    raise SettingError("levels_curve", name=name)

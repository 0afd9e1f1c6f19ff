"""Checks at the door of public functions; each takes the caller's parameter name."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from .errors import DataError, SettingError

__all__ = ["choice", "columns", "increasing", "not_empty", "number", "unique_index", "whole"]


def columns(frame: pd.DataFrame, needed: Iterable[str], *, name: str) -> None:
    """Refuse a frame that lacks one of the needed columns, listing what is there."""
    missing = [c for c in needed if c not in frame.columns]
    if missing:
        raise DataError("missing_columns", name=name, missing=missing, found=[str(c) for c in frame.columns][:30])


def not_empty(frame: Any, *, name: str) -> None:
    """Refuse zero rows."""
    if len(frame) == 0:
        raise DataError("empty", name=name)


def unique_index(frame: pd.DataFrame | pd.Series, *, name: str) -> None:
    """Refuse a customer that stands in the index twice."""
    if not frame.index.is_unique:
        count = int(frame.index.duplicated().sum())
        raise DataError("duplicate_customers", name=name, count=count)


def choice(value: Any, allowed: Collection[Any], *, name: str) -> None:
    """Refuse a word that is not among the allowed ones."""
    if value not in allowed:
        raise SettingError("not_a_choice", name=name, got=value, allowed=sorted(map(str, allowed)))


def number(value: Any, *, name: str, low: float = -np.inf, high: float = np.inf) -> None:
    """Refuse what is no finite number, or one outside the closed range."""
    good = isinstance(value, int | float | np.number) and not isinstance(value, bool) and np.isfinite(value)
    if not good or not low <= value <= high:
        raise SettingError("out_of_range", name=name, lo=low, hi=high, got=value)


def whole(value: Any, *, name: str, low: int, high: int | None = None) -> None:
    """Refuse what is no whole number, or one outside the closed range."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise SettingError("not_whole", name=name, got=value)
    number(value, name=name, low=low, high=np.inf if high is None else high)


def increasing(values: Sequence[float], *, name: str, low: float, high: float) -> None:
    """Refuse cut points that are not strictly increasing inside the open range."""
    array = np.asarray(values, dtype=float)
    inside = array.size > 0 and bool(np.all((array > low) & (array < high)))
    if not inside or not bool(np.all(np.diff(array) > 0)):
        raise SettingError("cuts", name=name, lo=low, hi=high, got=list(map(float, array)))

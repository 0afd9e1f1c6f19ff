"""Categories: levels stored once, and what a customer has of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

__all__ = ["MISSING", "OTHER", "as_text", "codes", "indicators", "learn", "unseen"]

#: level of what was rare or not there when the levels were stored
OTHER = "other"
MISSING = -1
_RARE = 0.01


def as_text(column: pd.Series) -> pd.Series:
    """Level of each customer as text, missing where it is; 3 and 3.0 are one level."""
    code, values = pd.factorize(column)
    names = np.array([*(_name(v) for v in values), None], dtype=object)
    return pd.Series(names[code], index=column.index, name=column.name, dtype="str")


def learn(column: pd.Series) -> tuple[list[str], list[str]]:
    """Levels in order of name, and levels below 1 % of the known that count as "other"."""
    share = column.value_counts(normalize=True)
    pooled = sorted(share.index[share < _RARE])
    levels = sorted(set(share.index) - set(pooled) - {OTHER})
    rest = [OTHER] if pooled or OTHER in share.index else []
    return levels + rest, pooled


def codes(column: pd.Series, levels: Sequence[str]) -> np.ndarray:
    """Place of each customer's level: −1 missing, ``len(levels)`` for an unknown one where nothing was "other"."""
    place = {name: i for i, name in enumerate(levels)}
    last = place.get(OTHER, len(levels))
    code, values = pd.factorize(column)
    known = np.array([*(place.get(name, last) for name in values), MISSING], dtype=np.int64)
    return known[code]


def indicators(code: np.ndarray, count: int) -> np.ndarray:
    """0/1 per level; nothing set for a missing or unknown level."""
    return (code[:, None] == np.arange(count)).astype(float)


def unseen(column: pd.Series, levels: Sequence[str], pooled: Sequence[str]) -> np.ndarray:
    """Whether a customer's level was not there when the levels were stored."""
    return column.notna().to_numpy() & ~column.isin([*levels, *pooled]).to_numpy()


def _name(value: Any) -> str:
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value)

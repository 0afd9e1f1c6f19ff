"""One attribute of customers: as it is compared, and how much segments differ in it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ...stats import effect_sizes

__all__ = ["column_of", "compare", "levels_of"]

#: values of a text column that are shown one by one; rarer ones together
_LEVELS = 12


def compare(name: str, column: pd.Series, segment: np.ndarray, role: str) -> dict[str, Any]:
    """Effect size with interval, and p unless the attribute made the segments."""
    # who fits no segment belongs to none that could be compared
    placed = segment > 0
    column, segment = column[placed], segment[placed]
    numeric = pd.api.types.is_numeric_dtype(column)
    if numeric:
        found, flag = effect_sizes.rank_eta_squared(column.to_numpy(dtype=float), segment), "ok"
    else:
        known = column.notna().to_numpy()
        counts = pd.crosstab(column.to_numpy()[known], segment[known]).to_numpy()
        found, flag = effect_sizes.cramers_v(counts), "low_n" if _thin(counts) else "ok"
    missing = not np.isfinite(found.value)
    return {
        "attribute": name, "role": role, "measure": "rank_eta_squared" if numeric else "cramers_v",
        "effect": found.value, "lo": found.lo, "hi": found.hi, "n": found.n,
        "p": np.nan if role == "clustered" else found.p,
        "flag": "missing_input" if missing and role != "clustered" else flag,
    }  # fmt: skip


def _thin(counts: np.ndarray) -> bool:
    """Cochran's rule: more than a fifth of the expected counts below 5."""
    if not counts.size:
        return False
    expected = counts.sum(axis=1, keepdims=True) * counts.sum(axis=0) / counts.sum()
    return bool((expected < 5).mean() > 0.2)


def column_of(column: pd.Series) -> pd.Series:
    """Numbers as float; anything else as text, rare values together."""
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        return column.astype("float64").replace([np.inf, -np.inf], np.nan)
    if pd.api.types.is_bool_dtype(column):
        return column.map({True: "yes_plain", False: "no_plain"}).astype("str")
    text = column.astype(object).map(str, na_action="ignore").astype("str")
    often = text.value_counts().sort_index().sort_values(ascending=False, kind="stable")
    if len(often) <= _LEVELS:
        return text
    return text.where(text.isna() | text.isin(often.index[: _LEVELS - 1]), "other_levels")


def levels_of(text: pd.Series) -> list[str]:
    """Most frequent first, ties by name; the rest of rare values last."""
    count = text.value_counts().sort_index().sort_values(ascending=False, kind="stable")
    return sorted(count.index, key=lambda word: (word == "other_levels", list(count.index).index(word)))

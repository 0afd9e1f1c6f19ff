"""How much segments differ in one attribute."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ...stats import effect_sizes

__all__ = ["compare"]


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

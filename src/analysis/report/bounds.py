"""Which columns of a table are the bounds of which number."""

from __future__ import annotations

import pandas as pd

__all__ = ["estimate_of", "is_numeric", "pairs_of"]


def estimate_of(frame: pd.DataFrame) -> str:
    """The column that ``lo`` and ``hi`` belong to: ``value``, else the number that stands before them."""
    names = list(frame.columns)
    if not {"lo", "hi"} <= set(names):
        return ""
    if "value" in names:
        return "value"
    before = [name for name in names[: names.index("lo")] if is_numeric(frame[name])]
    return before[-1] if before else ""


def pairs_of(frame: pd.DataFrame) -> list[str]:
    """Numbers with bounds of their own beside them: ``x``, ``x_lo``, ``x_hi``."""
    names = set(frame.columns)
    return [name for name in frame.columns if {f"{name}_lo", f"{name}_hi"} <= names and is_numeric(frame[name])]


def is_numeric(column: pd.Series) -> bool:
    """Whether a column holds numbers; yes and no are not."""
    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)

"""Picking a row that may be said: shared by the three blocks of page one."""

from __future__ import annotations

from typing import Any, TypeGuard

import pandas as pd

__all__ = ["ESTIMATE", "every", "first", "kept", "told", "usable"]

ESTIMATE = ("value", "lo", "hi", "n", "method", "flag")


def usable(row: pd.Series | None, *columns: str) -> TypeGuard[pd.Series]:
    """Whether the row has an estimate that a sentence may repeat."""
    wanted = columns or ("value", "lo", "hi")
    return row is not None and row.get("flag") in ("ok", "low_n") and all(pd.notna(row.get(c)) for c in wanted)


def every(table: pd.DataFrame) -> pd.Series | None:
    """The row of all customers."""
    return first(table[table["group"] == "all"])


def kept(table: pd.DataFrame) -> pd.Series | None:
    """The row of the customers kept."""
    return every(table[table["metric"] == "customers_kept"])


def first(table: pd.DataFrame, column: str | None = None, value: Any = None) -> pd.Series | None:
    """The first row, or the first with this value of a column; None where there is none."""
    rows = table if column is None else table[table[column] == value]
    return rows.iloc[0] if len(rows) else None


def told(row: pd.Series, **more: Any) -> dict[str, Any]:
    """The numbers of a sentence: value, interval and n, and what else it says."""
    return {c: float(row[c]) for c in ("value", "lo", "hi")} | {"n": int(row["n"])} | more

"""Counts as shares with their intervals, and the order in which types are listed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...stats import intervals

__all__ = ["TYPES", "with_shares"]

TYPES = ("potential", "new", "active", "dormant", "lapsed", "reactivated", "existing_unknown")
LOW_N = 30


def with_shares(table: pd.DataFrame, base: np.ndarray) -> pd.DataFrame:
    """Add value, lo, hi, method and flag to a table of counts ``n`` out of ``base``."""
    lo, hi = intervals.wilson(table["n"].to_numpy(), base)
    flag = np.where(base < LOW_N, "low_n", "ok")
    return table.assign(value=table["n"] / base, lo=lo, hi=hi, method="wilson", flag=pd.Series(flag, dtype="str"))

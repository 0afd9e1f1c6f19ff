"""Shares of customers and of value by group, with their intervals."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...stats import sums
from ...stats.ranked import LOW_N, percentiles

__all__ = ["share_of_value", "with_wilson"]


def with_wilson(table: pd.DataFrame, group: np.ndarray, *, level: float = 0.95) -> pd.DataFrame:
    """Add n, value (share of customers), lo, hi, method, flag to a table with one row per group number."""
    # scipy.stats costs a second, and a session that only looks up tiers needs none of it
    from ...stats import intervals

    n = np.bincount(group, minlength=len(table))
    total = int(n.sum())
    lo, hi = intervals.wilson(n, np.full(len(n), total), level=level)
    flag = "low_n" if total < LOW_N else "ok"
    return table.assign(n=n, value=n / max(total, 1), lo=lo, hi=hi, method="wilson", flag=flag)


def share_of_value(
    values: np.ndarray, group: np.ndarray, size: int, *, n_boot: int, seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Share of the positive total in each group, with percentile bounds over resampled customers.

    Missing where nothing is above zero. Groups stay as they are; net returns count where they stand.
    """
    member = group[:, None] == np.arange(size)
    held = np.hstack([member * values[:, None], np.maximum(values, 0)[:, None]])
    draws, total = sums.resampled(held, n_boot=n_boot, seed=seed), held.sum(axis=0)
    if not total[-1] > 0:
        return (np.full(size, np.nan),) * 3
    base = draws[:, -1:]
    ratios = np.divide(draws[:, :-1], base, out=np.full_like(draws[:, :-1], np.nan), where=base > 0)
    share = total[:-1] / total[-1]
    return share, *percentiles(ratios, share)

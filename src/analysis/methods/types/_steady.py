"""Customers whose purchases are steady: mature, loyal or with a low share, by what else is known of them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError

__all__ = ["is_close", "periods", "reasons", "share_of"]


def share_of(share: pd.Series | None, frame: pd.DataFrame) -> pd.Series:
    if share is None:
        return pd.Series(np.nan, index=frame.index)
    checks.unique_index(share, name="share")
    wrong = int(((share < 0) | (share > 1)).sum())
    if wrong:
        raise DataError("stages_share", count=wrong)
    return share.astype("float64").reindex(frame.index)


def periods(level: pd.DataFrame | None) -> int:
    return 0 if level is None else level.shape[1]


def is_close(level: pd.DataFrame | None, frame: pd.DataFrame) -> pd.Series:
    """Level 1 in the last two periods."""
    if level is None or level.shape[1] < 2:
        return pd.Series(False, index=frame.index)
    checks.unique_index(level, name="level")
    return (level.iloc[:, -2:] == 1).all(axis=1).reindex(frame.index, fill_value=False)


def reasons(frame: pd.DataFrame, share: pd.Series, close: pd.Series, high_share: float) -> pd.Series:
    """Reason of a customer whose slope spans zero."""
    bought = frame["n"] > 0
    middle = share.where(bought).groupby(frame["stratum"]).transform("median")
    rules = [share.isna(), close & (share >= high_share), share >= middle]
    names = ["stage_why_share_unknown", "stage_why_loyal", "stage_why_steady"]
    found = np.select([rule.to_numpy() for rule in rules], names, "stage_why_low_share")
    return pd.Series(found, index=frame.index, dtype="str")

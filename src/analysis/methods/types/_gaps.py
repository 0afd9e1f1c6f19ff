"""The typical gap between orders: the customer's own, drawn towards the stratum's."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...core import checks

__all__ = ["UNKNOWN_GAP", "learn", "typical"]

#: days; typical gap where nobody has ordered three times
UNKNOWN_GAP = 90.0
_STRATUM_N = 5


def learn(frame: pd.DataFrame) -> pd.DataFrame:
    """Median of the customers' own medians by stratum; the row "" holds all customers."""
    known = frame[(frame["n"] >= 3) & frame["gap"].notna()]
    by = known.groupby("stratum")["gap"].agg(gap="median", n="count").reset_index()
    by = by[(by["n"] >= _STRATUM_N) & (by["stratum"] != "")]
    everyone = float(known["gap"].median()) if len(known) else UNKNOWN_GAP
    whole = pd.DataFrame({"stratum": [""], "gap": [everyone], "n": [len(known)]})
    return pd.concat([whole, by], ignore_index=True).astype({"stratum": "str", "gap": "float64", "n": "int64"})


def typical(frame: pd.DataFrame, strata: pd.DataFrame, prior_gaps: float, min_gap: float) -> pd.Series:
    checks.columns(strata, ["stratum", "gap"], name="strata")
    median = strata.set_index("stratum")["gap"]
    middle = frame["stratum"].map(median).fillna(float(median.get("", UNKNOWN_GAP)))
    own = (frame["n"] >= 3) & frame["gap"].notna()
    gaps = (frame["n"] - 1).where(own, 0.0)
    shrunk = (gaps * frame["gap"].where(own, 0.0) + prior_gaps * middle) / (gaps + prior_gaps).replace(0, np.nan)
    return shrunk.fillna(middle).clip(lower=min_gap)

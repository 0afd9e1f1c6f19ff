"""Survey weights at the door."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...core.errors import DataError

__all__ = ["positive"]


def positive(weights: pd.Series | None, index: pd.Index) -> np.ndarray:
    """The weights of these respondents, ones without weights; refused when missing, zero or negative."""
    if weights is None:
        return np.ones(len(index))
    values = weights.reindex(index).to_numpy(dtype=float)
    wrong = ~(np.isfinite(values) & (values > 0))
    if wrong.any():
        raise DataError("bad_weights", name="weights", count=int(wrong.sum()))
    return values

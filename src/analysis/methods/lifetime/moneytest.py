"""The held-out test of money: sales predicted at the split against the sales that followed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ...core.errors import DataError
from .fitting import fit
from .outlook import money_interval, money_outlook
from .spend import fit_spend

__all__ = ["MoneyTest", "of", "tested"]


@dataclass(frozen=True)
class MoneyTest:
    """Sales of the held-out period: predicted, actual, and whether the interval held the actual."""

    predicted: float
    actual: float
    covered: bool


def tested(history: pd.DataFrame, *, family: str, actual: float, horizon: float, level: float) -> dict[str, Any]:
    """Fit orders and spend at the split and hold the predicted sales against the actual ones.

    Parameters
    ----------
    history : DataFrame
        At the split, with monetary_value.
    family : str
    actual : float
        Sales of the same customers in the held-out period.
    horizon : float
        Its length, in the unit of the history.
    level : float

    Returns
    -------
    dict
        ``predicted_value, actual_value, covered_value``; empty where too few customers repeated to
        learn their spend.
    """
    try:
        spend = fit_spend(history)
    except DataError:
        return {}
    outlook = money_outlook(fit(history, family=family), spend, history, periods=horizon)
    mean, variance, log_zero = outlook.by_group(np.zeros(len(history), dtype=np.int64), 1)
    lo, hi = money_interval(mean, variance, log_zero, level=level)
    covered = bool(lo[0] <= actual <= hi[0])
    return {"predicted_value": float(mean[0]), "actual_value": float(actual), "covered_value": covered}


def of(widen: Any) -> MoneyTest | None:
    """The test of money that a comparison carries; None where it tested orders only."""
    predicted = getattr(widen, "predicted_value", None)
    if predicted is None or not np.isfinite(predicted) or not widen.actual_value > 0:
        return None
    return MoneyTest(predicted, widen.actual_value, widen.covered_value)

"""Values of accounts with their bounds, and draws from them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from ...core import checks

__all__ = ["account_draws", "worth_of"]


def worth_of(values: pd.Series | pd.DataFrame) -> tuple[pd.DataFrame, bool]:
    """Value, lo and hi by account, and whether bounds were given."""
    checks.unique_index(values, name="values")
    if isinstance(values, pd.Series):
        return pd.DataFrame({"value": values.astype(float)}), False
    checks.columns(values, ["value"], name="values")
    bounds = {"lo", "hi"} <= set(values.columns)
    return values[["value", "lo", "hi"] if bounds else ["value"]].astype(float), bounds


def account_draws(accounts: pd.DataFrame, level: float, n_boot: int, seed: int) -> np.ndarray:
    """Draws of each account's value (n_boot, accounts), with its mean kept.

    Below and above the value a half normal of the bound's own width: forecasts of value are
    skewed, and the lower bound is often 0. Never below 0.
    """
    value = accounts["value"].to_numpy()
    if "lo" not in accounts.columns:
        return np.repeat(value[None, :], n_boot, axis=0)
    z = float(stats.norm.ppf((1 + level) / 2))
    below = np.nan_to_num(np.maximum(value - accounts["lo"].to_numpy(), 0)) / z
    above = np.nan_to_num(np.maximum(accounts["hi"].to_numpy() - value, 0)) / z
    u = np.random.default_rng([seed, 7]).standard_normal((n_boot, len(value)))
    moved = np.where(u > 0, above, below) * u - (above - below) / np.sqrt(2 * np.pi)
    return np.maximum(value + moved, 0.0)

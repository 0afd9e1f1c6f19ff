"""Accounts with components of known size."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.methods import cooperation

NAMES = ["behav", "stable", "breadth", "joint", "needs", "attitude", "access"]


def ids(n: int) -> pd.Index:
    return pd.Index([f"H{i:04d}" for i in range(n)], name="customer_id")


def accounts(n: int, kind: str = "hospital") -> pd.DataFrame:
    return pd.DataFrame({"customer_type": kind, "stratum": "三级甲等"}, ids(n))


def uniform(n: int, columns: list[str], seed: int = 0) -> pd.DataFrame:
    return pd.DataFrame(np.random.default_rng(seed).random((n, len(columns))), ids(n), columns)


def even_yardsticks(columns: list[str]) -> cooperation.Normalisers:
    """Values 0, 0.01 … 1 each once: 2 % and 98 % are 0.02 and 0.98, the mid-rank of v is v."""
    values = pd.DataFrame({c: np.linspace(0, 1, 101) for c in columns}, ids(101))
    return cooperation.learn(values, pd.Series("三级甲等", ids(101)))

"""Accounts with known segments, and accounts without any."""

from __future__ import annotations

import numpy as np
import pandas as pd

#: champion, steady, competitor-loyal, untapped, low need
SHARES = (0.12, 0.22, 0.26, 0.25, 0.15)
FEATURES = ["potential_volume", "own_share", "breadth", "regularity", "trend", "channel_mix"]


def accounts(n: int) -> pd.Index:
    return pd.Index([f"H{i:05d}" for i in range(n)], name="customer_id")


def segmented(seed: int, *, norm: float, n: int = 600) -> tuple[pd.DataFrame, np.ndarray]:
    """Five segments with centres ``norm`` standard deviations from the middle, and the true segment."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(5, len(FEATURES)))
    centres *= norm / np.linalg.norm(centres, axis=1, keepdims=True)
    truth = rng.choice(5, n, p=SHARES)
    return pd.DataFrame(centres[truth] + rng.normal(size=(n, len(FEATURES))), accounts(n), FEATURES), truth


def one_factor(seed: int, *, n: int = 600) -> pd.DataFrame:
    """No segments: size alone drives every feature."""
    rng = np.random.default_rng(seed)
    size = rng.normal(size=(n, 1))
    return pd.DataFrame(0.8 * size + 0.6 * rng.normal(size=(n, len(FEATURES))), accounts(n), FEATURES)


def two_groups(n: int = 80) -> pd.DataFrame:
    """Two groups far apart: 30 hospitals that buy much and often, 50 pharmacies that do not."""
    rng = np.random.default_rng(0)
    group = np.where(np.arange(n) < 30, 1.0, 0.0)
    return pd.DataFrame(
        {"value_12m": 10 * group + rng.normal(size=n), "orders_12m": 10 * group + rng.normal(size=n)}, accounts(n)
    )


def half_factor(seed: int, *, n: int = 600) -> pd.DataFrame:
    """No segments: one factor behind every feature, any two of which correlate by .5."""
    rng = np.random.default_rng(seed)
    both = rng.normal(size=(n, 1)), rng.normal(size=(n, len(FEATURES)))
    return pd.DataFrame(np.sqrt(0.5) * (both[0] + both[1]), accounts(n), FEATURES)


def uniform(seed: int, *, n: int = 600) -> pd.DataFrame:
    """No segments: every feature uniform, none related to another."""
    return pd.DataFrame(np.random.default_rng(seed).uniform(size=(n, len(FEATURES))), accounts(n), FEATURES)


def log_normal(seed: int, *, n: int = 600) -> pd.DataFrame:
    """No segments: skewed sales, correlated in their logarithms."""
    return np.exp(1.2 * half_factor(seed, n=n))


def weak(seed: int) -> pd.DataFrame:
    """Five segments too near each other to be recovered."""
    return segmented(seed, norm=1.5)[0]


def apart(seed: int) -> tuple[pd.DataFrame, np.ndarray]:
    """Five segments three standard deviations from the middle, each in a direction of its own."""
    rng = np.random.default_rng(seed)
    centres = 3 * np.eye(5, len(FEATURES))
    truth = rng.choice(5, 600, p=SHARES)
    return pd.DataFrame(centres[truth] + rng.normal(size=(600, len(FEATURES))), accounts(600), FEATURES), truth

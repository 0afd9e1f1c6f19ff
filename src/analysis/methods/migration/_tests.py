"""Tests of a square table of two periods, and how mobile it is."""

from __future__ import annotations

import numpy as np

from ...stats.square import bowker, stuart_maxwell, tested

__all__ = ["bowker", "mobility", "stuart_maxwell", "tested"]

_POSTERIOR = 4000


def mobility(counts: np.ndarray, seed: int) -> tuple[float, float, float]:
    """Shorrocks' index of the smoothed shares, over the tiers anybody was in before."""
    rows = counts.sum(axis=1) > 0
    k = int(rows.sum())
    if k < 2:
        return (np.nan,) * 3
    states = int((counts.sum(axis=0) + counts.sum(axis=1) > 0).sum())
    pooled = states * counts.sum(axis=0) / counts.sum()
    a = (np.diag(counts) + pooled)[rows]
    b = (counts.sum(axis=1) + states)[rows] - a
    value = (k - (a / (a + b)).sum()) / (k - 1)
    # a tier nobody is in afterwards cannot have been kept
    drawn = np.random.default_rng(seed).beta(np.maximum(a, 1e-9), np.maximum(b, 1e-9), size=(_POSTERIOR, k))
    low, high = np.quantile((k - drawn.sum(axis=1)) / (k - 1), [0.025, 0.975])
    return float(value), float(min(low, value)), float(max(high, value))

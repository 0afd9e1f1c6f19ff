"""Log-odds to probabilities, by numpy's vector functions: several times as fast as scipy's, and as exact."""

from __future__ import annotations

import numpy as np

__all__ = ["split"]


def split(logit: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """p, 1 − p and ln(1 − p) for log-odds of p; ±∞ are certain."""
    both = np.log1p(np.exp(-np.abs(logit)))
    log_rest = -np.maximum(logit, 0.0) - both
    return np.exp(np.minimum(logit, 0.0) - both), np.exp(log_rest), log_rest

"""Survey weights: effective sample size, weighted shares, design effect of clusters, raking."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ..core.errors import DataError
from . import intervals

__all__ = ["kish", "rake", "share"]


def kish(weights: ArrayLike) -> float:
    """Effective number of respondents, (Σw)² ÷ Σw².

    References
    ----------
    Kish, L. (1965), Survey Sampling, section 11.7.
    """
    w = np.asarray(weights, dtype=float)
    total = float((w**2).sum())
    return float(w.sum() ** 2 / total) if total > 0 else 0.0


def share(
    hits: ArrayLike, *, weights: ArrayLike | None = None, cluster: Any = None, level: float = 0.95
) -> tuple[float, float, float, float]:
    """A share with its Wilson interval, for weighted and clustered answers.

    Parameters
    ----------
    hits : array of 0/1 (n,)
    weights : array (n,), optional
    cluster : array (n,), optional
        Answers of one cluster resemble each other; the effective number is then
        p(1−p) ÷ (clustered variance), never above Kish's.
    level : float, default 0.95

    Returns
    -------
    value, lo, hi, n_eff : float
        NaN, NaN, NaN, 0 without any answer.

    References
    ----------
    Korn, E. L. and Graubard, B. I. (1998), Survey Methodology 24, 193–201: effective
    sample size from the design effect, put into the interval of a share.
    """
    hit = np.asarray(hits, dtype=float)
    w = np.ones(len(hit)) if weights is None else np.asarray(weights, dtype=float)
    if len(hit) == 0 or w.sum() <= 0:
        return float("nan"), float("nan"), float("nan"), 0.0
    p = float((w * hit).sum() / w.sum())
    n_eff = kish(w)
    if cluster is not None and 0 < p < 1:
        _, code = np.unique(np.asarray(cluster, dtype=str), return_inverse=True)
        groups = int(code.max()) + 1
        if groups > 1:
            total = np.bincount(code, weights=w * (hit - p))
            variance = groups / (groups - 1) * float((total**2).sum()) / w.sum() ** 2
            n_eff = min(n_eff, p * (1 - p) / variance) if variance > 0 else n_eff
    lo, hi = intervals.wilson(p * n_eff, n_eff, level=level)
    return p, lo, hi, n_eff


def rake(
    codes: list[np.ndarray],
    targets: list[np.ndarray],
    start: np.ndarray,
    *,
    trim: float | None = None,
    max_rounds: int = 1000,
) -> np.ndarray:
    """Iterative proportional fitting of weights to several margins.

    Parameters
    ----------
    codes : list of int arrays (n,)
        Category of each row, one array per margin.
    targets : list of arrays
        Wanted total of each category; all margins add up to the same total.
    start : array (n,)
        Positive base weights.
    trim : float, optional
        Greatest weight, as a multiple of the mean weight; margins are then met only as
        far as the cap allows.
    max_rounds : int

    Raises
    ------
    DataError
        ``rake_not_converged``: no weights meet all margins.

    References
    ----------
    Deming, W. E. and Stephan, F. F. (1940), Annals of Mathematical Statistics 11, 427–444.
    """
    w, total = start.astype(float).copy(), float(targets[0].sum())
    off = np.inf
    for _ in range(max_rounds):
        before, off = w.copy(), 0.0
        for code, want in zip(codes, targets, strict=True):
            have = np.bincount(code, weights=w, minlength=len(want))
            off = max(off, float(np.max(np.abs(have * total / have.sum() - want))) / total)
            w = w * np.divide(want, have, out=np.ones(len(want)), where=have > 0)[code]
        if trim is not None:
            w = _capped(w, trim)
        # margins that contradict each other end in a cycle: unchanged from round to round, but not met
        if off < 1e-12 or float(np.max(np.abs(w - before))) * len(w) / total < 1e-12:
            break
    if trim is None and off > 1e-6:
        raise DataError("rake_not_converged", gap=off, rounds=max_rounds)
    return w


def _capped(w: np.ndarray, trim: float) -> np.ndarray:
    """No weight above ``trim`` times the mean; what is cut off goes to the others in proportion."""
    total, cap = w.sum(), trim * w.mean()
    out = w.copy()
    for _ in range(100):
        high = out > cap * (1 + 1e-12)
        if not high.any():
            break
        out[high] = cap
        low = out < cap
        out[low] *= (total - out[~low].sum()) / out[low].sum()
    return out

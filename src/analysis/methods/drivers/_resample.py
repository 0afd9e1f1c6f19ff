"""Bounds of shares, ranks and comparisons of drivers from bootstrap draws."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...stats import bootstrap
from .question import Question
from .worth import parts_of

__all__ = ["Resampled", "resampled"]

#: numbers in one block of draws
_BLOCK = 2_000_000


@dataclass(frozen=True, eq=False)
class Resampled:
    """What the draws say; everything empty (NaN) without draws.

    Attributes
    ----------
    bounds : DataFrame
        lo, hi, rank_lo, rank_hi; one row per player.
    ranks, beats : DataFrame (p, p)
    r_squared : tuple of float
        Bounds of R².
    """

    bounds: pd.DataFrame
    ranks: pd.DataFrame
    beats: pd.DataFrame
    r_squared: tuple[float, float]


def resampled(
    question: Question, names: list[str], labels: np.ndarray | None, *, n_boot: int, seed: int, interval: str
) -> Resampled:
    """Draw rows, or whole clusters, and share out R² anew each time."""
    columns, p = ["lo", "hi", "rank_lo", "rank_hi"], len(names)
    if n_boot == 0:
        empty = pd.DataFrame(np.nan, index=range(p), columns=columns)
        return Resampled(empty, _square(names, None), _square(names, None, rivals=True), (float("nan"), float("nan")))
    parts, whole = _draws(question, labels, n_boot, seed)
    share, at = _shares(parts), parts_of(question, question.weights[None])
    usable = share[np.isfinite(share).all(axis=1)]
    if len(usable) == 0:
        bounds = np.full((2, p), np.nan)
    elif interval == "bca":
        kept = bootstrap.left_out(len(question.y), cluster=labels)
        jack = _shares(parts_of(question, kept * question.weights)[0])
        bounds = np.array(bootstrap.bca_bounds(usable, _shares(at[0])[0], jack))
    else:
        bounds = np.quantile(usable, [0.025, 0.975], axis=0)
    # ties up to rounding (two equal columns) share their rank
    level = np.round(parts, 10)
    frame = pd.DataFrame(np.vstack([bounds, *bootstrap.rank_interval(level)]).T, columns=columns)
    above = (level[:, :, None] > level[:, None, :]).mean(axis=0)
    np.fill_diagonal(above, np.nan)
    # R² of draws lies above R² of the answers: median bias is taken out, acceleration is not needed for that
    edge = bootstrap.bca_bounds(whole, at[1][0], np.zeros((2,)))
    ranks = _square(names, bootstrap.rank_probabilities(level))
    return Resampled(frame, ranks, _square(names, above, rivals=True), (float(edge[0]), float(edge[1])))


def _draws(question: Question, labels: np.ndarray | None, n_boot: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Part of R² of each player, and R² of all, by draw."""
    n = len(question.y)
    size = max(1, _BLOCK // n)
    blocks = bootstrap.multiplicity_blocks(n, n_boot=n_boot, seed=seed, cluster=labels, size=size)
    pairs = [parts_of(question, times * question.weights) for times in blocks]
    return np.concatenate([p for p, _ in pairs]), np.concatenate([w for _, w in pairs])


def _shares(parts: np.ndarray) -> np.ndarray:
    total = parts.sum(axis=1, keepdims=True)
    return np.divide(parts, total, out=np.full_like(parts, np.nan), where=total > 0)


def _square(names: list[str], values: np.ndarray | None, *, rivals: bool = False) -> pd.DataFrame:
    """A row per driver; columns are the other drivers, or the ranks 1 … p."""
    columns = names if rivals else [str(k + 1) for k in range(len(names))]
    filled = np.full((len(names), len(names)), np.nan) if values is None else values
    return pd.DataFrame(filled, index=pd.Index(names, name="driver"), columns=columns)

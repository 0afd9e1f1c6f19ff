"""Rank ranges from stored draws of scores."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np

__all__ = ["ranks_of", "sorted_quantile"]

#: places of a stored score: hundredths of a point from 0 to 100
_PLACES = 10_001
_RANK_ROWS = 1024


def sorted_quantile(rows: np.ndarray, q: float) -> np.ndarray:
    """Quantile of each sorted row, straight between neighbours."""
    place = q * (rows.shape[1] - 1)
    under = int(place)
    over = min(under + 1, rows.shape[1] - 1)
    return rows[:, under] + (place - under) * (rows[:, over].astype(float) - rows[:, under])


def ranks_of(codes: np.ndarray, pool: ThreadPoolExecutor, *, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Rank range of each customer; equal hundredths share the middle of their ranks."""
    n, n_draws = codes.shape
    table = np.empty((n_draws, _PLACES), dtype=np.float32)
    list(pool.map(_rank_table, [(codes, table, d) for d in range(0, n_draws, 32)]))
    starts = range(0, n, _RANK_ROWS)
    found = list(pool.map(_rank_range, [(codes, table, first, (1 - level) / 2) for first in starts]))
    return np.concatenate([f[0] for f in found]), np.concatenate([f[1] for f in found])


def _rank_table(job: tuple[np.ndarray, np.ndarray, int]) -> None:
    """Rank of each hundredth of a point in 32 draws."""
    codes, table, first = job
    for i, column in enumerate(np.ascontiguousarray(codes[:, first : first + 32].T), start=first):
        count = np.bincount(column, minlength=_PLACES)
        table[i] = len(column) - np.cumsum(count) + (count + 1) / 2


def _rank_range(job: tuple[np.ndarray, np.ndarray, int, float]) -> tuple[np.ndarray, np.ndarray]:
    codes, table, first, tail = job
    places = codes[first : first + _RANK_ROWS].astype(np.intp)
    places += np.arange(0, table.size, _PLACES)
    ranks = table.ravel()[places]
    ranks.sort(axis=1)
    return np.floor(sorted_quantile(ranks, tail)), np.ceil(sorted_quantile(ranks, 1 - tail))

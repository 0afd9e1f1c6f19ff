"""Monte Carlo of the cooperation score: sensitivity range, probability of each level, rank range.

Customers stand in the order of their ids and are drawn in groups of `GROUP`, each from a random stream of its
own, so neither the order of the rows nor the number of threads changes a number. Scores of all draws are kept
to a hundredth of a point (two bytes each): from them every draw's ranks are counted.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from ._plan import Plan
from ._ranks import ranks_of, sorted_quantile

__all__ = ["FLOOR", "GROUP", "LEVEL", "Drawn", "Rows", "simulate"]

#: customers drawn from one random stream
GROUP = 128
#: share of draws inside the sensitivity range
LEVEL = 0.90
#: smallest component value of a geometric mean: one zero must not decide alone
FLOOR = 0.01
#: cells of the table that stands for the mid-rank of noisy values
_CELLS = 1024


@dataclass(frozen=True, eq=False)
class Rows:
    """Customers of one kind, sorted by id; arrays (customers, counted components).

    Attributes
    ----------
    kind : str
    at : int array (customers,)
        Place of each customer among all.
    raw, noise, low, width : array
        Value, its standard error (0: none), yardstick.
    minmax, rank : array
        Normalised values without noise; NaN where missing.
    row : int array
        Row of ``grid``.
    grid : array
        Percentiles of the yardsticks.
    """

    kind: str
    at: np.ndarray
    raw: np.ndarray
    noise: np.ndarray
    low: np.ndarray
    width: np.ndarray
    minmax: np.ndarray
    rank: np.ndarray
    row: np.ndarray
    grid: np.ndarray


@dataclass(frozen=True, eq=False)
class Drawn:
    """What the draws say of each customer: arrays (customers,); and customers per level and draw.

    Attributes
    ----------
    lo, hi : array
        Bounds of the sensitivity range.
    p_1, p_3 : array
        Share of draws in level 1 and in level 3.
    rank_lo, rank_hi : array
        Rank 1 is the highest score.
    levels : array (3, n_draws)
        Customers at level 1, 2, 3 in each draw.
    """

    lo: np.ndarray
    hi: np.ndarray
    p_1: np.ndarray
    p_3: np.ndarray
    rank_lo: np.ndarray
    rank_hi: np.ndarray
    levels: np.ndarray


def simulate(blocks: Iterable[Rows], plan: Plan, n: int) -> Drawn:
    """Draw all customers.

    Parameters
    ----------
    blocks : iterable of Rows
        One for each kind of customer; together every place from 0 to n − 1 once.
    plan : Plan
    n : int
    """
    if n == 0:
        nothing = np.empty(0)
        return Drawn(nothing, nothing, nothing, nothing, nothing, nothing, np.zeros((3, plan.n_draws), dtype=np.int64))
    # the largest piece of memory of the job: two bytes for each customer and draw
    codes = np.empty((n, plan.n_draws), dtype=np.uint16)
    out = np.empty((4, n))
    jobs = [
        (block, first, lookup)
        for block in blocks
        for lookup in [_lookup(block.grid)]
        for first in range(0, len(block.at), GROUP)
    ]
    with ThreadPoolExecutor(_threads()) as pool:
        counted = list(pool.map(_group, jobs, [plan] * len(jobs), [codes] * len(jobs), [out] * len(jobs)))
        high = np.sum([c[0] for c in counted], axis=0, dtype=np.int64)
        low = np.sum([c[1] for c in counted], axis=0, dtype=np.int64)
        ranks = ranks_of(codes, pool, level=LEVEL)
    return Drawn(out[0], out[1], out[2], out[3], *ranks, np.array([high, n - high - low, low]))


def _threads() -> int:
    return max(1, min(4, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1))


def _lookup(grid: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mid-rank at the middle of even cells of each yardstick, its lowest value and cells per unit."""
    low, high = grid[:, :1], grid[:, -1:]
    span = np.where(high > low, high - low, 1.0)
    middles = low + span * (np.arange(_CELLS) + 0.5) / _CELLS
    levels = np.linspace(0, 1, grid.shape[1])
    table = np.array([np.interp(m, g, levels) for m, g in zip(middles, grid, strict=True)], dtype=np.float32)
    return table.ravel(), low[:, 0], _CELLS / span[:, 0]


def _group(
    job: tuple[Rows, int, tuple[np.ndarray, np.ndarray, np.ndarray]], plan: Plan, codes: np.ndarray, out: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Draw one group into ``codes`` and ``out``; gives customers at level 1 and at level 3 in each draw."""
    block, first, lookup = job
    part = slice(first, first + GROUP)
    at = block.at[part]
    scores = _scores(block, part, plan, lookup)
    above, below = scores >= np.float32(plan.upper), scores < np.float32(plan.lower)
    out[2, at], out[3, at] = above.mean(axis=1), below.mean(axis=1)
    counted = above.sum(axis=0), below.sum(axis=0)
    codes[at] = np.rint(scores * 100).astype(np.uint16)
    scores.sort(axis=1)
    out[0, at], out[1, at] = (sorted_quantile(scores, q) for q in ((1 - LEVEL) / 2, (1 + LEVEL) / 2))
    return counted


def _scores(block: Rows, part: slice, plan: Plan, lookup: tuple[np.ndarray, np.ndarray, np.ndarray]) -> np.ndarray:
    """Scores 0–100, array (customers, draws), single precision."""
    weights = plan.weights[block.kind][1].astype(np.float32)
    known = np.isfinite(block.minmax[part])
    # a stream of its own for each kind and group
    rng = np.random.default_rng([plan.seed, 2, sorted(plan.weights).index(block.kind), part.start // GROUP])
    total = np.zeros((len(known), plan.n_draws), dtype=np.float32)
    x = np.empty_like(total)
    for j in range(known.shape[1]):
        noisy = plan.noise and bool((block.noise[:, j] > 0).any())
        if noisy:
            # mirrored pairs: half the random numbers, and the mean of the noise is zero
            half = (plan.n_draws + 1) // 2
            x[:, :half] = rng.standard_normal((len(x), half), dtype=np.float32)
            np.negative(x[:, : plan.n_draws - half], out=x[:, half:])
        _component(x, block, part, j, plan.ways, lookup if noisy else None)
        x[~known[:, j]] = 0.0
        for _, aggregation, a, b in plan.ways:
            if aggregation == "geometric":
                view = x[:, a:b]
                np.log(np.maximum(view, np.float32(FLOOR), out=view), out=view)
        x[~known[:, j]] = 0.0
        x *= weights[:, j]
        total += x
    if not known.all():
        total /= known.astype(np.float32) @ weights.T
    _publish(total, plan)
    return total


def _publish(total: np.ndarray, plan: Plan) -> None:
    """Means of all ways as scores on the published scale, in place."""
    for (_, aggregation, a, b), scale in zip(plan.ways, plan.scales, strict=True):
        view = total[:, a:b]
        if aggregation == "geometric":
            np.exp(view, out=view)
        view *= 100
        if scale is not None:
            view[:] = _straightened(view, *scale)
    np.clip(total, 0, 100, out=total)


def _straightened(values: np.ndarray, points: np.ndarray, become: np.ndarray) -> np.ndarray:
    """Straight lines between the points; as ``numpy.interp``, ten times as fast in single precision."""
    out = np.full_like(values, become[0])
    for left, right, low, high in zip(points[:-1], points[1:], become[:-1], become[1:], strict=True):
        if right > left:
            step = np.clip(values, left, right, dtype=np.float32)
            step -= np.float32(left)
            step *= np.float32((high - low) / (right - left))
            out += step
        else:
            out += np.where(values >= right, np.float32(high - low), np.float32(0))
    return out


def _component(
    x: np.ndarray,
    block: Rows,
    part: slice,
    j: int,
    ways: tuple[tuple[str, str, int, int], ...],
    lookup: tuple[np.ndarray, np.ndarray, np.ndarray] | None,
) -> None:
    """Turn standard normal numbers into normalised values of one component, in place; without ``lookup`` no noise."""
    noise, width = block.noise[part, j], block.width[part, j]
    still = ~(noise > 0) | ~(width > 0) if lookup is not None else np.ones(len(noise), dtype=bool)
    for name in ("minmax", "rank"):
        mine = [(a, b) for way, _, a, b in ways if way == name]
        if not mine:
            continue
        view = x[:, mine[0][0] : mine[-1][1]]
        if lookup is not None:
            _noisy(view, block, part, j, lookup if name == "rank" else None)
        exact = block.minmax if name == "minmax" else block.rank
        view[still] = exact[part, j][still, None]


def _noisy(
    view: np.ndarray, block: Rows, part: slice, j: int, lookup: tuple[np.ndarray, np.ndarray, np.ndarray] | None
) -> None:
    """Raw value plus noise, normalised: straight between the limits, or by the table of mid-ranks."""
    row = block.row[part, j]
    with np.errstate(divide="ignore", invalid="ignore"):
        low, scale = block.low[part, j], 1 / block.width[part, j]
        if lookup is not None:
            low, scale = lookup[1][row], lookup[2][row]
        slope = np.nan_to_num(block.noise[part, j] * scale, posinf=0).astype(np.float32)
        start = np.nan_to_num((block.raw[part, j] - low) * scale, posinf=0, neginf=0).astype(np.float32)
    view *= slope[:, None]
    view += start[:, None]
    if lookup is None:
        np.clip(view, 0, 1, out=view)
        return
    cells = np.clip(view, 0, _CELLS - 1, out=view).astype(np.intp)
    # missing values have no yardstick; any row will do, they are not counted
    cells += np.maximum(row, 0)[:, None] * _CELLS
    view[:] = lookup[0][cells]

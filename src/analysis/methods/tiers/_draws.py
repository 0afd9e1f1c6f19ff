"""Scores drawn again with other weights and noise: the Monte Carlo behind `levels`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ._normalise import CRITERIA, apply

__all__ = ["COVERAGE", "KAPPA", "Drawn", "drawn", "scores", "tier_of"]

#: how close drawn weights stay to the given ones: a weight of 1/3 has a standard deviation of 0.06
KAPPA = 60.0
#: part of the weights that must be known for a level
COVERAGE = 0.6
#: numbers held at once
_BLOCK = 2_000_000
#: scores closer than this are the same
_DIGITS = 9
_BOUNDS = (0.05, 0.95)


@dataclass(frozen=True, eq=False)
class Drawn:
    """What the draws say.

    Attributes
    ----------
    share : array (n, 3)
        Part of the draws in which each customer is high, mid, low.
    lo, hi : array (n,)
        5 % and 95 % of the drawn scores.
    count : array (n_draws, 3)
        Customers at each level in each draw, of those with enough coverage.
    """

    share: np.ndarray
    lo: np.ndarray
    hi: np.ndarray
    count: np.ndarray


def scores(place: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Score 0–100 and coverage: weighted mean over what is known, weights of one set (3,)."""
    known = np.isfinite(place)
    coverage = (known @ weights).round(_DIGITS)
    total = np.where(known, place, 0) @ weights
    score = np.divide(100 * total, known @ weights, out=np.full(len(place), np.nan), where=coverage > 0)
    return score.round(_DIGITS), coverage


def tier_of(score: np.ndarray, cuts: Sequence[float]) -> np.ndarray:
    """0 high, 1 mid, 2 low; a score on a cut belongs to the upper level."""
    return 2 - (score >= cuts[0]).astype(int) - (score >= cuts[1])


def drawn(
    values: np.ndarray,
    noise: np.ndarray,
    curves: Mapping[str, Mapping[str, Sequence[float]]],
    weights: np.ndarray,
    cuts: Sequence[float],
    size: tuple[int, int],
) -> Drawn:
    """Draw criteria from normal noise in their own unit, weights from Dirichlet(κw); score and cut each draw.

    Parameters
    ----------
    values, noise : array (n, 3)
        Raw criteria (missing allowed) and their standard errors (0 where none), customers in a fixed order.
    curves : dict
    weights : array (3,)
        Sum 1; a criterion of weight 0 stays at 0.
    cuts : (float, float)
    size : (int, int)
        Draws and seed.
    """
    n_draws, seed = size
    rng = np.random.default_rng(seed)
    used = weights > 0
    tried = np.zeros((n_draws, len(weights)))
    tried[:, used] = rng.dirichlet(KAPPA * weights[used], size=n_draws)
    share, lo, hi = np.zeros((len(values), 3)), np.empty(len(values)), np.empty(len(values))
    count = np.zeros((n_draws, 3))
    step = max(1, _BLOCK // n_draws)
    for start in range(0, len(values), step):
        part = slice(start, start + step)
        score = _one_block(values[part], noise[part], curves, tried, rng)
        tier = tier_of(score, cuts)
        lo[part], hi[part] = np.quantile(score, _BOUNDS, axis=1)
        for level in range(3):
            share[part, level] = (tier == level).mean(axis=1)
            enough = np.isfinite(values[part]) @ weights >= COVERAGE - 10.0**-_DIGITS
            count[:, level] += (tier[enough] == level).sum(axis=0)
    return Drawn(share=share, lo=lo, hi=hi, count=count)


def _one_block(
    values: np.ndarray,
    noise: np.ndarray,
    curves: Mapping[str, Mapping[str, Sequence[float]]],
    tried: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:
    """Scores of some customers in all draws: array (customers, n_draws)."""
    total = np.zeros((len(values), len(tried)))
    known_weight = np.zeros_like(total)
    for j, name in enumerate(CRITERIA):
        known = np.isfinite(values[:, j])
        if noise[:, j].any():
            told = values[:, j, None] + noise[:, j, None] * rng.standard_normal(total.shape)
            place = apply(told, curves[name])
        else:
            place = apply(values[:, j], curves[name])[:, None]
        total += np.where(known[:, None], place, 0) * tried[:, j]
        known_weight += known[:, None] * tried[:, j]
    return np.divide(100 * total, known_weight, out=np.full_like(total, np.nan), where=known_weight > 0).round(_DIGITS)

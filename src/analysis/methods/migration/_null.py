"""Movement between tiers that chance alone gives: both periods drawn again from each customer's own rate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ._noise import Noise
from ._rule import Rule

__all__ = ["Totals", "simulate"]

_GRID, _ROUNDS, _LEARN_FROM = 160, 100, 10_000
#: relative variance that is none
_NONE = 1e-9


@dataclass(frozen=True, eq=False)
class Totals:
    """Totals of the customers present in both periods.

    Attributes
    ----------
    before, after : array (n,)
    months : (int, int)
        Length of both periods.
    whole : bool
        Values are whole numbers.
    """

    before: np.ndarray
    after: np.ndarray
    months: tuple[int, int]
    whole: bool


def simulate(totals: Totals, noise: Noise, draws: Sequence[Noise], rule: Rule, *, seed: int) -> np.ndarray:
    """Transitions between tiers in worlds without real change.

    A customer's monthly rate is drawn from its posterior given the total of both periods; the prior of the rates
    is estimated from all customers (non-parametric maximum likelihood by EM on a grid, stopped early, which
    smooths it). Both periods are drawn with the noise of one draw each and put in tiers by the same rule.

    Parameters
    ----------
    totals : Totals
    noise : Noise
        For the posterior.
    draws : sequence of Noise
        One world each.
    rule : Rule
    seed : int

    Returns
    -------
    array (worlds, 5, 5)
        Customers by tier before and after.

    References
    ----------
    Kiefer, J. and Wolfowitz, J. (1956), Annals of Mathematical Statistics 27, 887–906; Laird, N. (1978), Journal
    of the American Statistical Association 73, 805–811 (EM).
    """
    rng = np.random.default_rng(seed)
    grid, cumulative = _posterior(totals, noise)
    out = np.empty((len(draws), 5, 5))
    for i, one in enumerate(draws):
        rate = _rates(grid, cumulative, rng)
        first, second = _periods(rate, totals, one, rng)
        before, after = rule.both(first, second)
        out[i] = np.bincount(before * 5 + after, minlength=25).reshape(5, 5)
    return out


def _posterior(totals: Totals, noise: Noise) -> tuple[np.ndarray, np.ndarray]:
    """Grid of monthly rates, and the cumulative posterior of each customer over it."""
    size = np.maximum(totals.before + totals.after, 0.0)
    length = sum(totals.months)
    top = max(float(size.max()), noise.scale)
    small = size[size > 0].min() if (size > 0).any() else top
    least = min(max(noise.scale, 1e-3 * float(small)), float(small)) / 5
    grid = np.exp(np.linspace(np.log(least), np.log(2 * top), _GRID))
    likelihood = _likelihood(size, grid, noise, totals.months)
    picked = np.argsort(size, kind="stable")[:: max(1, -(-len(size) // _LEARN_FROM))]
    learned, prior = likelihood[picked], np.full(_GRID, 1 / _GRID)
    for _ in range(_ROUNDS):
        prior = prior * (learned / (learned @ prior)[:, None]).mean(axis=0)
    weight = likelihood * prior
    return grid / length, np.cumsum(weight / weight.sum(axis=1, keepdims=True), axis=1)


def _likelihood(size: np.ndarray, grid: np.ndarray, noise: Noise, months: tuple[int, int]) -> np.ndarray:
    """Of each total under each mean: negative binomial in lumps of ``scale``, up to a factor free of the mean."""
    first, across = noise.period(months[0])
    second, _ = noise.period(months[1])
    spread = (months[0] ** 2 * first + months[1] ** 2 * second + 2 * months[0] * months[1] * across) / sum(months) ** 2
    count, mean = size[:, None] / noise.scale, grid / noise.scale
    if np.any(spread > _NONE):
        r = 1 / np.maximum(np.broadcast_to(spread, size.shape), _NONE)[:, None]
        log = r * np.log(r / (r + mean)) + count * np.log(mean / (r + mean))
    else:
        log = count * np.log(mean) - mean
    return np.exp(log - log.max(axis=1, keepdims=True))


def _rates(grid: np.ndarray, cumulative: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """One monthly rate of each customer, spread evenly within the step of the grid."""
    place = (cumulative < rng.random(len(cumulative))[:, None]).sum(axis=1).clip(max=len(grid) - 1)
    step = np.log(grid[1] / grid[0])
    return np.asarray(grid[place] * np.exp(step * (rng.random(len(place)) - 0.5)))


def _periods(rate: np.ndarray, totals: Totals, noise: Noise, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Totals of both periods: gamma noise with the variance and covariance of the periods, then lumps."""
    first, second = (noise.period(months) for months in totals.months)
    spread, across = (first[0] + second[0]) / 2, min(first[1], second[1])
    level = [np.ones(len(rate))] * 2
    if np.any(spread > _NONE):
        alike, shape = np.minimum(across / np.maximum(spread, _NONE), 0.99), 1 / np.maximum(spread, _NONE)
        # gamma variables add up: a part in common gives the two periods their correlation
        common = rng.gamma(shape * alike, size=len(rate)) if across > 0 else 0.0
        level = [(common + rng.gamma(shape * (1 - alike), size=len(rate))) / shape for _ in range(2)]
    means = [rate * months * one for months, one in zip(totals.months, level, strict=True)]
    return _lumps(means[0], noise, totals, rng), _lumps(means[1], noise, totals, rng)


def _lumps(mean: np.ndarray, noise: Noise, totals: Totals, rng: np.random.Generator) -> np.ndarray:
    if totals.whole and noise.scale <= 1.5:
        return rng.poisson(mean / noise.scale) * noise.scale
    # orders of exponential size: variance = scale · mean, and no purchase at all where none is drawn
    return rng.standard_gamma(rng.poisson(2 * mean / noise.scale)) * noise.scale / 2

"""k-prototypes: numbers and categories together, missing values as they are."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

__all__ = ["Features", "Prototypes", "distances", "find", "gamma_of", "weigh"]

_ROUNDS = 100


@dataclass(frozen=True, eq=False)
class Features:
    """Rows of numbers and categories, in the form the distances need.

    Attributes
    ----------
    numbers : array, shape (rows, numbers)
        Prepared values, 0 where missing.
    known : array, shape (rows, numbers)
        1 where a value is known.
    levels : array, shape (rows, levels of all categories)
        Indicators; none set in a category where it is missing or its level unknown.
    answered : array, shape (rows, categories)
        1 where the category is known, also where the level is not among those stored.
    edges : int array, shape (categories + 1,)
        Where the indicators of each category begin.
    """

    numbers: np.ndarray
    known: np.ndarray
    levels: np.ndarray
    answered: np.ndarray
    edges: np.ndarray


@dataclass(frozen=True, eq=False)
class Prototypes:
    """Means of the numbers and most frequent levels of the categories, one row per group.

    Attributes
    ----------
    centres : array, shape (k, numbers)
    modes : array, shape (k, levels of all categories)
        One indicator per category and group.
    labels : int array, shape (rows,)
    cost : float
        Sum of the distances to the own prototype.
    settled : bool
    """

    centres: np.ndarray
    modes: np.ndarray
    labels: np.ndarray
    cost: float
    settled: bool


def weigh(features: Features) -> tuple[np.ndarray, np.ndarray]:
    """What the known part of a row counts: number of features ÷ number known, for numbers and for categories."""
    parts = []
    for mask in (features.known, features.answered):
        seen = mask.sum(axis=1)
        parts.append(np.divide(mask.shape[1], seen, out=np.zeros(len(mask)), where=seen > 0))
    return parts[0], parts[1]


def gamma_of(features: Features) -> float:
    """Weight of one mismatch against squared differences: 2 · mean variance ÷ mean chance of a mismatch.

    So a category adds as much to the mean distance of two customers as a number does. Huang (1998) takes it
    from the spreads too, but his half of the mean standard deviation is 0.5 for standardised numbers and
    leaves categories almost without a say.

    References
    ----------
    Huang (1998), Data Mining and Knowledge Discovery 2, 283–304; Szepannek (2018), The R Journal 10(2),
    200–208 (the ratio of the spreads).
    """
    if features.numbers.shape[1] == 0 or len(features.edges) == 1:
        return 1.0
    count = np.maximum(features.known.sum(axis=0), 1)
    mean = features.numbers.sum(axis=0) / count
    variance = (features.numbers**2).sum(axis=0) / count - mean**2
    asked = np.repeat(np.maximum(features.answered.sum(axis=0), 1), np.diff(features.edges))
    share = features.levels.sum(axis=0) / asked
    mismatch = 1 - np.add.reduceat(share**2, features.edges[:-1])
    # two customers differ by twice the variance on average, and mismatch with this chance
    return float(2 * variance.mean() / mismatch.mean()) if mismatch.mean() > 0 else 1.0


def distances(features: Features, centres: np.ndarray, modes: np.ndarray, gamma: float) -> np.ndarray:
    """Distance of every row to every prototype, shape (rows, k).

    (p / p_known) Σ (x − c)² over the known numbers + γ · (q / q_known) · mismatches over the known categories.
    """
    on_numbers, on_levels = weigh(features)
    squared = features.known @ (centres**2).T - 2 * (features.numbers @ centres.T)
    squared += (features.numbers**2).sum(axis=1)[:, None]
    out = np.maximum(squared, 0) * on_numbers[:, None]
    mismatches = features.answered.sum(axis=1)[:, None] - features.levels @ modes.T
    out += gamma * mismatches * on_levels[:, None]
    return out


def find(features: Features, k: int, *, gamma: float, starts: int, rng: np.random.Generator) -> Prototypes:
    """Best of several starts: prototypes drawn far apart, then rows and prototypes in turn.

    References
    ----------
    Huang (1998), as above; Arthur and Vassilvitskii (2007), SODA (starts drawn by distance).
    """
    best: Prototypes | None = None
    for _ in range(starts):
        found = _descend(features, *_start(features, k, gamma, rng), gamma)
        if best is None or found.cost < best.cost:
            best = found
    assert best is not None
    return best


def _start(features: Features, k: int, gamma: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    centre = features.numbers.sum(axis=0) / np.maximum(features.known.sum(axis=0), 1)
    common = _common(features.levels.sum(axis=0)[None], features.edges)
    centres, modes = np.empty((k, len(centre))), np.empty((k, features.levels.shape[1]))
    nearest = np.ones(len(features.numbers))
    for j in range(k):
        reach = np.cumsum(nearest)
        drawn = min(int(np.searchsorted(reach, rng.random() * reach[-1], side="right")), len(nearest) - 1)
        # what the drawn row does not tell is taken from all rows
        centres[j] = np.where(features.known[drawn] > 0, features.numbers[drawn], centre)
        told = np.repeat(features.answered[drawn] > 0, np.diff(features.edges))
        modes[j] = np.where(told, features.levels[drawn], common[0])
        fresh = distances(features, centres[j : j + 1], modes[j : j + 1], gamma)[:, 0]
        nearest = fresh if j == 0 else np.minimum(nearest, fresh)
        if not nearest.any():
            nearest = np.ones(len(nearest))
    return centres, modes


def _descend(features: Features, centres: np.ndarray, modes: np.ndarray, gamma: float) -> Prototypes:
    on_numbers, on_levels = weigh(features)
    weighted, known = features.numbers * on_numbers[:, None], features.known * on_numbers[:, None]
    levels = features.levels * on_levels[:, None]
    k, labels, settled = len(centres), np.full(len(weighted), -1), False
    for _ in range(_ROUNDS):
        distance = distances(features, centres, modes, gamma)
        now = distance.argmin(axis=1)
        own = distance[np.arange(len(now)), now]
        for empty in np.flatnonzero(np.bincount(now, minlength=k) == 0):
            # a group without rows takes the row that fits worst
            row = int(own.argmax())
            now[row], own[row] = empty, 0.0
        if (now == labels).all():
            settled = True
            break
        labels = now
        member = (labels == np.arange(k)[:, None]).astype(float)
        count = member @ known
        centres = np.where(count > 0, (member @ weighted) / np.where(count > 0, count, 1), centres)
        modes = _common(member @ levels, features.edges)
    return Prototypes(centres, modes, labels, float(own.sum()), settled)


def _common(counts: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Indicator of the most frequent level of each category, the first by name where several are."""
    out = np.zeros(counts.shape)
    rows = np.arange(len(counts))
    for first, last in pairwise(edges):
        out[rows, first + counts[:, first:last].argmax(axis=1)] = 1.0
    return out

"""Gower's distance, and the customers in the middle of each group by it (k-medoids)."""

from __future__ import annotations

import numpy as np

from ._mixed import Features

__all__ = ["EXACT_ROWS", "SAMPLES", "SAMPLE_ROWS", "distances", "find"]

#: up to here all pairs are compared; above, medoids are looked for in samples
EXACT_ROWS = 5_000
SAMPLES, SAMPLE_ROWS = 5, 2_000
_PASSES = 30
_BLOCK = 500
_EACH = 10


def distances(rows: Features, others: Features, ranges: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """1 − Gower's similarity of every row to every other row, 0 to 1.

    Σ w δ d / Σ w δ over the features both know (δ = 1): d = |x − y| ÷ range for a number, 0 or 1 for a
    category. Two rows that know nothing in common are at distance 1.

    Parameters
    ----------
    rows, others : Features
    ranges : array, shape (numbers,)
        Largest less smallest value of each number when the ranges were stored; a later value beyond them
        counts at most 1.
    weights : array, shape (numbers,)
        Weight of each number; a category weighs 1.

    References
    ----------
    Gower (1971), Biometrics 27, 857–871.
    """
    out = np.empty((len(rows.numbers), len(others.numbers)))
    for first in range(0, len(out), _BLOCK):
        part = slice(first, first + _BLOCK)
        both = rows.answered[part] @ others.answered.T
        sums = both - rows.levels[part] @ others.levels.T
        weight = both + (rows.known[part] * weights) @ others.known.T
        for j in range(len(ranges)):
            apart = np.minimum(np.abs(rows.numbers[part, j, None] - others.numbers[:, j]) / ranges[j], 1.0)
            sums += weights[j] * apart * (rows.known[part, j, None] * others.known[:, j])
        out[part] = np.divide(sums, weight, out=np.ones_like(sums), where=weight > 0)
    return out


def find(
    features: Features, k: int, *, ranges: np.ndarray, weights: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, bool]:
    """Rows that are the medoids, in rising order, and whether no swap was left.

    Up to 5,000 rows all pairs are compared; above, five samples of 2,000 are searched, each with the best
    medoids so far in it, and the medoids nearest to all rows are kept. Only the rows that know most can be
    medoids: a row that knows little is near to many others by accident.

    References
    ----------
    Kaufman and Rousseeuw (1990), Finding Groups in Data, ch. 2 and 3 (PAM, CLARA); Schubert and Rousseeuw
    (2021), Information Systems 101, 101804 (swaps taken at once).
    """
    n = len(features.numbers)
    if n <= EXACT_ROWS:
        return _medoids(distances(features, features, ranges, weights), k, _candidates(features, k))
    best, least, settled = np.arange(0), np.inf, True
    for _ in range(SAMPLES):
        sample = np.union1d(rng.choice(n, SAMPLE_ROWS, replace=False), best)
        part = take(features, sample)
        medoids, done = _medoids(distances(part, part, ranges, weights), k, _candidates(part, k))
        cost = float(distances(features, take(part, medoids), ranges, weights).min(axis=1).sum())
        if cost < least:
            best, least, settled = sample[medoids], cost, done
    return np.sort(best), settled


def take(features: Features, rows: np.ndarray) -> Features:
    """Some of the rows."""
    return Features(
        features.numbers[rows], features.known[rows], features.levels[rows], features.answered[rows], features.edges
    )  # fmt: skip


def _candidates(features: Features, k: int) -> np.ndarray:
    """Rows with the most known features: at least a tenth of all, and ten for each medoid."""
    count = features.known.sum(axis=1) + features.answered.sum(axis=1)
    enough = min(len(count), max(_EACH * k, len(count) // _EACH))
    found = np.flatnonzero(count >= np.sort(count)[::-1][enough - 1])
    different = np.unique(np.hstack([features.numbers[found], features.levels[found]]), axis=0)
    return found if len(different) >= k else np.arange(len(count))


def _medoids(distance: np.ndarray, k: int, candidates: np.ndarray) -> tuple[np.ndarray, bool]:
    medoids = _build(distance, k, candidates)
    nearest, first, second = _two_nearest(distance, medoids)
    quiet = 0
    for step in range(_PASSES * len(candidates)):
        if quiet == len(candidates):
            return np.sort(medoids), True
        candidate = candidates[step % len(candidates)]
        quiet += 1
        to = distance[candidate]
        gain = np.minimum(to - first, 0).sum()
        # what the rows of a medoid lose when it goes: to the candidate or to their second medoid
        loss = np.bincount(nearest, weights=np.maximum(first, np.minimum(to, second)) - first, minlength=k)
        leaves = int(loss.argmin())
        if gain + loss[leaves] < -1e-9 * len(distance) and candidate not in medoids:
            medoids[leaves] = candidate
            nearest, first, second = _two_nearest(distance, medoids)
            quiet = 0
    return np.sort(medoids), False


def _build(distance: np.ndarray, k: int, candidates: np.ndarray) -> np.ndarray:
    """Start: each next medoid lowers the sum of distances most."""
    medoids = [int(candidates[distance[candidates].sum(axis=1).argmin()])]
    nearest = distance[medoids[0]].copy()
    for _ in range(1, k):
        gains = np.array([np.minimum(distance[row] - nearest, 0).sum() for row in candidates])
        gains[np.isin(candidates, medoids)] = np.inf
        medoids.append(int(candidates[gains.argmin()]))
        nearest = np.minimum(nearest, distance[medoids[-1]])
    return np.array(medoids)


def _two_nearest(distance: np.ndarray, medoids: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    near = distance[:, medoids]
    nearest = near.argmin(axis=1)
    rows = np.arange(len(near))
    first = near[rows, nearest].copy()
    near[rows, nearest] = np.inf
    return nearest, first, near.min(axis=1)

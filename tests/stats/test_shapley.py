"""Exact Shapley values over all subsets."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from analysis.stats import shapley


def r_squared(X: np.ndarray, y: np.ndarray, columns: tuple[int, ...]) -> float:
    design = np.column_stack([np.ones(len(y)), X[:, columns]])
    left = y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
    return 1 - float(left @ left) / float(((y - y.mean()) ** 2).sum())


def data(p: int = 5) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(p)
    X = rng.normal(size=(80, p)) + rng.normal(size=(80, 1))
    return X, X @ np.arange(p) + rng.normal(size=80) * 3


def test_every_subset_equals_least_squares() -> None:
    X, y = data()
    matrix = shapley.correlations(np.column_stack([X, y]), np.ones((1, 80)))
    worth = shapley.subset_r_squared(matrix, [[j] for j in range(5)], [])[0]
    for s in range(32):
        columns = tuple(j for j in range(5) if s >> j & 1)
        assert worth[s] == pytest.approx(r_squared(X, y, columns), abs=1e-12)


def test_shares_are_means_over_all_orders() -> None:
    """Lindeman, Merenda and Gold (1980): average gain over the p! orders of entry."""
    X, y = data(4)
    gains = np.zeros(4)
    for order in itertools.permutations(range(4)):
        for place, j in enumerate(order):
            gains[j] += r_squared(X, y, order[: place + 1]) - r_squared(X, y, order[:place])
    matrix = shapley.correlations(np.column_stack([X, y]), np.ones((1, 80)))
    got = shapley.shares(shapley.subset_r_squared(matrix, [[j] for j in range(4)], []))[0]
    assert got == pytest.approx(gains / math.factorial(4), abs=1e-12)


def test_groups_enter_as_one_and_always_in_columns_first() -> None:
    X, y = data()
    matrix = shapley.correlations(np.column_stack([X, y]), np.ones((1, 80)))
    worth = shapley.subset_r_squared(matrix, [[0, 3], [2]], [1, 4])[0]
    wanted = [(1, 4), (0, 1, 3, 4), (1, 2, 4), (0, 1, 2, 3, 4)]
    assert worth == pytest.approx([r_squared(X, y, c) for c in wanted], abs=1e-12)


def test_two_equal_columns_share_equally() -> None:
    X, y = data(3)
    X = np.column_stack([X, X[:, 0]])
    matrix = shapley.correlations(np.column_stack([X, y]), np.ones((1, 80)))
    got = shapley.shares(shapley.subset_r_squared(matrix, [[j] for j in range(4)], []))[0]
    assert got[0] == pytest.approx(got[3], abs=1e-9)


def test_weighted_correlations_are_those_of_repeated_rows() -> None:
    X, _ = data(3)
    times = np.random.default_rng(0).integers(0, 4, 80)
    got = shapley.correlations(X, times[None].astype(float))[0]
    assert got == pytest.approx(np.corrcoef(np.repeat(X, times, axis=0).T), abs=1e-12)


def test_a_constant_column_explains_nothing() -> None:
    X, y = data(2)
    X = np.column_stack([X, np.full(80, 7.0)])
    matrix = shapley.correlations(np.column_stack([X, y]), np.ones((1, 80)))
    got = shapley.shares(shapley.subset_r_squared(matrix, [[0], [1], [2]], []))[0]
    assert got[2] == 0


def test_glove_game() -> None:
    # one left glove (player 0), two right ones: a pair is worth 1; Shapley 2/3, 1/6, 1/6
    worth = np.array([[0.0, 0, 0, 1, 0, 1, 0, 1]])
    assert shapley.shares(worth)[0] == pytest.approx([2 / 3, 1 / 6, 1 / 6])

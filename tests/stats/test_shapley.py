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


def by_definition(worth: np.ndarray) -> np.ndarray:
    """Σ over subsets without j of |S|! (p − |S| − 1)! ÷ p! times the gain: Shapley (1953), equation 13."""
    p = len(worth).bit_length() - 1
    out = np.zeros(p)
    for j in range(p):
        for s in range(len(worth)):
            if not s >> j & 1:
                k = s.bit_count()
                weight = math.factorial(k) * math.factorial(p - k - 1) / math.factorial(p)
                out[j] += weight * (worth[s | 1 << j] - worth[s])
    return out


def test_any_game_is_shared_as_by_definition() -> None:
    worth = np.random.default_rng(1).normal(size=(3, 64))
    assert shapley.shares(worth) == pytest.approx(np.array([by_definition(w) for w in worth]), abs=1e-13)


def test_lmg_of_draws_with_groups_is_least_squares_shared_by_definition() -> None:
    X, y = data(7)
    times = np.random.default_rng(0).integers(0, 3, (4, 80)).astype(float)
    players, always = [[0, 3], [1], [4, 5], [6]], [2]
    got, whole = shapley.lmg(shapley.correlations(np.column_stack([X, y]), times), players, always)
    for draw, part, total in zip(times, got, whole, strict=True):
        rows = np.repeat(np.arange(80), draw.astype(int))
        worth = [
            r_squared(X[rows], y[rows], tuple(always + [c for j, p in enumerate(players) if s >> j & 1 for c in p]))
            for s in range(16)
        ]
        assert part == pytest.approx(by_definition(np.array(worth)), abs=1e-12)
        assert total == pytest.approx(worth[-1], abs=1e-12)


def test_more_subsets_than_a_block_and_more_draws_than_a_block() -> None:
    """18 players, of whom 14 explain nothing: the other four share as if alone."""
    rng = np.random.default_rng(2)
    X, y = data(4)
    matrix = shapley.correlations(np.column_stack([X, np.zeros((80, 14)), y]), np.ones((1, 80)))
    got, _ = shapley.lmg(matrix, [[j] for j in range(18)], [])
    alone, _ = shapley.lmg(matrix[:, [0, 1, 2, 3, -1]][:, :, [0, 1, 2, 3, -1]], [[j] for j in range(4)], [])
    assert got[0, :4] == pytest.approx(alone[0], abs=1e-12)
    assert not got[0, 4:].any()
    times = rng.integers(0, 3, (70, 80)).astype(float)
    many = shapley.correlations(np.column_stack([rng.normal(size=(80, 10)), y]), times)
    together, _ = shapley.lmg(many, [[j] for j in range(10)], [])
    apart = np.concatenate([shapley.lmg(one[None], [[j] for j in range(10)], [])[0] for one in many])
    assert together == pytest.approx(apart, abs=1e-14)


def test_correlations_of_many_rows_are_summed_in_parts() -> None:
    rng = np.random.default_rng(3)
    X, times = rng.normal(size=(9000, 3)), rng.integers(0, 3, (2, 9000)).astype(float)
    got = shapley.correlations(X, times)
    for matrix, draw in zip(got, times, strict=True):
        assert matrix == pytest.approx(np.corrcoef(np.repeat(X, draw.astype(int), axis=0).T), abs=1e-12)

import numpy as np
import pytest

from analysis.stats import lmdi


def test_log_mean_by_hand():
    # (8 − 2) / ln 4 = 4.328085...; L(a, a) = a; symmetric
    assert lmdi.log_mean(np.array([8.0]), np.array([2.0]))[0] == pytest.approx(6 / np.log(4), rel=1e-14)
    assert lmdi.log_mean(np.array([5.0]), np.array([5.0]))[0] == 5.0
    a, b = np.array([1.0, 3.0, 1e6]), np.array([2.0, 0.5, 1e-3])
    assert lmdi.log_mean(a, b) == pytest.approx(lmdi.log_mean(b, a), rel=1e-13)


def test_log_mean_lies_between_geometric_and_arithmetic_mean_also_where_both_nearly_agree():
    for gap in (1e-12, 1e-9, 1e-7, 1e-6, 1e-5, 1e-2, 1.0):
        a, b = np.array([7.0 * (1 + gap)]), np.array([7.0])
        mean = lmdi.log_mean(a, b)[0]
        assert np.sqrt(a * b)[0] * (1 - 1e-14) <= mean <= (a + b)[0] / 2 * (1 + 1e-14)


def test_contributions_sum_to_the_change_exactly():
    rng = np.random.default_rng(1)
    before, after = rng.lognormal(0, 1.5, (2, 500, 3))
    parts = lmdi.contributions(before, after)
    assert parts.sum(axis=1) == pytest.approx(after.prod(axis=1) - before.prod(axis=1), abs=1e-9)


def test_only_the_factor_that_moved_contributes():
    before = np.array([[2.0, 10.0, 3.0]])
    after = np.array([[2.0, 15.0, 3.0]])
    # 2 · 15 · 3 − 2 · 10 · 3 = 30
    assert lmdi.contributions(before, after)[0].tolist() == pytest.approx([0.0, 30.0, 0.0], abs=1e-12)

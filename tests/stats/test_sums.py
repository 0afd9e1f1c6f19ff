import numpy as np
import pytest

from analysis.core.errors import SettingError
from analysis.stats import sums


def test_sum_of_each_group():
    assert sums.by_group(np.array([1.0, 2.0, 4.0]), np.array([2, 0, 2]), 3).tolist() == [2.0, 0.0, 5.0]


def test_order_of_rows_does_not_reach_the_last_digit():
    rng = np.random.default_rng(0)
    values, code = rng.normal(0, 1e6, 3000), rng.integers(0, 5, 3000)
    order = rng.permutation(3000)
    assert np.array_equal(sums.by_group(values, code, 5), sums.by_group(values[order], code[order], 5))


def test_resampled_sums_have_the_mean_and_spread_of_a_bootstrap():
    values = np.column_stack([np.arange(10.0), np.ones(10)])
    drawn = sums.resampled(values, n_boot=20_000, seed=0)
    assert drawn.shape == (20_000, 2)
    # ten customers are drawn each time
    assert (drawn[:, 1] == 10).all()
    # the sum of ten draws has mean 45 and variance 10 · 8.25
    assert drawn[:, 0].mean() == pytest.approx(45, abs=0.3)
    assert drawn[:, 0].var() == pytest.approx(82.5, rel=0.04)


def test_same_seed_same_draws_in_any_block_size(monkeypatch):
    values = np.arange(12.0).reshape(6, 2)
    one = sums.resampled(values, n_boot=50, seed=4)
    assert np.array_equal(one, sums.resampled(values, n_boot=50, seed=4))
    monkeypatch.setattr(sums, "BLOCK", 30)
    assert np.array_equal(one, sums.resampled(values, n_boot=50, seed=4))
    with pytest.raises(SettingError, match="n_boot must be"):
        sums.resampled(values, n_boot=0, seed=4)

import numpy as np
import pytest
from scipy import stats

from analysis.stats import effect_sizes


def test_cramers_v_by_hand():
    # chi-square = 80·(30·30 − 10·10)² ÷ 40⁴ = 20; phi² = 20/80 − 1/79 = 0.237342
    # corrected number of rows less one: 2 − 1/79 − 1 = 0.987342
    found = effect_sizes.cramers_v(np.array([[30, 10], [10, 30]]))
    assert found.value == pytest.approx(np.sqrt(0.2373418 / 0.9873418), abs=1e-6)
    assert found.p == pytest.approx(stats.chi2.sf(20, 1))
    assert (found.n, found.lo < found.value < found.hi) == (80, True)


def test_empty_rows_and_columns_do_not_count():
    full = effect_sizes.cramers_v(np.array([[30, 0, 10], [0, 0, 0], [10, 0, 30]]))
    assert full == effect_sizes.cramers_v(np.array([[30, 10], [10, 30]]))
    assert np.isnan(effect_sizes.cramers_v(np.array([[30, 10]])).value)


def test_rank_eta_squared_by_hand():
    # ranks 1 2 3 against 4 5 6: H = 12/(6·7)·(6²/3 + 15²/3) − 3·7 = 3.857143; (H − 1)/(6 − 2) = 0.714286
    found = effect_sizes.rank_eta_squared(np.array([1.0, 2, 3, 10, 20, 30, np.nan]), np.array([1, 1, 1, 2, 2, 2, 2]))
    assert found.value == pytest.approx(2.857143 / 4, abs=1e-6)
    assert (found.n, found.lo <= found.value <= found.hi) == (6, True)


def test_what_does_not_vary_has_no_effect_size():
    assert np.isnan(effect_sizes.rank_eta_squared(np.ones(10), np.arange(10) % 2).value)
    assert np.isnan(effect_sizes.rank_eta_squared(np.arange(10.0), np.ones(10)).value)


def test_noncentrality_turns_the_distribution_round():
    lo, hi = effect_sizes.noncentrality(20.0, 4)
    assert stats.ncx2.cdf(20.0, 4, lo) == pytest.approx(0.975, abs=1e-6)
    assert stats.ncx2.cdf(20.0, 4, hi) == pytest.approx(0.025, abs=1e-6)
    assert effect_sizes.noncentrality(3.0, 4)[0] == 0.0


def test_intervals_of_effect_sizes_cover_the_truth():
    # two groups one standard deviation apart; the truth from 400,000 customers
    rng = np.random.default_rng(0)
    group = np.repeat([0, 1], 60)
    large = np.repeat([0, 1], 200_000)
    truth = effect_sizes.rank_eta_squared(rng.normal(size=400_000) + large, large).value
    covered = 0
    for _ in range(200):
        found = effect_sizes.rank_eta_squared(rng.normal(size=120) + group, group)
        covered += found.lo <= truth <= found.hi
    assert covered >= 186
